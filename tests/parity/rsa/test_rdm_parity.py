"""Ours gives the incumbent's ``rdm``; values computed by ``compute_incumbent.py`` in its own environment."""

import hashlib
import importlib.util
import json
from pathlib import Path

import pytest

from brainscore_core import load_metric
from brainscore_core.assemblies import NeuroidAssembly

HERE = Path(__file__).parent
STORED = json.loads((HERE / "incumbent.json").read_text())


def _cases_module():
    spec = importlib.util.spec_from_file_location("rsa_parity_cases", HERE / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = _cases_module()
INPUTS = {name: (source, target) for name, source, target in CASES.cases()}


def _assembly(values):
    stimuli, units = values.shape
    coords = {
        "stimulus_id": ("presentation", [f"s{i:03}" for i in range(stimuli)]),
        "neuroid_id": ("neuroid", [str(i) for i in range(units)]),
        "region": ("neuroid", ["IT"] * units),
    }
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


def test_values_come_from_these_scripts():
    for name, digest in STORED["scripts"].items():
        assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == digest


def test_every_case_is_stored():
    assert [row["case"] for row in STORED["rows"]] == list(INPUTS)
    assert len({round(row["rdm"], 6) for row in STORED["rows"]}) > 20


@pytest.mark.parametrize("row", STORED["rows"], ids=lambda row: row["case"])
def test_same_value(row):
    source, target = INPUTS[row["case"]]
    assert CASES.digest(source, target) == row["inputs"]
    score = load_metric("rdm")(_assembly(source), _assembly(target))
    assert float(score) == pytest.approx(row["rdm"], abs=1e-9 if source.dtype == "float64" else 1e-6)
