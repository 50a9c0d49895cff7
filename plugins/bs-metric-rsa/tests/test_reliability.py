"""``rdm_reliability``: against splitting by hand, against a known truth, and what it refuses."""

import os

import numpy as np
import pytest

from brainscore_core import load_metric
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, TooFewStimuli
from bs_metric_rsa import RDM, RDMReliability


def trials(signal, repetitions, noise, seed=0, drop=()):
    """Single trials of `signal` (stimulus, unit); `drop` has (repetition, stimulus) that were not recorded."""
    stimuli, units = signal.shape
    rng = np.random.default_rng(seed)
    values = (signal + noise * rng.standard_normal((repetitions, stimuli, units))).reshape(-1, units)
    ids = np.tile([f"s{i:03}" for i in range(stimuli)], repetitions)
    repetition = np.repeat(np.arange(repetitions), stimuli)
    kept = ~np.isin(np.arange(len(values)), [r * stimuli + s for r, s in drop])
    return responses(values[kept], ids[kept], repetition=("presentation", repetition[kept]))


def responses(values, ids=None, **coords):
    ids = [f"s{i:03}" for i in range(len(values))] if ids is None else ids
    units = values.shape[1]
    coords |= {
        "stimulus_id": ("presentation", ids),
        "neuroid_id": ("neuroid", [str(i) for i in range(units)]),
        "region": ("neuroid", ["V4"] * units),
    }
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


def geometry(stimuli=60, units=40, seed=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((stimuli, 5)) @ rng.standard_normal((5, units))


@pytest.mark.parametrize("halves", ["stimulus", "label"])
def test_two_trials_are_one_split(halves):
    stats = pytest.importorskip("scipy.stats")
    assembly = trials(geometry(), 2, noise=3)
    score = RDMReliability(splits=3, halves=halves)(assembly)
    upper = np.triu_indices(60, 1)
    if halves == "label":
        rho = stats.spearmanr(*((1 - np.corrcoef(part))[upper] for part in np.split(assembly.values, 2))).statistic
        np.testing.assert_allclose(score.values.values, rho, atol=1e-12)
    rho = score.values.values.mean()
    assert score.details["split_half_rho"] == pytest.approx(rho, abs=1e-14)
    assert float(score) == pytest.approx(2 * rho / (1 + rho), abs=1e-14)
    assert score.details["splits"] == 3 and score.details["seed"] == 1
    assert score.details["estimator"].endswith("Spearman-Brown")


@pytest.mark.parametrize("halves", ["stimulus", "label"])
def test_perfect_model_reaches_the_square_root(halves):
    """Mean over simulated experiments of rho / sqrt(reliability) is 1, of rho / reliability above."""
    ratios, divided = [], []
    for seed in range(12):
        signal = geometry(80, 60, seed)
        assembly = trials(signal, 8, noise=5, seed=100 + seed)
        mean = responses(assembly.values.reshape(8, 80, 60).mean(0))
        rho, reliability = float(RDM()(responses(signal), mean)), float(RDMReliability(halves=halves)(assembly))
        ratios.append(rho / np.sqrt(reliability))
        divided.append(rho / reliability)
    assert np.mean(ratios) == pytest.approx(1, abs=0.02)
    assert np.mean(divided) > 1.1


def test_noise_has_no_reliability():
    found = [float(RDMReliability()(trials(np.zeros((60, 40)), 6, noise=1, seed=seed))) for seed in range(10)]
    assert np.mean(found) == pytest.approx(0, abs=0.03)
    assert min(found) < 0


@pytest.mark.parametrize("halves", ["stimulus", "label"])
def test_ragged_trials_are_taken_as_they_are(halves):
    signal = geometry()
    whole = float(RDMReliability(halves=halves)(trials(signal, 8, noise=3)))
    ragged = RDMReliability(halves=halves)(trials(signal, 8, noise=3, drop=[(7, s) for s in range(20)] + [(0, 30)]))
    assert float(ragged) == pytest.approx(whole, abs=0.03)
    assert (ragged.details["trials_min"], ragged.details["trials_max"]) == (7, 8)


def test_stimuli_with_one_trial_are_left_out_and_counted():
    drop = [(r, s) for r in range(1, 4) for s in range(5)]
    score = RDMReliability()(trials(geometry(), 4, noise=3, drop=drop))
    assert score.details["stimuli"] == 55 and score.details["stimuli_left_out"] == 5


def test_order_and_scale_do_not_matter():
    assembly = trials(geometry(), 6, noise=3, drop=[(0, 3), (5, 9)])
    expected = float(RDMReliability()(assembly))
    rng = np.random.default_rng(0)
    order = rng.permutation(assembly.sizes["presentation"])
    shuffled = assembly.isel(presentation=order, neuroid=rng.permutation(40)) * 3 + 1
    assert float(RDMReliability()(shuffled)) == pytest.approx(expected, abs=1e-12)
    scaled = assembly * np.random.default_rng(1).uniform(1, 20, 40)
    same = RDMReliability(standardise=True)
    assert float(same(scaled)) == pytest.approx(float(same(assembly)), abs=1e-12)
    assert abs(float(RDMReliability()(scaled)) - expected) > 0.005


def test_constant_patterns_give_null_and_say_so():
    signal = geometry()
    signal[7] = 1
    score = RDMReliability()(trials(signal, 4, noise=0))
    assert score.value is None and score.flags == ("undefined-dissimilarity",)


def test_what_cannot_be_split_is_refused():
    assembly = trials(geometry(), 4, noise=1)
    with pytest.raises(InvalidAssembly, match="repetition"):
        RDMReliability()(assembly.drop_vars("repetition"))
    with pytest.raises(InvalidAssembly, match="each stimulus once"):
        RDMReliability()(assembly.isel(presentation=slice(60)))
    with pytest.raises(TooFewStimuli, match="at least 3"):
        RDMReliability()(trials(geometry(2), 4, noise=1))
    with pytest.raises(InvalidParameter, match="2 times"):
        RDMReliability()(assembly.assign_coords(repetition=("presentation", np.repeat([0, 0, 1, 1], 60))))
    holes = assembly.copy(deep=True)
    holes[assembly["stimulus_id"].values == "s003", 4] = np.nan
    with pytest.raises(InvalidAssembly, match="1 units"):
        RDMReliability()(holes)


@pytest.mark.parametrize("options", [{"splits": 0}, {"halves": "odd"}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidParameter, match="rdm_reliability"):
        RDMReliability(**options)


def test_seed_decides():
    assembly = trials(geometry(), 6, noise=3)
    first, again, other = (RDMReliability(seed=seed)(assembly) for seed in (1, 1, 2))
    assert first == again and float(first) != float(other)


@pytest.mark.skipif("BRAINSCORE_MIRRORS" not in os.environ, reason="needs the recordings of Cowley 2023")
def test_cowley_2023():
    """.556 by units at equal variance, as published with the data; raw counts are led by the units that fire most."""
    from brainscore_core import load_dataset
    from brainscore_core.errors import UnknownIdentifier

    try:
        assembly = load_dataset("Cowley2023")
    except UnknownIdentifier:
        pytest.skip("bs-data-cowley2023 is not installed")
    scored = load_metric("rdm_reliability", standardise=True)(assembly)
    assert scored.details["split_half_rho"] == pytest.approx(0.556, abs=0.006)
    raw = load_metric("rdm_reliability")(assembly)
    assert raw.details["split_half_rho"] == pytest.approx(0.654, abs=0.005)
    assert float(raw) == pytest.approx(0.791, abs=0.005)
