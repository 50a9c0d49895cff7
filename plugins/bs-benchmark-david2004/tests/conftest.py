"""The data, made anew: movies that are overlapping crops of one picture, and neurons that follow no picture at all."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from brainscore_vision.rehearsal import Rehearsal
from bs_data_david2004 import _images, _recordings

FRAMES, NEURONS, SIDE = 400, 3, 8


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Nobody waits for an address that may not be there."""
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")


def movies():
    """For each neuron a window that slides over a picture of smooth noise, pixel by pixel."""
    rng = np.random.default_rng(0)
    picture = rng.normal(size=(NEURONS, SIDE, FRAMES + SIDE + 14))
    kernel = np.ones(15) / 15
    smooth = np.apply_along_axis(lambda row: np.convolve(row, kernel, "valid"), 2, picture)
    frames = np.stack([smooth[:, :, start : start + SIDE] for start in range(FRAMES)], axis=1)
    return np.clip(127 + 200 * frames, 0, 255).astype(np.uint8).reshape(-1, SIDE, SIDE)


def responses(frames, follow):
    """(frame, neuron): what a pixel shows, or (without `follow`) a slow drift that no frame decides; NaN for others."""
    rng = np.random.default_rng(1)
    values = np.full((len(frames), NEURONS), np.nan)
    for neuron in range(NEURONS):
        own = slice(neuron * FRAMES, (neuron + 1) * FRAMES)
        drift = np.convolve(rng.normal(size=FRAMES + 14), np.ones(15) / 15, "valid")
        signal = frames[own, 3, 3] / 40.0 if follow else 5 * drift
        values[own, neuron] = signal + 0.3 * rng.normal(size=FRAMES)
    return values


@pytest.fixture(params=[True, False], ids=["neurons that see", "neurons that drift"])
def data(request, tmp_path, monkeypatch):
    """(recordings, images, whether the neurons see) over made-up files, open to everybody."""
    mirror = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(mirror.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    frames = movies()
    ids = [f"frame-{index:04}" for index in range(len(frames))]
    hashes = mirror.images(
        "stimulus_David2004", pd.DataFrame({"stimulus_id": ids}), dict(zip(ids, frames, strict=True))
    )
    coords = {"image_id": ("presentation", ids), "neuroid": [f"r{index:04}" for index in range(NEURONS)]}
    array = xr.DataArray(responses(frames, request.param), dims=["presentation", "neuroid"], coords=coords)
    stimuli = _images(*hashes)
    entries = _recordings(mirror.assembly("assy_gallant_David2004.nc", array), stimuli), stimuli
    return *(replace(entry, info=replace(entry.info, access="public")) for entry in entries), request.param
