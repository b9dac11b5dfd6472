"""``python -m aiact`` is the command line."""

from .cli import main

main(prog_name="aiact")
