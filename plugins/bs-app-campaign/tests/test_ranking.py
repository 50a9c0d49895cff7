"""Which averages differ: on one benchmark what core says, over many by Welch and Satterthwaite."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import compare_scores, shared_draws
from bs_app_campaign.covariance import Drawn, drawn, shared
from bs_app_campaign.ranking import Differences
from bs_app_campaign.recording import benchmark_row, model_row, record

MODELS = 6


def scores(seed=0, subjects=None, stimuli=40, holes=0.0, draws=400):
    """Models that share most of what stimuli and subjects do to their scores."""
    rng = np.random.default_rng(seed)
    shape = (draws,) if subjects is None else (draws, subjects)
    common = rng.normal(0, 0.05, shape) + (0 if subjects is None else rng.normal(0, 0.1, subjects))
    found = {}
    for index in range(MODELS):
        own = rng.normal(0, 0.02, shape) + (0 if subjects is None else rng.normal(0, 0.03, subjects))
        values = 0.5 + 0.03 * index + common + own
        values[rng.uniform(size=shape) < holes * index] = np.nan
        ids = None if subjects is None else np.arange(subjects)
        found[f"m{index}"] = Score(
            0.5 + 0.03 * index, 0.1, draws=shared_draws(values, np.arange(stimuli), subjects=ids)
        )
    return found


@pytest.fixture
def of_database(database):
    """What the database says of the scores of one benchmark."""
    count = iter(range(1000))

    def stored(entries, quantity="score"):
        ids = {}
        with database.write() as session:
            task = benchmark_row(session, {"identifier": "one", "version": 1, "domain": "trouble", "parent": "easy"})
            for model, score in entries.items():
                of = model_row(session, {"identifier": model, "digest": "d", "distribution": "bs-trouble"})
                ids[record(session, f"run-{next(count)}", of, task, {"status": "ok", "reason": ""}, score).id] = model
        with database.read() as session:
            return shared(drawn(session, ids, quantity))

    return stored


def differences(values, parts):
    found = Differences(values)
    for weights, errors, groups in parts:
        found.add(weights, errors, groups)
    return found


def alone(entries, groups):
    """Of the average over one benchmark."""
    values = {model: score.value for model, score in entries.items()}
    return differences(values, [(dict.fromkeys(values, 1.0), {m: s.error for m, s in entries.items()}, groups)])


@pytest.mark.parametrize("case", [{}, {"subjects": 2}, {"subjects": 3}, {"subjects": 5}, {"subjects": 9, "stimuli": 4}])
def test_on_one_benchmark_pairs_are_those_of_core(of_database, case):
    entries = scores(**case)
    theirs, ours = compare_scores(entries).comparison, alone(entries, of_database(entries))
    found = ours.comparison()
    np.testing.assert_allclose(found.difference_error, theirs.difference_error, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.p, theirs.p, rtol=1e-8)
    np.testing.assert_allclose(found.p_holm, theirs.p_holm, rtol=1e-8)
    assert ours.rank_intervals().tolist() == theirs.rank_intervals().tolist()
    assert not np.isclose(found.p[0, 1], 1), "the example decides something"


def test_subjects_are_a_sample_and_not_fixed(of_database):
    entries = scores(subjects=4)
    fixed = {
        model: Score(score.value, 0.1, draws=shared_draws(score.draws.values.mean(1), np.arange(40)))
        for model, score in entries.items()
    }
    wide, narrow = (alone(one, of_database(one)).comparison().difference_error[0, 5] for one in (entries, fixed))
    assert wide > 1.3 * narrow


def test_draws_with_gaps_are_paired_where_both_have_them(of_database):
    entries = scores(holes=0.03)
    theirs, found = compare_scores(entries).comparison, alone(entries, of_database(entries)).comparison()
    np.testing.assert_allclose(found.difference_error, theirs.difference_error, rtol=1e-9)
    gone = scores(holes=0.15)
    theirs, found = compare_scores(gone).comparison, alone(gone, of_database(gone)).comparison()
    assert np.isnan(theirs.p[0, 5]) and np.array_equal(np.isnan(found.p), np.isnan(theirs.p))


def test_scores_of_other_stimuli_are_independent(of_database):
    entries = scores() | {f"x{index}": score for index, score in enumerate(scores(1, stimuli=30).values())}
    found = alone(entries, of_database(entries))
    place = {model: at for at, model in enumerate(found.models)}
    assert found.variance[place["m0"], place["x0"]] == pytest.approx(2 * 0.1**2)
    assert np.isinf(found.degrees[place["m0"], place["x0"]]) and found.degrees[place["m0"], place["m1"]] == 39


def test_two_levels_are_no_sample(of_database):
    assert of_database(scores(stimuli=2)) == []


def test_raw_scores_have_draws_of_their_own(of_database):
    entries = {model: Score(None, raw=score) for model, score in scores().items()}
    theirs, found = compare_scores(entries), of_database(entries, "raw")
    assert theirs.quantity == "raw" and of_database(entries) == []
    ours = alone({model: score.raw for model, score in entries.items()}, found).comparison()
    np.testing.assert_allclose(ours.p, theirs.comparison.p, rtol=1e-8)


def test_degrees_of_freedom_are_those_of_welch_and_satterthwaite():
    rng = np.random.default_rng(3)
    sizes, parts, samples = (5, 12), [], []
    for size, weight in zip(sizes, (0.3, 0.7), strict=True):
        both = {name: shared_draws(rng.normal(size=300), np.arange(size)) for name in "ab"}
        groups = shared({name: Drawn("same", draws.values, size) for name, draws in both.items()})
        parts.append((dict.fromkeys("ab", weight), {}, groups))
        variance = weight**2 * np.var(both["a"].values - both["b"].values, ddof=1) * size / (size - 1)
        sample = rng.normal(size=size)
        samples.append((sample - sample.mean()) / sample.std(ddof=1) * np.sqrt(variance * size))
    found = differences({"a": 0.5, "b": 0.4}, parts)
    welch = ttest_ind(*samples, equal_var=False)
    assert found.degrees[0, 1] == pytest.approx(welch.df, rel=1e-9)
    assert min(sizes) - 1 < found.degrees[0, 1] < sum(sizes) - 2


def test_what_is_decided_without_p_is_what_p_decides():
    rng = np.random.default_rng(4)
    for count in (2, 3, 20, 60):
        values = {f"m{at}": float(value) for at, value in enumerate(rng.normal(0.5, 0.1, count))}
        parts = []
        for levels in (3, 8, 200):
            common = rng.normal(0, 0.1, 200)
            draws = {
                m: Drawn(f"{levels}", common + rng.normal(0, 0.03, 200), levels) for m in list(values)[: count - 1]
            }
            weights = {model: float(rng.uniform(0, 0.5)) for model in values if rng.uniform() < 0.9}
            parts.append((weights, dict.fromkeys(values, 0.01), shared(draws)))
        found = differences(values, parts)
        theirs = found.comparison()
        assert np.array_equal(found.better(), theirs.better(correction="holm"))
        assert found.rank_intervals().tolist() == theirs.rank_intervals().tolist()
        tested = theirs.p_holm[np.triu_indices(count, 1)]
        assert found.apart() == (int((tested < 0.05).sum()), int(np.isfinite(tested).sum()))
    assert found.apart()[0] > 100


def test_equal_scores_are_tests_and_unknown_errors_are_none():
    values, weights = {"a": 0.5, "b": 0.5, "c": 0.9}, {"a": 1.0, "b": 1.0, "c": 1.0}
    known = differences(values, [(weights, {"a": 0.0, "b": 0.0, "c": 0.1}, [])])
    assert known.apart() == (2, 3) and known.rank_intervals().tolist() == [[2, 3], [2, 3], [1, 1]]
    unknown = differences(values, [(weights, {"a": 0.0, "b": 0.0, "c": None}, [])])
    assert unknown.apart() == (0, 1) and unknown.rank_intervals().tolist() == [[1, 3]] * 3
