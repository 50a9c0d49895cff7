"""Each step against a formula worked by hand or another library."""

import itertools

import numpy as np
import pytest
from scipy import stats

from brainscore_core.errors import TooFewStimuli
from bs_metric_ost.crossing import first_crossing
from bs_metric_ost.decoder import decoded
from bs_metric_ost.discriminability import image_level
from bs_metric_ost.ranks import CensoredRanks, spearman

TIMES = np.array([70.0, 80, 90, 100])


@pytest.mark.parametrize(
    ("course", "threshold", "just_before", "highest"),
    [
        ([0, 1, 2, 3], 1.5, 85, 85),
        ([0, 1, 2, 3], 2.0, 90, 90),
        ([2, 0, 0, 0], 1.0, 70, 70),
        ([0, 0.5, 0, 1], 1.0, 100, 100),
        ([0.5, 0, 0, 2], 1.0, 95, 80),
        ([0, 1, 0, 1], 2.0, np.nan, np.nan),
        ([np.nan, np.nan, 2, 3], 1.0, 90, 90),
        ([3, 0, 0, 3], np.nan, np.nan, np.nan),
    ],
)
def test_where_the_line_reaches_the_threshold(course, threshold, just_before, highest):
    given = np.array([course], float), np.array([threshold]), TIMES
    np.testing.assert_allclose(first_crossing(*given), [just_before])
    np.testing.assert_allclose(first_crossing(*given, highest_before=True), [highest])


def test_i1_is_the_formula_by_hand():
    """Every pair of image and other object, as the definition says."""
    rng = np.random.default_rng(0)
    probabilities, labels = rng.dirichlet([1, 1, 1], 9), np.array([0, 0, 1, 1, 1, 2, 2, 2, 0])
    expected = []
    for image, label in enumerate(labels):
        levels = []
        for other in {0, 1, 2} - {label}:
            hit = probabilities[image, label] / (probabilities[image, label] + probabilities[image, other])
            of_other = probabilities[labels == other]
            false = (of_other[:, label] / (of_other[:, label] + of_other[:, other])).mean()
            levels.append(np.clip(stats.norm.ppf(hit) - stats.norm.ppf(false), -5, 5))
        expected.append(np.mean(levels))
    np.testing.assert_allclose(image_level(probabilities, labels), expected, atol=1e-12)


def test_i1_of_certainty_is_capped_and_of_chance_is_zero():
    labels = np.array([0, 0, 1, 1])
    np.testing.assert_array_equal(image_level(np.eye(2)[labels], labels), 5)
    np.testing.assert_array_equal(image_level(np.eye(2)[1 - labels], labels), -5)
    np.testing.assert_allclose(image_level(np.full((4, 2), 0.5), labels), 0, atol=1e-12)
    assert np.isnan(image_level(np.full((2, 2), 0.5), np.array([0, 0]))).all()


def test_decoders_are_at_the_minimum_of_what_they_state():
    """Probabilities of scipy's minimiser of the same objective, and of the second bin as if there were no first."""
    from scipy.optimize import minimize

    rng = np.random.default_rng(1)
    labels = np.arange(60) % 3
    source = rng.normal(size=(60, 5, 2)) + np.eye(3, 5)[labels][:, :, None]
    source[:, 4] = 7.0  # a unit that never varies
    train, test = np.arange(45), np.arange(45, 60)
    first, second = decoded(source, labels, train, test, 0.463)
    (alone,) = decoded(source[:, :, 1:], labels, train, test, 0.463)
    np.testing.assert_allclose(second, alone, atol=1e-4)
    x = source[:, :4, 0]
    x = np.column_stack([(x - x[train].mean(0)) / x[train].std(0), np.ones(60)])

    def loss(flat):
        weights = flat.reshape(5, 3)
        logits = x[train] @ weights
        entropy = np.log(np.exp(logits).sum(1)) - logits[np.arange(45), labels[train]]
        return entropy.mean() + 0.463 / 2 * (weights[:-1] ** 2).sum()

    logits = x[test] @ minimize(loss, np.zeros(15)).x.reshape(5, 3)
    np.testing.assert_allclose(first, np.exp(logits) / np.exp(logits).sum(1, keepdims=True), atol=1e-4)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_many_units_are_solved_between_images_alike(dtype):
    """The same probabilities as scikit-learn's on all units."""
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(2)
    labels = np.arange(80) % 4
    source = (rng.normal(size=(80, 300, 2)) + 0.3 * rng.normal(size=(4, 300, 1))[labels]).astype(dtype)
    train, test = np.arange(60), np.arange(60, 80)
    for bin_, found in enumerate(decoded(source, labels, train, test, 0.463)):
        x = source[..., bin_].astype(np.float64)
        x = (x - x[train].mean(0)) / x[train].std(0)
        whole = LogisticRegression(C=1 / (0.463 * 60), tol=1e-8, max_iter=5000).fit(x[train], labels[train])
        np.testing.assert_allclose(found, whole.predict_proba(x[test]), atol=1e-4)


def test_a_class_without_training_images_is_named():
    with pytest.raises(TooFewStimuli, match="class number 2"):
        next(decoded(np.zeros((6, 2, 1)), np.array([0, 1, 0, 1, 2, 2]), np.arange(4), np.arange(4, 6), 0.463))


def times(seed, size=40):
    rng = np.random.default_rng(seed)
    found = rng.integers(7, 20, (2, size)) * 10.0
    found[rng.random((2, size)) < 0.2] = np.nan
    return found


@pytest.mark.parametrize("seed", range(5))
def test_rank_statistics_are_scipys(seed):
    a, b = times(seed)
    once = np.ones((1, len(a)))
    both = ~np.isnan(a) & ~np.isnan(b)
    assert spearman(a, b, once)[0] == pytest.approx(stats.spearmanr(a[both], b[both])[0], abs=1e-12)
    late = [np.where(np.isnan(part), 1e9, part) for part in (a, b)]
    ranks = CensoredRanks.of(a, b, once)
    assert ranks.tau[0] == pytest.approx(stats.kendalltau(*late)[0], abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_weights_are_copies(seed):
    a, b = times(seed)
    rows = np.random.default_rng(seed).integers(0, len(a), len(a))
    weights = np.bincount(rows, minlength=len(a))[None]
    once = np.ones((1, len(a)))
    assert spearman(a, b, weights)[0] == pytest.approx(spearman(a[rows], b[rows], once)[0], abs=1e-12)
    drawn, copied = CensoredRanks.of(a, b, weights), CensoredRanks.of(a[rows], b[rows], once)
    assert drawn.tau[0] == pytest.approx(copied.tau[0], abs=1e-6)
    assert drawn.concordance[0] == pytest.approx(copied.concordance[0], abs=1e-6)


def test_concordance_counts_pairs_whose_order_is_known():
    a, b = np.array([70, 80, np.nan, np.nan, 80]), np.array([90, 70, 100, np.nan, 200])
    same = other = 0
    for i, j in itertools.combinations(range(5), 2):
        x, y = (np.sign(np.nan_to_num(part[i], nan=1e9) - np.nan_to_num(part[j], nan=1e9)) for part in (a, b))
        same, other = same + (x * y > 0), other + (x * y < 0)
    assert CensoredRanks.of(a, b, np.ones((1, 5))).concordance[0] == pytest.approx(same / (same + other))


def test_nothing_to_order_is_undefined():
    once = np.ones((1, 3))
    tied, never = np.full(3, 70.0), np.full(3, np.nan)
    assert np.isnan(spearman(tied, np.arange(3.0), once)[0]) and np.isnan(spearman(never, tied, once)[0])
    assert np.isnan(CensoredRanks.of(tied, np.arange(3.0), once).concordance[0])
