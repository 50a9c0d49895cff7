import json
import resource
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core.data import shards as shards_module
from brainscore_core.data.held_files import HeldFiles
from brainscore_core.data.row_file import Sum, sums_of
from brainscore_core.data.shards import open_shard, write_shard, write_without_name
from brainscore_core.errors import InvalidFile, StorageError

DAMAGES = {
    "truncated rows": lambda rows, index: rows.write_bytes(rows.read_bytes()[:-4]),
    "longer rows": lambda rows, index: rows.write_bytes(rows.read_bytes() + b"x"),
    "no rows": lambda rows, index: rows.unlink(),
    "truncated index": lambda rows, index: index.write_text(index.read_text()[:-4]),
    "foreign index": lambda rows, index: index.write_text("[1, 2]"),
    "index without keys": lambda rows, index: index.write_text("{}"),
    "no index": lambda rows, index: index.unlink(),
}


@pytest.fixture
def rows():
    return np.random.default_rng(0).random((3, 5)).astype("f4")


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i8", "?", "c8"])
def test_rows_come_back_and_are_not_read_before(tmp_path, rows, dtype):
    assert write_shard(tmp_path / "a.npy", "abc", rows.astype(dtype)).own
    shard = open_shard(tmp_path / "a.npy")
    assert (shard.keys, shard.own, shard.is_open) == (("a", "b", "c"), False, False)
    array = shard.open()
    assert shard.is_open and array.dtype == dtype and shard.form == (5, dtype)
    assert isinstance(array.base, np.memmap)
    np.testing.assert_array_equal(array, rows.astype(dtype))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.npy"]


def test_the_index_finds_its_rows_and_nothing_at_all_may_be_stored(tmp_path):
    write_shard(tmp_path / "a.npy", [], np.empty((0, 5)))
    assert open_shard(tmp_path / "a.json").open().shape == (0, 5)


def test_what_is_open_stays_readable(tmp_path, rows):
    write_shard(tmp_path / "a.npy", "abc", rows)
    array = open_shard(tmp_path / "a.npy").open()
    (tmp_path / "a.npy").unlink()
    np.testing.assert_array_equal(array, rows)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_seen_when_a_shard_is_found(tmp_path, rows, damage):
    write_shard(tmp_path / "a.npy", "abc", rows)
    DAMAGES[damage](tmp_path / "a.npy", tmp_path / "a.json")
    with pytest.raises(InvalidFile, match=r"a.npy cannot be read.*Remove it"):
        open_shard(tmp_path / "a.npy")


@pytest.mark.parametrize("position", [0, 70, -1])
def test_a_changed_byte_is_seen_before_a_row_is_read(tmp_path, rows, position):
    write_shard(tmp_path / "a.npy", "abc", rows)
    content = bytearray((tmp_path / "a.npy").read_bytes())
    content[position] ^= 1
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(InvalidFile, match="not what its index states"):
        open_shard(tmp_path / "a.npy").open()


def test_pickles_and_arrays_of_another_shape_are_refused(tmp_path, rows):
    for name, content in (("pickle", np.array([[{}]], object)), ("cube", rows[None]), ("fewer", rows[:2])):
        shard = write_shard(tmp_path / f"{name}.npy", "abc", rows)
        np.save(tmp_path / f"{name}.npy", content, allow_pickle=True)
        with pytest.raises(InvalidFile, match=name):
            shard.open()


def test_no_objects_are_written(tmp_path):
    with pytest.raises(ValueError, match="allow_pickle"):
        write_shard(tmp_path / "a.npy", ["a"], np.array([[{}]], object))
    assert list(tmp_path.iterdir()) == []


def test_no_room_leaves_nothing_that_counts(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StorageError, match="cannot write"):
            write_shard(tmp_path / "a.npy", ["a"], np.zeros((1, 1000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_without_a_name(rows):
    shard = write_without_name("abc", rows)
    assert shard.own and shard.is_open and not shard.path.joinpath("a.npy").exists()
    np.testing.assert_array_equal(shard.open(), rows)


def test_killed_at_any_moment_what_has_an_index_is_complete(tmp_path):
    code = (
        "import sys, numpy as np; from pathlib import Path; from brainscore_core.data.shards import write_shard\n"
        "for number in range(10**6):\n"
        "    write_shard(Path(sys.argv[1]) / f'{number}.npy', 'ab', np.full((2, 1000), number))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)])
    deadline, pause = time.monotonic() + 20, threading.Event()
    while len(list(tmp_path.glob("*.json"))) < 20:
        assert time.monotonic() < deadline
        pause.wait(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    for index in tmp_path.glob("[0-9]*.json"):
        assert (open_shard(index).open() == int(index.stem)).all()


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i8", "?", "c8"])
def test_rows_are_copied_in_any_order_into_any_place(tmp_path, rows, dtype):
    expected = rows.astype(dtype)
    blocks = expected[:1], np.asfortranarray(expected[1:])
    for shard in (write_shard(tmp_path / "a.npy", "abc", *blocks), write_without_name("abc", *blocks)):
        for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 2], []):
            out = np.zeros((len(order) + 1, 5), dtype)
            shard.read(((at + 1, row) for at, row in enumerate(order)), out)
            np.testing.assert_array_equal(out[1:], expected[order])
            assert not out[0].any()
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), expected)


def test_pages_of_what_is_read_do_not_stay(tmp_path):
    def resident():
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    if not sys.platform.startswith("linux"):
        pytest.skip("memory is read from /proc")
    written = [write_shard(tmp_path / f"{number}.npy", "ab", np.full((2, 2**20), number, "f4")) for number in range(8)]
    out = np.zeros((2, 2**20), "f4")
    before = resident()
    for number, shard in enumerate(written):
        shard.read([(0, 0), (1, 1)], out)
        assert (out == number).all()
    assert resident() - before < 16 * 1024, "64 MB were read"


@given(st.lists(st.binary(max_size=30), max_size=6))
def test_the_sum_of_a_file_is_that_of_its_parts_however_it_was_cut(parts):
    sums, whole = Sum(), b"".join(parts)
    for part in parts:
        sums.add(np.frombuffer(part, np.uint8))
    words = np.frombuffer(whole + bytes(-len(whole) % 8), "<u8")
    assert sums.state() == {"bytes": len(whole), "checksum": sum(map(int, words)) % 2**64}


def test_what_was_written_has_the_sums_that_are_read(tmp_path):
    blocks = [np.arange(15, dtype="u1").reshape(3, 5), np.arange(5, dtype="u1")[None]]
    write_shard(tmp_path / "a.npy", "abcd", *blocks)
    stated = json.loads((tmp_path / "a.json").read_text())
    assert sums_of(tmp_path / "a.npy") == {name: stated[name] for name in ("bytes", "checksum")}


def test_few_files_are_held_open_and_the_others_are_opened_again(tmp_path, rows, monkeypatch):
    monkeypatch.setattr(shards_module, "_held", HeldFiles(2))
    written = [write_shard(tmp_path / f"{number}.npy", "abc", rows + number) for number in range(5)]
    out = np.zeros((1, 5), "f4")
    for number in (0, 1, 2, 3, 4, 0):
        written[number].read([(0, 1)], out)
        np.testing.assert_array_equal(out[0], rows[1] + number)
    assert [shard.is_open for shard in written] == [True, False, False, False, True]


def test_what_is_held_stays_readable_and_what_is_not_is_missed(tmp_path, rows):
    written = [write_shard(tmp_path / f"{number}.npy", "abc", rows) for number in range(2)]
    written[0].secure()
    for path in tmp_path.glob("*.npy"):
        path.unlink()
    out = np.zeros((1, 5), "f4")
    written[0].read([(0, 2)], out)
    np.testing.assert_array_equal(out[0], rows[2])
    with pytest.raises(InvalidFile, match="1.npy cannot be read"):
        written[1].read([(0, 2)], out)


def test_what_lost_its_end_while_it_was_open_is_an_error(tmp_path, rows):
    shard = write_shard(tmp_path / "a.npy", "abc", rows)
    shard.secure()
    (tmp_path / "a.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:-4])
    with pytest.raises(InvalidFile, match="truncated"):
        shard.read([(0, 2)], np.zeros((1, 5), "f4"))
