"""How far our values are from Brain-Score 2's, metric by metric, over the grid of ``tests/parity``.

``python bench/parity_grid.py [--write]``: needs pytest, brainscore-core and the metric packages; ``--write`` keeps the
table in ``bench/RESULTS-metrics.md``. Brain-Score 2's values were computed in its own environment by the scripts there.
"""

import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from results import METRICS, keep_section

from brainscore_core import load_metric

PARITY = Path(__file__).parent.parent / "tests" / "parity"
PROMISED = {"float64": 1e-9, "float32": 1e-6}


def module(path: Path) -> Any:
    """A test module, whose cases and comparisons are used here."""
    spec = importlib.util.spec_from_file_location(f"grid_{path.parent.name}", path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def regression() -> Iterator[tuple[str, str, float]]:
    """(metric, dtype, deviation) of each case."""
    grid = module(PARITY / "regression" / "test_parity.py")
    for name in grid.COMPARED:
        case = grid.GRID.CASES[name]
        found = grid._values(grid._score(case), case)
        yield case["metric"], case["dtype"], float(np.abs(found - grid.EXPECTED[name]["value"]).max())


def rsa() -> Iterator[tuple[str, str, float]]:
    """The same for representational dissimilarities."""
    grid = module(PARITY / "rsa" / "test_rdm_parity.py")
    for row in grid.STORED["rows"]:
        source, target = grid.INPUTS[row["case"]]
        score = load_metric("rdm")(grid._assembly(source), grid._assembly(target))
        yield "rdm", str(source.dtype), abs(float(score) - row["rdm"])


def main() -> None:
    """Print the table, and keep it where asked."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for metric, dtype, deviation in (*regression(), *rsa()):
        found[dtype, metric].append(deviation)
        found[dtype, "all"].append(deviation)
    told = [
        f"Printed by `python bench/parity_grid.py --write` on {date.today()}: values against those that Brain-Score "
        "2.4.2 gives on the same numbers in its own environment (sizes, seeds, options, precision, missing and ragged "
        "trials, constant units). Least squares with more features than training stimuli is left out: its digits there "
        "are rounding.",
        "",
        "| precision | metric | cases | largest deviation | promised |",
        "|---|---|---|---|---|",
    ]
    for (dtype, metric), deviations in sorted(found.items(), reverse=True):
        told.append(f"| {dtype} | {metric} | {len(deviations)} | {max(deviations):.1e} | {PROMISED[dtype]:g} |")
    sys.stdout.write("\n".join(told) + "\n")
    if "--write" in sys.argv:
        keep_section(METRICS, "Agreement with Brain-Score 2", "\n".join(told))


if __name__ == "__main__":
    main()
