"""The rasters as published: ragged trials, objects decoded over time as their description says, ceilings per bin."""

import numpy as np
import pytest

from brainscore_core import load_dataset, load_metric
from brainscore_core.errors import DataUnavailable, InvalidParameter

REFERENCE = {(-150, 0): (0.10, 0.19), (0, 150): 0.385, (50, 200): 0.728, (100, 250): 0.858}
"""Accuracy of decoding 7 objects by the largest correlation, one repetition left out; chance is .143."""


@pytest.fixture
def spikes(published_files):
    return load_dataset("Zhang2011", bin_width=50)


def test_trials_are_ragged(spikes):
    assert spikes.shape == (420, 132, 20) and spikes.dims == ("presentation", "neuroid", "time_bin")
    missing = np.isnan(spikes.values)
    assert (missing.all(-1) == missing.any(-1)).all()
    trials = (~missing[..., 0]).sum(0)
    assert np.unique(trials, return_counts=True)[1].tolist() == [7, 125] and trials.min() == 419
    assert spikes["time_bin_start"].values[10] == 0 and spikes["time_bin_end"].values[-1] == 500


def test_bins_hold_the_spikes_of_the_rasters(published_files, spikes):
    fine = load_dataset("Zhang2011", bin_width=5).isel(neuroid=slice(0, 3))
    np.testing.assert_array_equal(spikes.isel(neuroid=slice(0, 3)).values, fine.values.reshape(420, 3, 20, 10).sum(-1))


def window(spikes, start, end):
    """Spikes of a window, (repetition, object x position, neuron)."""
    inside = (spikes["time_bin_start"].values >= start) & (spikes["time_bin_end"].values <= end)
    assert inside.sum() == (end - start) / 50
    return spikes.values[..., inside].sum(-1).reshape(20, 7, 3, 132)


def accuracy(counts):
    """Within each position: means of the others' repetitions, standardised, and the largest correlation wins."""
    right = []
    for repetition in range(20):
        rest = np.delete(counts, repetition, 0)
        for position in range(3):
            part = rest[:, :, position]
            mean, sd = np.nanmean(part, (0, 1)), np.nanstd(part, (0, 1)) + 1e-9
            templates = (np.nanmean(part, 0) - mean) / sd
            for thing in range(7):
                test = (counts[repetition, thing, position] - mean) / sd
                known = ~np.isnan(test)
                r = [np.corrcoef(test[known], template[known])[0, 1] for template in templates]
                right.append(np.argmax(r) == thing)
    return float(np.mean(right))


@pytest.mark.parametrize("edges", REFERENCE)
def test_objects_are_decoded_over_time(spikes, edges):
    found, expected = accuracy(window(spikes, *edges)), REFERENCE[edges]
    if isinstance(expected, tuple):
        assert expected[0] < found < expected[1]
    else:
        assert found == pytest.approx(expected, abs=0.035)  # 420 decisions: a standard error of .02


def test_the_ceiling_rises_with_the_response(spikes):
    """Trials that a neuron lacks are left out; before onset there is nothing to be reliable."""
    score = load_metric("internal_consistency_temporal")(spikes)
    ceilings = {int(name.split("_")[1]): value for name, value in score.details.items() if name.startswith("ceiling_")}
    assert len(ceilings) == 20
    assert max(value for start, value in ceilings.items() if start < 0) < 0.15
    assert min(ceilings[start] for start in (100, 150, 200)) > 0.45
    assert ceilings[100] > ceilings[50] > ceilings[0] - 0.1


def test_bins_that_do_not_fit_are_refused(published_files):
    for width in (0, 7, 1000):
        with pytest.raises(InvalidParameter, match="divisor"):
            load_dataset("Zhang2011", bin_width=width)


def test_without_files_and_network_it_says_which(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    with pytest.raises(DataUnavailable, match="bp1001spk_01A_raster_data.mat"):
        load_dataset("Zhang2011")
