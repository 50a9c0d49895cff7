"""Fetching against a real server: what arrives, what does not, and what is left behind."""

import importlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time

import pytest

from brainscore_core.data import store, transfer
from brainscore_core.data.home import data_folder
from brainscore_core.data.source import Source
from brainscore_core.data.store import fetch, fetch_weights, stored_path
from brainscore_core.errors import DataUnavailable, HashMismatch, InvalidParameter, StorageError

FETCH = (
    "import sys; from brainscore_core.data import Source, fetch; "
    "fetch(Source('recordings.nc', (sys.argv[1],), sha256=sys.argv[2], size=int(sys.argv[3])))"
)


def in_a_process(source, **options):
    command = [sys.executable, "-c", FETCH, source.places[0], source.sha256, str(source.size)]
    return subprocess.Popen(command, **options)


def all_files(folder):
    return (
        sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and ".locks" not in path.parts
        )
        if folder.exists()
        else []
    )


def until(condition):
    deadline, pause = time.monotonic() + 20, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        pause.wait(0.005)


def test_one_request_then_none(server, describe, content):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    path = fetch(source)
    assert path.read_bytes() == content
    assert path == data_folder() / source.sha256 / "recordings.nc"
    assert fetch(source) == path
    assert server.log == [("a", 0)]
    assert all_files(data_folder() / source.key) == [".verified.json", "recordings.nc"]


def test_without_size_and_with_sha1_alone(server, describe, content):
    server.files["a"] = content
    source = describe(content, server.url("a"), size=None, sha256=None)
    assert fetch(source).read_bytes() == content
    assert fetch(source).parent.name == source.sha1


def test_an_empty_file_is_a_file(server, describe):
    server.files["a"] = b""
    assert fetch(describe(b"", server.url("a"))).read_bytes() == b""


def test_from_a_file_address(tmp_path, describe, content):
    place = tmp_path / "with blank" / "a.nc"
    place.parent.mkdir()
    place.write_bytes(content)
    path = fetch(describe(content, place.as_uri()))
    assert path.read_bytes() == content
    assert path != place


def test_through_any_backend_of_fsspec(describe, content):
    import fsspec

    fsspec.filesystem("memory").pipe_file("/a", content)
    source = describe(content, "memory://a")
    part = stored_path(source).with_name(".recordings.nc.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(content[:1000])
    assert fetch(source).read_bytes() == content


def test_the_next_place_is_tried(server, describe, content):
    server.files["b"] = content
    server.statuses["a"] = [403]
    source = describe(content, server.url("missing"), server.url("a"), "nosuchscheme://x/y", server.url("b"))
    assert fetch(source).read_bytes() == content
    assert [path for path, _ in server.log] == ["missing", "a", "b"]


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("sized", [True, False])
def test_a_dropped_connection_is_continued(server, describe, content, ranges, sized):
    server.files["a"], server.ranges, server.cuts["a"] = content, ranges, [1_000_000, 500_000]
    source = describe(content, server.url("a"), **({} if sized else {"size": None}))
    assert fetch(source).read_bytes() == content
    assert [start for _, start in server.log] == [0, 1_000_000, 1_500_000 if ranges else 500_000]


def test_a_busy_server_is_asked_again(server, describe, content):
    server.files["a"], server.statuses["a"] = content, [503, 429]
    assert fetch(describe(content, server.url("a"))).read_bytes() == content
    assert len(server.log) == 3


def test_a_server_that_never_delivers_is_given_up_and_the_part_is_kept(server, describe, content):
    server.files["a"], server.cuts["a"] = content, [1000] * 4
    source = describe(content, server.url("a"))
    with pytest.raises(DataUnavailable, match="a: "):
        fetch(source)
    assert len(server.log) == 4
    assert all_files(data_folder()) == [f"{source.key}/.recordings.nc.part"]
    assert fetch(source).read_bytes() == content
    assert server.log[-1] == ("a", 4000)


@pytest.mark.parametrize(("status", "said"), [(404, "Not Found"), (403, "Forbidden"), (410, "Gone")])
def test_a_refusal_is_final_and_leaves_nothing(server, describe, content, status, said):
    server.statuses["a"] = [status] * 4
    with pytest.raises(DataUnavailable, match=f"HTTP {status} {said}.*BRAINSCORE_MIRRORS"):
        fetch(describe(content, server.url("a")))
    assert len(server.log) == 1
    assert all_files(data_folder()) == []


def test_nobody_listens(describe, content, server):
    with pytest.raises(DataUnavailable, match="Connect"):
        fetch(describe(content, "http://127.0.0.1:9/a"))


def test_a_host_that_cannot_be_reached_is_left_alone_for_a_minute(describe, content, monkeypatch, server):
    tried, connect = [], transfer._read_http
    monkeypatch.setattr(transfer, "_read_http", lambda url, part: (tried.append(url), connect(url, part)))
    one, other = (describe(each, "http://127.0.0.1:9/a") for each in (content, b"other"))
    reasons = []
    for source in (one, other, one):
        with pytest.raises(DataUnavailable) as raised:
            fetch(source)
        reasons.append(raised.value.what.partition("(http")[2])
    assert len(tried) == store._ATTEMPTS and len(set(reasons)) == 1 and "Connect" in reasons[0]
    server.files["a"] = content
    assert fetch(describe(content, "http://127.0.0.1:9/a", server.url("a"))).read_bytes() == content
    for host, (when, reason) in list(transfer._unreached.items()):
        transfer._unreached[host] = (when - 61, reason)
    with pytest.raises(DataUnavailable):
        fetch(other)
    assert len(tried) == 2 * store._ATTEMPTS + 1


def test_a_server_that_answers_is_never_left_alone(server, describe, content):
    server.statuses["a"] = [503] * 8
    for _ in range(2):
        with pytest.raises(DataUnavailable, match="503"):
            fetch(describe(content, server.url("a")))
    assert len(server.log) == 8


@pytest.mark.parametrize("sized", [True, False])
@pytest.mark.parametrize("change", ["other", "longer", "shorter"])
def test_wrong_bytes_leave_nothing(server, describe, content, change, sized):
    server.files["a"] = {"other": b"x" + content[1:], "longer": content + b"x", "shorter": content[:-1]}[change]
    source = describe(content, server.url("a"), **({} if sized else {"size": None}))
    expected = DataUnavailable if change == "shorter" and sized else HashMismatch
    with pytest.raises(expected, match="recordings.nc"):
        fetch(source)
    assert not stored_path(source).exists()
    assert expected is DataUnavailable or all_files(data_folder()) == []
    server.files["a"] = content
    assert fetch(source).read_bytes() == content


def test_a_mismatch_of_either_digest_counts(server, describe, content):
    server.files["a"] = content
    with pytest.raises(HashMismatch, match="sha1"):
        fetch(describe(content, server.url("a"), sha1="0" * 40))
    assert all_files(data_folder()) == []


def test_a_part_of_something_else_is_thrown_away(server, describe, content):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    part = stored_path(source).with_name(".recordings.nc.part")
    part.parent.mkdir(parents=True)
    for leftover in (b"y" * 1000, b"y" * len(content), b"y" * (len(content) + 5)):
        part.write_bytes(leftover)
        assert fetch(source).read_bytes() == content
        assert not part.exists()
        stored_path(source).unlink()


@pytest.mark.parametrize("sized", [True, False])
def test_killed_between_the_last_byte_and_the_rename(server, describe, content, sized):
    server.files["a"] = content
    source = describe(content, server.url("a"), **({} if sized else {"size": None}))
    part = stored_path(source).with_name(".recordings.nc.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(content)
    assert fetch(source).read_bytes() == content
    assert server.log == ([] if sized else [("a", len(content))])


def test_killed_in_the_middle_then_only_the_rest(server, describe, content):
    server.files["a"], server.holds["a"] = content, 2_000_000
    source = describe(content, server.url("a"))
    part = stored_path(source).with_name(".recordings.nc.part")
    process = in_a_process(source)
    until(lambda: part.exists() and part.stat().st_size == 2_000_000)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not stored_path(source).exists()
    assert fetch(source).read_bytes() == content
    assert server.log == [("a", 0), ("a", 2_000_000)]


def test_two_processes_fetch_once(server, describe, content, tmp_path):
    server.files["a"], server.holds["a"] = content, 1_000_000
    source = describe(content, server.url("a"))
    said = tmp_path / "said"
    with said.open("w") as stderr:
        processes = [in_a_process(source, stderr=stderr) for _ in range(2)]
    until(lambda: "waiting for another process" in said.read_text())
    server.go.set()
    assert [process.wait() for process in processes] == [0, 0]
    assert server.log == [("a", 0)]
    assert stored_path(source).read_bytes() == content


def test_two_threads_fetch_once(server, describe, content):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    threads = [threading.Thread(target=fetch, args=(source,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.log == [("a", 0)]


@pytest.mark.parametrize("damage", ["truncated", "changed", "emptied"])
def test_a_corrupt_stored_file_is_fetched_again(server, describe, content, damage):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    path = fetch(source)
    path.write_bytes({"truncated": content[:-9], "changed": b"x" + content[1:], "emptied": b""}[damage])
    assert fetch(source).read_bytes() == content
    assert len(server.log) == 2


def test_a_corrupt_stored_file_is_never_returned(server, describe, content, monkeypatch):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    fetch(source).write_bytes(b"rotten")
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    for _ in range(2):
        with pytest.raises(DataUnavailable, match="BRAINSCORE_OFFLINE"):
            fetch(source)


def test_a_verified_file_is_not_read_again(server, describe, content, monkeypatch):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    path = fetch(source)
    read = []
    monkeypatch.setattr(store, "hash_file", lambda path, name: read.append((path, name)) or source.digests[name])
    assert fetch(source) == path
    assert read == []
    os.utime(path, ns=(1, 1))
    assert fetch(source) == path
    assert fetch(source) == path
    assert read == [(path, "sha256"), (path, "sha1")]


def test_an_unreadable_memory_is_no_memory(server, describe, content):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    path = fetch(source)
    memory = path.with_name(".verified.json")
    for damaged in ("", "{", "[]", "null", '{"file": 3}'):
        memory.write_text(damaged)
        assert fetch(source) == path
    assert len(server.log) == 1


def test_offline_once_filled(server, describe, content, monkeypatch, tmp_path):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    path = fetch(source)
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    assert fetch(source) == path
    other = describe(b"other", server.url("a"))
    with pytest.raises(DataUnavailable, match="BRAINSCORE_OFFLINE"):
        fetch(other)
    assert len(server.log) == 1
    (tmp_path / "other").write_bytes(b"other")
    assert fetch(describe(b"other", (tmp_path / "other").as_uri())).read_bytes() == b"other"


def test_private_without_access_says_what_to_do(server, describe, content):
    server.statuses["a"] = [403]
    with pytest.raises(DataUnavailable, match="private.*Forbidden.*Ask its owners.*BRAINSCORE_MIRRORS"):
        fetch(describe(content, server.url("a"), access="private"))
    with pytest.raises(DataUnavailable, match="private.*no public address") as missing:
        fetch(describe(content, access="private"))
    assert missing.value.private


def test_private_is_said_without_a_network_too(describe, content, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="BRAINSCORE_OFFLINE is set.*owners.*private.*BRAINSCORE_MIRRORS"):
        fetch(describe(content, access="private"))
    with pytest.raises(DataUnavailable) as public:
        fetch(describe(content))
    assert "private" not in str(public.value) and not public.value.private


def test_s3_without_its_backend_says_what_to_install(describe, content, monkeypatch):
    registry = importlib.import_module("fsspec.registry")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(registry._registry, "s3", raising=False)  # loaded by another test
    with pytest.raises(DataUnavailable, match=r"brainscore-core\[s3\]"):
        fetch(describe(content, "s3://bucket/a?versionId=x"))


def test_a_store_that_cannot_be_made(server, describe, content, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "file" / "home"))
    server.files["a"] = content
    with pytest.raises(StorageError, match="cannot write in .*file/home.*BRAINSCORE_HOME"):
        fetch(describe(content, server.url("a")))
    assert server.log == []


def test_a_read_only_store_still_serves_what_it_has(server, describe, content, monkeypatch):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    path = fetch(source)
    path.with_name(".verified.json").unlink()

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("brainscore_core.data.writing.os.replace", refuse)
    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    assert fetch(source) == path
    with pytest.raises(StorageError, match="Permission denied"):
        fetch(describe(b"other", server.url("a")))


@pytest.fixture
def small_files_only():
    """Let the kernel refuse files above a megabyte, as a full disk would refuse more bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_no_room_for_the_file(server, describe, content, small_files_only):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    with pytest.raises(StorageError, match=f"cannot write in .*{source.key}"):
        fetch(source)
    assert not stored_path(source).exists()


def test_and_when_there_is_room_again(server, describe, content, small_files_only):
    server.files["a"] = content
    source = describe(content, server.url("a"))
    with pytest.raises(StorageError):
        fetch(source)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    assert fetch(source).read_bytes() == content
    assert server.log == [("a", 0), ("a", 1_000_000)]


def test_silent_when_nobody_looks(server, describe, content, capfd):
    server.files["a"] = content
    fetch(describe(content, server.url("a")))
    assert capfd.readouterr() == ("", "")


def test_a_bar_on_standard_error_for_who_looks(server, describe, content, capfd, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    server.files["a"] = content
    fetch(describe(content, server.url("a")))
    out, error = capfd.readouterr()
    assert out == ""
    assert "recordings.nc" in error


def test_weights_come_through_the_same_door(server, describe, content):
    server.files["a"] = content
    assert fetch_weights(describe(content, server.url("a"))).read_bytes() == content
    with pytest.raises(InvalidParameter, match="Source"):
        fetch_weights(server.url("a"))


@pytest.mark.parametrize("address", ["a%20b%2Bc//d?versionId=x.y_z", "a%7Eb?versionId=%2Fx"])
def test_an_address_is_used_to_the_letter(server, describe, content, address):
    server.files[address] = content
    assert fetch(describe(content, server.url(address))).read_bytes() == content


def test_a_source_is_required():
    with pytest.raises(InvalidParameter, match="Source"):
        fetch("https://x/a.nc")
    assert Source("a", sha1="0" * 40) != "a"
