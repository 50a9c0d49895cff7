"""The download path under its real names against an S3 on loopback: bucket, folder, prefix, with version or without."""

import json
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("moto", reason="the S3 on loopback is moto")
pytest.importorskip("s3fs", reason="s3:// is opened by s3fs")

from brainscore_core.data import fetch
from brainscore_core.errors import DataUnavailable, HashMismatch
from brainscore_core.registry import resolve
from brainscore_vision.ecosystem import images, read_images, read_recordings, recordings

HERE = Path(__file__).parent
SHA1 = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))["files"]
BUCKET, FOLDER = "brainscore-storage", "brainio-brainscore"
HOST = f"https://{BUCKET}.s3.amazonaws.com/"


@pytest.fixture(scope="module")
def server():
    from moto.server import ThreadedMotoServer

    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield "http://{}:{}".format(*running.get_host_and_port())
    running.stop()


@pytest.fixture
def store(server, tmp_path, monkeypatch):
    """``store(file, name) -> version`` puts a fixture under a real name; two versions of it: first something else."""
    import boto3

    for name, value in {
        "BRAINSCORE_HOME": str(tmp_path), "BRAINSCORE_MIRRORS": "", "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": server,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("BRAINSCORE_OFFLINE", raising=False)
    with client(boto3, server) as s3:
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})

        def put(file, name):
            content = (HERE / "files" / file).read_bytes()
            key = f"{FOLDER}/{name}"
            version = s3.put_object(Bucket=BUCKET, Key=key, Body=content, ACL="public-read")["VersionId"]
            s3.put_object(Bucket=BUCKET, Key=key, Body=b"a later version", ACL="public-read")
            return version

        def put_last(file, name):
            content = (HERE / "files" / file).read_bytes()
            s3.put_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}", Body=content, ACL="public-read")

        put.last = put_last
        yield put
        for listed in s3.list_object_versions(Bucket=BUCKET).get("Versions", []):
            s3.delete_object(Bucket=BUCKET, Key=listed["Key"], VersionId=listed["VersionId"])
        s3.delete_bucket(Bucket=BUCKET)


@contextmanager
def client(boto3, server):
    made = boto3.client("s3", endpoint_url=server)
    yield made
    made.close()


def here(source, server):
    """The same address, on loopback."""
    return replace(source, places=tuple(place.replace(HOST, f"{server}/{BUCKET}/") for place in source.places))


def public(version=None, sha1=SHA1["assy_test_Recorded2026.nc"]):
    return recordings("MajajHong2015.public", "dicarlo.MajajHong2015.public", sha1, version).info.sources[0]


def test_a_recording_by_its_version(store, server):
    version = store("assy_test_Recorded2026.nc", "assy_dicarlo_MajajHong2015_public.nc")
    source = public(version)
    assert source.places == (f"{HOST}{FOLDER}/assy_dicarlo_MajajHong2015_public.nc?versionId={version}",)
    assembly = read_recordings(here(source, server))
    assert assembly.shape == (8, 3, 2)


def test_without_a_version_the_hash_pins_it(store, server):
    """``null`` is S3's word for no version: what lies there now is taken, and only if it is what was named."""
    store("assy_test_Recorded2026.nc", "assy_dicarlo_MajajHong2015_public.nc")
    with pytest.raises(HashMismatch):
        read_recordings(here(public("null"), server))
    store.last("assy_test_Recorded2026.nc", "assy_dicarlo_MajajHong2015_public.nc")
    assert public("null").places == public().places
    assert read_recordings(here(public("null"), server)).shape == (8, 3, 2)


def test_an_image_set_by_the_versions_of_both_files(store, server):
    versions = [
        store(f"stimulus_test_Shown2026.{kind}", f"stimulus_FreemanZiemba2013_aperture-private.{kind}")
        for kind in ("csv", "zip")
    ]
    hashes = [SHA1[f"stimulus_test_Shown2026.{kind}"] for kind in ("csv", "zip")]
    sources = images("FreemanZiemba2013.aperture-private", *hashes, *versions).info.sources
    assert [source.filename for source in sources] == [
        "stimulus_FreemanZiemba2013_aperture-private.csv",
        "stimulus_FreemanZiemba2013_aperture-private.zip",
    ]
    stimuli = read_images("shown", *(here(source, server) for source in sources))
    assert stimuli.open("a.1").shape == (6, 6, 3)


def test_an_old_prefix(store, server):
    for kind in ("csv", "zip"):
        store.last(f"image_test_Shown2016.{kind}", f"image_dicarlo_hvm.{kind}")
    hashes = [SHA1[f"image_test_Shown2016.{kind}"] for kind in ("csv", "zip")]
    sources = images("dicarlo.hvm", *hashes, prefix="image_").info.sources
    assert len(read_images("hvm", *(here(source, server) for source in sources))) == 4


def test_a_private_file_by_the_credentials_of_the_environment(store, server):
    """The public address has nothing; s3:// is signed, and takes the version."""
    version = store("assy_test_Recorded2026.nc", "assy_dicarlo_MajajHong2015_private.nc")
    entry = recordings(
        "MajajHong2015.private", "dicarlo.MajajHong2015.private", SHA1["assy_test_Recorded2026.nc"], version,
        access="private",
    )  # fmt: skip
    source = entry.info.sources[0]
    assert source.access == "private" and source.places[1].startswith(f"s3://{BUCKET}/{FOLDER}/")
    signed = replace(source, places=(f"{server}/{BUCKET}/{FOLDER}/nothing.nc", source.places[1]))
    assert read_recordings(signed).shape == (8, 3, 2)


def test_what_is_not_there_is_named_with_every_address(store, server):
    source = here(resolve("datasets", "MajajHong2015.public").info.sources[0], server)
    with pytest.raises(DataUnavailable, match=r"assy_dicarlo_MajajHong2015_public.nc.*127.0.0.1.*HTTP 40[34]"):
        fetch(source)


def test_what_was_fetched_is_there_without_a_network(store, server, monkeypatch):
    version = store("assy_test_Recorded2026.nc", "assy_dicarlo_MajajHong2015_public.nc")
    path = fetch(here(public(version), server))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    assert fetch(public(version)) == path
