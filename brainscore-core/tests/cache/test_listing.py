"""What the cache holds, and making room."""

import os
import shutil

import numpy as np
import pytest

from brainscore_core.cache import entries, prune
from brainscore_core.cache.memo import DigestMemo, digest_memo
from brainscore_core.cache.results import result_cache
from brainscore_core.cache.rows import RowCache

ROWS = {"kind": "activations-1", "network": "n" * 64, "layer": "conv1"}


@pytest.fixture
def filled(home):
    """Two entries of rows, one of them set aside, a result and some digests; the digests were used last."""
    cache = RowCache()
    for layer, width in (("conv1", 1000), ("conv2", 100)):
        cache.entry(ROWS | {"layer": layer}).append(["a", "b"], np.ones((2, width), np.float32))
    cache.flush()
    cache.entry(ROWS | {"layer": "conv2"}).set_aside("they disagree")
    result_cache().json({"kind": "ceiling-1", "data": "d" * 64}, lambda: 1)
    digest_memo().put("key", "digest")
    digest_memo().flush()
    for age, entry in enumerate(sorted(entries(), key=lambda entry: entry.kind)):
        for file in entry.path.iterdir():
            os.utime(file, (1e9 - age, 1e9 - age))
    return home


def test_entries_say_what_they_were_made_of(filled):
    found = {(entry.kind, bool(entry.set_aside)): entry for entry in entries()}
    assert [entry.bytes for entry in entries()] == sorted((entry.bytes for entry in entries()), reverse=True)
    rows = found["rows", False]
    assert rows.recipe == ROWS and rows.rows == 2 and rows.bytes > 8000 and rows.last_used > 0
    assert found["rows", True].set_aside == "they disagree" and found["rows", True].recipe["layer"] == "conv2"
    assert found["results", False].recipe["kind"] == "ceiling-1" and found["results", False].rows == 1
    assert found["digests", False].rows == 1


def test_prune_takes_what_was_set_aside_then_the_longest_unused(filled):
    before = entries()
    removed = prune(max_bytes=sum(entry.bytes for entry in before) - 1)
    assert [entry.set_aside for entry in removed] == ["they disagree"]
    removed = prune(max_bytes=0)
    assert [entry.kind for entry in removed] == ["rows", "results", "digests"]
    assert entries() == [] and prune() == []


def test_prune_keeps_what_fits(filled):
    assert prune(max_bytes=10**9) == [] and len(entries()) == 4


def test_after_pruning_everything_is_computed_again(filled):
    prune()
    cache = RowCache()
    assert "a" not in cache.entry(ROWS)
    cache.entry(ROWS).append(["a"], np.zeros((1, 3), np.float32))
    cache.flush()
    assert "a" in RowCache().entry(ROWS)


def test_an_entry_that_goes_meanwhile_is_no_error(filled, monkeypatch):
    found = entries()

    def gone(path, real=shutil.rmtree):
        real(path)
        real(path)

    monkeypatch.setattr("brainscore_core.cache.listing.shutil.rmtree", gone)
    assert len(prune()) == len(found)


def test_damaged_recipes_are_listed(filled):
    for path in filled.rglob("recipe.json"):
        path.write_text("{")
    assert {entry.kind for entry in entries()} == {"rows", "results", "digests"}
    assert all(entry.recipe == {} for entry in entries())


def test_no_cache_no_entries(home):
    assert entries() == [] and prune() == []


# --- remembered digests --------------------------------------------------------------------------------------------


def test_digests_are_remembered_across_processes(tmp_path):
    for number in range(3):
        memo = DigestMemo(tmp_path)
        memo.put(f"k{number}", f"d{number}")
        memo.put("shared", "d")
        memo.flush()
        memo.flush()
    again = DigestMemo(tmp_path)
    assert [again.get(f"k{number}") for number in range(3)] == ["d0", "d1", "d2"]
    assert again.get("nothing") is None and len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"'])
def test_damaged_digests_are_ignored(tmp_path, content, caplog):
    memo = DigestMemo(tmp_path)
    memo.put("a", "d")
    memo.flush()
    (tmp_path / "broken.json").write_text(content)
    assert DigestMemo(tmp_path).get("a") == "d" and "broken.json is unreadable" in caplog.text


def test_a_disk_that_refuses_costs_the_memo_only(tmp_path, caplog):
    (tmp_path / "digests").write_text("a file")
    memo = DigestMemo(tmp_path / "digests")
    memo.put("a", "d")
    memo.flush()
    assert memo.get("a") == "d" and "digests of 1 stimuli were not kept" in caplog.text
