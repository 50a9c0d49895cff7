"""The public data, made anew from made-up files in the format of the real ones."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_vision.rehearsal import Rehearsal
from bs_data_freemanziemba2013 import _images, _recordings

FAMILIES, SAMPLES, TRIALS, NEURONS, PIXELS = 12, 8, 4, 10, 36
COUNT = 2 * FAMILIES * SAMPLES


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Nobody waits for an address that may not be there."""
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")


def table():
    """Type slowest, then family, then sample."""
    rows = [
        (kind, family, sample)
        for kind in ("noise", "texture")
        for family in range(FAMILIES)
        for sample in range(SAMPLES)
    ]
    made = pd.DataFrame(rows, columns=["texture_type", "texture_family", "sample"])
    return made.assign(stimulus_id=[f"{kind}-{family}-{sample}" for kind, family, sample in rows])


def recording(images):
    """Bins of 50 ms, of which those from 50 to 200 ms hold signal; regions V1 and V2 by turns."""
    rng = np.random.default_rng(1)
    pixels = (images.reshape(COUNT, PIXELS) - 127.0) / 50
    signal = pixels[:, :5] @ rng.normal(size=(5, NEURONS))
    edges = np.arange(0, 301, 50)
    gain = ((edges[:-1] >= 50) & (edges[:-1] < 200)).astype(float)
    noise = rng.normal(size=(TRIALS * COUNT, NEURONS, len(gain)))
    values = np.tile(signal, (TRIALS, 1))[..., None] * gain + 3 * noise
    ids = table()["stimulus_id"].tolist()
    made = NeuroidAssembly(
        values,
        dims=("presentation", "neuroid", "time_bin"),
        coords={
            "stimulus_id": ("presentation", ids * TRIALS),
            "repetition": ("presentation", np.repeat(np.arange(TRIALS), COUNT)),
            "neuroid_id": ("neuroid", np.arange(1, NEURONS + 1)),
            "region": ("neuroid", ["V1", "V2"] * (NEURONS // 2)),
            "time_bin_start": ("time_bin", edges[:-1]),
            "time_bin_end": ("time_bin", edges[1:]),
        },
    )
    return made.transpose("neuroid", "time_bin", "presentation").rename(stimulus_id="image_id")


@pytest.fixture
def data(tmp_path, monkeypatch):
    """(recordings, images) over made-up files."""
    mirror = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(mirror.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    rng = np.random.default_rng(0)
    images = np.clip(127 + 50 * rng.normal(size=(COUNT, 6, 6)), 0, 255).astype(np.uint8)
    named = dict(zip(table()["stimulus_id"], images, strict=True))
    hashes = mirror.images("stimulus_FreemanZiemba2013_aperture-public", table(), named)
    stimuli = _images("FreemanZiemba2013.aperture-public", *hashes, "public")
    sha1 = mirror.assembly("assy_movshon_FreemanZiemba2013_public.nc", recording(images))
    return _recordings("FreemanZiemba2013.public", sha1, stimuli, "public"), stimuli
