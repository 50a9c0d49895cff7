import os
import time
import zipfile

import pytest

from brainscore_core.data.home import data_folder
from brainscore_core.data.store import fetch, locked, unpack
from brainscore_core.data.upkeep import list_stored, prune, verify
from brainscore_core.errors import InvalidParameter

DAY = 86_400


@pytest.fixture
def stored(server, describe):
    """Fetch some bytes under a name; `age` is how long ago in days they were last used."""

    def make(name, content, age=0, **fields):
        server.files[name] = content
        source = describe(content, server.url(name), filename=name, **fields)
        path = fetch(source)
        memory = path.with_name(".verified.json")
        stamp = memory.stat().st_mtime - age * DAY
        os.utime(memory, (stamp, stamp))
        return source

    return make


@pytest.fixture
def archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("x.txt", "x" * 1000)
        file.writestr("deep/y.txt", "y")
    return (tmp_path / "a.zip").read_bytes()


def test_nothing_is_stored_at_first():
    assert list_stored() == verify() == prune(max_size=0) == []


def test_the_list(stored, archive):
    b = stored("b.nc", b"12345", licence="CC0", citation="Who 2020", access="private")
    a = stored("a.zip", archive)
    unpack(a)
    first, second = list_stored()
    assert (first.key, first.path.name, first.size, first.unpacked) == (a.key, "a.zip", len(archive) + 1001, True)
    assert (second.key, second.size, second.unpacked) == (b.key, 5, False)
    assert (second.licence, second.citation, second.access) == ("CC0", "Who 2020", "private")
    assert abs(second.last_used - second.path.stat().st_mtime) < 60


def test_what_is_not_ours_is_left_alone(stored):
    stored("a.nc", b"a")
    (data_folder() / "notes").mkdir()
    (data_folder() / "notes/mine.txt").write_text("mine")
    assert [each.path.name for each in list_stored()] == ["a.nc"]
    prune(max_size=0)
    assert (data_folder() / "notes/mine.txt").read_text() == "mine"


def test_verify_reads_everything_again(stored, server):
    good, bad = stored("good", b"good"), stored("bad", b"bad")
    path = fetch(bad)
    before = path.stat()
    path.write_bytes(b"bAd")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert fetch(bad).read_bytes() == b"bAd"  # size, time and inode agree: that much is trusted between two verifies
    results = {each.key: each for each in verify()}
    assert results[good.key].ok and results[good.key].reason == ""
    assert not results[bad.key].ok and bad.key in results[bad.key].reason
    assert fetch(bad).read_bytes() == b"bad"
    assert all(each.ok for each in verify())


def test_verify_some(stored):
    one, two = stored("one", b"one"), stored("two", b"two")
    assert [each.key for each in verify([one.key])] == [one.key]
    assert {each.key for each in verify([one.key[:8], two.key[:8].upper()])} == {one.key, two.key}
    for wrong in ("", one.key[:5], "f" * 64):
        with pytest.raises(InvalidParameter, match="names 0 stored files"):
            verify([wrong])


@pytest.mark.parametrize(
    "damage", [lambda folder: (folder / "x.txt").write_text("cut"), lambda folder: (folder / "deep/y.txt").unlink()]
)
def test_verify_an_unpacked_folder(stored, archive, damage):
    source = stored("a.zip", archive)
    folder = unpack(source)
    assert [each.ok for each in verify()] == [True]
    damage(folder)
    (result,) = verify()
    assert not result.ok and "unpacked folder" in result.reason
    assert (unpack(source) / "x.txt").read_text() == "x" * 1000
    assert [each.ok for each in verify()] == [True]


def test_prune_what_was_not_used_for_longest(stored):
    old, older, new = stored("old", b"o" * 100, 5), stored("older", b"p" * 100, 9), stored("new", b"n" * 100)
    assert prune(max_size=300) == []
    assert [each.key for each in prune(max_size=299)] == [older.key]
    assert {each.key for each in list_stored()} == {old.key, new.key}
    assert not (data_folder() / older.key).exists()
    assert len(prune(max_size=0)) == 2
    assert list_stored() == []


def test_use_is_noted(stored):
    source = stored("a", b"a", 30)
    stored("b", b"b", 20)
    fetch(source)
    assert [each.path.name for each in prune(max_size=1)] == ["b"]


def test_use_of_an_unpacked_folder_is_noted(stored, archive):
    source = stored("a.zip", archive)
    unpack(source)
    stamp = time.time() - 30 * DAY
    os.utime(data_folder() / source.key / ".verified.json", (stamp, stamp))
    stored("b", b"b", 20)
    unpack(source)
    assert [each.path.name for each in prune(max_size=sum(each.size for each in list_stored()) - 1)] == ["b"]


def test_what_was_unpacked_from_a_mirror(tmp_path, monkeypatch, describe, archive):
    source = describe(archive, filename="a.zip")
    (tmp_path / "index.csv").write_text(f"sha256,sha1,size,path\n{source.sha256},,,a.zip\n")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(tmp_path))
    folder = unpack(source)
    (stored,) = list_stored()
    assert (stored.key, stored.path, stored.size, stored.unpacked) == (source.key, folder, 1001, True)
    assert [each.ok for each in verify()] == [True]
    (folder / "x.txt").write_text("cut")
    assert [each.ok for each in verify()] == [False]
    unpack(source)
    (tmp_path / "a.zip").unlink()
    assert [each.ok for each in verify()] == [True]
    assert [each.key for each in prune(max_size=0)] == [source.key]
    assert list_stored() == []


def test_prune_removes_what_was_cut_off(stored):
    source = stored("a", b"a")
    folder = data_folder() / source.key
    (folder / ".b.part").write_bytes(b"half")
    (folder / ".unpacked.123.tmp").mkdir()
    (folder / ".unpacked.123.tmp/x").write_bytes(b"half")
    abandoned = data_folder() / ("0" * 64)
    abandoned.mkdir()
    (abandoned / ".c.part").write_bytes(b"half")
    assert prune(max_size=10**9) == []
    assert sorted(path.name for path in folder.iterdir()) == [".verified.json", "a"]
    assert not abandoned.exists()


def test_prune_leaves_what_somebody_is_fetching(stored):
    source = stored("a", b"a")
    with locked(source.key):
        assert prune(max_size=0) == []
    assert len(prune(max_size=0)) == 1


def test_a_negative_size_means_nothing():
    with pytest.raises(InvalidParameter, match="max_size=-1"):
        prune(max_size=-1)
