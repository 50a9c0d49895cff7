# /// script
# dependencies = ["brainscore-core>=3,<4", "brainscore-vision>=3,<4"]
# ///
"""All behavioural and temporal benchmarks: what is shown, where data are, what was tested on, what people score.

Everything is read from the descriptions of the benchmarks that are installed, from an attempt to load their data from
the folder beside the checkout, and from the tests of their packages. ``python bench/show_benchmarks.py [--write]``;
``--write`` keeps it as the first section of ``bench/RESULTS-behavior.md``.
"""

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from results import keep_section
from shown import ROOT, machine, pm, settled, table

RESULTS = Path(__file__).parent / "RESULTS-behavior.md"
TITLE = "All behavioural and temporal benchmarks"
HEADERS = ("benchmark", "shown", "answers, times or numbers", "stimuli", "tested on", "people", "ceiling")


def is_behavior_or_time(benchmark: Any) -> bool:
    """Whether somebody does a task in it, objects are decoded for one, or responses are compared over time."""
    measured = getattr(benchmark, "measurement", None)
    does = hasattr(benchmark, "task") or bool(getattr(benchmark, "labels", ())) or hasattr(benchmark, "decoder")
    bins = getattr(benchmark, "bin_width", None) is not None or len(getattr(benchmark, "time_bins", None) or ()) > 1
    return does or bins or (hasattr(measured, "labels") and bool(measured.labels))


def row(entry: Any, benchmark: Any) -> list[str]:
    """One line of the table."""
    data = place(lambda: benchmark.dataset.load(), benchmark.dataset.info)
    stimuli = [place(shown.load, shown.info) for shown in benchmark.shows]
    shown = dict.fromkeys(f"`{part.identifier}`{_count(part.info.stimuli)}" for part in benchmark.shows)
    where = next((found for found in stimuli if found != "here"), "here")
    tests = tested(entry.provider, data == where == "here")
    return [f"`{entry.identifier}`", ", ".join(shown), data, where, tests, people(benchmark), ceiling(benchmark, data)]


def place(load: Callable[[], Any], info: Any) -> str:
    """Where data are: here, with their owners, with the user, or at an address."""
    from brainscore_core.errors import DataUnavailable

    try:
        load()
    except DataUnavailable:
        if info.access == "private":
            return "address only, private"
        return "address only" if info.sources else "the user's own"
    return "here"


def tested(distribution: str, here: bool) -> str:
    """What its tests run on: published files, where they are here and the tests ask for them, or generated ones."""
    tests = (ROOT / "plugins" / distribution / "tests").glob("test_*.py")
    published = any("published_files" in file.read_text(encoding="utf-8") for file in tests)
    if here:
        return "published files" if published else "generated stimuli"
    return "published files of what is here, generated ones" if published else "generated files in the format"


def people(benchmark: Any) -> str:
    """Human reference points, as the description has them."""
    human = getattr(benchmark, "human", {})
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in human.items()) or "none stated"


def ceiling(benchmark: Any, data: str) -> str:
    """Its value, where the data are here; else how it is made."""
    if data == "here" and (found := benchmark.ceiling) is not None:
        return pm(found.value, found.error)
    spec = benchmark.ceiling_metric
    return f"`{spec.identifier}` of the data" if spec else benchmark.info.ceiling or "unknown"


def _count(number: int | None) -> str:
    return "" if number is None else f" ({number:,})"


def found() -> list[tuple[Any, Any]]:
    """Entries and benchmarks, in alphabetical order."""
    from brainscore_core import load_benchmark, registry

    every = [(entry, load_benchmark(entry.identifier)) for entry in registry.entries("benchmarks", domain="vision")]
    return [(entry, benchmark) for entry, benchmark in every if is_behavior_or_time(benchmark)]


def main(arguments: list[str]) -> None:
    """Print the table."""
    os.environ["BRAINSCORE_OFFLINE"] = "1"
    rows = [row(entry, benchmark) for entry, benchmark in found()]
    counts = {header: sum(line[place] == "here" for line in rows) for place, header in ((2, "data"), (3, "stimuli"))}
    said = (
        f"Printed by `python bench/show_benchmarks.py --write` on {date.today()}: {machine()}.\n\n"
        f"{len(rows)} benchmarks; recorded answers, times or published numbers of {counts['data']} are here, stimuli of"
        f" {counts['stimuli']}. Stimuli: how many the set has. Ceilings are computed where the data are here.\n\n"
    )
    text = said + table(HEADERS, rows)
    sys.stdout.write(f"## {TITLE}\n\n{text}")
    if "--write" in arguments:
        keep_section(RESULTS, TITLE, text, first=True)


if __name__ == "__main__":
    with settled():
        main(sys.argv[1:])
