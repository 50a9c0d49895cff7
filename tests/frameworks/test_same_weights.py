"""One Keras and one PyTorch network with the same weights: the same activations, the same score."""

import importlib.util
import os
import runpy
from pathlib import Path

import pytest

if "KERAS_BACKEND" not in os.environ and importlib.util.find_spec("tensorflow") is None:
    os.environ["KERAS_BACKEND"] = "torch"
pytest.importorskip("keras", reason="Keras is not installed", exc_type=ImportError)
pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)

from brainscore_core import score
from brainscore_core.errors import DataUnavailable

SHOW = Path(__file__).parents[2] / "bench" / "show_same_weights.py"


@pytest.fixture(scope="module")
def shown():
    return runpy.run_path(str(SHOW))


@pytest.fixture(scope="module")
def models(shown):
    return shown["models"]()


def test_every_committed_layer_is_the_same_to_a_hundred_thousandth(shown, models):
    found = shown["differences"](*models)
    assert list(found) == ["conv_pw_3_relu", "conv_pw_5_relu", "conv_pw_11_relu", "conv_pw_13_relu"]
    assert all(value < 1e-5 for value in found.values()), found


def test_scores_are_the_same_digits(models):
    one, other = models
    assert one.digest() != other.digest()
    try:
        scores = [score(model, "Kriegeskorte2008.IT-human-rdm", cache=False) for model in (one, other)]
    except DataUnavailable as error:
        pytest.skip(f"the recordings cannot be had here: {error}")
    assert scores[0].raw.value == pytest.approx(scores[1].raw.value, abs=1e-5)
    assert f"{scores[0].raw.value:.4f}" == f"{scores[1].raw.value:.4f}"
    assert scores[0].raw.value != 0
