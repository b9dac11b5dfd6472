"""``python -m aiact`` and the ``aiact`` script are the command line."""

import gc

from .cli import main


def run() -> None:
    """A command lives for a moment: looking for garbage would cost it a sixth of its time."""
    gc.disable()
    main(prog_name="aiact")


if __name__ == "__main__":
    run()
