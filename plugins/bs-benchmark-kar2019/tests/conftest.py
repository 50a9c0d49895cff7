"""The data entries, made anew from made-up files in the format of the real ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import DataAssembly
from brainscore_vision.rehearsal import Rehearsal
from bs_data_kar2019 import _images, _times

OBJECTS, COUNT = ("bear", "car", "dog"), 120
LABELS = np.random.default_rng(0).permutation(np.arange(COUNT) % 3)
ONSETS = np.random.default_rng(1).uniform(60, 230, COUNT)
"""When each image can be told, in ms."""
IDS = [f"image-{number:03d}" for number in range(COUNT)]


def pictures():
    """8 x 8 pixels: one of three patterns under noise; the corner says when it can be told."""
    rng = np.random.default_rng(2)
    patterns = rng.normal(size=(3, 8, 8))
    shown = np.clip(127 + 30 * (patterns[LABELS] + 0.3 * rng.normal(size=(COUNT, 8, 8))), 0, 255).astype(np.uint8)
    shown[:, 0, 0] = ONSETS
    return dict(zip(IDS, shown, strict=True))


def recorded():
    """As the file: a decoder a row, the first two images twice, some images never solved."""
    rows = [*range(COUNT), 0, 1]
    svm = np.where(np.arange(COUNT) % 20 == 7, np.nan, np.maximum(ONSETS, 70))[rows]
    labels = np.array(OBJECTS)[LABELS][rows]
    return DataAssembly(
        np.stack([svm, 300 - svm]),
        dims=("decoder", "presentation"),
        coords={
            "decoder": ("decoder", ["svm", "logistic"]),
            "image_id": ("presentation", [IDS[row] for row in rows]),
            "image_label": ("presentation", labels),
            "i1": ("presentation", np.full(len(rows), 1.0)),
        },
    )


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Nobody waits for an address that may not be there."""
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")


@pytest.fixture
def data(tmp_path, monkeypatch):
    """(times, stimuli) over made-up files, open to everybody."""
    mirror = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(mirror.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    table = pd.DataFrame({"stimulus_id": IDS, "image_label": np.array(OBJECTS)[LABELS]})
    entries = (
        _times(mirror.assembly("assy_dicarlo_Kar2019.nc", recorded())),
        _images(*mirror.images("stimulus_Kar2019", table, pictures())),
    )
    return tuple(replace(entry, info=replace(entry.info, access="public")) for entry in entries)
