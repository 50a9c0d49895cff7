"""The ``brainscore`` command: one module of ``commands/`` a sub-command, imported when it is called."""

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code.

    0: done; 1: some pair failed, or something is broken; 2: wrong usage; 130: interrupted.
    """
    import sys

    from .shell import run

    sys.exit(run(arguments))
