# /// script
# dependencies = ["brainscore-vision>=3,<4", "bs-metric-rsa>=1,<2"]
# ///
"""What the first line of a script costs: Brain-Score 2 and ours as whole processes, in turn."""

import os
import subprocess
import sys
import time
from statistics import median

RUNS = 7
ROWS = (
    ("import", "import brainscore_vision", "import brainscore_core", 0.15),
    ("import", "import brainscore_vision", "import brainscore_vision", None),
    (
        "a metric",
        "from brainscore_vision import load_metric; load_metric('rdm')",
        "from brainscore_core import load_metric; load_metric('rdm')",
        0.4,
    ),
)


def seconds(python: str, code: str) -> float:
    """Wall-clock time of one process."""
    start = time.perf_counter()
    subprocess.run([python, "-c", code], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def startup(python: str) -> float:
    """Median time of a process that does nothing, which both pay."""
    return median(seconds(python, "pass") for _ in range(RUNS))


def main() -> None:
    """Print a Markdown table."""
    theirs = os.environ["INCUMBENT_PYTHON"]
    ours = sys.executable
    print(f"Medians of {RUNS} processes, one of theirs and one of ours in turn; an empty process takes "
          f"{startup(theirs):.3f} and {startup(ours):.3f} s.\n")  # fmt: skip
    print("| | Brain-Score 2 | s | ours | s | ratio | at most |\n|---|---|---|---|---|---|---|")
    for what, their_code, our_code, limit in ROWS:
        seconds(theirs, their_code), seconds(ours, our_code)  # compiles, and fills the disk cache
        pairs = [(seconds(theirs, their_code), seconds(ours, our_code)) for _ in range(RUNS)]
        them, us = (median(column) for column in zip(*pairs, strict=True))
        print(f"| {what} | `{their_code}` | {them:.3f} | `{our_code}` | {us:.3f} | {us / them:.3f} | {limit or ''} |")


if __name__ == "__main__":
    main()
