import json
import resource
import signal
import subprocess
import sys

import numpy as np
import pytest

from brainscore_core.data import shards as module
from brainscore_core.data.shards import ShardWriter, open_shards
from brainscore_core.errors import DataUnavailable, InvalidFile, InvalidParameter, StorageError


@pytest.fixture
def rows():
    return np.random.default_rng(0).standard_normal((10, 7)).astype("f4")


@pytest.fixture
def folder(tmp_path, rows):
    writer = ShardWriter(tmp_path / "s", 7, "f4")
    writer.append([f"k{number}" for number in range(4)], rows[:4])
    writer.append(["k4"], rows[4:5])
    writer.append([f"k{number}" for number in range(5, 10)], rows[5:])
    return tmp_path / "s"


def test_the_union_of_shards(folder, rows):
    shards = open_shards(folder)
    assert (len(shards), shards.shape, shards.width, shards.dtype) == (10, (10, 7), 7, np.dtype("f4"))
    assert shards.keys == [f"k{number}" for number in range(10)]
    assert [shards.position(key) for key in ("k0", "k4", "k9")] == [0, 4, 9]
    assert "k4" in shards and "k10" not in shards and 3 not in shards
    np.testing.assert_array_equal(shards.positions(["k9", "k0"]), [9, 0])
    with pytest.raises(KeyError):
        shards.position("k10")


@pytest.mark.parametrize(
    "which",
    [
        slice(None),
        slice(2, 8, 3),
        slice(8, 1, -2),
        slice(0, 0),
        [9, 0, 4, 4, 5],
        np.array([3, 7], "i4"),
        [-1, -10],
        [],
        np.array([], int),
        np.arange(10) % 3 == 0,
        np.zeros(10, bool),
        0,
        4,
        -2,
        np.int64(9),
    ],
)
def test_rows_are_those_of_numpy(folder, rows, which):
    found = open_shards(folder)[which]
    expected = rows[np.asarray(which, int) if isinstance(which, list) else which]
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    np.testing.assert_array_equal(found, expected)
    found[...] = 0  # in memory and ours: the shards stay
    np.testing.assert_array_equal(open_shards(folder).read(slice(None)), rows)


@pytest.mark.parametrize("which", [10, -11, [0, 10], [-11], np.ones(9, bool)])
def test_rows_that_are_not_there(folder, which):
    with pytest.raises(IndexError):
        open_shards(folder).read(which)


def test_rows_are_no_fractions(folder):
    with pytest.raises(TypeError):
        open_shards(folder).read([0.5])


@pytest.mark.parametrize("dtype", ["bool", "u1", "i8", "f2", "f8", "c8", ">f4"])
def test_every_dtype_and_layout_in_memory(tmp_path, dtype):
    block = np.asfortranarray(np.arange(12).reshape(4, 3)).astype(dtype)[::-1]
    ShardWriter(tmp_path, 3, dtype).append(list("abcd"), block)
    found = open_shards(tmp_path).read(slice(None))
    assert found.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(found, block)


def test_only_so_many_shards_are_open(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_OPEN", 3)
    writer = ShardWriter(tmp_path, 1, "i8")
    for number in range(10):
        writer.append([str(number)], np.array([[number]]))
    shards = open_shards(tmp_path)
    np.testing.assert_array_equal(shards.read(slice(None))[:, 0], np.arange(10))
    assert len(shards._maps) == 3
    np.testing.assert_array_equal(shards.read([0, 9, 0])[:, 0], [0, 9, 0])


def test_a_reader_beside_a_writer(folder, rows):
    reader = open_shards(folder)
    ShardWriter(folder, 7, "f4").append(["new"], rows[:1])
    assert "new" not in reader and len(reader) == 10
    reader.refresh()
    assert reader.position("new") == 10
    np.testing.assert_array_equal(reader[10], rows[0])
    np.testing.assert_array_equal(reader.read(slice(10)), rows)


def test_positions_stay_when_another_writer_had_the_same_number(folder, rows):
    reader = open_shards(folder)
    known = next(folder.glob("00000000-*.npy"))
    late = folder / "00000000-ffffffff.npy"  # sorts between those that the reader knows
    late.write_bytes(known.read_bytes())
    late.with_suffix(".json").write_text(
        known.with_suffix(".json").read_text().replace('"k', '"other').replace('"otherey', '"key')
    )
    reader.refresh()
    assert [reader.position(key) for key in ("k4", "other0")] == [4, 10]
    np.testing.assert_array_equal(reader.read([4, 10]), rows[[4, 0]])


def test_a_key_written_twice_has_the_first_row(folder, rows):
    ShardWriter(folder, 7, "f4").append(["k0", "new"], rows[8:])
    shards = open_shards(folder)
    assert (shards.position("k0"), shards.position("new"), len(shards)) == (0, 11, 12)
    assert shards.keys[-1] == "new" and len(shards.keys) == 11


def test_only_complete_shards_are_seen(folder):
    (folder / "00000003-aaaaaaaa.npy").write_bytes(b"half")
    (folder / ".00000004-aaaaaaaa.npy.123.tmp").write_bytes(b"half")
    (folder / ".00000004-aaaaaaaa.json.123.tmp").write_bytes(b'{"ke')
    assert len(open_shards(folder)) == 10
    ShardWriter(folder, 7, "f4").append(["x"], np.zeros((1, 7), "f4"))
    assert len(open_shards(folder)) == 11


def test_killed_while_writing(tmp_path):
    code = (
        "import sys, numpy as np; from brainscore_core.data.shards import ShardWriter; "
        "writer = ShardWriter(sys.argv[1], 1000, 'f8'); number = 0\n"
        "while True:\n"
        "    keys = [f'{number}-{row}' for row in range(50)]\n"
        "    writer.append(keys, np.full((50, 1000), float(number))); number += 1\n"
        "    print(number, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if int(line) >= 20:
                break
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    shards = open_shards(tmp_path)
    complete = len(shards) // 50
    assert complete >= 20
    expected = np.repeat(np.arange(float(complete)), 50)[:, None].repeat(1000, axis=1)
    np.testing.assert_array_equal(shards.read(slice(None)), expected)
    ShardWriter(tmp_path, 1000, "f8").append(["after"], np.zeros((1, 1000)))
    assert open_shards(tmp_path).position("after") == len(shards)


def test_two_writers_at_once(tmp_path):
    code = (
        "import sys, numpy as np; from brainscore_core.data.shards import ShardWriter; "
        "writer = ShardWriter(sys.argv[1], 2, 'i8')\n"
        "for number in range(30):\n"
        "    writer.append([f'{sys.argv[2]}-{number}'], np.array([[int(sys.argv[2]), number]]))"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "12"]
    assert [process.wait() for process in processes] == [0, 0]
    shards = open_shards(tmp_path)
    assert len(shards) == 60
    for writer in (1, 2):
        for number in range(30):
            assert shards[shards.position(f"{writer}-{number}")].tolist() == [writer, number]


@pytest.mark.parametrize(
    ("keys", "block"),
    [
        (["a"], np.zeros((2, 7), "f4")),
        (["a"], np.zeros((1, 6), "f4")),
        (["a"], np.zeros((1, 7), "f8")),
        (["a"], np.zeros(7, "f4")),
        (["a", "a"], np.zeros((2, 7), "f4")),
        ([1], np.zeros((1, 7), "f4")),
    ],
)
def test_a_block_that_does_not_fit(folder, keys, block):
    before = sorted(folder.iterdir())
    with pytest.raises(InvalidParameter):
        ShardWriter(folder, 7, "f4").append(keys, block)
    assert sorted(folder.iterdir()) == before


def test_no_rows_are_no_shard(folder):
    before = sorted(folder.iterdir())
    ShardWriter(folder, 7, "f4").append([], np.zeros((0, 7), "f4"))
    assert sorted(folder.iterdir()) == before


def test_a_folder_has_one_width_and_dtype(folder):
    for width, dtype in ((8, "f4"), (7, "f8")):
        with pytest.raises(InvalidParameter, match="7 x <f4"):
            ShardWriter(folder, width, dtype)
    for width, dtype in ((0, "f4"), (3, object), (3, "U3")):
        with pytest.raises(InvalidParameter, match="numeric"):
            ShardWriter(folder / "new", width, dtype)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 2, "width": 7, "dtype": "<f4"}', b"\xff"])
def test_an_unreadable_layout(folder, content):
    (folder / "layout.json").write_bytes(content)
    with pytest.raises(InvalidFile, match="layout.json"):
        open_shards(folder)


def test_no_folder_of_shards(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(DataUnavailable, match="no folder of shards"):
            open_shards(folder)


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"keys": 3})])
def test_an_unreadable_index(folder, content):
    next(folder.glob("00000001-*.json")).write_text(content)
    with pytest.raises(InvalidFile, match="00000001-"):
        open_shards(folder)


def test_a_damaged_shard_is_named_and_the_others_are_read(folder, rows):
    path = next(folder.glob("00000000-*.npy"))
    raw = path.read_bytes()
    other = next(folder.glob("00000001-*.npy")).read_bytes()
    for damaged in (raw[:-4], raw[:20], b"", other):
        path.write_bytes(damaged)
        with pytest.raises(InvalidFile, match=path.name):
            open_shards(folder).read(0)
        np.testing.assert_array_equal(open_shards(folder).read(slice(4, 10)), rows[4:])
    path.unlink()
    with pytest.raises(InvalidFile, match=path.name):
        open_shards(folder).read(0)


def test_nothing_is_unpickled(folder):
    path = next(folder.glob("00000001-*.npy"))
    with path.open("wb") as file:
        np.save(file, np.array([[object] * 7], dtype=object), allow_pickle=True)
    with pytest.raises(InvalidFile, match=path.name):
        open_shards(folder).read(4)


def test_no_room_keeps_what_was_there(folder, rows):
    writer = ShardWriter(folder, 7, "f4")
    before = sorted(folder.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(StorageError, match="cannot write"):
            writer.append([str(number) for number in range(1000)], np.zeros((1000, 7), "f4"))
        with pytest.raises(StorageError, match="cannot write"):  # the rows fit, their index does not
            writer.append([f"{number:05000d}" for number in range(3)], rows[:3])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(folder.iterdir()) == before
