"""Every comparison against rsatoolbox and scipy where they are installed, and against its definition."""

from itertools import permutations

import numpy as np
import pytest

from brainscore_core.errors import InvalidAssembly
from bs_metric_rsa.comparators import COMPARATORS
from bs_metric_rsa.pairs import square
from bs_metric_rsa.rank_correlation import rho_a, spearman
from bs_metric_rsa.ranking import average_ranks

LISTS = [
    np.random.default_rng(0).standard_normal(50),
    np.random.default_rng(1).integers(0, 4, 50).astype(float),
    np.random.default_rng(2).standard_normal(50).astype(np.float32),
    np.array([1.0, 1.0, 1.0]),
    np.array([3.0]),
]


@pytest.mark.parametrize("values", LISTS, ids=["distinct", "ties", "float32", "all-ties", "single"])
def test_average_ranks_count_what_is_below_and_half_of_what_is_equal(values):
    expected = [(values < value).sum() + ((values == value).sum() + 1) / 2 for value in values]
    assert average_ranks(values).tolist() == expected


def test_spearman_is_scipys():
    stats = pytest.importorskip("scipy.stats")
    for a, b in (LISTS[:2], LISTS[1:3]):
        assert spearman(average_ranks(a), average_ranks(b)) == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-14)


def test_spearman_of_ties_only_is_undefined():
    assert np.isnan(spearman(average_ranks(np.ones(5)), np.arange(5.0)))


def test_rho_a_is_the_expectation_over_broken_ties():
    tied, other = np.array([1.0, 1.0, 1.0, 2.0, 2.0]), np.array([3.0, 5.0, 1.0, 4.0, 2.0])
    broken = [
        spearman(np.array([*first, *second]), average_ranks(other))
        for first in permutations((1.0, 2.0, 3.0))
        for second in permutations((4.0, 5.0))
    ]
    assert rho_a(average_ranks(tied), average_ranks(other)) == pytest.approx(np.mean(broken), abs=1e-14)


RESAMPLED = [name for name, comparator in COMPARATORS.items() if comparator.repeats]


def lists(stimuli, levels, missing, seed=5):
    """Two lists of dissimilarities that have something in common; few levels make ties."""
    rng = np.random.default_rng(seed)
    model = rng.gamma(2, size=stimuli * (stimuli - 1) // 2)
    subject = model + rng.gamma(2, size=len(model))
    if levels:
        model, subject = np.round(model * levels / 6), np.round(subject * levels / 6)
    if missing:
        subject[::7] = np.nan
    return model, subject


def repeated(model, subject, times):
    """Both lists with each pair as often as it says, and not at all where it was not measured."""
    times = np.where(np.isnan(subject), 0, times).astype(int)
    return np.repeat(model, times), np.repeat(subject, times)


def reference(comparison, a, b):
    stats = pytest.importorskip("scipy.stats")
    if comparison == "tau-a":
        signs = np.sign(a[:, None] - a) * np.sign(b[:, None] - b)
        return signs.sum() / (len(a) * (len(a) - 1))
    return {
        "spearman": lambda: stats.spearmanr(a, b).statistic,
        "rho-a": lambda: rho_a(stats.rankdata(a), stats.rankdata(b)),
        "pearson": lambda: stats.pearsonr(a, b).statistic,
        "cosine": lambda: a @ b / np.sqrt((a @ a) * (b @ b)),
    }[comparison]()


@pytest.mark.parametrize("comparison", RESAMPLED)
@pytest.mark.parametrize("levels", [None, 6])
@pytest.mark.parametrize("missing", [False, True])
def test_draws_equal_repeating_stimuli(comparison, levels, missing):
    stimuli, samples = 15, 25
    model, subject = lists(stimuli, levels, missing)
    rows, columns = np.triu_indices(stimuli, 1)
    counts = np.random.default_rng(3).multinomial(stimuli, np.full(stimuli, 1 / stimuli), size=samples).astype(float)
    compared = COMPARATORS[comparison].compare(model, subject, stimuli)
    found = compared.resampled(counts)
    for sample, count in enumerate(counts):
        a, b = repeated(model, subject, count[rows] * count[columns])
        assert found[sample] == pytest.approx(reference(comparison, a, b), abs=1e-12)
    assert compared.value() == pytest.approx(reference(comparison, *repeated(model, subject, 1)), abs=1e-12)


@pytest.mark.parametrize("comparison", COMPARATORS)
@pytest.mark.parametrize("levels", [None, 6])
@pytest.mark.parametrize("missing", [False, True])
def test_within_a_part_is_with_its_stimuli_alone(comparison, levels, missing):
    stimuli = 15
    if missing and comparison.startswith("whitened"):
        pytest.skip("refused: tested elsewhere")
    model, subject = lists(stimuli, levels, missing)
    rows, columns = np.triu_indices(stimuli, 1)
    parts = np.random.default_rng(3).random((40, stimuli)) < 0.7
    found = COMPARATORS[comparison].compare(model, subject, stimuli).within(parts)
    for part, value in zip(parts, found, strict=True):
        kept = part[rows] & part[columns]
        alone = COMPARATORS[comparison].compare(model[kept], subject[kept], int(part.sum()))
        assert value == pytest.approx(alone.value(), abs=1e-12)


@pytest.mark.parametrize(("comparison", "theirs"), [
    ("spearman", "spearman"), ("rho-a", "rho-a"), ("tau-a", "tau-a"), ("pearson", "corr"), ("cosine", "cosine"),
    ("whitened-cosine", "cosine_cov"), ("whitened-pearson", "corr_cov"),
])  # fmt: skip
@pytest.mark.parametrize("stimuli", [4, 12, 120])
@pytest.mark.parametrize("levels", [None, 9])
def test_rsatoolbox_agrees(comparison, theirs, stimuli, levels):
    rsatoolbox = pytest.importorskip("rsatoolbox")
    for seed in range(3):
        model, subject = lists(stimuli, levels, missing=False, seed=seed)
        rdms = [rsatoolbox.rdm.RDMs(entries[None]) for entries in (model, subject)]
        expected = rsatoolbox.rdm.compare(*rdms, method=theirs).item()
        found = COMPARATORS[comparison].compare(model, subject, stimuli).value()
        assert found == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("centred", [False, True])
def test_whitening_inverts_the_covariance_as_published(centred):
    stimuli = 9
    model, subject = lists(stimuli, None, missing=False)
    contrasts = np.eye(stimuli)[np.triu_indices(stimuli, 1)[0]] - np.eye(stimuli)[np.triu_indices(stimuli, 1)[1]]
    inverse = np.linalg.inv((contrasts @ contrasts.T) ** 2)
    a, b = (entries - entries.mean() * centred for entries in (model, subject))
    expected = a @ inverse @ b / np.sqrt((a @ inverse @ a) * (b @ inverse @ b))
    name = "whitened-pearson" if centred else "whitened-cosine"
    assert COMPARATORS[name].compare(model, subject, stimuli).value() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("comparison", COMPARATORS)
def test_scale_does_not_matter_and_equal_lists_agree(comparison):
    model, subject = lists(12, None, missing=False)
    compare = COMPARATORS[comparison].compare
    expected = compare(model, subject, 12).value()
    assert compare(model * 1e6, subject * 1e-6, 12).value() == pytest.approx(expected, abs=1e-12)
    assert compare(model, model, 12).value() == pytest.approx(1)
    order = np.random.default_rng(0).permutation(12)
    rows, columns = np.triu_indices(12, 1)
    shuffled = [
        (lambda matrix: matrix[np.ix_(order, order)][rows, columns])(square(entries, 12))
        for entries in (model, subject)
    ]
    assert compare(*shuffled, 12).value() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("comparison", COMPARATORS)
def test_lists_that_tell_nothing_apart(comparison):
    model = lists(12, None, missing=False)[0]
    for flat in (0.0, 0.1):
        for pair in ((np.full(66, flat), model), (model, np.full(66, flat))):
            value = COMPARATORS[comparison].compare(*pair, 12).value()
            if comparison in ("rho-a", "tau-a"):
                assert value == 0
            elif flat == 0 or "cosine" not in comparison:
                assert np.isnan(value)
            else:
                assert 0 < value < 1


@pytest.mark.parametrize("comparison", [name for name in COMPARATORS if name.startswith("whitened")])
def test_whitening_needs_all_pairs(comparison):
    with pytest.raises(InvalidAssembly, match="10 pairs"):
        COMPARATORS[comparison].compare(*lists(12, None, missing=True), 12)


@pytest.mark.parametrize("comparison", ["spearman", "rho-a", "tau-a", "pearson", "cosine"])
def test_nothing_measured_is_undefined(comparison):
    assert np.isnan(COMPARATORS[comparison].compare(np.arange(66.0), np.full(66, np.nan), 12).value())
