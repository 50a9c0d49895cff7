"""Simulated neurons have the recording's signal, noise and gaps."""

import numpy as np
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidParameter
from brainscore_vision.analysis.recovery.simulation import (
    RecordedNoise,
    columns,
    mixed,
    simulate,
    single,
    standardised,
    varying,
)

STIMULI, NEURONS = 400, 5
SIGNAL, NOISE = np.array([0.0, 0.5, 1.0, 2.0, 3.0]), np.array([1.0, 2.0, 1.0, 0.5, 3.0])
"""Standard deviations of each neuron."""
IDS = np.array([f"s{number:03d}" for number in range(STIMULI)])


def recording(shared=0.0, seed=0):
    """Ragged: 2 to 5 trials a stimulus; neurons share a part of their noise."""
    drawn = np.random.default_rng(seed)
    shown = np.repeat(np.arange(STIMULI), drawn.integers(2, 6, STIMULI))
    noise = np.sqrt(1 - shared) * drawn.normal(size=(len(shown), NEURONS))
    noise += np.sqrt(shared) * drawn.normal(size=(len(shown), 1))
    values = 5 + (drawn.normal(size=(STIMULI, NEURONS)) * SIGNAL)[shown] + noise * NOISE
    return assembly(values, IDS[shown])


def assembly(values, ids):
    coords = {
        "stimulus_id": ("presentation", ids),
        "neuroid_id": ("neuroid", [f"n{number}" for number in range(values.shape[1])]),
        "region": ("neuroid", ["V4"] * values.shape[1]),
    }
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


def tuned(seed=1):
    values = standardised(np.random.default_rng(seed).normal(size=(STIMULI, NEURONS)))
    return dict(zip(IDS.tolist(), values, strict=True))


def test_signal_and_noise_are_told_apart():
    noise = RecordedNoise.of(recording())
    np.testing.assert_allclose(np.sqrt(noise.signal), SIGNAL, atol=0.22)
    np.testing.assert_allclose(noise.residuals.std(0), NOISE, rtol=0.08)
    np.testing.assert_allclose(noise.mean, 5, atol=0.5)
    assert noise.usable.all()


def test_a_simulation_of_a_recording_looks_like_it():
    real = recording()
    noise = RecordedNoise.of(real)
    made = simulate(real, noise, tuned(), np.random.default_rng(2))
    again = RecordedNoise.of(made)
    assert made.dims == real.dims and (made["stimulus_id"].values == real["stimulus_id"].values).all()
    np.testing.assert_allclose(np.sqrt(again.signal), np.sqrt(noise.signal), atol=0.2)
    np.testing.assert_allclose(again.residuals.std(0), noise.residuals.std(0), rtol=0.06)
    kept = [np.corrcoef(made.values[:, neuron], real.values[:, neuron])[0, 1] for neuron in range(NEURONS)]
    assert np.abs(kept).max() < 0.12  # nothing of the real tuning


def test_trials_follow_the_tuning():
    real = recording()
    tuning = tuned()
    made = columns(simulate(real, RecordedNoise.of(real), tuning, np.random.default_rng(3)))
    expected = np.stack([tuning[name] for name in real["stimulus_id"].values])
    r = [np.corrcoef(made[:, neuron], expected[:, neuron])[0, 1] for neuron in range(NEURONS)]
    np.testing.assert_allclose(r, SIGNAL / np.hypot(SIGNAL, NOISE), atol=0.12)


def test_noise_that_neurons_share_stays_shared():
    for shared in (0.0, 0.6):
        drawn = RecordedNoise.of(recording(shared)).draw(3000, np.random.default_rng(4))
        between = np.corrcoef(drawn.T)[np.triu_indices(NEURONS, 1)]
        np.testing.assert_allclose(between, shared, atol=0.09)


def test_gaps_stay_gaps_and_no_whole_trial_is_needed():
    real = recording()
    values = real.values.copy()
    values[np.arange(len(values)), np.arange(len(values)) % NEURONS] = np.nan
    real = real.copy(data=values)
    noise = RecordedNoise.of(real)
    made = simulate(real, noise, tuned(), np.random.default_rng(5))
    np.testing.assert_array_equal(np.isnan(made.values), np.isnan(real.values))
    np.testing.assert_allclose(np.nanstd(noise.draw(5000, np.random.default_rng(6)), axis=0), NOISE, rtol=0.12)


def test_neurons_without_repetitions_are_of_no_use():
    real = recording()
    values = real.values.copy()
    first = np.unique(real["stimulus_id"].values, return_index=True)[1]
    values[np.setdiff1d(np.arange(len(values)), first), 1] = np.nan  # one trial of each stimulus
    values[:, 2] = 7.0  # silent
    noise = RecordedNoise.of(real.copy(data=values))
    assert noise.usable.tolist() == [True, False, False, True, True]
    with pytest.raises(InvalidParameter, match="no neuron was measured twice"):
        RecordedNoise.of(real.isel(presentation=first))


def test_conditions_are_no_noise():
    real = recording()
    condition = np.arange(len(real)) % 2
    shifted = real.copy(data=real.values + 100.0 * condition[:, None])
    with_condition = shifted.assign_coords(condition=("presentation", np.array(["a", "b"])[condition]))
    assert (np.nanstd(RecordedNoise.of(with_condition).residuals, axis=0) < 2 * NOISE).all()


def test_single_neurons_are_units_each_once():
    features = np.random.default_rng(7).normal(size=(20, 30))
    units = np.arange(3, 30)
    made = single(features, units, 25, np.random.default_rng(8))
    found = [np.flatnonzero((features == made[:, [number]]).all(0)).tolist() for number in range(25)]
    assert len({number for (number,) in found}) == 25 and min(number for (number,) in found) >= 3
    assert single(features, units, 40, np.random.default_rng(8)).shape == (20, 40)


def test_mixed_neurons_are_sums_of_ten_standardised_units():
    features = np.random.default_rng(9).normal(size=(200, 40)) * np.logspace(-3, 3, 40)
    units = np.arange(40)
    made = mixed(features, units, 6, np.random.default_rng(10))
    weights = np.linalg.lstsq(standardised(features), made, rcond=None)[0]
    assert ((np.abs(weights) > 1e-8).sum(0) == 10).all()
    assert np.abs(weights).max() < 5  # large units do not get more than their share
    few = mixed(features, units[:4], 2, np.random.default_rng(11))
    assert np.linalg.matrix_rank(np.c_[standardised(features[:, :4]), few]) == 4


def test_time_bins_of_a_neuron_come_from_the_same_units():
    features = np.random.default_rng(12).normal(size=(50, 20, 1)) * np.ones(3)
    for readout in (single, mixed):
        made = readout(features, np.arange(20), 4, np.random.default_rng(13))
        assert made.shape == (50, 4, 3)
        np.testing.assert_allclose(made[..., 0], made[..., 2], atol=1e-12)


def test_what_varies():
    features = np.random.default_rng(14).normal(size=(10, 4)).astype(np.float32)
    features[:, 1] = 2.0
    features[:, 3] = 2.0 + 1e-7 * np.arange(10)
    assert varying(features).tolist() == [0, 2] and not len(varying(np.zeros((5, 3))))
