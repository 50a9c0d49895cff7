"""The two data entries, made anew from made-up files in the format of the real ones."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_vision.rehearsal import Rehearsal
from bs_data_majajhong2015 import _images, _recordings

OBJECTS, VIEWS, TRIALS, SITES = 16, 15, 6, 24
COUNT = OBJECTS * VIEWS


def pictures():
    """Grey images; those of one object share half of their pattern."""
    rng = np.random.default_rng(0)
    shared = np.repeat(rng.normal(size=(OBJECTS, 8, 8)), VIEWS, axis=0)
    patterns = 0.6 * shared + 0.8 * rng.normal(size=(COUNT, 8, 8))
    return np.clip(127 + 50 * patterns, 0, 255).astype(np.uint8)


def recording(images, edges):
    """Sites that weigh 6 pixels each, seen through noise; nothing before 70 ms."""
    rng = np.random.default_rng(1)
    pixels = (images.reshape(COUNT, 64) - 127.0) / 50
    signal = pixels[:, :6] @ rng.normal(size=(6, SITES))
    gain = np.array([float(start >= 70) for start in edges[:-1]])
    shape = (TRIALS * COUNT, SITES, len(gain))
    values = np.tile(signal, (TRIALS, 1))[..., None] * gain + 2 * rng.normal(size=shape)
    ids = [f"image-{index:03}" for index in range(COUNT)]
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid", "time_bin"),
        coords={
            "image_id": ("presentation", ids * TRIALS),
            "stimulus_id": ("presentation", ids * TRIALS),
            "repetition": ("presentation", np.repeat(np.arange(TRIALS), COUNT)),
            "neuroid_id": ("neuroid", [f"site-{index}" for index in range(SITES)]),
            "region": ("neuroid", ["V4", "IT"] * (SITES // 2)),
            "animal": ("neuroid", ["Tito"] * 12 + ["Chabo"] * 12),
            "time_bin_start": ("time_bin", list(edges[:-1])),
            "time_bin_end": ("time_bin", list(edges[1:])),
        },
    ).drop_vars("stimulus_id")


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Nobody waits for an address that may not be there."""
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Entries ``MajajHong2015.public``, ``MajajHong2015.temporal.public`` and ``hvm-public`` over made-up files."""
    mirror = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(mirror.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    images = pictures()
    ids = [f"image-{index:03}" for index in range(COUNT)]
    objects = [f"object-{index // VIEWS}" for index in range(COUNT)]
    table = pd.DataFrame({"stimulus_id": ids, "object_name": objects, "variation": [3] * COUNT})
    hashes = mirror.images("stimulus_hvm-public", table, dict(zip(ids, images, strict=True)))
    one = mirror.assembly("assy_dicarlo_MajajHong2015_public.nc", recording(images, (70, 170)))
    over_time = mirror.assembly(
        "assy_dicarlo_MajajHong2015_temporal_public.nc", recording(images, tuple(range(-20, 121, 20)))
    )
    stimuli = _images("hvm-public", *hashes, COUNT)
    return {
        "stimuli": stimuli,
        "MajajHong2015.public": _recordings("MajajHong2015.public", one, stimuli, "one bin"),
        "MajajHong2015.temporal.public": _recordings("MajajHong2015.temporal.public", over_time, stimuli, "bins"),
    }
