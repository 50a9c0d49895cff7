"""``i1`` and its relatives against values worked by hand, invariances, and bad input."""

import numpy as np
import pytest
from scipy.stats import norm, pearsonr

from brainscore_core import load_metric
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli
from brainscore_core.statistics import bootstrap

from .examples import OBJECTS, answers, probabilities, recognition

NAMES = ["i1", "I1n", "I2", "i2n", "O1", "O2"]
Z = norm.ppf
AB = np.array(["a", "b"])


def two_objects(p, ids=("a1", "a2", "b1", "b2")):
    """Probabilities of the right object in two images of a, then two of b; what is right."""
    p, truth = np.asarray(p), np.array(["a", "a", "b", "b"])
    table = np.where((truth == "a")[:, None], np.stack([p, 1 - p], 1), np.stack([1 - p, p], 1))
    return probabilities(table, list(ids), AB, truth=truth)


ONE, OTHER = (0.9, 0.7, 0.8, 0.6), (0.6, 0.75, 0.55, 0.9)


def by_hand(p, name):
    """Of two objects a distractor is the other object: d' = z(p) - z(mean of 1 - p over the other's images)."""
    p = np.asarray(p)
    mean_a, mean_b = 1 - p[:2].mean(), 1 - p[2:].mean()
    d = Z(p) - np.array([Z(mean_b), Z(mean_b), Z(mean_a), Z(mean_a)])
    if name in ("I1n", "i2n"):
        d = d - np.repeat([d[:2].mean(), d[2:].mean()], 2)
    return d


@pytest.mark.parametrize("name", ["i1", "I1n", "I2", "i2n"])
def test_images_worked_by_hand(name):
    expected = pearsonr(by_hand(ONE, name), by_hand(OTHER, name)).statistic
    score = load_metric(name)(two_objects(ONE), two_objects(OTHER))
    assert float(score) == pytest.approx(expected, abs=1e-12)
    assert score.details["verified_upstream"] == ("yes" if name == "i2n" else "no")


FALSE_ALARMS = np.array([[np.nan, 0.1, 0.3], [0.2, np.nan, 0.4], [0.25, 0.35, np.nan]])
OTHERS = np.array([[np.nan, 0.2, 0.15], [0.3, np.nan, 0.45], [0.05, 0.4, np.nan]])


def three_objects(rates):
    """Two images of each object, whose rates lie around these; the object has probability 1 - rate against each."""
    rows = []
    for number, row in enumerate(rates):
        for sign in (1, -1):
            odds = (row + sign * 0.02) / (1 - row - sign * 0.02)  # p(distractor) for p(object) = 1
            odds[number] = 1.0
            rows.append(odds / odds.sum())
    names = np.array(["a", "b", "c"])
    return probabilities(rows, [f"image-{n}" for n in range(6)], names, truth=np.repeat(names, 2))


@pytest.mark.parametrize("name", ["O1", "O2"])
def test_objects_worked_by_hand(name):
    def pattern(rates):
        d = -Z(rates) - Z(rates.T)
        return np.nanmean(d, axis=1) if name == "O1" else d[~np.isnan(d)]

    expected = pearsonr(pattern(FALSE_ALARMS), pattern(OTHERS)).statistic
    score = load_metric(name)(three_objects(FALSE_ALARMS), three_objects(OTHERS))
    assert float(score) == pytest.approx(expected, abs=1e-12)


def test_trials_are_false_alarms_over_offers():
    """Image a1 is taken for b in 1 of 4 trials: as probabilities of 3/4 and 1/4."""
    wrong = {"a1": 1, "a2": 2, "b1": 1, "b2": 3}
    rows = [(image, number < count) for image, count in wrong.items() for number in range(4)]
    image = np.array([name for name, _ in rows])
    truth = np.array([name[0] for name in image])
    other = np.where(truth == "a", "b", "a")
    chosen = np.where([error for _, error in rows], other, truth)
    people = answers(chosen, image, truth=truth, sample_obj=truth, dist_obj=other)
    same = two_objects([0.75, 0.5, 0.75, 0.25])
    model = two_objects(ONE)
    expected = float(load_metric("i1")(model, same))
    assert float(load_metric("i1", trials="all")(model, people)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_model_is_perfectly_consistent(name):
    model, people = recognition()
    truth = dict(zip(people["stimulus_id"].values, people["truth"].values, strict=True))
    labelled = model.assign_coords(truth=("presentation", [truth[id] for id in model["stimulus_id"].values]))
    assert float(load_metric(name)(model, labelled)) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_relabelling_changes_nothing(name):
    model, people = recognition()
    new = dict(zip(OBJECTS.tolist(), ["z", "y", "x", "w"], strict=True))
    rename = np.vectorize(new.get)
    coords = {key: ("presentation", rename(people[key].values)) for key in ("truth", "sample_obj", "dist_obj")}
    renamed = people.copy(data=rename(people.values)).assign_coords(coords)
    other = model.assign_coords(choice=rename(model["choice"].values))
    metric = load_metric(name)
    assert float(metric(other, renamed)) == pytest.approx(float(metric(model, people)), abs=1e-12)


def test_rows_and_columns_of_the_model_may_stand_in_any_order():
    model, people = recognition()
    shuffled = model.isel(presentation=np.random.default_rng(1).permutation(24), choice=[2, 0, 3, 1])
    assert float(load_metric("i2n")(shuffled, people)) == pytest.approx(
        float(load_metric("i2n")(model, people)), abs=1e-12
    )


def test_chance_is_zero_in_the_mean():
    found = []
    for seed in range(40):
        _, people = recognition(seed=seed)
        model, _ = recognition(seed=1000 + seed)
        found.append(float(load_metric("i2n")(model, people)))
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(40)
    assert np.std(found) > 0.02


def test_ceiling_is_what_halves_allow():
    _, people = recognition(count=4000)
    half, whole = (load_metric("i2n", trials=trials).ceiling(people) for trials in ("half", "all"))
    assert 0.3 < float(half) < float(whole) < 1
    each = half.values.values
    np.testing.assert_allclose(whole.values.values, 2 * each / (1 + each), atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_draws_weigh_whole_images(name):
    """A draw is the same as a set in which images stand as often as they were drawn."""
    model, people = recognition(images=12, count=3000)
    score = load_metric(name, bootstrap_samples=4, trials="all")(model, people)
    weights = bootstrap.counts(12, 4, 0).astype(int)
    for draw, counts in zip(score.draws.values, weights, strict=True):
        ids = np.sort(model["stimulus_id"].values)
        if set(OBJECTS) - set(people["truth"].values[np.isin(people["stimulus_id"].values, ids[counts > 0])]):
            continue  # an object that was not drawn
        copies = [(id, number) for id, count in zip(ids, counts, strict=True) for number in range(count)]
        rows = [int(np.flatnonzero(model["stimulus_id"].values == id)[0]) for id, _ in copies]
        names = [f"{id}-{number}" for id, number in copies]
        again = model.isel(presentation=rows).assign_coords(stimulus_id=("presentation", names))
        parts = [np.flatnonzero(people["stimulus_id"].values == id) for id, _ in copies]
        told = np.repeat(names, [len(part) for part in parts])
        trials = people.isel(presentation=np.concatenate(parts)).assign_coords(stimulus_id=("presentation", told))
        assert draw == pytest.approx(float(load_metric(name, trials="all")(again, trials)), abs=1e-9)


def test_error_covers_other_images():
    """The spread over draws is near that over sets of new images."""
    scores = [load_metric("i2n", bootstrap_samples=200)(*recognition(images=48, count=9600, seed=s)) for s in range(30)]
    between = np.std([float(score) for score in scores], ddof=1)
    assert 0.6 < np.mean([score.error for score in scores]) / between < 1.7


def test_a_model_that_tells_nothing_apart_is_null():
    _, people = recognition()
    flat = probabilities(np.full((24, 4), 0.25), [f"image-{n:03d}" for n in range(24)])
    score = load_metric("i1")(flat, people)
    assert score.value is None and score.flags == ("constant-pattern",)


def test_bad_input_is_named():
    model, people = recognition()
    metric = load_metric("i2n")
    with pytest.raises(InvalidAssembly, match="probabilities"):
        metric(people, people)
    with pytest.raises(StimulusMismatch, match="image-000"):
        metric(model.isel(presentation=slice(1, None)), people)
    with pytest.raises(StimulusMismatch, match="2 times"):
        metric(model.isel(presentation=[0, *range(24)]), people)
    with pytest.raises(InvalidAssembly, match="truck"):
        metric(model.isel(choice=slice(0, 3)), people)
    with pytest.raises(InvalidAssembly, match="sample_obj"):
        metric(model, people.drop_vars("sample_obj"))
    with pytest.raises(InvalidAssembly, match="not offered"):
        metric(model, people.copy(data=np.where(people.values == "bear", "cat", people.values)))
    with pytest.raises(InvalidAssembly, match="NaN"):
        metric(model.where(model > 0.1), people)
    two_truths = people["truth"].values.copy()
    two_truths[0] = "bear" if two_truths[0] != "bear" else "cat"
    with pytest.raises(StimulusMismatch, match="two truths"):
        metric(model, people.assign_coords(truth=("presentation", two_truths)))
    few = people.isel(presentation=np.isin(people["stimulus_id"].values, ["image-000", "image-001"]))
    with pytest.raises(TooFewStimuli):
        metric(model.isel(presentation=slice(0, 2)), few)


def test_options_are_checked():
    for options in ({"repetitions": 0}, {"trials": "most"}, {"bootstrap_samples": 1}):
        with pytest.raises(InvalidParameter):
            load_metric("i2n", **options)


def test_constant_answers_are_flagged_and_counted():
    model, people = recognition()
    same = model.copy(data=np.full(model.shape, 1 / model.sizes["choice"]))
    score = load_metric("i2n")(same, people)
    assert score.value is None and "constant-pattern" in score.flags
    assert score.details["undefined_splits"] == 2 and np.isnan(score.details["sd_over_splits"])
    assert load_metric("i2n")(model, people).details["undefined_splits"] == 0
