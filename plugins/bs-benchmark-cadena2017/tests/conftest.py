"""The data, made anew from made-up files in the format of the real ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from brainscore_vision.rehearsal import Rehearsal
from bs_data_cadena2017 import _images, _recordings

COUNT, NEURONS, TRIALS, PIXELS = 120, 6, 4, 36


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Nobody waits for an address that may not be there."""
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")


def recording(images):
    """Units known by an index alone; image 5 never shown to neuron 0, and every other trial not to neuron 1."""
    rng = np.random.default_rng(1)
    pixels = (images.reshape(COUNT, PIXELS) - 127.0) / 50
    signal = pixels[:, :5] @ rng.normal(size=(5, NEURONS))
    values = np.tile(signal, (TRIALS, 1)) + 2 * rng.normal(size=(TRIALS * COUNT, NEURONS))
    image, trial = np.tile(np.arange(COUNT), TRIALS), np.repeat(np.arange(TRIALS), COUNT)
    values[image == 5, 0] = np.nan
    values[(trial == 3) & (image % 2 == 1), 1] = np.nan
    coords = {
        "image_id": ("presentation", [f"image-{index:03}" for index in image]),
        "repetition_id": ("presentation", trial),
        "id": ("presentation", np.arange(len(values))),
        "neuroid": np.arange(NEURONS),
        "time_bin_start": ("time_bin", [40]),
        "time_bin_end": ("time_bin", [100]),
    }
    return xr.DataArray(values[..., None], dims=["presentation", "neuroid", "time_bin"], coords=coords)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """(recordings, images) over made-up files, open to everybody so that details can be looked at."""
    mirror = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(mirror.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    rng = np.random.default_rng(0)
    images = np.clip(127 + 50 * rng.normal(size=(COUNT, 6, 6)), 0, 255).astype(np.uint8)
    ids = [f"image-{index:03}" for index in range(COUNT)]
    hashes = mirror.images(
        "stimulus_Cadena2017", pd.DataFrame({"stimulus_id": ids}), dict(zip(ids, images, strict=True))
    )
    stimuli = _images(*hashes)
    sha1 = mirror.assembly("assy_tolias_Cadena2017.nc", recording(images))
    entries = _recordings(sha1, stimuli), stimuli
    return tuple(replace(entry, info=replace(entry.info, access="public")) for entry in entries)
