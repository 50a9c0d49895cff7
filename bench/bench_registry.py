# /// script
# dependencies = ["brainscore-core>=3,<4"]
# ///
"""How long 600 installed plugins take to list, beside reading their entry points alone.

Run with an interpreter that has brainscore-core: ``python bench/bench_registry.py [count]``. Prints one JSON object;
times are the best of 15 in milliseconds, caches of the path finder emptied before each.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import importlib_metadata

from brainscore_core import registry
from brainscore_core.testing.fake_distributions import isolated_path, make_many


def best_of(function: Callable[[], Any], repetitions: int = 15) -> float:
    """Shortest time in milliseconds, nothing remembered."""
    times = []
    for _ in range(repetitions):
        registry.refresh()
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def read_alone() -> list[Any]:
    """What any lister must do: every distribution's entry points, read and parsed."""
    return [point for found in importlib_metadata.distributions() for point in found.entry_points]


def measure(count: int) -> dict[str, float]:
    """The numbers for `count` generated plugins beside what is on the path already."""
    with tempfile.TemporaryDirectory() as folder:
        make_many(Path(folder), count)
        with isolated_path(Path(folder)):
            alone = best_of(read_alone)
            one_call = best_of(lambda: importlib_metadata.entry_points(group="brainscore.vision.models"))
            listing = best_of(lambda: registry.entries("models"))
            again = best_again(lambda: registry.entries("models"))
            names = best_of(lambda: [entry.distribution for entry in registry.entries("models")])
            found = len(registry.entries("models"))
    return {
        "plugins": found,
        "list_ms": round(listing, 2),
        "read_entry_points_alone_ms": round(alone, 2),
        "ratio": round(listing / alone, 3),
        "one_call_entry_points_ms": round(one_call, 2),
        "list_again_ms": round(again, 3),
        "list_with_distribution_names_ms": round(names, 2),
    }


def best_again(function: Callable[[], Any], repetitions: int = 15) -> float:
    """Shortest time in milliseconds, with what the first call remembered."""
    function()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 600), indent=1) + "\n")
