"""What a campaign would take: which pairs are settled, and how long workers are busy with the others."""

import json

import pytest

from brainscore_core import registry
from brainscore_core.cli.shell import run
from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.data.source import Source
from bs_app_campaign import Campaign, schema
from bs_app_campaign.estimates import elapsed, estimate
from bs_app_campaign.executors import executor
from bs_app_campaign.keys import score_key
from bs_app_campaign.order import Task


def settled(database, seed, *models):
    pairs = [schema.Pair(id=0, model=model, benchmark="one") for model in models]
    with database.read() as session:
        return estimate(session, pairs, seed=seed).settled


def test_a_score_of_another_seed_settles_nothing(database, capsys):
    Campaign.create(database, "first", ["good-0", "refuses"], ["one"], {"seed": 3}).run(executor("inprocess"))
    Campaign.create(database, "second", ["good-1"], ["one"]).run(executor("inprocess"))
    assert settled(database, 3, "good-0", "refuses", "good-1") == 2, "a refusal too knows its seed"
    assert settled(database, 0, "good-0", "refuses", "good-1") == 1
    assert settled(database, 7, "good-0", "refuses", "good-1") == 0
    assert settled(database, 3, "bs-trouble::good-0") == 1, "however it is asked for"
    for seed, count in (("3", 1), ("7", 0)):
        assert run(["campaign", "run", "good-0", "-b", "one", "--seed", seed, "--dry-run", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["settled"] == count


def test_workers_share_the_time(database, capsys):
    assert run(["campaign", "run", "good-0", "good-1", "-b", "one", "--dry-run", "--workers", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["seconds"], found["elapsed"]) == (120, 60)
    assert run(["campaign", "run", "good-0", "good-1", "-b", "one", "--dry-run", "--workers", "2"]) == 0
    assert "2 pairs one after the other, 60 s with 2 workers" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(("workers", "seconds"), [(1, 15.0), (2, 9.0), (3, 9.0), (100, 9.0)])
def test_the_last_of_some_pairs_ends_when_the_longest_chain_does(workers, seconds):
    costs = {"a": 9.0, "b": 3.0, "c": 2.0, "d": 1.0}
    assert elapsed([Task(0, model, "one", cost) for model, cost in costs.items()], workers) == seconds


def test_nothing_takes_no_time():
    assert elapsed([], 4) == 0


def keyed(monkeypatch, sources, version):
    """The score key of a benchmark on data of some files, from a package of some version."""
    import trouble

    entry = DataEntry("numbers", trouble._none, DataInfo("None.", licence="CC0", sources=sources))
    monkeypatch.setattr(trouble.Number, "dataset", property(lambda _: entry))
    registry.remember(entry, ("bs-trouble", version))
    return score_key("a" * 64, trouble.one)


def test_data_that_have_no_files_count_by_the_major_version_of_their_package(database, monkeypatch):
    first = keyed(monkeypatch, (), "1.0.0")
    assert keyed(monkeypatch, (), "1.7.2") == first != keyed(monkeypatch, (), "2.0.0")


def test_data_that_have_files_count_by_those(database, monkeypatch):
    one, other = (Source(f"numbers-{digit}", sha256=digit * 64) for digit in "ab")
    first = keyed(monkeypatch, (one,), "1.0.0")
    assert keyed(monkeypatch, (one,), "2.0.0") == first != keyed(monkeypatch, (other,), "1.0.0")


def test_free_space_is_known_before_our_folder_is_there(database, tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "not" / "there"))
    with database.read() as session:
        assert estimate(session, []).free > 0
    assert not (tmp_path / "not").exists()
