"""Ours gives Brain-Score 2's values; they were computed by ``compute.py`` in its own environment.

Largest deviations and the number of cases are printed with ``pytest -rA`` or ``-s``.
"""

import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from brainscore_core import load_metric
from brainscore_core.assemblies import NeuroidAssembly

HERE = Path(__file__).parent
STORED = json.loads((HERE / "expected.json").read_text())
EXPECTED = STORED["expected"]
TOLERANCE = {"float64": 1e-9, "float32": 1e-6}


def _grid():
    spec = importlib.util.spec_from_file_location("regression_parity_cases", HERE / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GRID = _grid()


def _arbitrary(case):
    """Least squares with more features than training stimuli: Brain-Score 2's digits depend on rounding there."""
    training = case["stimuli"] * 3 // 4 if case["form"] == "split" else case["stimuli"] * 0.9
    return case["metric"].startswith("linear_predictivity") and case["features"] >= training - 1


COMPARED = [name for name, case in GRID.CASES.items() if not _arbitrary(case)]


def _assemblies(case):
    return [
        NeuroidAssembly(values, dims=("presentation", "neuroid", "time_bin")[: values.ndim], coords=coords)
        for values, coords in GRID.arrays(case)
    ]


def _score(case):
    metric = load_metric(case["metric"], **case["options"])
    parts = _assemblies(case)
    if case["form"] != "split":
        return metric(*parts)
    source, target = parts
    half = source.sizes["presentation"] * 3 // 4
    train, test = {"presentation": slice(half)}, {"presentation": slice(half, None)}
    return metric(
        source_train=source.isel(train),
        source_test=source.isel(test),
        target_train=target.isel(train),
        target_test=target.isel(test),
    )


def _values(score, case):
    """The value; of a metric over time, where Brain-Score 2 gives one a bin, the value of each."""
    if not case["bins"]:
        return np.array([float(score)])
    prefix = "ceiling_" if case["form"] == "single" else "value_"
    return np.array([value for key, value in score.details.items() if key.startswith(prefix) and key.endswith("_ms")])


@pytest.fixture(scope="module")
def deviations():
    found = {}
    yield found
    for dtype, tolerance in TOLERANCE.items():
        some = {name: value for name, value in found.items() if GRID.CASES[name]["dtype"] == dtype}
        if some:
            worst = max(some, key=some.get)
            print(f"\n{dtype}: {len(some)} cases, largest deviation {some[worst]:.1e} of {tolerance:g} ({worst})")


@pytest.mark.parametrize("name", COMPARED)
def test_value_is_the_incumbents(name, deviations):
    case, expected = GRID.CASES[name], EXPECTED[name]
    score = _score(case)
    deviations[name] = np.abs(_values(score, case) - expected["value"]).max()
    assert deviations[name] <= TOLERANCE[case["dtype"]]


@pytest.mark.parametrize("name", [n for n in COMPARED if "error" in EXPECTED[n] and not GRID.CASES[n]["bins"]])
def test_error_without_options_is_the_incumbents(name):
    case = GRID.CASES[name]
    assert abs(_score(case).error - EXPECTED[name]["error"]) <= TOLERANCE[case["dtype"]]


@pytest.mark.parametrize("name", [n for n in COMPARED if "raw_sum" in EXPECTED[n]])
def test_every_neuroid_and_split_sums_to_the_incumbents(name):
    case, expected = GRID.CASES[name], EXPECTED[name]["raw_sum"]
    values = _score(case).values.values
    assert abs(np.nansum(values) - expected) <= TOLERANCE[case["dtype"]] * values.size


@pytest.mark.parametrize("name", [n for n in COMPARED if "alpha" in EXPECTED[n]])
def test_penalty_is_the_incumbents(name):
    assert _score(GRID.CASES[name]).details["alpha"] == pytest.approx(EXPECTED[name]["alpha"], rel=1e-12)


@pytest.mark.parametrize("file", ["cases.py", "compute.py"])
def test_values_come_from_this_grid(file):
    assert hashlib.sha256((HERE / file).read_bytes()).hexdigest() == STORED["sha256"][file]


def test_grid_is_stored_as_a_whole_and_covers_every_metric():
    assert list(EXPECTED) == list(GRID.CASES)
    assert len(COMPARED) >= 130
    arbitrary = set(GRID.CASES) - set(COMPARED)
    assert len(arbitrary) <= 6
    assert {GRID.CASES[name]["metric"] for name in COMPARED} == {case["metric"] for case in GRID.CASES.values()}
