"""Distances from single trials: against rsatoolbox and scikit-learn, and against a geometry that is known."""

import warnings

import numpy as np
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch
from bs_metric_rsa import RDM, RDMReliability, measure
from bs_metric_rsa.distances import squared_distance
from bs_metric_rsa.noise import NoiseCovariance, shrunk_covariance
from bs_metric_rsa.pairs import triangle
from bs_metric_rsa.trials import crossnobis, mahalanobis, trials_of


def single_trials(signal, repetitions, noise=1.0, seed=0, drop=(), mixing=None):
    """Trials of `signal`, (stimulus, unit), in any order; `mixing` correlates the noise of units."""
    rng = np.random.default_rng(seed)
    stimuli, units = signal.shape
    errors = noise * rng.standard_normal((repetitions, stimuli, units))
    values = (signal + (errors if mixing is None else errors @ mixing)).reshape(-1, units)
    ids = np.tile([f"s{i:02}" for i in range(stimuli)], repetitions)
    repetition = np.repeat(np.arange(repetitions), stimuli)
    order = [i for i in rng.permutation(len(values)) if (repetition[i], i % stimuli) not in set(drop)]
    return assembly(values[order], ids[order], repetition=("presentation", repetition[order]))


def assembly(values, ids=None, **coords):
    units = values.shape[1]
    coords |= {
        "stimulus_id": ("presentation", [f"s{i:02}" for i in range(len(values))] if ids is None else ids),
        "neuroid_id": ("neuroid", [str(i) for i in range(units)]),
        "region": ("neuroid", ["IT"] * units),
    }
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


def dataset(recording):
    rsatoolbox = pytest.importorskip("rsatoolbox")
    names = ("stimulus_id", "repetition")
    return rsatoolbox.data.Dataset(recording.values, obs_descriptors={name: recording[name].values for name in names})


def truth(stimuli=12, units=20, seed=1):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((stimuli, 4)) @ rng.standard_normal((4, units))


MIXING = np.random.default_rng(9).standard_normal((20, 20)) / 10 + np.diag(np.linspace(0.7, 1.5, 20))


def theirs(recording, method, **options):
    """Distances by rsatoolbox, which takes stimuli in the order they appear, and warns of a future default."""
    recording = recording.isel(presentation=np.argsort(recording["stimulus_id"].values, kind="stable"))
    rsatoolbox = pytest.importorskip("rsatoolbox")
    function = rsatoolbox.rdm.calc_rdm_unbalanced if options.pop("ragged", False) else rsatoolbox.rdm.calc_rdm
    if method == "crossnobis":
        options["cv_descriptor"] = "repetition"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(dataset(recording), method=method, descriptor="stimulus_id", **options).dissimilarities[0]


def measured(function, recording, noise="none"):
    """Distances of all trials, (pair,)."""
    trials = trials_of(recording, "trials")
    return triangle(function(trials, noise, trials.there[None])[0][0])


@pytest.mark.parametrize("repetitions", [2, 3, 7])
def test_crossnobis_is_rsatoolboxs(repetitions):
    recording = single_trials(truth(), repetitions, noise=2)
    np.testing.assert_allclose(measured(crossnobis, recording), theirs(recording, "crossnobis"), atol=1e-10)


def test_crossnobis_with_trials_missing_is_rsatoolboxs():
    recording = single_trials(truth(), 6, noise=2, drop=[(0, 1), (0, 2), (5, 2), (3, 2), (1, 7)])
    expected = theirs(recording, "crossnobis", ragged=True)
    np.testing.assert_allclose(measured(crossnobis, recording), expected, atol=1e-10)


def precision(recording):
    rsatoolbox = pytest.importorskip("rsatoolbox")
    return rsatoolbox.data.noise.prec_from_unbalanced(
        dataset(recording), obs_desc="stimulus_id", method="shrinkage_eye"
    )


def test_mahalanobis_is_rsatoolboxs():
    recording = single_trials(truth(), 5, mixing=MIXING)
    expected = theirs(recording, "mahalanobis", noise=precision(recording))
    np.testing.assert_allclose(measured(mahalanobis, recording, "ledoit-wolf"), expected, rtol=1e-8)


@pytest.mark.parametrize("stimuli", [5, 12, 23])
def test_crossnobis_in_white_noise_is_rsatoolboxs_with_the_noise_of_other_stimuli(stimuli):
    """Each two stimuli in the space of the noise of those that are in neither's group of ten."""
    recording = single_trials(truth(stimuli), 5, mixing=MIXING)
    found = measured(crossnobis, recording, "ledoit-wolf")
    ids = np.unique(recording["stimulus_id"].values)
    groups = np.arange(stimuli) % min(10, stimuli)
    rows, columns = np.triu_indices(stimuli, 1)
    for pair in range(0, len(found), 5):
        one, other = groups[rows[pair]], groups[columns[pair]]
        left_out = {one, other if other != one else (one + 1) % min(10, stimuli)}
        others = recording["stimulus_id"].isin(ids[~np.isin(groups, list(left_out))]).values
        expected = theirs(recording, "crossnobis", noise=precision(recording.isel(presentation=others)))
        assert found[pair] == pytest.approx(expected[pair], rel=1e-8)


@pytest.mark.parametrize("kind", ["ledoit-wolf", "oas"])
@pytest.mark.parametrize(("trials", "units"), [(300, 20), (15, 20), (2, 5), (40, 1)])
def test_shrinkage_is_scikit_learns(kind, trials, units):
    covariance = pytest.importorskip("sklearn.covariance")
    rng = np.random.default_rng(trials)
    residuals = rng.standard_normal((trials, units)) @ rng.standard_normal((units, units))
    function = {"ledoit-wolf": covariance.ledoit_wolf, "oas": covariance.oas}[kind]
    expected, shrinkage = function(residuals, assume_centered=True)
    quartic = ((residuals**2).sum(axis=1) ** 2).sum()
    found = shrunk_covariance(residuals.T @ residuals, quartic, trials, kind)
    np.testing.assert_allclose(found[0], expected, rtol=1e-10, atol=1e-12)
    if units > 1:
        assert found[1] == pytest.approx(shrinkage)


@pytest.mark.parametrize("kind", ["ledoit-wolf", "oas", "diagonal"])
def test_noise_is_white_afterwards(kind):
    rng = np.random.default_rng(0)
    mixing = np.diag(np.linspace(0.5, 2, 20)) if kind == "diagonal" else MIXING
    residuals = rng.standard_normal((20_000, 20)) @ mixing * np.sqrt(0.9)
    stimulus = np.arange(20_000) // 10
    transform, _ = NoiseCovariance(residuals, stimulus, np.arange(2000) % 2, kind).whitening(without=(1,))
    np.testing.assert_allclose(np.cov(residuals @ transform, rowvar=False) * 10 / 9, np.eye(20), atol=0.08)


@pytest.mark.parametrize("noise", ["ledoit-wolf", "oas", "diagonal", "none"])
def test_crossnobis_of_equal_patterns_is_zero_on_average_and_mahalanobis_is_not(noise):
    """100 experiments in which all stimuli have one pattern: 66 x 100 distances, whose mean must not leave 0."""
    means, biased = [], []
    for seed in range(300):
        recording = single_trials(np.ones((12, 20)), 6, seed=seed, mixing=MIXING)
        means.append(measured(crossnobis, recording, noise).mean())
        biased.append(measured(mahalanobis, recording, noise).mean())
    assert abs(np.mean(means)) < 3 * np.std(means) / np.sqrt(300)
    assert np.mean(biased) > 10 * abs(np.mean(means))
    assert min(means) < 0 < max(means)


def test_crossnobis_recovers_the_true_distances():
    signal = truth()
    spread = np.linspace(0.5, 2, 20)
    expected = triangle(squared_distance(signal / spread))
    found = [
        measured(crossnobis, single_trials(signal, 40, seed=seed, mixing=np.diag(spread)), "diagonal")
        for seed in range(60)
    ]
    slope = (np.mean(found, axis=0) @ expected) / (expected @ expected)
    assert slope == pytest.approx(1, abs=0.05)
    assert np.corrcoef(np.mean(found, axis=0), expected)[0, 1] > 0.995


def test_ragged_trials_are_not_biased():
    drop = [(r, s) for s in range(6) for r in range(2 + s % 3, 6)]
    found = [
        measured(crossnobis, single_trials(np.ones((12, 20)), 6, seed=seed, drop=drop), "diagonal")
        for seed in range(200)
    ]
    error = np.std(found, axis=0) / np.sqrt(200)
    assert (np.abs(np.mean(found, axis=0)) < 4.5 * error).all()


def test_perfect_model_reaches_one_through_rdm_where_correlation_distance_cannot():
    """A model with the true distances, under strong noise: crossnobis estimates its dissimilarities without bias."""
    signal = truth(30, 20)
    model, recording = assembly(signal), single_trials(signal, 60, noise=3)
    score = RDM(distance="crossnobis", noise="none", comparison="whitened-cosine")(model, recording)
    assert float(score) > 0.98
    assert score.details["distance"] == "crossnobis" and score.details["noise"] == "none"
    assert (score.details["trials_min"], score.details["trials_max"], score.details["stimuli_with_one_trial"]) == (
        60,
        60,
        0,
    )
    noisy = RDM(distance="mahalanobis", noise="none", comparison="cosine")(model, single_trials(signal, 2, noise=3))
    clean = RDM(distance="crossnobis", noise="none", comparison="cosine")(model, single_trials(signal, 2, noise=3))
    assert float(noisy) > 0 and float(clean) > 0


def test_reliability_of_crossnobis_gives_its_ceiling():
    signal = truth(40, 30)
    ratios = []
    for seed in range(10):
        recording = single_trials(signal, 10, noise=4, seed=seed)
        options = dict(distance="crossnobis", noise="none")
        rho = float(RDM(**options)(assembly(signal), recording))
        reliability = RDMReliability(**options)(recording)
        ratios.append(rho / np.sqrt(float(reliability)))
    assert "crossnobis" in reliability.details["estimator"]
    assert np.mean(ratios) == pytest.approx(1, abs=0.03)


def test_stimuli_with_one_trial_are_left_out_of_the_comparison():
    signal = truth()
    drop = [(r, 3) for r in range(1, 5)]
    score = RDM(distance="crossnobis", noise="none")(assembly(signal), single_trials(signal, 5, drop=drop))
    assert score.details["stimuli_with_one_trial"] == 1
    kept = np.delete(np.arange(12), 3)
    without = single_trials(signal, 5, drop=drop)
    without = without.isel(presentation=without["stimulus_id"].values != "s03")
    ids = [f"s{i:02}" for i in kept]
    expected = RDM(distance="crossnobis", noise="none")(assembly(signal[kept], ids), without)
    assert float(score) == pytest.approx(float(expected), abs=1e-12)


def test_order_of_trials_and_stimuli_does_not_matter():
    signal = truth()
    recording = single_trials(signal, 5, mixing=MIXING)
    rdm = RDM(distance="crossnobis")
    expected = float(rdm(assembly(signal), recording))
    rng = np.random.default_rng(0)
    shuffled = recording.isel(presentation=rng.permutation(60), neuroid=rng.permutation(20))
    source = assembly(signal).isel(presentation=rng.permutation(12))
    assert float(rdm(source, shuffled)) == pytest.approx(expected, abs=1e-10)
    rotation = np.linalg.qr(rng.standard_normal((20, 20)))[0]
    turned = recording.copy(data=recording.values @ rotation)
    assert float(rdm(source, turned)) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("distance", ["mahalanobis", "crossnobis"])
def test_what_has_no_trials_is_refused(distance):
    rdm, source = RDM(distance=distance), assembly(truth())
    recording = single_trials(truth(), 3)
    with pytest.raises(InvalidAssembly, match="'repetition'"):
        rdm(source, source)
    with pytest.raises(InvalidAssembly, match="each stimulus once"):
        rdm(source, recording.isel(presentation=recording["repetition"].values == 0))
    holes = recording.copy(deep=True)
    holes[4, 3] = np.nan
    with pytest.raises(InvalidAssembly, match="1 units"):
        rdm(source, holes)
    with pytest.raises(StimulusMismatch):
        rdm(source.isel(presentation=slice(11)), recording)


def test_units_without_noise_are_refused_where_nothing_shrinks_them():
    recording = single_trials(truth(), 3)
    recording[:, 2] = 1.0
    with pytest.raises(InvalidAssembly, match="1 units do not differ"):
        RDM(distance="crossnobis", noise="diagonal")(assembly(truth()), recording)
    assert RDM(distance="crossnobis")(assembly(truth()), recording).value is not None


@pytest.mark.parametrize(
    "options",
    [
        {"distance": "cityblock"},
        {"noise": "oas"},
        {"distance": "crossnobis", "noise": "full"},
        {"distance": "crossnobis", "standardise": True},
    ],
)
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidParameter, match="rdm"):
        RDM(**options)


def test_squared_distance_is_scipys():
    spatial = pytest.importorskip("scipy.spatial.distance")
    values = truth() + 1000
    expected = spatial.squareform(spatial.pdist(values, "sqeuclidean")) / 20
    np.testing.assert_allclose(squared_distance(values), expected, atol=1e-9)
    assert (np.diag(squared_distance(values)) == 0).all()


def test_subjects_are_measured_one_by_one():
    signal = truth()
    recordings = {name: single_trials(signal, 4, noise=3, seed=seed) for seed, name in enumerate(("a", "b", "c"))}
    matrices = measure(recordings, distance="crossnobis")
    assert matrices["subject_id"].values.tolist() == ["a", "b", "c"]
    score = RDM(distance="squared-euclidean")(assembly(signal), matrices)
    each = [float(RDM(distance="crossnobis")(assembly(signal), one)) for one in recordings.values()]
    np.testing.assert_allclose(score.values.values, each, atol=1e-12)
    with pytest.raises(StimulusMismatch, match="b and the first"):
        measure({"a": assembly(signal), "b": assembly(signal[1:], [f"s{i:02}" for i in range(1, 12)])})
    reordered = {"a": assembly(signal), "b": assembly(signal).isel(presentation=slice(None, None, -1))}
    np.testing.assert_allclose(*measure(reordered).values, atol=1e-14)
    with pytest.raises(InvalidAssembly, match="no recordings"):
        measure({})
