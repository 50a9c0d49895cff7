"""Tuning of artificial units against the answers of brainscore-vision 2.4.2 (see ``parity/tuning_oracle.py``)."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from brainscore_vision.benchmarks.tuning.firing_rate import calibrate
from brainscore_vision.benchmarks.tuning.grid import GratingGrid
from brainscore_vision.benchmarks.tuning.properties import GRATING_PROPERTIES, PROPERTIES, TEXTURE_PROPERTIES, grid_of
from brainscore_vision.benchmarks.tuning.receptive_field import PositionGrid, field_centres, map_fields, units_at

PARITY = Path(__file__).with_name("parity")
FLAT = range(155, 160)
SHOWN = {
    "preferred_orientation": "orientation",
    "peak_spatial_frequency": "spatial_frequency",
    "spatial_frequency_bandwidth": "spatial_frequency",
    "spatial_frequency_selective": "spatial_frequency",
    "bandwidth": "orientation",
    "circular_variance": "orientation",
    "circular_variance_bandwidth_ratio": "orientation",
    "max_dc": "orientation",
    "modulation_ratio": "orientation",
    "orientation_selective": "orientation",
    "orthogonal_preferred_ratio": "orientation",
    "orthogonal_preferred_ratio_circular_variance_difference": "orientation",
}
OURS = {"spatial_frequency_bandwidth_octaves", "summation_diameter"}
"""Properties that the incumbent does not have."""


def _inputs():
    spec = importlib.util.spec_from_file_location("tuning_inputs", PARITY / "tuning_inputs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


INPUTS = _inputs()
TABLES = {name: pd.DataFrame(table, columns=INPUTS.COLUMNS) for name, table in INPUTS.tables().items()}


@pytest.fixture(scope="module")
def oracle():
    with np.load(PARITY / "tuning_oracle.npz") as stored:
        return dict(stored)


@pytest.fixture(scope="module", params=[0, 1, 2])
def measured(request):
    """Seed, activations, field centres, units that see the stimulus, and the calibration."""
    responses = INPUTS.activations(request.param)
    table = TABLES["receptive_field"]
    grid = PositionGrid.of(table["position_y"].to_numpy(), table["position_x"].to_numpy())
    blocks = np.split(responses["receptive_field"], 21)
    centres = field_centres(map_fields(blocks, responses["blank"], grid), grid)
    seen = units_at(centres, np.array([0.5, 0.5]))
    orientation = responses["orientation"][:, seen]
    calibration = calibrate(responses["blank"][seen], orientation, GratingGrid.of(TABLES["orientation"]))
    return request.param, responses, centres, seen, calibration


def test_receptive_fields(measured, oracle):
    seed, _, centres, seen, _ = measured
    np.testing.assert_allclose(centres, oracle[f"{seed}/centres"], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(seen, oracle[f"{seed}/seen"])
    assert 20 < len(seen) < INPUTS.UNITS


def test_calibration(measured, oracle):
    seed, *_, calibration = measured
    np.testing.assert_allclose([calibration.slope, calibration.offset], oracle[f"{seed}/affine"], rtol=1e-9)


@pytest.mark.parametrize("name", sorted(set(GRATING_PROPERTIES) - OURS))
def test_properties(measured, oracle, name):
    seed, responses, _, seen, calibration = measured
    shown = SHOWN.get(name, "size")
    grid = GratingGrid.of(TABLES[shown])
    rates = grid.unfold(calibration(responses[shown][:, seen]))
    values, responsive = PROPERTIES[name](rates, calibration(responses["blank"][seen]), grid)
    assert 0 < responsive.sum() < len(seen)
    # where all gratings get one answer, rounding alone decides where the incumbent sees a peak
    compared = ~np.isin(seen[responsive], FLAT) if name == "peak_spatial_frequency" else slice(None)
    np.testing.assert_allclose(values[responsive][compared], oracle[f"{seed}/{name}"][compared], rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", sorted(TEXTURE_PROPERTIES))
def test_texture_properties(seed, name, oracle):
    rates, baseline, labels = INPUTS.textures(seed)
    table = pd.DataFrame(labels, columns=["type", "family", "sample"]).assign(position_y=0.5, position_x=0.5)
    grid = grid_of(name, table)
    values, responsive = PROPERTIES[name](grid.unfold(rates), baseline, grid)
    assert 0 < responsive.sum() <= INPUTS.UNITS
    np.testing.assert_allclose(values[responsive], oracle[f"{seed}/texture/{name}"], rtol=1e-9)
