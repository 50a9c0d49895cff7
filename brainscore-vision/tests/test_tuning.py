"""Tuning computations against known answers: identities, edge cases, refusals."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.errors import InvalidModelOutput, InvalidStimulusSet, TooFewStimuli
from brainscore_vision.benchmarks.tuning import orientation, size, spatial_frequency
from brainscore_vision.benchmarks.tuning.components import mean_and_modulation
from brainscore_vision.benchmarks.tuning.firing_rate import calibrate
from brainscore_vision.benchmarks.tuning.grid import PARAMETERS, GratingGrid
from brainscore_vision.benchmarks.tuning.receptive_field import PositionGrid, field_centres, map_fields, units_at
from brainscore_vision.benchmarks.tuning.spline import first_peak, interpolation_matrix, smoothing_matrix

PHASES = np.arange(0, 360, 45.0)
GRID = PositionGrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 5), 2)


def grid(radius=(1.0,), frequency=(1.0,), angles=(0.0,), phase=PHASES):
    return GratingGrid(*(np.asarray(axis, dtype=float) for axis in (radius, frequency, angles, phase)), np.zeros(2))


def table(**axes):
    axes = {name: axes.get(name, [0.5]) for name in PARAMETERS}
    columns = np.meshgrid(*axes.values(), indexing="ij")
    return pd.DataFrame({name: column.ravel() for name, column in zip(axes, columns, strict=True)})


def test_the_spline_reproduces_a_cubic_inside_and_beyond():
    x, at = np.array([0.0, 0.7, 1.1, 2.0, 3.5, 4.0]), np.linspace(-1, 5, 50)
    cubic = np.polynomial.Polynomial([1.0, -2.0, 0.5, 0.3])
    np.testing.assert_allclose(interpolation_matrix(x, at) @ cubic(x), cubic(at), atol=1e-11)


def test_three_points_make_no_spline():
    with pytest.raises(TooFewStimuli, match="3 points"):
        interpolation_matrix(np.arange(3.0), np.arange(2.0))


def test_smoothing_keeps_a_line():
    line = np.arange(7.0)
    np.testing.assert_allclose(smoothing_matrix(5) @ line, line[1:-1], atol=1e-14)


def test_first_of_equal_peaks():
    curves = np.array([[1, 3 - 1e-15, 3], [2, 2, 2], [-3, -1, -1]])
    np.testing.assert_array_equal(first_peak(curves), [1, 0, 1])


def test_grid_is_read_off_the_rows():
    found = GratingGrid.of(table(radius=[1, 2], spatial_frequency=[1, 2, 4], orientation=[0, 90], phase=PHASES))
    assert found.shape == (2, 3, 2, 8)
    np.testing.assert_array_equal(found.size, [1, 2])
    np.testing.assert_array_equal(found.position, [0.5, 0.5])
    responses = np.arange(2 * 3 * 2 * 8 * 3).reshape(-1, 3)
    np.testing.assert_array_equal(found.unfold(responses)[1].ravel(), responses[:, 1])


def test_sizes_in_cycles_are_numbered():
    rows = table(radius=[2, 3], spatial_frequency=[1, 2], phase=PHASES)
    rows["radius"] /= rows["spatial_frequency"]
    np.testing.assert_array_equal(GratingGrid.of(rows).size, [0, 1])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (table(phase=PHASES).drop(columns="radius"), "no column 'radius'"),
        (table(phase=PHASES, contrast=[0.5, 1]), "vary in position or contrast"),
        (table(phase=PHASES, orientation=[0, 90]).iloc[::-1], "no full grid in order"),
        (table(phase=PHASES, orientation=[0, 90]).iloc[:-1], "no full grid in order"),
    ],
)
def test_other_rows_are_refused(rows, message):
    with pytest.raises(InvalidStimulusSet, match=message):
        GratingGrid.of(rows)


def test_positions_are_read_off_the_rows():
    found = PositionGrid.of(np.repeat([0.0, 1.0], 6), np.tile(np.repeat([0.0, 1.0, 2.0], 2), 2))
    assert (found.count, found.per_position) == (6, 2)
    with pytest.raises(InvalidStimulusSet, match="position_y slowest"):
        PositionGrid.of(np.tile([0.0, 1.0], 6), np.repeat([0.0, 1.0], 6))


@pytest.mark.parametrize("cut", [1, 5, 25])
def test_a_stream_gives_the_same_maps_in_any_blocks(cut):
    rng = np.random.default_rng(0)
    responses, blank = rng.normal(size=(50, 7)).astype(np.float32), rng.normal(size=7).astype(np.float32)
    maps = map_fields(np.split(responses, 25 // cut), blank, GRID)
    clipped = np.maximum(responses, 0).reshape(25, 2, 7) - np.maximum(blank, 0)
    np.testing.assert_array_equal(maps, np.maximum(clipped.max(axis=1), 0))
    assert maps.dtype == np.float32


def test_a_stream_of_another_length_is_refused():
    blank = np.zeros(1)
    with pytest.raises(InvalidModelOutput, match="3 responses after 0 positions"):
        map_fields([np.zeros((3, 1))], blank, GRID)
    with pytest.raises(InvalidModelOutput, match="24 positions.*expected 25"):
        map_fields([np.zeros((48, 1))], blank, GRID)
    with pytest.raises(InvalidModelOutput, match="after 25 positions"):
        map_fields([np.zeros((50, 1)), np.zeros((2, 1))], blank, GRID)


def test_field_centres():
    maps = np.zeros((25, 5))
    maps[7, 0] = 2  # row 1, column 2: (-.5, 0)
    maps[[6, 8], 1] = 1, 3  # columns 1 and 3: (-.5, .25)
    maps[[12, 0], 2] = 1, 0.05  # a twentieth is not above the threshold
    maps[3, 3] = np.inf
    centres = field_centres(maps, GRID)
    np.testing.assert_allclose(centres[:3], [[-0.5, 0], [-0.5, 0.25], [0, 0]])
    assert np.isnan(centres[3:]).all()
    np.testing.assert_array_equal(units_at(centres, np.array([-0.5, 0.1])), [0, 1])
    assert len(units_at(centres, np.array([1.0, 1.0]))) == 0


def test_many_units_are_mapped_in_pieces(monkeypatch):
    maps = np.random.default_rng(0).random((25, 40))
    whole = field_centres(maps, GRID)
    monkeypatch.setattr("brainscore_vision.benchmarks.tuning.receptive_field.UNITS_AT_ONCE", 7)
    np.testing.assert_allclose(field_centres(maps, GRID), whole, rtol=1e-14)


def test_calibration_puts_the_medians_where_they_belong():
    rng = np.random.default_rng(0)
    blank, shown = rng.uniform(0, 0.1, 51), rng.uniform(0.2, 3, (8, 51))
    rates = calibrate(blank, shown, grid())
    assert np.median(rates(shown).mean(axis=0)) == pytest.approx(33.8)
    assert np.median(rates(blank)) == pytest.approx(0.82)
    assert rates.responsive == 51
    assert rates(np.array([-5.0])) == max(rates.offset, 0)


@pytest.mark.parametrize("shown", [0.0, -1.0, 0.4, 0.5])
def test_no_unit_above_the_blank_no_calibration(shown):
    assert calibrate(np.full(3, 0.5), np.full((8, 3), shown), grid()) is None


def test_one_unit_is_enough():
    """The incumbent fails here: it squeezes the list of units."""
    calibration = calibrate(np.array([0.0]), np.full((8, 1), 2.0), grid())
    assert calibration(np.array([2.0])) == pytest.approx(33.8)


def test_mean_and_modulation():
    wave = 10 + 4 * np.cos(np.deg2rad(PHASES) + 1.1)
    both = mean_and_modulation(wave[None, None, None, None, :], np.array([3.0]))
    np.testing.assert_allclose(both.ravel(), [7, 4])


def test_preferred_orientation_of_a_von_mises():
    angles = np.arange(0.0, 180, 15)
    centre = np.array([3.0, 40.0, 90.0, 156.0, 159.0, 179.0])
    curves = 50 * np.exp(2 * (np.cos(2 * np.deg2rad(angles - centre[:, None])) - 1))
    responses = np.repeat(curves[:, None, None, :, None], 8, axis=-1)
    found, responsive = orientation.preferred_orientation(responses, np.zeros(6), grid(angles=angles))
    np.testing.assert_allclose(found, [3, 40, 90, 156, -21, -1], atol=1)
    assert responsive.all()


def test_spatial_frequency_of_a_log_gaussian():
    octaves = np.linspace(-1.375, 3.875, 22)
    peak, width = np.array([0.0, 1.0, 2.0]), np.array([0.5, 0.8, 1.0])
    curves = 30 * np.exp(-0.5 * ((octaves - peak[:, None]) / width[:, None]) ** 2)
    responses = np.repeat(curves[:, None, :, None, None], 8, axis=-1)
    bank = grid(frequency=2**octaves)
    found, _ = spatial_frequency.peak_spatial_frequency(responses, np.zeros(3), bank)
    np.testing.assert_allclose(np.log2(found), peak, atol=0.03)
    bandwidth, _ = spatial_frequency.spatial_frequency_bandwidth(responses, np.zeros(3), bank)
    # smoothing adds 2/7 of a squared step to the variance; the flanks are found to the next of 100 steps
    smoothed = np.sqrt(width**2 + 2 / 7 * 0.25**2)
    excess = -np.log2(bandwidth / 100) - 2 * smoothed * np.sqrt(-2 * np.log(0.707))
    assert (excess > -0.01).all()
    assert (excess < 2 * 5.25 / 99).all()


def test_low_pass_has_no_bandwidth_and_is_not_selective():
    octaves = np.linspace(-1.375, 3.875, 22)
    curve = 30 / (1 + np.exp(2 * (octaves - 1)))
    responses = np.broadcast_to(curve[None, None, :, None, None], (1, 1, 22, 1, 8))
    bank = grid(frequency=2**octaves)
    assert np.isnan(spatial_frequency.spatial_frequency_bandwidth(responses, np.zeros(1), bank)[0])
    assert spatial_frequency.spatial_frequency_selective(responses, np.zeros(1), bank)[0] == 0


def size_responses(*curves):
    return np.repeat(np.array(curves, dtype=float)[:, :, None, None, None], 8, axis=-1)


def test_size_tuning():
    radius = np.array([0.1, 0.2, 0.4, 0.8, 1.6])
    responses = size_responses([5, 19, 20, 12.4, 12], [5, 8, 10, 19, 20], [5, 10, 20, 19, 18.5], [1, 2, 3, 4, 2])
    rest, bank = np.zeros(4), grid(radius=radius)
    index, responsive = size.surround_suppression_index(responses, rest, bank)
    np.testing.assert_allclose(index, [0.4, 0, 0.075, 0.5])
    np.testing.assert_array_equal(responsive, [True, True, True, False])
    np.testing.assert_array_equal(size.strongly_suppressed(responses, rest, bank)[0], [1, 0, 0, 1])
    np.testing.assert_allclose(size.grating_summation_field(responses, rest, bank)[0], [0.4, np.nan, np.nan, 1.6])
    np.testing.assert_allclose(size.surround_diameter(responses, rest, bank)[0], [1.6, np.nan, np.nan, 3.2])
    ratio = size.surround_grating_summation_field_ratio(responses, rest, bank)[0]
    np.testing.assert_allclose(ratio, [4, np.nan, np.nan, 2])


def test_a_unit_that_answers_nothing_has_no_size():
    responses = size_responses([0, 0, 0])
    bank = grid(radius=[1, 2, 4])
    for measure in (size.surround_suppression_index, size.grating_summation_field, size.surround_diameter):
        value, responsive = measure(responses, np.zeros(1), bank)
        assert np.isnan(value).all()
        assert not responsive.any()


def test_suppression_below_the_blank_has_a_surround():
    """A plateau below the baseline: the margin is taken of its absolute value, so the largest grating qualifies."""
    bank = grid(radius=[1, 2, 4])
    responses = size_responses([20, 2.05, 2])
    np.testing.assert_array_equal(size.surround_diameter(responses, np.full(1, 4.0), bank)[0], [4])
