import dataclasses
import subprocess
import sys

import pytest

from brainscore_core.data.source import Source, s3_address
from brainscore_core.errors import InvalidParameter

SHA1, SHA256 = "a" * 40, "B" * 64


def test_sha256_is_the_address_and_is_lowercased():
    source = Source("a.nc", sha1=SHA1, sha256=SHA256)
    assert source.key == "b" * 64
    assert source.digests == {"sha256": "b" * 64, "sha1": SHA1}


def test_sha1_is_the_address_where_it_is_all_there_is():
    assert Source("a.nc", sha1=SHA1).key == SHA1


def test_frozen_and_comparable():
    source = Source("a.nc", ("https://x/a.nc",), sha1=SHA1)
    assert source == Source("a.nc", ["https://x/a.nc"], sha1=SHA1)
    assert hash(source) == hash(Source("a.nc", ("https://x/a.nc",), sha1=SHA1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        source.size = 3


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "neither sha256 nor sha1"),
        ({"sha1": SHA256}, "sha1="),
        ({"sha256": SHA1}, "sha256="),
        ({"sha256": "g" * 64}, "sha256="),
        ({"sha1": SHA1, "size": -1}, "size=-1"),
        ({"sha1": SHA1, "size": "3"}, "size='3'"),
        ({"sha1": SHA1, "size": True}, "size=True"),
        ({"sha1": SHA1, "access": "secret"}, "access='secret'"),
        ({"sha1": SHA1, "places": ("/data/a.nc",)}, "/data/a.nc"),
        ({"sha1": SHA1, "places": ("https://x/a b.nc",)}, "a b.nc"),
        ({"sha1": SHA1, "places": "https://x/a.nc"}, "place 'h'"),
        ({"sha1": SHA1, "filename": "b/a.nc"}, "b/a.nc"),
        ({"sha1": SHA1, "filename": ".."}, ".."),
        ({"sha1": SHA1, "filename": ""}, "''"),
        ({"sha1": SHA1, "filename": ".hidden"}, ".hidden"),
        ({"sha1": SHA1, "filename": "a\\b"}, "a"),
    ],
)
def test_what_cannot_be_is_refused_by_name(fields, named):
    with pytest.raises(InvalidParameter) as caught:
        Source(**{"filename": "a.nc", **fields})
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (
            ("brainscore-storage/brainio-brainscore", "assy_dicarlo_MajajHong2015_public.nc"),
            "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/assy_dicarlo_MajajHong2015_public.nc",
        ),
        (
            ("brainscore-storage/brainio-brainscore", "assy_Kato2026_Ori.nc", "null"),
            "https://brainscore-storage.s3.amazonaws.com/brainio-brainscore/assy_Kato2026_Ori.nc",
        ),
        (
            ("brainscore-storage/brainscore-vision/data/user_718/", "assy_Cowley2026_190923.nc", "kpX10K_Vg4.W"),
            "https://brainscore-storage.s3.amazonaws.com/brainscore-vision/data/user_718//assy_Cowley2026_190923.nc"
            "?versionId=kpX10K_Vg4.W",
        ),
        (
            ("brainio.contrib", "a b+c.zip", "x/y&z"),
            "https://brainio.contrib.s3.amazonaws.com/a%20b%2Bc.zip?versionId=x%2Fy%26z",
        ),
    ],
)
def test_addresses_of_the_existing_ecosystem(arguments, address):
    assert s3_address(*arguments) == address
    Source("a.nc", (address,), sha1=SHA1)


def test_a_signed_address_names_the_same_object():
    assert s3_address("bucket/private", "a.nc", "v1", signed=True) == "s3://bucket/private/a.nc?versionId=v1"


@pytest.mark.parametrize("bucket", ["", "/folder", "https://bucket"])
def test_no_bucket(bucket):
    with pytest.raises(InvalidParameter, match="bucket"):
        s3_address(bucket, "a.nc")


def test_describing_data_imports_nothing_heavy():
    code = (
        "import sys; import brainscore_core.data as data; "
        "data.Source('a.nc', ('https://x/a',), sha1='a' * 40); data.s3_address('bucket', 'a.nc'); "
        "heavy = {'numpy', 'pandas', 'xarray', 'h5py', 'h5netcdf', 'fsspec', 'aiohttp', 'filelock', 'rich'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_reading_what_is_stored_imports_no_transport(home, tmp_path):
    code = (
        "import sys, hashlib; from brainscore_core import data; from brainscore_core.data.home import data_folder; "
        "source = data.Source('a.bin', sha256=hashlib.sha256(b'x').hexdigest()); "
        "path = data_folder() / source.key / 'a.bin'; path.parent.mkdir(parents=True); path.write_bytes(b'x'); "
        "data.fetch(source); data.list_stored(); "
        "heavy = {'numpy', 'pandas', 'xarray', 'h5py', 'h5netcdf', 'fsspec', 'aiohttp', 'rich', 's3fs'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_facade_is_what_it_says():
    import brainscore_core.data as data

    assert data.__all__ == sorted(data.__all__)
    assert all(getattr(data, name).__name__ == name for name in data.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = data.no_such_name
