"""Stimuli in groups: pairs in each draw by copying them out, and errors against experiments with new groups."""

import numpy as np
import pytest

from brainscore_core.assemblies import DissimilarityAssembly, NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, StimulusMismatch, TooFewStimuli
from brainscore_core.statistics.bootstrap import counts
from bs_metric_rsa import RDM, RDMReliability
from bs_metric_rsa.comparators import COMPARATORS
from bs_metric_rsa.distances import correlation_distance

REPEATS = [name for name, comparator in COMPARATORS.items() if comparator.repeats]
GROUPS, EACH = 20, 5


def responses(values, groups=None, repetitions=1):
    stimuli, units = len(values) // repetitions, values.shape[1]
    coords = {
        "stimulus_id": ("presentation", [f"s{i:03}" for i in range(stimuli)] * repetitions),
        "repetition": ("presentation", np.repeat(np.arange(repetitions), stimuli)),
        "neuroid_id": ("neuroid", [str(i) for i in range(units)]),
        "region": ("neuroid", ["IT"] * units),
    }
    if groups is not None:
        coords["object_name"] = ("presentation", np.tile(groups, repetitions))
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


def copied(draw, groups):
    """Pairs of a draw of groups, each copy written out: those within a copy, and those between different groups."""
    copies = [(stimulus, copy) for stimulus in range(len(groups)) for copy in range(int(draw[stimulus]))]
    for place, (one, of_one) in enumerate(copies):
        for other, of_other in copies[place + 1 :]:
            if groups[one] != groups[other] or (one != other and of_one == of_other):
                yield one, other


@pytest.mark.parametrize("comparison", REPEATS)
@pytest.mark.parametrize("missing", [False, True])
def test_draws_of_groups_are_those_of_their_copies(comparison, missing):
    rng = np.random.default_rng(0)
    groups = rng.permutation(np.repeat(list("abcde"), [1, 2, 3, 4, 2]))
    stimuli = len(groups)
    rows, columns = np.triu_indices(stimuli, 1)
    model = np.round(rng.gamma(2, size=len(rows)), 1)
    subject = np.round(model + rng.gamma(2, size=len(rows)), 1)
    subject[::7] = np.nan if missing else subject[::7]
    place = {pair: index for index, pair in enumerate(zip(rows.tolist(), columns.tolist(), strict=True))}
    weights = counts(stimuli, 8, groups=groups)
    assert weights.max() > 1
    found = COMPARATORS[comparison].compare(model, subject, stimuli).resampled(weights, groups)
    for draw, value in zip(weights, found, strict=True):
        pairs = np.array([place[min(i, j), max(i, j)] for i, j in copied(draw, groups)])
        pairs = pairs[~np.isnan(subject[pairs])]
        a, b = model[pairs], subject[pairs]
        assert value == pytest.approx(_plain(comparison, a, b), abs=1e-12)


def _plain(comparison, a, b):
    stats = pytest.importorskip("scipy.stats")
    ranks = stats.rankdata(a), stats.rankdata(b)
    n = len(a)
    signs = (np.sign(np.subtract.outer(side, side)) for side in (a, b))
    return {
        "spearman": lambda: np.corrcoef(*ranks)[0, 1],
        "rho-a": lambda: 12 * ((ranks[0] - ranks[0].mean()) @ (ranks[1] - ranks[1].mean())) / (n**3 - n),
        "tau-a": lambda: np.multiply(*signs).sum() / (n * (n - 1)),
        "pearson": lambda: np.corrcoef(a, b)[0, 1],
        "cosine": lambda: a @ b / np.sqrt((a @ a) * (b @ b)),
    }[comparison]()


def experiments(number, comparison, groups_of=None, seed=3):
    """Each with new objects: images differ little from their object; readouts are those of all."""
    rng = np.random.default_rng(seed)
    readouts = [rng.standard_normal((5, units)) for units in (30, 40)]
    names = np.repeat([f"object-{i}" for i in range(GROUPS)], EACH)
    options = {"comparison": comparison, "bootstrap_samples": 60, "distance": "squared-euclidean"}
    for _ in range(number):
        latent = np.repeat(rng.standard_normal((GROUPS, 5)), EACH, axis=0)
        latent = latent + 0.3 * rng.standard_normal(latent.shape)
        source, target = (latent @ w + 2 * rng.standard_normal((len(latent), w.shape[1])) for w in readouts)
        yield RDM(**options, group_coord=groups_of)(responses(source), responses(target, names))


@pytest.mark.parametrize("comparison", ["spearman", "pearson", "whitened-pearson"])
def test_the_interval_of_groups_is_one_for_new_groups(comparison):
    grouped, single = ([*experiments(150, comparison, coord)] for coord in ("object_name", None))
    values = np.array([float(score) for score in grouped])
    assert values.tolist() == [float(score) for score in single], "the value is the same"
    spread, truth = values.std(ddof=1), values.mean()
    by_group, by_stimulus = (np.mean([score.error for score in scores]) for scores in (grouped, single))
    assert by_group == pytest.approx(spread, rel=0.25)
    assert by_stimulus < 0.75 * spread
    assert _coverage(grouped, truth) > 0.85 > 0.8 > _coverage(single, truth)
    assert "of groups of stimuli" in grouped[0].details["error"] and "group" not in single[0].details["error"]


def _coverage(scores, truth):
    return np.mean([score.details["interval_low"] < truth < score.details["interval_high"] for score in scores])


def test_groups_of_one_stimulus_are_stimuli():
    rng = np.random.default_rng(1)
    source, target = (rng.standard_normal((20, units)) for units in (8, 9))
    own = responses(target, [f"object-{i:02}" for i in range(20)])
    alone, grouped = (
        RDM(bootstrap_samples=50, group_coord=coord)(responses(source), own) for coord in (None, "object_name")
    )
    assert grouped.error == pytest.approx(alone.error)


def test_score_and_reliability_share_the_groups():
    rng = np.random.default_rng(2)
    groups = np.repeat(list("abcdefgh"), 4)
    latent = np.repeat(rng.standard_normal((8, 4)), 4, axis=0) + 0.2 * rng.standard_normal((32, 4))
    signal = latent @ rng.standard_normal((4, 25))
    trials = responses(np.tile(signal, (4, 1)) + 3 * rng.standard_normal((128, 25)), groups, repetitions=4)
    mean = responses(trials.values.reshape(4, 32, 25).mean(0), groups).isel(presentation=rng.permutation(32))
    value = RDM(group_coord="object_name").evaluate(responses(signal), mean)
    ceiling = RDMReliability(splits=4, group_coord="object_name").evaluate(trials, value.stimuli)
    assert value.groups.tolist() == ceiling.groups.tolist() == mean["object_name"].values.tolist()
    ones = np.ones((1, 32))
    assert value.resampled(ones).item() == pytest.approx(float(value.score), abs=1e-12)
    assert ceiling.resampled(ones).item() == pytest.approx(float(ceiling.score), abs=1e-12)
    options = {"splits": 4, "bootstrap_samples": 100}
    by_stimulus, by_group = (RDMReliability(**options, group_coord=g)(trials) for g in (None, "object_name"))
    assert by_group.error > 1.2 * by_stimulus.error and "groups of stimuli" in by_group.details["error"]


def test_groups_of_dissimilarities():
    rng = np.random.default_rng(4)
    ids, groups = [f"s{i:03}" for i in range(12)], np.repeat(list("abcd"), 3)
    matrices = np.stack([correlation_distance(rng.standard_normal((12, 9))) for _ in range(3)])
    coords = {
        "subject_id": ("subject", list("xyz")), "region": ("subject", ["IT"] * 3), "stimulus_id_i": ("stimulus_i", ids),
        "stimulus_id_j": ("stimulus_j", ids), "object_name_i": ("stimulus_i", groups),
    }  # fmt: skip
    target = DissimilarityAssembly(matrices, dims=("subject", "stimulus_i", "stimulus_j"), coords=coords)
    source = responses(rng.standard_normal((12, 9)))
    assert RDM(group_coord="object_name").evaluate(source, target).groups.tolist() == groups.tolist()
    assert RDM(group_coord="object_name", bootstrap_samples=20, bootstrap_over="both")(source, target).error > 0


def test_groups_that_cannot_be_drawn():
    rng = np.random.default_rng(5)
    source, target = (responses(rng.standard_normal((12, 9)), groups) for groups in (None, np.repeat(list("ab"), 6)))
    asked = RDM(group_coord="object_name", bootstrap_samples=20)
    with pytest.raises(InvalidAssembly, match="'object_name'.*'stimulus_id'"):
        asked(source, source)
    with pytest.raises(TooFewStimuli, match="2 groups"):
        asked(source, target)
    trials = responses(rng.standard_normal((24, 9)), repetitions=2)
    torn = trials.assign_coords(object_name=("presentation", np.arange(24).astype(str)))
    with pytest.raises(StimulusMismatch, match="two groups"):
        RDMReliability(group_coord="object_name")(torn)
