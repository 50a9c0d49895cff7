"""What the scripts ``show_*.py`` share: where files come from, the machine in words, tables in Markdown."""

import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def settled() -> Iterator[None]:
    """One thread of BLAS, files from beside the checkout where they lie there, and a store that goes afterwards.

    ``BRAINSCORE_HOME``, where it is set, is used and stays.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    beside = ROOT.parent / "shared" / "data"
    if (beside / "index.csv").is_file():
        os.environ.setdefault("BRAINSCORE_MIRRORS", str(beside))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("BRAINSCORE_HOME", folder)
        yield


def machine() -> str:
    """The machine in words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    version = ".".join(platform.python_version_tuple()[:2])
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {version}"


def heading(title: str, script: str, seconds: float) -> str:
    """First lines of a file of results."""
    made = f"Printed by `python bench/{script} --write` on {date.today()}: {machine()}, {seconds:.0f} s."
    return f"# {title}\n\n{made}\n"


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def pm(value: float | None, error: float | None = None) -> str:
    """A number with its error."""
    if value is None:
        return "-"
    return f"{value:.3f}" if error is None else f"{value:.3f} ± {error:.3f}"
