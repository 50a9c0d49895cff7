"""``error_consistency``: known values, bounds, what is undefined, bad input."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from brainscore_core import load_metric
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli
from brainscore_core.statistics.pairing import compare_scores
from bs_metric_behavior.kappa import attainable, kappas

from .examples import answers, trials

PAIR = np.array([[0, 1]])


def observed(correct, truth="dog", **coords):
    """Answers of observers, bool (observer, stimulus)."""
    correct = np.atleast_2d(correct)
    observers, count = correct.shape
    return answers(
        np.where(correct.ravel(), truth, "na"),
        np.tile([f"image-{n:03d}" for n in range(count)], observers),
        truth=np.full(correct.size, truth),
        **coords,
        subject=np.repeat([f"s{n:02d}" for n in range(observers)], count),
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("accuracies", [(0.5, 0.5), (0.9, 0.6), (0.2, 0.8)])
def test_kappa_is_that_of_scikit_learn(seed, accuracies):
    rng = np.random.default_rng(seed)
    correct = rng.random((2, 70)) < np.array(accuracies)[:, None]
    assert kappas(correct, PAIR)[0, 0] == pytest.approx(cohen_kappa_score(*correct), abs=1e-12)


def test_known_values():
    right = np.array([True, True, False, False])
    for other, expected in ((right, 1), (~right, -1), (np.array([True, False] * 2), 0)):
        assert kappas(np.stack([right, other]), PAIR)[0, 0] == pytest.approx(expected, abs=1e-12)


def test_identical_observers_score_one_and_independent_ones_nothing():
    rng = np.random.default_rng(0)
    correct = rng.random(200) < 0.7
    people = observed(np.tile(correct, (3, 1)))
    model = people.isel(presentation=slice(0, 200))
    assert float(load_metric("error_consistency")(model, people)) == pytest.approx(1)
    assert float(load_metric("error_consistency").ceiling(people)) == pytest.approx(1)
    metric = load_metric("error_consistency", bootstrap_samples=0)
    found = [float(metric.ceiling(observed(rng.random((4, 100)) < 0.7))) for _ in range(200)]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(200)


def test_what_is_undefined_is_left_out_and_counted():
    """With one always right kappa says nothing: it is 0 / 0, or 0 whatever the other does."""
    mixed = np.arange(20) % 2 == 0
    people = observed(np.stack([np.ones(20, bool), mixed, mixed]))
    model = observed(np.ones(20, bool)).drop_vars("subject")
    score = load_metric("error_consistency")(model, people)
    assert (score.value, score.flags, score.details["undefined"]) == (None, ("undefined-kappa",), 3)
    erring = observed(mixed).drop_vars("subject")
    score = load_metric("error_consistency")(erring, people)
    np.testing.assert_allclose(score.values.values[:, 0], [np.nan, 1, 1])
    assert (score.value, score.details["undefined"]) == (1, 1)
    assert score.details["attainable_maximum"] == 1


def test_the_form_of_brain_score_2_keeps_their_zeros():
    mixed = np.arange(20) % 2 == 0
    people = observed(np.stack([np.ones(20, bool), mixed, mixed]))
    metric = load_metric("error_consistency", form="absolute")
    assert float(metric(observed(mixed), people)) == pytest.approx(2 / 3)
    score = metric(observed(np.ones(20, bool)), people)
    assert (score.value, score.details["undefined"]) == (0, 1)


@pytest.mark.parametrize("always", [True, False])
def test_nothing_defined_is_null(always):
    people = observed(np.full((3, 10), always))
    for score in (
        load_metric("error_consistency")(people.isel(presentation=slice(0, 10)), people),
        load_metric("error_consistency").ceiling(people),
    ):
        assert score.value is None and score.flags == ("undefined-kappa",) and score.details["undefined"] == 3


def test_accuracies_bound_kappa():
    """.35 against .869 on 160 images allows at most .150 (56 and 139 right)."""
    assert attainable(np.array(56 / 160), np.array(139 / 160)) == pytest.approx(0.150, abs=5e-4)
    number = np.arange(160)
    score = load_metric("error_consistency")(observed(number < 56), observed(number < 139))
    assert float(score) == pytest.approx(score.details["attainable_maximum"], abs=1e-12)
    assert score.details["accuracy_source"] == 56 / 160
    assert score.details["accuracy_target"] == pytest.approx(139 / 160)


def test_the_sign_is_kept_unless_asked():
    right = np.arange(30) % 2 == 0
    model, people = observed(right), observed(np.stack([~right, ~right]))
    assert float(load_metric("error_consistency")(model, people)) == -1
    assert float(load_metric("error_consistency", form="absolute")(model, people)) == 1


def test_means_are_over_conditions_first():
    model, people = trials(subjects=3, conditions=3)
    score = load_metric("error_consistency")(model, people)
    assert score.values.sizes == {"subject": 3, "condition": 3}
    assert float(score) == pytest.approx(float(score.values.mean("condition").mean("subject")), abs=1e-12)
    alone = people.isel(presentation=people["subject"].values == "s01").drop_vars("subject")
    single = load_metric("error_consistency")(model, alone)
    np.testing.assert_allclose(single.values.values[0], score.values.sel(subject="s01").values)


def test_order_and_names_of_labels_do_not_matter():
    model, people = trials()
    metric = load_metric("error_consistency")
    mixed = people.isel(presentation=np.random.default_rng(1).permutation(people.sizes["presentation"]))
    assert metric(model, mixed) == metric(model, people)
    rename = np.vectorize({"bear": "ours", "cat": "chat", "dog": "chien", "truck": "camion"}.get)
    renamed = [
        side.copy(data=rename(side.values)).assign_coords(truth=("presentation", rename(side["truth"].values)))
        for side in (model, people)
    ]
    assert float(metric(*renamed)) == float(metric(model, people))


def test_na_is_a_wrong_answer():
    model, people = trials()
    values = people.values.astype("U8")
    wrong = values != people["truth"].values
    for silent in ("na", "other"):
        scored = load_metric("error_consistency")(model, people.copy(data=np.where(wrong, silent, values)))
        assert float(scored) == float(load_metric("error_consistency")(model, people))


def test_a_model_without_conditions_answers_once():
    model, people = trials(conditions=2)
    assert load_metric("error_consistency")(model.drop_vars("condition"), people) == load_metric("error_consistency")(
        model, people
    )


def test_draws_are_kappas_of_drawn_stimuli():
    model, people = trials(subjects=2, conditions=1, images=40)
    score = load_metric("error_consistency", bootstrap_samples=5)(model, people)
    from brainscore_core.statistics.bootstrap import counts

    right = np.stack([side.values == side["truth"].values for side in (model, people[:40], people[40:])])
    for draw, weights in zip(score.draws.values, counts(40, 5, 0).astype(int), strict=True):
        drawn = np.repeat(right, weights, axis=1)
        np.testing.assert_allclose(draw, [cohen_kappa_score(drawn[0], drawn[n]) for n in (1, 2)], atol=1e-12)


def test_error_is_that_of_new_stimuli():
    scores = [load_metric("error_consistency", bootstrap_samples=200)(*trials(images=100, seed=s)) for s in range(40)]
    between = np.std([float(score) for score in scores], ddof=1)
    assert 0.75 < np.mean([score.error for score in scores]) / between < 1.35


def test_models_are_compared_in_pairs():
    model, people = trials(images=60)
    other, _ = trials(images=60, seed=5)
    scores = {
        "one": load_metric("error_consistency")(model, people),
        "two": load_metric("error_consistency")(other, people),
    }
    found = compare_scores(scores)
    assert found.pairing == "paired over 120 stimuli and 3 subjects" and found.comparison is not None


def test_bad_input_is_named():
    model, people = trials()
    metric = load_metric("error_consistency")
    with pytest.raises(StimulusMismatch, match="0 times"):
        metric(model, people.isel(presentation=slice(1, None)))
    with pytest.raises(StimulusMismatch, match="s00.* 2 times"):
        metric(model, people.isel(presentation=[0, *range(people.sizes["presentation"])]))
    with pytest.raises(StimulusMismatch, match="observer 'all' saw .* times in condition .*a coordinate 'subject'"):
        metric(model, people.drop_vars("subject"))
    with pytest.raises(StimulusMismatch, match="lacks 1"):
        metric(model.isel(presentation=slice(1, None)), people)
    with pytest.raises(StimulusMismatch, match="stands 2 times"):
        metric(model.isel(presentation=[0, *range(48)]), people)
    with pytest.raises(InvalidAssembly, match="truth"):
        metric(model, people.drop_vars("truth"))
    with pytest.raises(InvalidAssembly, match="'na'"):
        metric(model.copy(data=np.where(np.arange(48) == 3, "", model.values)), people)
    with pytest.raises(InvalidAssembly, match="float64"):
        metric(model.copy(data=np.full(48, np.nan)), people)
    with pytest.raises(TooFewStimuli):
        metric(model.isel(presentation=[0]), people.isel(presentation=[0]))
    with pytest.raises(InvalidAssembly, match="one observer"):
        metric.ceiling(people.isel(presentation=people["subject"].values == "s00"))
    with pytest.raises(InvalidParameter, match="form"):
        load_metric("error_consistency", form="squared")
    with pytest.raises(InvalidParameter, match="bootstrap_samples=1"):
        load_metric("error_consistency", bootstrap_samples=1)
