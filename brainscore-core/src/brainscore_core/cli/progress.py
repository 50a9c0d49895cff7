"""What a run is doing, on standard error; silent where nobody looks."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..run import Record
from .output import number


@contextmanager
def watching(total: int, label: Callable[[int], str]) -> Iterator[Callable[[Record], None]]:
    """Yield a function that is told each record; a line a pair, so that logs and downloads can stand between them.

    Parameters
    ----------
    total : int
        Pairs to come.
    label : callable
        ``label(index)``: what the pair of this index is called.
    """
    if not sys.stderr.isatty():
        yield lambda record: None
        return
    from rich.console import Console
    from rich.logging import RichHandler
    from rich.markup import escape

    console = Console(stderr=True, highlight=False)
    handler = RichHandler(console=console, show_path=False, level=logging.INFO)
    logger = logging.getLogger()
    done = 0

    def begin() -> None:
        if done < total:
            console.print(f"[dim]{done + 1}/{total}[/dim] {escape(label(done))}", end=" ... ", soft_wrap=True)

    def end(record: Record) -> None:
        nonlocal done
        done += 1
        value = number(record.score.value) if record.score else ""
        console.print(f"{value or record.status} [dim]({record.seconds:.1f} s)[/dim]")
        begin()

    logger.addHandler(handler)
    try:
        begin()
        yield end
    finally:
        logger.removeHandler(handler)
        if done < total:
            console.print()
