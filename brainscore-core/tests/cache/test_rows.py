"""Rows of activations: shards that many may write, and no damage that reaches a score."""

import errno
import json
import logging
import os
import signal
import subprocess
import sys
import textwrap
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core.cache import rows as rows_module
from brainscore_core.cache.rows import RowCache

RECIPE = {"kind": "activations-1", "network": "n" * 64, "layer": "conv1", "units": None}


def block(keys, width=4, dtype=np.float32):
    """Rows that can be told by their keys."""
    return np.array([[float(key[1:]) + column / 10 for column in range(width)] for key in keys], dtype)


def has(entry, *numbers):
    """Which of these rows can really be read."""
    entry.secure([key for key in keys(*numbers) if key in entry])
    return [number for number, key in zip(numbers, keys(*numbers), strict=True) if key in entry]


def keys(*numbers):
    return [f"k{number}" for number in numbers]


def stored(folder, *numbers, recipe=RECIPE, dtype=np.float32):
    """A cache on disk that has these rows, as an earlier process left it."""
    cache = RowCache(folder)
    cache.entry(recipe).append(keys(*numbers), block(keys(*numbers), dtype=dtype))
    cache.flush()
    return RowCache(folder).entry(recipe)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rows_come_back_in_any_order_from_memory_and_from_disk(tmp_path, dtype):
    cache = RowCache(tmp_path)
    entry = cache.entry(RECIPE)
    entry.append(keys(1, 2, 3), block(keys(1, 2, 3), dtype=dtype))
    for rows in (entry, stored(tmp_path, 1, 2, 3, dtype=dtype)):
        found = rows.read(keys(3, 1, 3))
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, block(keys(3, 1, 3), dtype=dtype))
        np.testing.assert_array_equal(rows.read(keys(2), np.array([3, 0])), block(keys(2), dtype=dtype)[:, [3, 0]])
        assert len(rows) == 3


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=5), min_size=1, max_size=5), st.booleans())
def test_the_union_of_what_was_appended(tmp_path_factory, appended, flush_each):
    folder = tmp_path_factory.mktemp("rows")
    cache = RowCache(folder)
    for numbers in appended:
        names = list(dict.fromkeys(keys(*numbers)))
        cache.entry(RECIPE).append(names, block(names))
        if flush_each:
            cache.flush()
    cache.flush()
    known = keys(*sorted({number for numbers in appended for number in numbers}))
    for entry in (cache.entry(RECIPE), RowCache(folder).entry(RECIPE)):
        assert len(entry) == len(known) and all(key in entry for key in known) and "k99" not in entry
        np.testing.assert_array_equal(entry.read(known), block(known))


def test_a_row_is_kept_once(tmp_path):
    entry = stored(tmp_path, 1, 2)
    entry.append(keys(1, 2), block(keys(1, 2)) + 100)
    entry.flush()
    assert len(list(tmp_path.rglob("*.npy"))) == 1
    np.testing.assert_array_equal(entry.read(keys(1)), block(keys(1)))


def test_what_this_pass_recorded_was_not_stored_before(tmp_path):
    entry = stored(tmp_path, 1)
    entry.append(keys(2), block(keys(2)))
    assert entry.stored_before("k1") and not entry.stored_before("k2") and not entry.stored_before("k3")


def test_shards_are_gathered(tmp_path, monkeypatch):
    monkeypatch.setattr(rows_module, "SHARD_BYTES", 100)
    entry = RowCache(tmp_path).entry(RECIPE)
    for number in range(10):
        entry.append(keys(number), block(keys(number)))
    assert len(list(tmp_path.rglob("*.npy"))) == 1, "7 rows of 16 bytes"
    entry.flush()
    assert len(list(tmp_path.rglob("*.npy"))) == 2
    np.testing.assert_array_equal(entry.read(keys(*range(10))), block(keys(*range(10))))


@pytest.mark.parametrize("bytes_of_a_shard", [100, 8 * 2**20])
def test_arrays_that_rows_came_in_are_let_go(tmp_path, monkeypatch, bytes_of_a_shard):
    monkeypatch.setattr(rows_module, "SHARD_BYTES", bytes_of_a_shard)
    entry, refs = RowCache(tmp_path).entry(RECIPE), []
    for number in range(20):
        rows = block(keys(number))
        refs.append(weakref.ref(rows))
        entry.append(keys(number), rows)
        rows[:] = -1
        del rows
    assert not any(ref() is not None for ref in refs), "held, they would leave holes in the heap"
    np.testing.assert_array_equal(entry.read(keys(*range(20))), block(keys(*range(20))))


def test_rows_of_another_form_begin_another_shard(tmp_path):
    cache = RowCache(tmp_path)
    entry = cache.entry(RECIPE)
    for number, dtype in enumerate(("f4", "f8", "f8")):
        entry.append(keys(number), block(keys(number), dtype=dtype))
    cache.flush()
    assert sorted(np.load(path).dtype.str for path in tmp_path.rglob("*.npy")) == ["<f4", "<f8"]
    np.testing.assert_array_equal(entry.read(keys(2, 1)), block(keys(2, 1), dtype="f8"))


@pytest.mark.parametrize("change", [{"network": "m" * 64}, {"layer": "conv2"}, {"units": "u"}, {"more": 1}])
def test_recipes_share_nothing(tmp_path, change):
    stored(tmp_path, 1)
    assert "k1" not in RowCache(tmp_path).entry(RECIPE | change)


def test_a_network_that_cannot_be_named_is_kept_in_its_own_cache_object_only(tmp_path):
    unnamed = RECIPE | {"network": None}
    one, other = RowCache(tmp_path), RowCache(tmp_path)
    one.entry(unnamed).append(keys(1), block(keys(1)))
    one.flush()
    assert "k1" in one.entry(unnamed) and "k1" not in other.entry(unnamed)
    assert not list(tmp_path.iterdir())
    np.testing.assert_array_equal(one.entry(unnamed).read(keys(1)), block(keys(1)))


# --- damage --------------------------------------------------------------------------------------------------------


DAMAGES = {
    "truncated shard": lambda shard, index: shard.write_bytes(shard.read_bytes()[:-4]),
    "longer shard": lambda shard, index: shard.write_bytes(shard.read_bytes() + b"x"),
    "no header": lambda shard, index: shard.write_bytes(b"\x00" * shard.stat().st_size),
    "missing shard": lambda shard, index: shard.unlink(),
    "truncated index": lambda shard, index: index.write_text(index.read_text()[:-4]),
    "empty index": lambda shard, index: index.write_text(""),
    "foreign index": lambda shard, index: index.write_text("[1, 2]"),
    "index without keys": lambda shard, index: index.write_text(json.dumps({"bytes": shard.stat().st_size})),
    "missing index": lambda shard, index: index.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_rows_are_computed_again_and_whole_ones_are_not(tmp_path, damage, caplog):
    stored(tmp_path, 1, 2)
    [shard] = tmp_path.rglob("*.npy")
    stored(tmp_path, 3)
    DAMAGES[damage](shard, shard.with_suffix(".json"))
    entry = RowCache(tmp_path).entry(RECIPE)
    assert has(entry, 1, 2, 3) == [3] and not entry.stored_before("k2")
    if damage != "missing index":
        assert "unreadable and is computed again" in caplog.text
    entry.append(keys(1, 2), block(keys(1, 2)))
    entry.flush()
    for _ in range(3):  # whichever order the shards are found in
        again = RowCache(tmp_path).entry(RECIPE)
        assert has(again, 1, 2, 3) == [1, 2, 3]
        np.testing.assert_array_equal(again.read(keys(2, 1, 3)), block(keys(2, 1, 3)))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_refuses_costs_the_cache_and_not_the_rows(tmp_path, monkeypatch, number, caplog):
    def refuse(*arguments, **options):
        raise OSError(number, os.strerror(number))

    entry = RowCache(tmp_path).entry(RECIPE)
    with monkeypatch.context() as patched:
        patched.setattr("brainscore_core.data.writing.os.replace", refuse)
        entry.append(keys(1, 2), block(keys(1, 2)))
        np.testing.assert_array_equal(entry.read(keys(2, 1)), block(keys(2, 1)))
        entry.flush()
        entry.append(keys(3), block(keys(3)))
    assert not len(entry), "what cannot be kept does not pile up in memory"
    assert "are computed but not kept" in caplog.text and os.strerror(number) in caplog.text
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "k1" not in RowCache(tmp_path).entry(RECIPE)


def test_set_aside(tmp_path):
    entry = stored(tmp_path, 1, 2)
    entry.append(keys(3), block(keys(3)))
    entry.set_aside("they disagree")
    assert "k1" not in entry and "k3" in entry
    [aside] = tmp_path.glob("*.set-aside-*")
    assert json.loads((aside / "reason.json").read_text()) == {"reason": "they disagree"}
    entry.append(keys(1), block(keys(1)))
    entry.flush()
    again = RowCache(tmp_path).entry(RECIPE)
    assert "k1" in again and "k3" in again and "k2" not in again


def test_set_aside_where_nothing_can_be_moved(tmp_path, monkeypatch, caplog):
    entry = stored(tmp_path, 1)

    def refuse(*arguments):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.rename", refuse)
    entry.set_aside("they disagree")
    assert "k1" not in entry and "could not be set aside" in caplog.text


def test_an_entry_set_aside_by_another_process_is_computed_again(tmp_path):
    mine = stored(tmp_path, 1)
    RowCache(tmp_path).entry(RECIPE).set_aside("they disagree")
    assert has(mine, 1) == []


# --- processes -----------------------------------------------------------------------------------------------------


APPENDING = """
    import sys
    from pathlib import Path
    import numpy as np
    from brainscore_core.cache.rows import RowCache

    entry = RowCache(Path({folder!r})).entry({recipe!r})
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range({start}, {start} + 30):
        row = np.array([[number + column / 10 for column in range(4)]], np.float32)
        entry.append([f"k{{number}}"], row)
        entry.flush()
"""


def test_processes_that_write_the_same_entry(tmp_path):
    writers = []
    for start in (0, 15):
        script = textwrap.dedent(APPENDING).format(folder=str(tmp_path), recipe=RECIPE, start=start)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        writers.append(subprocess.Popen([sys.executable, "-c", script], **pipes))
    assert [writer.stdout.readline() for writer in writers] == ["ready\n"] * 2
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [writer.communicate(timeout=60) and writer.returncode for writer in writers] == [0, 0]
    entry = RowCache(tmp_path).entry(RECIPE)
    assert len(entry) == 45
    np.testing.assert_array_equal(entry.read(keys(*range(45))), block(keys(*range(45))))


def test_rows_of_another_process_are_seen(tmp_path):
    cache = RowCache(tmp_path)
    mine = cache.entry(RECIPE)
    stored(tmp_path, 5)
    assert cache.entry(RECIPE) is mine and has(mine, 5) == [5]


KILLED = """
    import os, signal
    from pathlib import Path
    import numpy as np
    import brainscore_core.data.writing as writing
    from brainscore_core.cache.rows import RowCache

    renames = []

    def replace(source, target, real=os.replace):
        if {when!r} in str(target):
            renames.append(target)
            if {before}:
                os.kill(os.getpid(), signal.SIGKILL)
        real(source, target)
        if {when!r} in str(target):
            os.kill(os.getpid(), signal.SIGKILL)

    writing.os.replace = replace
    entry = RowCache(Path({folder!r})).entry({recipe!r})
    entry.append(["k7", "k8"], np.ones((2, 4), np.float32))
    entry.flush()
"""


@pytest.mark.parametrize("when", ["recipe.json", ".npy"])
@pytest.mark.parametrize("before", [True, False])
def test_killed_while_writing(tmp_path, when, before, caplog):
    caplog.set_level(logging.WARNING)
    stored(tmp_path / "other", 1)
    script = textwrap.dedent(KILLED).format(when=when, before=before, folder=str(tmp_path), recipe=RECIPE)
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    entry = RowCache(tmp_path).entry(RECIPE)
    assert len(entry) == 0 and "k7" not in entry and not caplog.records
    entry.append(keys(7, 8), block(keys(7, 8)))
    entry.flush()
    np.testing.assert_array_equal(RowCache(tmp_path).entry(RECIPE).read(keys(8, 7)), block(keys(8, 7)))
