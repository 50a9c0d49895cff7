"""Addresses and hashes as the ecosystem's registry has them; stretches of movies."""

import numpy as np
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import DataUnavailable
from brainscore_core.registry import resolve
from bs_data_david2004.segments import with_segments

FOLDER = "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/"


def test_addresses():
    recording, shown = resolve("datasets", "David2004"), resolve("stimulus_sets", "David2004")
    file = recording.info.sources[0]
    assert file.places[0] == f"{FOLDER}assy_gallant_David2004.nc" and file.sha1.startswith("d2ed9834")
    assert [source.sha1[:8] for source in shown.info.sources] == ["8ec76338", "0200421d"]
    assert recording.info.access == shown.info.access == "private"
    assert recording.info.doi == "10.1523/JNEUROSCI.1422-04.2004"


def test_what_cannot_be_had_is_named():
    with pytest.raises(DataUnavailable, match="assy_gallant_David2004.nc"):
        resolve("datasets", "David2004").load()


def test_segments_are_stretches_of_one_neurons_movie():
    values = np.full((100, 2), np.nan)
    values[:60, 0], values[60:, 1] = 1.0, 2.0
    assembly = NeuroidAssembly(
        values,
        dims=("presentation", "neuroid"),
        coords={
            "stimulus_id": ("presentation", [f"frame-{index}" for index in range(100)]),
            "neuroid_id": ("neuroid", ["r0001", "r0002"]),
            "region": ("neuroid", ["V1", "V1"]),
        },
    )
    segments = with_segments(assembly)["segment"].values
    assert len(np.unique(segments)) == 40
    assert segments[:3].tolist() == ["r0001-00"] * 3 and segments[3] == "r0001-01"
    assert segments[59] == "r0001-19" and segments[60] == "r0002-00"
    assert (np.diff(np.unique(segments, return_inverse=True)[1]) >= 0).all()
