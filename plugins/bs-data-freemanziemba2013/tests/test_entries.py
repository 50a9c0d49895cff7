"""Addresses, versions and hashes as the ecosystem's registry has them."""

import pytest

from brainscore_core.errors import DataUnavailable
from brainscore_core.registry import resolve

FOLDER = "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/"


@pytest.mark.parametrize(
    ("identifier", "file", "sha1", "access"),
    [
        (
            "FreemanZiemba2013.public",
            "assy_movshon_FreemanZiemba2013_public.nc?versionId=W2vx7jdh9utZdVumHHarXa4L1zOrA8Fd",
            "761c08f7",
            "public",
        ),
        (
            "FreemanZiemba2013.private",
            "assy_movshon_FreemanZiemba2013_private.nc?versionId=wx5LB7Nq42SV74RQ8Cw6EtyabywsnSyG",
            "63f636fa",
            "private",
        ),
        ("FreemanZiemba2013", "assy_movshon_FreemanZiemba2013.nc", "f03f1630", "private"),
        ("FreemanZiemba2013.noaperture", "assy_movshon_FreemanZiemba2013_noaperture.nc", "6176fd43", "private"),
    ],
)
def test_recordings(identifier, file, sha1, access):
    info = resolve("datasets", identifier).info
    source = info.sources[0]
    assert source.places[0] == FOLDER + file and source.sha1.startswith(sha1)
    assert info.access == source.access == access
    assert len(source.places) == (1 if access == "public" else 2)


@pytest.mark.parametrize(
    ("identifier", "name", "hashes"),
    [
        ("FreemanZiemba2013.aperture-public", "stimulus_FreemanZiemba2013_aperture-public", ("194c9b30", "3a6fec1f")),
        ("FreemanZiemba2013.public", "stimulus_FreemanZiemba2013_public", ("b4fee824", "3a5e2cb3")),
    ],
)
def test_images(identifier, name, hashes):
    sources = resolve("stimulus_sets", identifier).info.sources
    assert [source.places[0] for source in sources] == [f"{FOLDER}{name}.csv", f"{FOLDER}{name}.zip"]
    assert tuple(source.sha1[:8] for source in sources) == hashes


def test_private_images_have_a_version():
    table, archive = resolve("stimulus_sets", "FreemanZiemba2013.aperture-private").info.sources
    assert table.places[0].endswith(".csv?versionId=Klo0lMygUX0IZPkLoypccXH55a1hZjf2")
    assert archive.places[1].startswith("s3://") and archive.places[1].endswith(
        "versionId=nZES.el0vF3KXuRrB2ELQOqzCcxumFMY"
    )


def test_what_cannot_be_had_is_named():
    with pytest.raises(DataUnavailable, match="FreemanZiemba2013_public.nc"):
        resolve("datasets", "FreemanZiemba2013.public").load()
