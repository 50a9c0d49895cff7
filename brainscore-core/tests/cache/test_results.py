"""Results over whole sets: one recipe, one result, whatever happens to the disk."""

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import xarray as xr

from brainscore_core.cache import entries
from brainscore_core.cache.results import ResultCache, on_disk
from brainscore_core.scores import Score

RECIPE = {"kind": "test-1", "data": "d" * 64, "splits": 10}


class Work:
    """Something to compute, counted."""

    def __init__(self, value):
        self.value, self.count = value, 0

    def __call__(self):
        self.count += 1
        return self.value


KINDS = {
    "json": {"a": [1, 2.5, None]},
    "arrays": {"x": np.arange(3, dtype=np.float32), "ids": np.array(["a", "é"])},
    "score": Score(0.5, 0.1, values=xr.DataArray(np.arange(2.0), dims=["x"])),
}


def same(one, other):
    if isinstance(one, dict) and "ids" in one:
        return one.keys() == other.keys() and all(
            one[key].dtype == other[key].dtype and (one[key] == other[key]).all() for key in one
        )
    return one == other


@pytest.mark.parametrize("kind", KINDS)
def test_computed_once_and_the_same_afterwards(tmp_path, kind):
    work = Work(KINDS[kind])
    for cache in (ResultCache(tmp_path), ResultCache(tmp_path)):
        for _ in range(2):
            assert same(getattr(cache, kind)(RECIPE, work), KINDS[kind])
    assert work.count == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", [b"", b"\x00garbage", None])
def test_a_damaged_file_is_computed_again_and_replaced(tmp_path, kind, damage, caplog):
    getattr(ResultCache(tmp_path), kind)(RECIPE, Work(KINDS[kind]))
    [path] = [path for path in tmp_path.rglob("result.*") if path.suffix in (".json", ".npz")]
    path.write_bytes(path.read_bytes()[:-5] if damage is None else damage)
    work = Work(KINDS[kind])
    assert same(getattr(ResultCache(tmp_path), kind)(RECIPE, work), KINDS[kind])
    assert work.count == 1 and "is computed again" in caplog.text
    assert same(getattr(ResultCache(tmp_path), kind)(RECIPE, work), KINDS[kind]) and work.count == 1


def test_a_score_whose_values_are_gone_is_computed_again(tmp_path):
    ResultCache(tmp_path).score(RECIPE, Work(KINDS["score"]))
    for path in tmp_path.rglob("*.nc"):
        path.unlink()
    work = Work(KINDS["score"])
    assert ResultCache(tmp_path).score(RECIPE, work) == KINDS["score"] and work.count == 1


def test_every_part_of_the_recipe_counts_and_its_order_does_not(tmp_path):
    cache = ResultCache(tmp_path)
    assert cache.json(RECIPE, lambda: 1) == 1
    assert cache.json(dict(reversed(RECIPE.items())), lambda: 2) == 1
    for change in ({"data": "e" * 64}, {"splits": 11}, {"more": None}):
        assert cache.json(RECIPE | change, lambda: 3) == 3


def test_what_cannot_be_named_is_never_shared(tmp_path):
    """Two networks whose content cannot be read have one recipe, and are not one."""
    cache = ResultCache(tmp_path)
    assert [cache.json({"network": None}, lambda n=n: n) for n in range(3)] == [0, 1, 2]
    assert not list(tmp_path.iterdir())


def test_results_are_the_callers_own(tmp_path):
    cache = ResultCache(tmp_path)
    cache.arrays(RECIPE, Work(KINDS["arrays"]))["x"][:] = 9
    assert cache.arrays(RECIPE, Work(None))["x"].tolist() == [0, 1, 2] and KINDS["arrays"]["x"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("refuse", ["keep", "on_disk"])
def test_in_this_process_only(tmp_path, refuse):
    cache, work = ResultCache(tmp_path), Work(1)
    for _ in range(2):
        with on_disk(refuse != "on_disk"):
            assert cache.json(RECIPE, work, keep=refuse != "keep") == 1
    assert work.count == 1 and not list(tmp_path.iterdir())


def test_what_is_forbidden_outside_is_not_allowed_inside(tmp_path):
    with on_disk(False), on_disk(True):
        ResultCache(tmp_path).json(RECIPE, Work(1))
    assert not list(tmp_path.iterdir())
    ResultCache(tmp_path).json(RECIPE, Work(1))
    assert list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_refuses_costs_the_cache_and_not_the_result(tmp_path, monkeypatch, number, kind, caplog):
    def refuse(*arguments, **options):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr("brainscore_core.data.writing.os.replace", refuse)
        assert same(getattr(ResultCache(tmp_path / "results"), kind)(RECIPE, Work(KINDS[kind])), KINDS[kind])
    assert "not kept" in caplog.text and os.strerror(number) in caplog.text
    assert not [path for path in tmp_path.rglob("*") if path.is_file()], "nothing is left half-written"
    work = Work(KINDS[kind])
    assert same(getattr(ResultCache(tmp_path / "results"), kind)(RECIPE, work), KINDS[kind]) and work.count == 1


def test_a_place_that_is_no_folder_costs_the_cache_only(tmp_path, caplog):
    (tmp_path / "results").write_text("a file")
    assert ResultCache(tmp_path / "results").json(RECIPE, Work(5)) == 5 and "not kept" in caplog.text


def test_an_error_of_the_computation_is_raised_and_nothing_is_kept(tmp_path):
    cache = ResultCache(tmp_path)
    with pytest.raises(ZeroDivisionError):
        cache.json(RECIPE, lambda: 1 / 0)
    assert not list(tmp_path.iterdir()) and cache.json(RECIPE, lambda: 3) == 3


COMPUTING = """
    import sys
    from pathlib import Path
    from brainscore_core.cache.results import ResultCache

    cache = ResultCache(Path({folder!r}))
    print("ready", flush=True)
    sys.stdin.readline()
    for splits in range(20):
        cache.json({recipe!r} | {{"splits": splits}}, lambda: {{"splits": splits, "pad": "x" * 10_000}})
"""


def test_processes_that_write_the_same_entry(tmp_path):
    script = textwrap.dedent(COMPUTING).format(folder=str(tmp_path), recipe=RECIPE)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    writers = [subprocess.Popen([sys.executable, "-c", script], **pipes) for _ in range(2)]
    assert [writer.stdout.readline() for writer in writers] == ["ready\n"] * 2
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [writer.communicate(timeout=60) and writer.returncode for writer in writers] == [0, 0]
    cache = ResultCache(tmp_path)
    for splits in range(20):
        assert cache.json(RECIPE | {"splits": splits}, Work(None))["splits"] == splits
    assert not list(tmp_path.rglob("*.tmp"))


KILLED = """
    import os, signal, sys
    from pathlib import Path
    import brainscore_core.data.writing as writing
    from brainscore_core.cache.results import ResultCache

    renames = []

    def replace(source, target, real=os.replace):
        renames.append(target)
        if len(renames) == {after}:
            os.kill(os.getpid(), signal.SIGKILL)
        real(source, target)

    writing.os.replace = replace
    ResultCache(Path({folder!r})).json({recipe!r}, lambda: "whole")
"""


@pytest.mark.parametrize("after", [1, 2])
def test_killed_while_writing(tmp_path, after):
    script = textwrap.dedent(KILLED).format(after=after, folder=str(tmp_path), recipe=RECIPE)
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not list(tmp_path.rglob("result.json"))
    work = Work("whole")
    assert ResultCache(tmp_path).json(RECIPE, work) == "whole" and work.count == 1
    assert ResultCache(tmp_path).json(RECIPE, work) == "whole" and work.count == 1


def test_the_recipe_lies_beside_the_result(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    ResultCache(tmp_path / "cache" / "results").json(RECIPE, Work(1))
    [entry] = entries()
    assert entry.kind == "results" and entry.recipe == RECIPE and entry.rows == 1
    assert json.loads((entry.path / "recipe.json").read_text()) == RECIPE
