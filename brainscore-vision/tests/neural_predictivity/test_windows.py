"""From recorded bins to windows: overlaps weighted, latencies per site, nothing made up outside the recording."""

import numpy as np
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_vision.benchmarks.neural_predictivity.windows import in_windows, median_latency, side_by_side


def recording(edges=(0, 10, 20, 30, 40), **coords):
    bins = len(edges) - 1
    values = np.random.default_rng(0).standard_normal((5, 3, bins))
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid", "time_bin"),
        coords={
            "stimulus_id": ("presentation", list("abcde")),
            "neuroid_id": ("neuroid", ["n0", "n1", "n2"]),
            "region": ("neuroid", ["V1"] * 3),
            "time_bin_start": ("time_bin", list(edges[:-1])),
            "time_bin_end": ("time_bin", list(edges[1:])),
            **coords,
        },
    )


def test_mean_of_whole_bins_without_the_dimension():
    data = recording()
    window = in_windows(data, [(10, 30)])
    np.testing.assert_allclose(window.values, data.values[..., 1:3].mean(-1))
    assert window.dims == ("presentation", "neuroid") and "time_bin_start" not in window.coords


def test_bins_count_by_their_overlap():
    data = recording()
    window = in_windows(data, [(5, 20)])
    np.testing.assert_allclose(window.values, (5 * data.values[..., 0] + 10 * data.values[..., 1]) / 15)


def test_one_recorded_bin_is_taken_as_it_is():
    data = recording()
    assert np.array_equal(in_windows(data, [(20, 30)]).values, data.values[..., 2])


def test_several_windows_keep_the_edges_asked_for():
    data = recording()
    windows = in_windows(data.transpose("time_bin", "presentation", "neuroid"), [(0, 20), (25, 40)])
    assert windows.dims == ("presentation", "neuroid", "time_bin")
    assert windows["time_bin_start"].values.tolist() == [0, 25] and windows["time_bin_end"].values.tolist() == [20, 40]
    np.testing.assert_allclose(windows.values[..., 0], data.values[..., :2].mean(-1))
    np.testing.assert_allclose(windows.values[..., 1], (5 * data.values[..., 2] + 10 * data.values[..., 3]) / 15)


def test_each_site_has_its_window_after_its_latency():
    data = recording(latency=("neuroid", [0.0, 10.0, 15.0]))
    window = in_windows(data, [(0, 20)], latency_coord="latency")
    np.testing.assert_allclose(window.values[:, 0], data.values[:, 0, :2].mean(-1))
    np.testing.assert_allclose(window.values[:, 1], data.values[:, 1, 1:3].mean(-1))
    third = data.values[:, 2]
    np.testing.assert_allclose(window.values[:, 2], (5 * third[:, 1] + 10 * third[:, 2] + 5 * third[:, 3]) / 20)
    assert median_latency(data, "latency") == 10 and median_latency(data, None) == 0


def test_data_without_time_stand_for_themselves():
    data = recording().isel(time_bin=0, drop=True)
    assert in_windows(data, None) is data and in_windows(data, [(70, 170)]) is data
    with pytest.raises(InvalidParameter, match="data without time"):
        in_windows(data, [(0, 20)], latency_coord="latency")


def test_one_bin_needs_no_choice_and_several_do():
    one = recording((0, 100))
    assert np.array_equal(in_windows(one, None).values, one.values[..., 0])
    with pytest.raises(InvalidParameter, match="4 time bins"):
        in_windows(recording(), None)


@pytest.mark.parametrize("window", [(-5, 10), (30, 41), (100, 200)])
def test_a_window_outside_the_recording_is_refused(window):
    with pytest.raises(InvalidParameter, match="not covered"):
        in_windows(recording(), [window])


def test_a_latency_that_leads_out_of_the_recording_is_refused():
    with pytest.raises(InvalidParameter, match="not covered"):
        in_windows(recording(latency=("neuroid", [0.0, 10.0, 30.0])), [(0, 20)], latency_coord="latency")


def test_a_gap_between_bins_is_refused():
    data = recording().isel(time_bin=[0, 2, 3])
    with pytest.raises(InvalidParameter, match="without gaps"):
        in_windows(data, [(0, 30)])


def test_overlapping_bins_of_a_sliding_window():
    """20 ms wide, every 10 ms, as the temporal data of Majaj et al.: 10 to 20 ms is half of each of two."""
    data = recording().assign_coords(time_bin_end=("time_bin", [20.0, 30.0, 40.0, 50.0]))
    np.testing.assert_allclose(in_windows(data, [(10, 20)]).values, data.values[..., :2].mean(-1))
    gap = data.isel(time_bin=[0, 3])
    with pytest.raises(InvalidParameter, match="without gaps"):
        in_windows(gap, [(10, 40)])


def test_a_latency_must_be_on_the_sites():
    for coords in ({}, {"latency": ("presentation", np.zeros(5))}):
        with pytest.raises(InvalidAssembly, match="latency of each site"):
            in_windows(recording(**coords), [(0, 20)], latency_coord="latency")


def test_side_by_side_leaves_out_the_last_as_brain_score_2():
    """range(0, max(end) - width, width) of Brain-Score 2."""
    assert side_by_side(recording((-20, 0, 20, 40, 60)), 20) == ((0, 20), (20, 40))
    assert side_by_side(recording((0, 50)), 15) == ((0, 15), (15, 30), (30, 45))
    with pytest.raises(InvalidParameter, match="shorter ones"):
        side_by_side(recording((0, 50)), 50)
    with pytest.raises(InvalidParameter, match="without time"):
        side_by_side(recording().isel(time_bin=0, drop=True), 10)
