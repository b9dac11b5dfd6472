"""One module a command, named as the command; each defines a click command of its own name."""
