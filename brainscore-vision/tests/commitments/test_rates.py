"""Calibration to spikes/s: moments are met, alone and in a model."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.commitments.rates import Calibration, fit

pytestmark = pytest.mark.usefixtures("home")
X = np.random.default_rng(0).normal(3.0, 2.0, (200, 30)) * np.linspace(0.5, 3, 30)
IMAGES = {f"s{n}": np.random.default_rng(n).integers(0, 256, (4, 4), dtype=np.uint8) for n in range(40)}


def stimuli(count=40):
    table = pd.DataFrame({"stimulus_id": list(IMAGES)[:count], "degrees": 8.0})
    return StimulusSet(table, identifier="forty", open=IMAGES.__getitem__)


def network(batch):
    flat = batch.reshape(len(batch), -1).astype(np.float32)
    return {"a": flat[:, :6], "b": flat[:, 6:10]}


def model(calibration=None, **more):
    return wrap(
        network,
        layers={"IT": ["a", "b"]},
        visual_degrees=8,
        physiology=Physiology(rates={"IT": calibration} if calibration else {}, **more),
    )


def record(subject, **options):
    subject.start_recording("IT", **options)
    return subject.look_at(stimuli())


@pytest.mark.parametrize("kind", ["affine", "rectified"])
@pytest.mark.parametrize("each_unit", [False, True])
@pytest.mark.parametrize(("mean", "sd"), [(20.0, 5.0), (8.0, 12.0), (3.0, 9.0)])
def test_moments_are_met(kind, each_unit, mean, sd):
    rates = fit(kind, X, mean, sd, each_unit)(X)
    axis = 0 if each_unit else None
    np.testing.assert_allclose(rates.mean(axis), mean, rtol=1e-3)
    np.testing.assert_allclose(rates.std(axis), sd, rtol=1e-3)
    assert kind == "affine" or rates.min() >= 0
    assert (np.diff(rates[np.argsort(X[:, 0]), 0]) >= 0).all(), "in the order of the activations"


def test_both_kinds_agree_where_nothing_is_cut():
    np.testing.assert_allclose(fit("rectified", X, 100.0, 5.0)(X), fit("affine", X, 100.0, 5.0)(X), rtol=1e-9)


def test_a_unit_that_never_varies_is_put_at_the_mean():
    x = X.copy()
    x[:, 3] = 7.0
    for kind in ("affine", "rectified"):
        assert (fit(kind, x, 20.0, 5.0, each_unit=True)(x)[:, 3] == 20.0).all()


def test_what_cannot_be_fitted():
    with pytest.raises(InvalidParameter, match="do not vary"):
        fit("affine", np.ones((5, 2)), 1.0, 1.0)
    with pytest.raises(InvalidParameter, match="cannot be had"):
        fit("rectified", X[:4], 1.0, 5.0, each_unit=True)


@pytest.mark.parametrize("options", [("cubic", 1, 1), ("affine", 1, 0), ("rectified", 0, 1), ("affine", np.nan, 1)])
def test_options_that_mean_nothing(options):
    with pytest.raises(InvalidParameter):
        Calibration(*options, stimuli="x")


@pytest.mark.parametrize("each_unit", [False, True])
def test_a_model_answers_in_rates(each_unit):
    calibration = Calibration("rectified", 10.0, 8.0, stimuli(), each_unit=each_unit)
    answer = record(model(calibration))
    assert abs(float(answer.mean()) - 10) < 0.01 and answer.dtype == np.float32 and float(answer.min()) >= 0
    chosen = ["b.1", "a.4", "a.0"]
    part = record(model(calibration), units=chosen)
    where = [answer["neuroid_id"].values.tolist().index(unit) for unit in chosen]
    np.testing.assert_allclose(part.values, answer.values[:, where], rtol=1e-5)


def test_rates_hang_on_the_named_stimuli_alone():
    calibration = Calibration("affine", 10.0, 8.0, stimuli(20))
    whole = record(model(calibration))
    subject = model(calibration)
    subject.start_recording("IT")
    np.testing.assert_allclose(subject.look_at(stimuli().take([3, 30])).values, whole.values[[3, 30]], rtol=1e-5)


def test_a_calibration_names_the_model():
    makes = [None, Calibration("affine", 10.0, 8.0, stimuli()), Calibration("affine", 10.0, 8.0, stimuli(20))]
    assert len({model(entry).digest() for entry in makes}) == 3
    assert model(makes[1]).digest() == model(Calibration("affine", 10.0, 8.0, stimuli())).digest()


class Brightened:
    gain = 1.0

    def __call__(self, image):
        return image * self.gain


def test_rates_are_fitted_anew_where_the_preprocessing_was_changed():
    shown = Brightened()
    calibration = Calibration("affine", 10.0, 8.0, stimuli())
    subject = wrap(
        network,
        preprocessing=shown,
        layers={"IT": ["a", "b"]},
        visual_degrees=8,
        physiology=Physiology(rates={"IT": calibration}),
    )
    before = record(subject)
    shown.gain = 3.0
    np.testing.assert_allclose(record(subject).values, before.values, rtol=1e-4)
