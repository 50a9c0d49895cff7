"""Tables: numbers, order and names of the published sets."""

import numpy as np
import pytest

from bs_data_v1_tuning import parameters

COUNTS = {"blank": 1, "receptive_field": 3528, "orientation": 1152, "spatial_frequency": 2112, "size": 2304}
COLUMNS = ["position_y", "position_x", "contrast", "radius", "spatial_frequency", "orientation", "phase"]


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_counts_and_columns(name, count):
    table = parameters.table(name)
    assert len(table) == count
    assert table["stimulus_id"].is_unique
    assert (table["degrees"] == 12).all()
    assert list(table)[2:] == ([] if name == "blank" else COLUMNS)


@pytest.mark.parametrize("name", ["receptive_field", "spatial_frequency", "size"])
def test_position_y_is_slowest_and_phase_fastest(name):
    table = parameters.table(name)[COLUMNS]
    in_order = table.sort_values(COLUMNS, kind="stable")
    np.testing.assert_array_equal(table.to_numpy(), in_order.to_numpy())
    assert np.prod([table[column].nunique() for column in COLUMNS]) == len(table)


def test_receptive_field_positions():
    table = parameters.table("receptive_field")
    np.testing.assert_array_equal(np.unique(table["position_y"]), np.linspace(-2.5, 2.5, 21))
    np.testing.assert_array_equal(table["position_x"].to_numpy()[::8][:21], np.linspace(-2.5, 2.5, 21))
    assert (table["position_y"][: 21 * 8] == -2.5).all()


def test_orientation_radii_are_cycles():
    table = parameters.table("orientation")
    cycles = 2 * table["radius"] * table["spatial_frequency"]
    np.testing.assert_allclose(cycles.to_numpy().reshape(3, -1), np.repeat([[2], [3], [4]], 384, axis=1), rtol=1e-15)
    one_size = table.iloc[:384][["spatial_frequency", "orientation", "phase"]]
    np.testing.assert_array_equal(one_size.to_numpy(), one_size.sort_values(list(one_size), kind="stable").to_numpy())


def test_grids_are_the_published_formulas():
    size, frequency = parameters.table("size"), parameters.table("spatial_frequency")
    np.testing.assert_allclose(np.unique(size["radius"]), 2 ** np.linspace(-2.25, 3.25, 12) / 2, rtol=1e-14)
    frequencies = 2 ** np.linspace(-1.375, 3.875, 22)
    np.testing.assert_allclose(np.unique(frequency["spatial_frequency"]), frequencies, rtol=1e-14)
    np.testing.assert_allclose(np.unique(size["spatial_frequency"]), frequencies[[4, 8, 12, 16]], rtol=1e-14)
    np.testing.assert_array_equal(np.unique(frequency["radius"]), [0.75, 2.25])
