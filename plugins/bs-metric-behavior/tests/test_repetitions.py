"""A model whose trials differ: each is scored, and the scores are averaged."""

import numpy as np
import pytest
import xarray as xr

from brainscore_core import load_metric
from brainscore_core.errors import StimulusMismatch

from .examples import OBJECTS, answers, guesses, trials, triplets

TIMES = 3


def repeated(parts):
    """Answers of several trials, as a model of which trials differ gives them."""
    told = [part.assign_coords(repetition=("presentation", [n] * len(part))) for n, part in enumerate(parts)]
    return xr.concat(told, "presentation", coords="minimal", compat="equals", join="exact")


def of_conditions():
    model, people = trials(conditions=4)
    rng = np.random.default_rng(3)
    parts = [model.copy(data=guesses(rng, model["truth"].values, 0.6)) for _ in range(TIMES)]
    parts = [part.assign_coords(task=part["condition"]) for part in parts]
    return parts, people.assign_coords(task=people["condition"])


def of_triplets():
    rng = np.random.default_rng(4)
    model, people = triplets()
    odd = np.array([name.split("|") for name in model["stimulus_id"].values])
    rows = np.arange(len(odd))
    return [model.copy(data=odd[rows, rng.integers(0, 3, len(odd))]) for _ in range(TIMES)], people


METRICS = [
    ("accuracy", of_conditions),
    ("accuracy_distance", of_conditions),
    ("confusion_similarity", of_conditions),
    ("error_consistency", of_conditions),
    ("odd_one_out", of_triplets),
    ("tasks_consistency", of_conditions),
]


@pytest.mark.parametrize(("identifier", "make"), METRICS)
def test_the_score_is_the_mean_over_trials(identifier, make):
    parts, people = make()
    metric = load_metric(identifier, bootstrap_samples=200)
    score, each = metric(repeated(parts), people), [metric(part, people) for part in parts]
    found = [float(one) for one in each]
    assert len(set(found)) == TIMES
    assert float(score) == pytest.approx(np.mean(found), abs=1e-12)
    assert score.details["model_trials"] == TIMES
    assert score.details["sd_over_model_trials"] == pytest.approx(np.std(found, ddof=1))
    np.testing.assert_allclose(score.values.values, np.mean([one.values.values for one in each], axis=0))
    np.testing.assert_allclose(score.draws.values, np.mean([one.draws.values for one in each], axis=0))
    assert score.draws.attrs == each[0].draws.attrs and score.values.dims == each[0].values.dims
    drawn = score.draws.values if score.draws.ndim == 1 else score.draws.values.mean(1)
    assert score.error == pytest.approx(drawn.std(ddof=1))
    assert score.error < max(one.error for one in each)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (score.details["interval_low"], score.details["interval_high"]) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(("identifier", "make"), METRICS)
def test_trials_that_are_alike_are_one(identifier, make):
    parts, people = make()
    metric = load_metric(identifier, bootstrap_samples=50)
    alike, one = metric(repeated([parts[0]] * TIMES), people), metric(parts[0], people)
    assert float(alike) == pytest.approx(float(one)) and alike.error == pytest.approx(one.error)
    assert alike.details["sd_over_model_trials"] == pytest.approx(0, abs=1e-12)
    for key, entry in one.details.items():
        assert alike.details[key] == (entry if isinstance(entry, str) else pytest.approx(entry)), key
    single = metric(repeated(parts[:1]), people)
    assert single == one and "model_trials" not in single.details


def test_errors_that_cannot_be_drawn_together_are_averaged():
    parts, people = of_conditions()
    metric = load_metric("error_consistency", form="absolute", bootstrap_samples=50)
    score, each = metric(repeated(parts), people), [metric(part, people) for part in parts]
    assert score.draws is None and score.error == pytest.approx(np.mean([one.error for one in each]))
    assert score.details["error"] == "mean of the errors of each trial" and "interval_low" not in score.details


def test_a_trial_without_a_score_is_left_out_and_counted():
    parts, people = of_conditions()
    always = parts[0].copy(data=parts[0]["truth"].values)
    metric = load_metric("error_consistency", bootstrap_samples=50)
    score = metric(repeated([parts[0], always]), people)
    assert float(score) == pytest.approx(float(metric(parts[0], people))) and "undefined-kappa" in score.flags
    assert (score.details["model_trials"], score.details["undefined_model_trials"]) == (2, 1)
    nothing = metric(repeated([always, always]), people)
    assert nothing.value is None and nothing.details["undefined_model_trials"] == 2


def test_trials_that_cannot_be_told_apart_are_refused_with_a_remedy():
    parts, people = of_conditions()
    twice = xr.concat(parts, "presentation", coords="minimal", compat="equals", join="exact")
    for identifier in ("accuracy", "error_consistency", "confusion_similarity"):
        with pytest.raises(StimulusMismatch, match="repetition"):
            load_metric(identifier)(twice, people)


def test_a_noisy_model_is_scored_end_to_end():
    pd = pytest.importorskip("pandas", reason="stimuli are a table")
    vision = pytest.importorskip("brainscore_vision", reason="a model with noise is committed")
    from brainscore_core.stimuli import StimulusSet
    from brainscore_vision.commitments.behavior import Behavior
    from brainscore_vision.commitments.physiology import Physiology
    from brainscore_vision.trials import GaussianNoise

    truth = np.arange(40) % 4
    images = {f"s{number:02d}": np.full((4, 4), 60 * label, np.uint8) for number, label in enumerate(truth)}
    table = pd.DataFrame({"stimulus_id": list(images), "degrees": 1.0})
    stimuli = StimulusSet(table, identifier="greys", open=images.__getitem__, key=lambda name: f"grey {name}")
    model = vision.wrap(
        lambda batch: -np.abs(batch.reshape(len(batch), -1)[:, :1] / 60.0 - np.arange(4)),
        layers={"IT": "output"},
        visual_degrees=1,
        identifier="noisy",
        preprocessing=lambda image: image.astype(float),
        physiology=Physiology(trials=[GaussianNoise(sd=0.5)]),
        behavior=Behavior(scores="output", classes=OBJECTS.tolist(), outputs="logits"),
    )
    model.start_task("label", OBJECTS.tolist())
    found = model.look_at(stimuli, 5)
    assert found.sizes["presentation"] == 200
    score = load_metric("accuracy")(found, answers(OBJECTS[truth], list(images)))
    assert score.details["model_trials"] == 5 and score.details["sd_over_model_trials"] > 0
    assert float(score) == pytest.approx((found.values == np.tile(OBJECTS[truth], 5)).mean())
