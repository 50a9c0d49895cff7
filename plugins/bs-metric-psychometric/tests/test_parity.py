"""``method='incumbent'`` against answers of brainscore-vision 2.4.2, stored by ``parity/oracle.py``."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from brainscore_core.assemblies import BehavioralAssembly
from bs_metric_psychometric import Threshold, ThresholdElevation

PARITY = Path(__file__).with_name("parity")


def _inputs():
    spec = importlib.util.spec_from_file_location("psychometric_cases", PARITY / "cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


INPUTS = _inputs()
ORACLE = json.loads((PARITY / "oracle.json").read_text())
CASES = INPUTS.cases()
EXACT = {"rel": 1e-9, "abs": 1e-9}
# L-BFGS-B stops where logarithms of another numpy make it stop; between two versions the optima differ by 1e-7
SOLVED = {"rel": 1e-6, "abs": 1e-6}


def assembly(levels, right):
    coords = {"stimulus_id": ("presentation", np.arange(len(levels)).astype(str)), "level": ("presentation", levels)}
    return BehavioralAssembly(right, dims=["presentation"], coords=coords)


@pytest.mark.parametrize(("number", "name"), list(enumerate(CASES)))
def test_thresholds_and_scores(number, name):
    accuracy = INPUTS.ACCURACIES[number % len(INPUTS.ACCURACIES)]
    metric = Threshold("level", threshold_accuracy=accuracy, method="incumbent")
    key, expected = f"{name} @ {accuracy}", ORACLE["thresholds"][f"{name} @ {accuracy}"]
    score = metric(assembly(*CASES[name]), INPUTS.PEOPLE)
    assert [float(score), score.error] == pytest.approx(ORACLE["scores"][key], **SOLVED), key
    assert bool(score.flags) == (expected is None)
    if expected is not None:
        assert score.details["threshold"] == pytest.approx(expected, **SOLVED), key


@pytest.mark.parametrize("accuracy", INPUTS.ACCURACIES)
def test_every_accuracy_of_one_observer(accuracy):
    name = list(CASES)[3]
    found = Threshold("level", threshold_accuracy=accuracy, method="incumbent").estimate(assembly(*CASES[name]))
    assert found.threshold == pytest.approx(ORACLE["thresholds"][f"{name} @ {accuracy}"], **SOLVED)


@pytest.mark.parametrize(("number", "name"), list(enumerate(INPUTS.pairs()))[:6:2])
def test_elevations(number, name):
    one, other = (assembly(*CASES[case]) for case in INPUTS.pairs()[name])
    accuracy = INPUTS.ACCURACIES[number // 2]
    metric = ThresholdElevation("level", "base", "test", threshold_accuracy=accuracy, method="incumbent")
    score = metric({"base": one, "test": other}, INPUTS.PEOPLE)
    expected = ORACLE["elevations"][f"{name} @ {accuracy}"]
    assert [float(score), score.error] == pytest.approx(expected, **SOLVED), (name, accuracy)


def test_ceiling():
    ceiling = Threshold("level", method="incumbent").ceiling(INPUTS.PEOPLE)
    assert [float(ceiling), ceiling.error] == pytest.approx(ORACLE["ceiling"], **EXACT)


def test_a_random_performance_is_no_fit_in_both():
    """The rule of R squared below .4, reached where the mean accuracy suffices."""
    rng = np.random.default_rng(0)
    levels = np.repeat(np.arange(1.0, 9.0), 20)
    noisy = rng.permutation([0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.6, 0.7])
    right = rng.random(len(levels)) < np.repeat(noisy, 20)
    found = Threshold("level", method="incumbent").estimate(assembly(levels, right))
    assert found.flags == ("poor-fit",)
    assert found.details["r2"] < 0.4
