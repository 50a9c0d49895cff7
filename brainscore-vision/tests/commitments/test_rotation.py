"""A rotation that a metric does not notice: nothing is lost, and nothing is learnt of what is tested."""

import numpy as np
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_vision.commitments.rotation import Rotated, rotated


class Indifferent:
    rotation_invariant = True


def assembly(values):
    count, units = values.shape
    coords = {
        "stimulus_id": ("presentation", [f"s{number}" for number in range(count)]),
        "object_name": ("presentation", ["a", "b"] * (count // 2)),
        "neuroid_id": ("neuroid", [f"u{number}" for number in range(units)]),
        "region": ("neuroid", ["IT"] * units),
    }
    return NeuroidAssembly(values, dims=["presentation", "neuroid"], coords=coords)


def test_products_between_stimuli_stay():
    source = assembly(np.random.default_rng(0).normal(3, size=(20, 500)).astype(np.float32))
    found = rotated(source, Indifferent())
    assert found.shape == (20, 19) and found.dtype == np.float64
    assert found["object_name"].equals(source["object_name"])
    centred = source.values.astype(float) - source.values.mean(0, dtype=float)
    np.testing.assert_allclose(found.values @ found.values.T, centred @ centred.T, atol=1e-9)


def test_a_fit_to_some_predicts_the_others_alike():
    rng = np.random.default_rng(1)
    source, y = assembly(rng.normal(size=(30, 200))), rng.normal(size=30)

    def predicted(x):
        train, test = x[:20] - x[:20].mean(0), x[20:] - x[:20].mean(0)
        return test @ train.T @ np.linalg.solve(train @ train.T + np.eye(20), y[:20])

    np.testing.assert_allclose(predicted(rotated(source, Indifferent()).values), predicted(source.values), atol=1e-10)


@pytest.mark.parametrize(
    ("values", "metric"),
    [
        (np.random.default_rng(2).normal(size=(20, 500)), object()),
        (np.random.default_rng(3).normal(size=(20, 20)), Indifferent()),
        (np.ones((20, 50)), Indifferent()),
    ],
)
def test_what_is_left_as_it_is(values, metric):
    source = assembly(values)
    assert rotated(source, metric) is source


def test_a_model_answers_rotated_and_is_otherwise_itself():
    class Model:
        identifier = "net"

        def look_at(self, stimuli, number_of_trials=1):
            return stimuli

    source = assembly(np.random.default_rng(4).normal(size=(20, 500)))
    model = Rotated(Model(), Indifferent())
    assert model.identifier == "net" and model.look_at(source).equals(rotated(source, Indifferent()))
    assert model.look_at(None) is None and Rotated(Model(), object()).look_at(source) is source
