# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "bs-metric-behavior>=1,<2",
#     "bs-metric-psychometric>=1,<2",
#     "pytest>=8",
# ]
# ///
"""How far metrics of behaviour are from Brain-Score 2 on the same inputs, from the numbers that the tests compare with.

``python bench/show_parity.py [--write]``; ``--write`` keeps it as a section of ``bench/RESULTS-behavior.md``.
"""

import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
from results import keep_section
from shown import ROOT, machine, settled, table

RESULTS = Path(__file__).parent / "RESULTS-behavior.md"
TITLE = "Agreement with Brain-Score 2"
BEHAVIOR = ROOT / "tests" / "parity" / "behavior" / "test_behavior_parity.py"
THRESHOLDS = ROOT / "plugins" / "bs-metric-psychometric" / "tests" / "test_parity.py"
FORMS = {"error_consistency": "`form='absolute'`, as there", "threshold": "`method='incumbent'`, as there"}
"""Where the default differs."""

Compared = Iterator[tuple[str, float, float]]
"""Metric, our value, the value of Brain-Score 2."""


def behavior(tests: ModuleType) -> Compared:
    """Metrics of answers."""
    for row in tests.STORED["rows"]:
        kind, arrays = tests.INPUTS[row["case"]]
        for name, score in tests.COMPUTE[kind](arrays):
            stored = row["found"].get(name, {}).get("value")
            if stored is not None and stored == stored:
                yield name, float(score), stored


def thresholds(tests: ModuleType) -> Compared:
    """Psychometric thresholds, as scores against people."""
    from bs_metric_psychometric import Threshold

    for number, (name, case) in enumerate(tests.CASES.items()):
        accuracy = tests.INPUTS.ACCURACIES[number % len(tests.INPUTS.ACCURACIES)]
        metric = Threshold("level", threshold_accuracy=accuracy, method="incumbent")
        found = metric(tests.assembly(*case), tests.INPUTS.PEOPLE)
        yield "threshold", float(found), tests.ORACLE["scores"][f"{name} @ {accuracy}"][0]


def module_at(path: Path) -> ModuleType:
    """A file of tests, imported."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(arguments: list[str]) -> None:
    """Print the table."""
    found: dict[str, list[float]] = defaultdict(list)
    for compared in (behavior(module_at(BEHAVIOR)), thresholds(module_at(THRESHOLDS))):
        for name, ours, theirs in compared:
            found[name].append(abs(ours - theirs))
    rows = [
        [
            f"`{name}`",
            f"{len(apart)}",
            f"{np.max(apart):.0e}",
            "1e-06" if name == "threshold" else "1e-09",
            FORMS.get(name.split()[0], ""),
        ]
        for name, apart in sorted(found.items())
    ]
    text = (
        f"Printed by `python bench/show_parity.py --write` on {date.today()}: {machine()}. Values of brainscore-vision"
        " 2.4.2 were computed in an environment of its own; inputs are drawn anew and compared by digest.\n\n"
        + table(("metric", "inputs", "largest difference", "promised", "form"), rows)
    )
    sys.stdout.write(f"## {TITLE}\n\n{text}")
    if "--write" in arguments:
        keep_section(RESULTS, TITLE, text)


if __name__ == "__main__":
    with settled():
        main(sys.argv[1:])
