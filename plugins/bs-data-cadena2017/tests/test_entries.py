"""Addresses and hashes as the ecosystem's registry has them."""

import pytest

from brainscore_core.errors import DataUnavailable
from brainscore_core.registry import resolve

FOLDER = "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/"


def test_addresses():
    recording, shown = resolve("datasets", "Cadena2017"), resolve("stimulus_sets", "Cadena2017")
    file = recording.info.sources[0]
    assert file.places[0] == f"{FOLDER}assy_tolias_Cadena2017.nc" and file.sha1.startswith("69bcaaa9")
    assert [source.places[0] for source in shown.info.sources] == [
        f"{FOLDER}stimulus_Cadena2017.csv",
        f"{FOLDER}stimulus_Cadena2017.zip",
    ]
    assert [source.sha1[:8] for source in shown.info.sources] == ["f55b174c", "88cc2ce3"]
    assert recording.info.access == shown.info.access == file.access == "private"


def test_what_cannot_be_had_is_named():
    with pytest.raises(DataUnavailable, match="assy_tolias_Cadena2017.nc"):
        resolve("datasets", "Cadena2017").load()
