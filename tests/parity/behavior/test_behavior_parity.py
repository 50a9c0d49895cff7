"""Ours gives the incumbent's numbers of behaviour, computed by ``compute_incumbent.py`` in its own environment."""

import hashlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from brainscore_core import load_metric
from brainscore_core.assemblies import BehavioralAssembly

HERE = Path(__file__).parent
STORED = json.loads((HERE / "incumbent.json").read_text())


def _cases_module():
    spec = importlib.util.spec_from_file_location("behavior_parity_cases", HERE / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = _cases_module()
INPUTS = {name: (kind, arrays) for kind, name, arrays in CASES.cases()}
CLOSE = {"abs": 1e-9, "nan_ok": True}


def _assembly(values, dims=("presentation",), **coords):
    placed = {name: ("choice" if name == "choice" else "presentation", column) for name, column in coords.items()}
    return BehavioralAssembly(values, dims=dims, coords=placed)


def _recognition(case):
    dims = ("presentation", "choice")
    source = _assembly(case["probabilities"], dims, stimulus_id=case["images"], choice=case["choices"])
    truth = case["truth"][case["image"]]
    people = _assembly(
        case["chosen"],
        stimulus_id=case["images"][case["image"]],
        truth=truth,
        sample_obj=truth,
        dist_obj=case["distractor"],
    )
    for name in ("i1", "I1n", "I2", "i2n", "O1", "O2"):
        yield name, load_metric(name)(source, people)
        yield f"{name} ceiling", load_metric(name).ceiling(people)


def _answers(case):
    subjects = len(case["people"])
    condition = case["condition"].astype(str)
    shared = {"stimulus_id": case["stimuli"], "condition": condition, "truth": case["truth"]}
    people = _assembly(
        case["people"].ravel(),
        subject=np.repeat([f"s{number:02}" for number in range(subjects)], len(condition)),
        **{name: np.tile(column, subjects) for name, column in shared.items()},
    )
    model = _assembly(case["model"], **shared)
    consistency = load_metric("error_consistency", form="absolute")
    distance = load_metric("accuracy_distance")
    yield "error_consistency", consistency(model, people)
    yield "error_consistency ceiling", consistency.ceiling(people)
    yield "accuracy_distance", distance(model, people)
    yield "accuracy_distance ceiling", distance.ceiling(people)
    yield "accuracy_distance condition", load_metric("accuracy_distance", variables=["condition"])(model, people)
    yield "accuracy", load_metric("accuracy")(model, people)


def _confusions(case):
    def observed(side, **coords):
        said = case[f"{side}_said"]
        ids = [f"{side}{number:04}" for number in range(len(said))]
        task = [f"m{number:02}" for number in case[f"{side}_task"]]
        return _assembly(said, stimulus_id=ids, truth=case[f"{side}_truth"], task=task, **coords)

    model = observed("model")
    people = observed("people", subject=np.arange(len(case["people_said"])) % 5)
    yield "confusion_similarity", load_metric("confusion_similarity")(model, people)
    yield "tasks_consistency", load_metric("tasks_consistency")(model, people)


COMPUTE = {"recognition": _recognition, "answers": _answers, "confusions": _confusions}
ERRORS = ("sd_over_splits", "sd_over_kappas", "sd_over_subjects", "sd_over_stimuli")


def test_values_come_from_these_scripts():
    for name, digest in STORED["scripts"].items():
        assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == digest


def test_every_case_is_stored():
    assert [row["case"] for row in STORED["rows"]] == list(INPUTS)
    values = {round(entry["value"], 6) for row in STORED["rows"] for entry in row["found"].values() if "value" in entry}
    assert len(values) > 100


@pytest.mark.parametrize("row", STORED["rows"], ids=lambda row: row["case"])
def test_same_value(row):
    kind, arrays = INPUTS[row["case"]]
    assert CASES.digest(arrays) == row["inputs"]
    compared = 0
    for name, score in COMPUTE[kind](arrays):
        if name not in row["found"]:
            assert any(key.endswith("fails") for key in row["found"]), name
            continue
        stored = row["found"][name]
        assert float(score) == pytest.approx(stored["value"], **CLOSE), name
        error = next((score.details[key] for key in ERRORS if key in score.details), np.nan)
        error = score.error if name.endswith("ceiling") and kind == "recognition" else error
        if "error" in stored:
            assert error == pytest.approx(stored["error"], **CLOSE), name
        compared += 1
    assert compared == sum("value" in entry for entry in row["found"].values())
