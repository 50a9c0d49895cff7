import csv
import hashlib

import pytest

from brainscore_core.data.home import data_folder
from brainscore_core.data.store import fetch, unpack
from brainscore_core.errors import DataUnavailable, HashMismatch


@pytest.fixture
def mirror(tmp_path):
    """Make a mirror folder that holds what it is given, by path."""

    def make(files, name="mirror"):
        folder = tmp_path / name
        rows = []
        for inside, content in files.items():
            (folder / inside).parent.mkdir(parents=True, exist_ok=True)
            (folder / inside).write_bytes(content)
            rows.append([hashlib.sha256(content).hexdigest(), hashlib.sha1(content).hexdigest(), len(content), inside])
        folder.mkdir(exist_ok=True)
        with (folder / "index.csv").open("w", newline="") as file:
            csv.writer(file).writerows([["sha256", "sha1", "size", "path"], *rows])
        return folder

    return make


@pytest.fixture
def mirrored_at(monkeypatch):
    return lambda *places: monkeypatch.setenv("BRAINSCORE_MIRRORS", ",".join(map(str, places)))


def test_a_folder_is_read_in_place_and_first(mirror, mirrored_at, server, describe, content, monkeypatch):
    folder = mirror({"deep/recordings.nc": content})
    mirrored_at(folder)
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    server.files["a"] = content
    assert fetch(describe(content, server.url("a"))) == folder / "deep/recordings.nc"
    assert fetch(describe(content, sha256=None)) == folder / "deep/recordings.nc"
    assert server.log == []


def test_it_is_hashed_once(mirror, mirrored_at, describe, content, monkeypatch):
    mirrored_at(mirror({"recordings.nc": content}))
    source = describe(content)
    path = fetch(source)
    monkeypatch.setattr("brainscore_core.data.store.hash_file", lambda *arguments: pytest.fail("read again"))
    assert fetch(source) == path


def test_under_another_name_it_is_copied(mirror, mirrored_at, describe, content):
    folder = mirror({"with blank/x.bin": content})
    mirrored_at(folder)
    path = fetch(describe(content))
    assert path.is_relative_to(data_folder())
    assert (path.name, path.read_bytes()) == ("recordings.nc", content)


def test_what_a_mirror_holds_need_not_be_what_its_index_says(mirror, mirrored_at, server, describe, content):
    bad, good = mirror({"recordings.nc": content}, "bad"), mirror({"recordings.nc": content}, "good")
    mirrored_at(bad, good)
    source = describe(content, server.url("a"))
    (bad / "recordings.nc").write_bytes(b"rotten")
    assert fetch(source) == good / "recordings.nc"
    (good / "recordings.nc").unlink()
    server.files["a"] = content
    assert fetch(source).is_relative_to(data_folder())
    assert len(server.log) == 1


def test_a_mirror_that_grows_is_read_again(mirror, mirrored_at, describe, content):
    mirrored_at(mirror({}))
    source = describe(content)
    with pytest.raises(DataUnavailable, match=r"no address is known.*README.*BRAINSCORE_MIRRORS") as nowhere:
        fetch(source)
    assert "connection" not in str(nowhere.value), "which would not help"
    folder = mirror({"recordings.nc": content})
    assert fetch(source) == folder / "recordings.nc"


@pytest.mark.parametrize("index", [None, b"", b"name,sum\n", b"\xff\xfe\x00"])
def test_a_mirror_without_a_readable_index_is_skipped(tmp_path, mirrored_at, server, describe, content, index, caplog):
    if index is not None:
        (tmp_path / "index.csv").write_bytes(index)
    mirrored_at(tmp_path)
    server.files["a"] = content
    assert fetch(describe(content, server.url("a"))).read_bytes() == content
    assert str(tmp_path) in caplog.text
    assert "index.csv" in caplog.text
    server.files["b"] = b"b"
    fetch(describe(b"b", server.url("b")))
    assert caplog.text.count("skipped") == 1, "said once, not for each file"


@pytest.mark.parametrize("access", ["public", "private"])
@pytest.mark.parametrize("offline", ["0", "1"])
def test_a_failure_names_the_mirrors_that_were_no_use(
    mirror, mirrored_at, tmp_path, describe, content, monkeypatch, access, offline
):
    mirrored_at(tmp_path / "nowhere", mirror({}))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", offline)
    with pytest.raises(DataUnavailable) as failure:
        fetch(describe(content, "file:///no/such/recordings.nc", access=access))
    assert f"the mirror {tmp_path / 'nowhere'} is no folder" in failure.value.what
    assert str(tmp_path / "mirror") not in str(failure.value)


def test_a_failure_names_the_url_that_did_not_answer(mirrored_at, server, describe, content):
    mirrored_at(server.url("m"))
    with pytest.raises(DataUnavailable, match=r"the mirror http://\S+/m has no index.csv .*HTTP 404"):
        fetch(describe(content))


def test_a_url(mirror, mirrored_at, server, describe, content, monkeypatch):
    folder = mirror({"with blank/x+y.nc": content, "other": b"other"})
    server.files |= {"m/index.csv": (folder / "index.csv").read_bytes(), "m/with%20blank/x%2By.nc": content}
    mirrored_at(server.url("m/"))
    path = fetch(describe(content, server.url("a")))
    assert path.is_relative_to(data_folder())
    assert [name for name, _ in server.log] == ["m/index.csv", "m/with%20blank/x%2By.nc"]
    with pytest.raises(DataUnavailable, match="other: HTTP 404"):
        fetch(describe(b"other"))
    assert [name for name, _ in server.log].count("m/index.csv") == 1
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="BRAINSCORE_OFFLINE"):
        fetch(describe(b"other"))


def test_a_url_that_does_not_answer_is_left_alone_for_a_while(mirrored_at, server, describe, content, caplog):
    mirrored_at(server.url("m"))
    server.files |= {"a": content, "b": b"b"}
    fetch(describe(content, server.url("a")))
    fetch(describe(b"b", server.url("b")))
    assert [name for name, _ in server.log] == ["m/index.csv", "a", "b"]
    assert caplog.text.count("skipped") == 1


def test_a_url_is_not_asked_offline(mirrored_at, server, describe, content, monkeypatch):
    mirrored_at(server.url("m"))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="BRAINSCORE_OFFLINE"):
        fetch(describe(content))
    assert server.log == []


def test_a_file_address_is_a_folder(mirror, mirrored_at, describe, content):
    folder = mirror({"recordings.nc": content}, "with blank")
    mirrored_at(folder.as_uri())
    assert fetch(describe(content)) == folder / "recordings.nc"


def test_a_mirror_that_lies_is_told_from_one_that_lacks(mirrored_at, server, describe, content):
    index = f"sha256,sha1,size,path\n{hashlib.sha256(content).hexdigest()},,{len(content)},x\n"
    server.files |= {"m/index.csv": index.encode(), "m/x": b"z" * len(content)}
    mirrored_at(server.url("m"))
    with pytest.raises(HashMismatch, match="m/x"):
        fetch(describe(content))


def test_nothing_is_written_into_a_mirror(mirror, mirrored_at, describe, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.txt", "x")
    content = (tmp_path / "a.zip").read_bytes()
    folder = mirror({"a.zip": content})
    mirrored_at(folder)
    before = sorted(folder.rglob("*"))
    unpacked = unpack(describe(content, filename="a.zip"))
    assert unpacked.is_relative_to(data_folder())
    assert (unpacked / "x.txt").read_text() == "x"
    assert sorted(folder.rglob("*")) == before
