"""Agreement over images on people whose answers are known."""

import numpy as np
import pytest
import xarray as xr
from scipy.stats import spearmanr

from brainscore_core import load_metric
from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch
from brainscore_core.statistics.averaging import average_repetitions

IMAGES = [f"image{number:02}" for number in range(40)]
KINDS = np.array(["a", "b"])[np.arange(40) % 2]


def people(ease, count=20, repetitions=1, seed=0, silent=0.0):
    """Trials of people who are right about image i with probability ease[i]."""
    rng = np.random.default_rng(seed)
    shape = (count, repetitions, len(ease))
    right = rng.random(shape) < np.asarray(ease)
    answers = np.where(right, KINDS[: len(ease)], "wrong")
    answers = np.where(rng.random(shape) < silent, "na", answers)
    subject, _, image = (part.ravel() for part in np.indices(shape))
    coords = {
        "stimulus_id": np.array(IMAGES)[image],
        "truth": KINDS[image],
        "subject": subject.astype(str),
        "half": np.where(image < 20, "first", "second"),
        "quarter": (image // 10).astype(str),
    }
    return BehavioralAssembly(
        answers.ravel(), dims=("presentation",), coords={name: ("presentation", part) for name, part in coords.items()}
    )


def model(right, order=None):
    """Probabilities of the two kinds, in any order of the images."""
    order = np.arange(len(right)) if order is None else order
    right = np.asarray(right, float)
    first = np.where(KINDS[: len(right)] == "a", right, 1 - right)
    return BehavioralAssembly(
        np.column_stack([first, 1 - first])[order],
        dims=("presentation", "choice"),
        coords={"stimulus_id": ("presentation", np.array(IMAGES)[order]), "choice": ("choice", ["a", "b"])},
    )


EASE = np.random.default_rng(1).uniform(0.1, 0.95, 40)


def test_it_is_the_correlation_with_the_share_of_people_who_are_right():
    target = people(EASE)
    shares = [(target.values == target["truth"].values)[target["stimulus_id"].values == id].mean() for id in IMAGES]
    order = np.random.default_rng(2).permutation(40)
    guess = np.clip(EASE + np.random.default_rng(3).normal(0, 0.2, 40), 0, 1)
    found = load_metric("image_level")(model(guess, order), target)
    assert found.value == pytest.approx(np.corrcoef(guess, shares)[0, 1])
    assert found.details["spearman"] == pytest.approx(spearmanr(guess, shares).statistic)
    assert found.details["images"] == 40 and found.details["subjects"] == 20
    assert 0 < found.error < 0.2 and found.details["interval_low"] < found.value < found.details["interval_high"]


def test_a_model_that_knows_the_people_reaches_one_and_its_opposite_minus_one():
    target = people(EASE)
    shares = np.array(
        [(target.values == target["truth"].values)[target["stimulus_id"].values == i].mean() for i in IMAGES]
    )
    metric = load_metric("image_level")
    assert metric(model(shares), target).value == pytest.approx(1)
    assert metric(model(1 - shares), target).value == pytest.approx(-1)


def test_a_named_choice_is_compared_on_both_sides():
    target = people(EASE)
    named = np.array([(target.values[target["stimulus_id"].values == id] == "a").mean() for id in IMAGES])
    found = load_metric("image_level", choice="a")(model(EASE), target)
    first = np.where(KINDS == "a", EASE, 1 - EASE)
    assert found.value == pytest.approx(np.corrcoef(first, named)[0, 1])


def test_people_without_an_answer_do_not_count():
    target = people(EASE, count=200, silent=0.4)
    every = people(EASE, count=200)
    metric = load_metric("image_level", bootstrap_samples=0)
    assert metric(model(EASE), target).value == pytest.approx(metric(model(EASE), every).value, abs=0.01)
    counted = load_metric("image_level", left_out=(), bootstrap_samples=0)(model(EASE), target)
    assert counted.values.sel(side="people").mean() < 0.7 * metric(model(EASE), target).values.sel(side="people").mean()


def test_the_model_of_the_truth_reaches_the_square_root_of_the_ceiling():
    """Attenuation: the correlation of what lies behind the answers with the mean of n people is sqrt(reliability)."""
    metric, found = load_metric("image_level", bootstrap_samples=0), []
    for seed in range(30):
        target = people(EASE, seed=seed)
        found.append((metric(model(EASE), target).value, np.sqrt(metric.ceiling(target).value)))
    raw, bound = np.mean(found, axis=0)
    assert raw == pytest.approx(bound, abs=0.01) and raw < 0.99


def test_the_ceiling_is_stepped_up_from_halves():
    found = load_metric("image_level").ceiling(people(EASE))
    half = found.details["split_half"]
    assert found.value == pytest.approx(2 * half / (1 + half)) and 0 < found.error < 0.1


def test_people_who_guess_have_no_ceiling():
    values = [load_metric("image_level", bootstrap_samples=0).ceiling(people(np.full(40, 0.5), seed=s)).value
              for s in range(20)]  # fmt: skip
    assert abs(np.mean(values)) < 0.15


def test_what_a_level_explains_is_taken_away():
    ease = np.where(np.arange(40) < 20, 0.9, 0.3)
    target = people(ease, count=400)
    found = load_metric("image_level", within="half")
    blind = found(model(ease), target)
    assert blind.value > 0.95 and np.isnan(blind.details["within_half"])
    rng = np.random.default_rng(5)
    finer = np.clip(ease + rng.uniform(-0.2, 0.1, 40), 0, 1)
    seeing = found(model(finer), people(finer, count=400))
    assert seeing.details["within_half"] > 0.9
    ceiling = found.ceiling(people(finer, count=400))
    assert 0.8 < ceiling.details["split_half_within_half"] < ceiling.details["ceiling_within_half"] < 1


def test_images_of_a_group_are_drawn_together():
    ease = np.repeat([0.9, 0.2, 0.6, 0.5], 10) + np.random.default_rng(0).uniform(-0.05, 0.05, 40)
    target = people(ease)
    alone, grouped = (load_metric("image_level", groups=groups)(model(ease), target) for groups in (None, "quarter"))
    assert alone.value == grouped.value
    assert grouped.error > alone.error and "4 groups" in grouped.details["error"]


def test_a_model_that_answers_alike_to_all_gets_null():
    constant = load_metric("image_level")(model(np.full(40, 0.5)), people(EASE))
    assert constant.value is None and constant.flags == ("constant-answers",)


@pytest.mark.parametrize(
    ("source", "target", "error", "message"),
    [
        (lambda: model(EASE[:39]), lambda: people(EASE), StimulusMismatch, "image39"),
        (
            lambda: model(EASE).isel(presentation=[0, *range(40)]),
            lambda: people(EASE),
            StimulusMismatch,
            "more than once",
        ),
        (lambda: model(EASE), lambda: people(EASE).drop_vars("subject"), InvalidAssembly, "'subject'"),
        (lambda: model(EASE).isel(choice=[0]), lambda: people(EASE), InvalidAssembly, "no choice 'b'"),
        (lambda: model(EASE), lambda: people(EASE, silent=1.0), InvalidAssembly, "nobody answered"),
    ],
)
def test_what_does_not_fit_is_named(source, target, error, message):
    with pytest.raises(error, match=message):
        load_metric("image_level")(source(), target())


def test_missing_answers_and_probabilities_are_refused():
    silent = people(EASE).astype(object)
    silent[3] = np.nan
    with pytest.raises(InvalidAssembly, match="answers of target .*miss one"):
        load_metric("image_level")(model(EASE), silent)
    unsure = model(EASE)
    unsure[5] = np.nan
    for name, options in (("image_level", {}), ("accuracy_profile", {"coordinate": "half"})):
        with pytest.raises(InvalidAssembly, match="source gives 2 probabilities that are NaN"):
            load_metric(name, **options)(unsure.assign_coords(half=people(EASE, count=1)["half"]), people(EASE))


def test_one_person_has_no_ceiling():
    with pytest.raises(InvalidAssembly, match="1 person"):
        load_metric("image_level").ceiling(people(EASE, count=1))


def test_options_that_mean_nothing_are_refused():
    for options in ({"left_out": "na"}, {"bootstrap_samples": 1}, {"splits": 0}):
        with pytest.raises(InvalidParameter):
            load_metric("image_level", **options)


def test_what_cannot_be_correlated_is_flagged_and_counted():
    metric = load_metric("image_level", within="half", bootstrap_samples=0)
    constant = metric(model(np.full(40, 0.5)), people(EASE))
    assert constant.value is None and constant.flags == ("constant-answers",)
    assert constant.details["undefined"] == 3 and np.isnan(constant.details["spearman"])
    by_half = metric(model(np.where(np.arange(40) < 20, 0.3, 0.7)), people(EASE))
    assert by_half.value is not None and by_half.flags == ("constant-answers",) and by_half.details["undefined"] == 1
    fine = metric(model(EASE), people(EASE))
    assert fine.flags == () and "undefined" not in fine.details


def test_a_ceiling_counts_the_halves_that_answer_alike():
    target = people(EASE, count=4)
    always = target["subject"].values != "0"
    target = target.copy(data=np.where(always, target["truth"].values, target.values))
    found = load_metric("image_level").ceiling(target)
    assert found.value is None and found.flags == ("constant-answers",)
    assert found.details["undefined_splits"] == found.details["splits"] == 200
    assert load_metric("image_level").ceiling(people(EASE)).details["undefined_splits"] == 0


def test_repeated_answers_are_refused_with_what_to_do():
    noise = np.random.default_rng(4).uniform(0, 0.05, 40)
    repeated = xr.concat([model(EASE + noise), model(EASE - noise)], "presentation")
    with pytest.raises(StimulusMismatch) as refused:
        load_metric("image_level")(repeated, people(EASE))
    assert str(refused.value) == (
        "source answers to 'image00' more than once: expected one answer to each image. Average its probabilities: "
        "brainscore_core.statistics.averaging.average_repetitions(source, within=())."
    )
    averaged = load_metric("image_level")(average_repetitions(repeated, within=()), people(EASE))
    assert averaged.value == pytest.approx(load_metric("image_level")(model(EASE), people(EASE)).value), "it helps"
    answers = BehavioralAssembly(
        np.array(["a", "b"]), dims=("presentation",), coords={"stimulus_id": ("presentation", ["image07", "image07"])}
    )
    with pytest.raises(StimulusMismatch, match=r"'image07' more than once.* Ask for one trial, or for probabilities"):
        load_metric("image_level")(answers, people(EASE))


@pytest.mark.parametrize("metric", ["image_level", "accuracy_profile"])
@pytest.mark.parametrize(("draws", "splits"), [(1, 200), (-1, 200), (0, 0)])
def test_counts_that_mean_nothing_are_refused(metric, draws, splits):
    with pytest.raises(InvalidParameter, match=f"{metric}: bootstrap_samples={draws}, splits={splits}: expected 0 or"):
        load_metric(metric, bootstrap_samples=draws, splits=splits)
