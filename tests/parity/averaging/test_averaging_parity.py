"""Means over repetitions are Brain-Score 2's, computed by ``compute.py`` in its own environment.

The order differs on purpose: ours is that of first presentation, Brain-Score 2 sorts.
"""

import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.statistics.averaging import average_repetitions

HERE = Path(__file__).parent
STORED = json.loads((HERE / "expected.json").read_text())


def _grid():
    spec = importlib.util.spec_from_file_location("averaging_parity_cases", HERE / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GRID = _grid()


@pytest.mark.parametrize("name", GRID.CASES)
def test_means_are_the_incumbents(name):
    values, coords = GRID.recording(*GRID.CASES[name])
    units = [f"n{i}" for i in range(values.shape[1])]
    on_rows = {key: ("presentation", labels) for key, labels in coords.items()}
    recording = NeuroidAssembly(
        values,
        dims=("presentation", "neuroid"),
        coords={**on_rows, "neuroid_id": ("neuroid", units), "region": ("neuroid", ["IT"] * len(units))},
    )
    found, expected = average_repetitions(recording), STORED["expected"][name]
    ids = found["stimulus_id"].values.astype(str).tolist()
    assert ids == list(dict.fromkeys(coords["stimulus_id"].astype(str).tolist()))
    assert sorted(ids) == sorted(expected)
    means = np.array([expected[one]["means"] for one in ids], np.float64)
    np.testing.assert_allclose(found.values, means, rtol=1e-12, atol=1e-14)
    assert found["object_name"].values.tolist() == [expected[one]["object_name"] for one in ids]


@pytest.mark.parametrize("file", ["cases.py", "compute.py"])
def test_values_come_from_these_scripts(file):
    assert hashlib.sha256((HERE / file).read_bytes()).hexdigest() == STORED["sha256"][file]
