"""Two choices, two intervals, ratings: answers of models whose features are known."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.errors import InvalidParameter, StimulusMismatch
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.behavior import LogisticDecoder
from brainscore_vision.behavior.value_decoder import fit_value
from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.model_interface import Task

pytestmark = pytest.mark.usefixtures("home")
SIDE = 4


class Pixels:
    """Its features are the pixels as numbers."""

    layer_names = ("flat",)

    def __call__(self, batch):
        return {"flat": batch.reshape(len(batch), -1).astype(np.float32)}


def model(**behavior):
    subject = wrap(
        Pixels(),
        layers={"IT": "flat"},
        visual_degrees=8,
        identifier="pixels-here",
        behavior=Behavior(readout="flat", **behavior),
    )
    subject.configure(cache=False)
    return subject


def images(values, **columns):
    """A set of images given by their first pixels; the others are 0."""
    shown = {}
    for name, first in values.items():
        image = np.zeros(SIDE * SIDE, np.uint8)
        image[: len(first)] = first
        shown[name] = image.reshape(SIDE, SIDE)
    table = pd.DataFrame({"stimulus_id": list(shown), "degrees": 8.0, **columns})
    return StimulusSet(table, identifier="given", open=shown.__getitem__)


def asked(subject, task, stimuli, fitting=None, **options):
    subject.start_task(task, fitting, **options)
    return subject.look_at(stimuli)


SHAPES = images({"a": (10, 0), "b": (0, 10), "like a": (9, 2), "like b": (3, 8), "bright a": (200, 0), "dark": (0, 0)})


def test_the_choice_more_like_the_sample_is_taken():
    trials = pd.DataFrame(
        [("like a", "a", "b"), ("like b", "a", "b"), ("like b", "b", "a"), ("dark", "b", "a")],
        columns=["sample", "choice_1", "choice_2"],
    ).assign(truth=["a", "b", "b", "a"], subject=[1, 2, 3, 4])
    found = asked(model(similarity="cosine"), "match_to_sample", SHAPES, trials=trials)
    assert found.values.tolist() == ["a", "b", "b", "b"]  # of equals the first
    assert found["stimulus_id"].values[0] == "like a|a|b"
    assert found["truth"].values.tolist() == ["a", "b", "b", "a"]
    assert found["subject"].values.tolist() == [1, 2, 3, 4]
    like_a = np.array([9, 2]) / np.hypot(9, 2)
    np.testing.assert_allclose(found["evidence"][0], like_a[0] - like_a[1], rtol=1e-6)
    assert found["evidence"].values[3] == 0


def test_the_committed_similarity_decides():
    trials = pd.DataFrame({"sample": ["like b"], "choice_1": ["bright a"], "choice_2": ["b"]})
    assert asked(model(similarity="dot"), "match_to_sample", SHAPES, trials=trials).item() == "bright a"
    assert asked(model(similarity="cosine"), "match_to_sample", SHAPES, trials=trials).item() == "b"


def test_consecutive_stimuli_form_a_trial():
    found = asked(model(), "match_to_sample", SHAPES.take([2, 0, 1, 3, 4, 5]))
    assert found["sample"].values.tolist() == ["like a", "like b"]
    assert found.values.tolist() == ["a", "bright a"]
    with pytest.raises(InvalidParameter, match="a multiple of 3"):
        asked(model(), "match_to_sample", SHAPES.take([0, 1]))


def test_with_fitting_stimuli_classes_are_compared_and_not_looks():
    """The class hangs on the third pixel; the choices look like the sample in the wrong way."""
    rng = np.random.default_rng(0)
    values = {f"f{index}": (*rng.integers(0, 200, 2), 100 * (index % 2)) for index in range(60)}
    fitting = images(values, image_label=["round", "square"] * 30)
    shown = images({"sample": (150, 20, 100), "alike": (150, 20, 0), "of its class": (20, 150, 100)})
    trials = pd.DataFrame({"sample": ["sample"], "choice_1": ["alike"], "choice_2": ["of its class"]})
    subject = model(similarity="cosine", decoder=LogisticDecoder(C=10.0))
    assert asked(subject, "match_to_sample", shown, trials=trials).item() == "alike"
    found = asked(subject, "match_to_sample", shown, fitting, trials=trials)
    assert found.item() == "of its class"
    assert -1 < found["evidence"].item() < -0.5


def test_match_to_sample_refuses_equal_choices_and_unknown_stimuli():
    subject = model()
    same = pd.DataFrame({"sample": ["a"], "choice_1": ["b"], "choice_2": ["b"]})
    with pytest.raises(StimulusMismatch, match="'b' as choice_1 and as choice_2"):
        asked(subject, "match_to_sample", SHAPES, trials=same)
    with pytest.raises(StimulusMismatch, match="'z'"):
        asked(subject, "match_to_sample", SHAPES, trials=same.assign(choice_2="z"))
    with pytest.raises(InvalidParameter, match="choice_2"):
        subject.start_task("match_to_sample", trials=same.drop(columns="choice_2"))


def test_ratings_are_similarities():
    trials = pd.DataFrame({"stimulus_1": ["a", "a", "like a"], "stimulus_2": ["b", "like a", "like a"]})
    cosine = asked(model(similarity="cosine"), Task.RATING, SHAPES, trials=trials)
    np.testing.assert_allclose(cosine, [0, 9 / np.hypot(9, 2), 1], atol=1e-7)
    np.testing.assert_allclose(asked(model(), Task.RATING, SHAPES, trials=trials), [0, 90, 85])
    with pytest.raises(InvalidParameter, match="takes none"):
        model().start_task(Task.RATING, SHAPES)


def values_and_noise(count, seed):
    """Images whose second pixel is the value; the others are noise."""
    rng = np.random.default_rng(seed)
    values = rng.integers(20, 200, count)
    return images(
        {f"{seed}-{index}": (rng.integers(0, 255), value) for index, value in enumerate(values)}, value=values
    )


def test_the_interval_with_the_greater_decoded_value_is_chosen():
    fitting, shown = values_and_noise(80, 1), values_and_noise(40, 2)
    found = asked(model(penalty=1e-3), "discrimination", shown, fitting)
    truth = shown["value"].to_numpy().reshape(-1, 2)
    assert found.dtype.kind == "i"
    np.testing.assert_array_equal(found, np.where(truth[:, 0] >= truth[:, 1], 1, 2))
    np.testing.assert_allclose(found["evidence"], truth[:, 0] - truth[:, 1], atol=0.05)
    assert found["interval_2"].values[0] == shown.ids[1]


def test_a_heavy_penalty_shrinks_the_evidence_and_keeps_the_choices():
    fitting, shown = values_and_noise(80, 1), values_and_noise(40, 2)
    light = asked(model(penalty=1e-3), "discrimination", shown, fitting)
    heavy = asked(model(penalty=100.0), "discrimination", shown, fitting)
    assert np.abs(heavy["evidence"]).mean() < 0.7 * np.abs(light["evidence"]).mean()
    assert (heavy.values == light.values).mean() > 0.85


@pytest.mark.parametrize(
    ("fitting", "message"),
    [
        (None, "numeric column 'value'"),
        (SHAPES, "numeric column 'value'"),
        (["a", "b"], "numeric column 'value'"),
        (images({"a": (1,), "b": (2,)}, value=["low", "high"]), "numbers"),
        (images({"a": (1,), "b": (2,)}, value=[1.0, 1.0]), "two different"),
        (images({"a": (1,), "b": (2,)}, value=[1.0, np.nan]), "finite"),
    ],
)
def test_fitting_stimuli_without_values_are_refused(fitting, message):
    with pytest.raises(InvalidParameter, match=message):
        model().start_task("discrimination", fitting)


@pytest.mark.parametrize(("stimuli", "features"), [(30, 8), (12, 40)])
def test_values_are_decoded_as_scikit_learn_does(stimuli, features):
    linear = pytest.importorskip("sklearn.linear_model", reason="the reference")
    preprocessing = pytest.importorskip("sklearn.preprocessing", reason="the reference")
    rng = np.random.default_rng(0)
    x, y, new = rng.normal(3, 2, (stimuli, features)), rng.normal(size=stimuli), rng.normal(size=(5, features))
    scaler = preprocessing.StandardScaler().fit(x)
    expected = linear.Ridge(alpha=2.0).fit(scaler.transform(x), y).predict(scaler.transform(new))
    np.testing.assert_allclose(fit_value(x, y, 2.0).values(new), expected, rtol=1e-9, atol=1e-10)


def test_constant_features_say_nothing_and_bad_ones_are_refused():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    padded = np.hstack([x, np.full((20, 2), 0.1)])
    np.testing.assert_allclose(fit_value(padded, y, 1.0).values(padded), fit_value(x, y, 1.0).values(x), rtol=1e-9)
    with pytest.raises(InvalidParameter, match="NaN"):
        fit_value(np.where(x > 1, np.nan, x), y, 1.0)
    with pytest.raises(InvalidParameter, match="as it was fitted on"):
        fit_value(x, y, 1.0).values(padded)
    with pytest.raises(InvalidParameter, match="one each"):
        fit_value(x, y[:-1], 1.0)
