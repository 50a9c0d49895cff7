"""How attempts end: what is the pair's fault, what the machine's; one pair stops no other, none is waited for."""

import errno
import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from brainscore_core.errors import InvalidParameter, StorageError
from bs_app_campaign import Campaign, running, schema, settling
from bs_app_campaign.executors import ExecutorLost, executor, watching
from bs_app_campaign.executors.inprocess import InProcess
from bs_app_campaign.jobs import Ending, Job, Limits, Outcome
from bs_app_campaign.room import has_room
from bs_app_campaign.settling import settle

# --- where nothing can be written -----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["tells", "grows"])
def test_words_about_space_are_no_full_disk(database, model):
    campaign = Campaign.create(database, "first", [model, "good-0"], ["one"])
    assert campaign.run(executor("local", workers=1)) == {"failed": 1, "ok": 1}
    assert "File too large" in next(pair.reason for pair in campaign.pairs() if pair.status == "failed")


def test_a_pair_that_finds_no_room_where_others_do_fails_alone(database, counted):
    campaign = Campaign.create(database, "first", ["swells", "good-0"], ["one"])
    assert campaign.run(executor("local", workers=1)) == {"failed": 1, "ok": 1}
    assert counted().count("swells") == 2
    assert next(pair for pair in campaign.pairs() if pair.model == "swells").reason.startswith("unwritten: ")


@pytest.mark.parametrize("access", ["public", "private"])
def test_a_full_disk_stops_the_campaign_and_the_pair_waits(database, monkeypatch, access):
    monkeypatch.setenv("TROUBLE_ACCESS", access)
    campaign = Campaign.create(database, "first", ["swells"], ["one"])
    with monkeypatch.context() as meanwhile, pytest.raises(StorageError, match="swells on one could not be attempted"):
        meanwhile.setattr(running, "has_room", lambda folder: False)
        campaign.run(executor("local", workers=1))
    (pair,) = campaign.pairs()
    assert (pair.status, pair.attempts) == ("pending", 0)


def test_room_is_asked_for_by_writing(tmp_path, home, monkeypatch):
    assert has_room(tmp_path / "new")
    (tmp_path / "file").write_text("")
    assert not has_room(tmp_path / "file" / "below")


# --- results that are none ------------------------------------------------------------------------------------------


def left(campaign, **words):
    """An attempt that was made and not settled, and says something else than it should."""
    (pair,) = campaign.pairs()
    job = Job(pair.id, pair.model, pair.benchmark, "", known={"key": 7})
    job = replace(job, folder=str(campaign.folder / "attempts" / job.run))
    made = InProcess()
    made.submit(job)
    (outcome,) = made.finished()
    path = Path(job.folder) / "result.json"
    result = json.loads(path.read_text())
    for name, value in words.items():
        part, _, inner = name.partition("__")
        if inner:
            result[part][inner] = value
        else:
            result[part] = value
    path.write_text(json.dumps(result))
    return outcome


@pytest.mark.parametrize(
    "words",
    [
        {"status": "known"}, {"status": "known", "score_id": 8}, {"status": "known", "score_id": [7]},
        {"status": "pending"}, {"status": "cancelled"}, {"status": ["ok"]}, {"provenance": "text"}, {"seconds": "long"},
        {"peak_memory_mb": [1]}, {"key": 3}, {"reason": {}}, {"model": "good-0"}, {"model__identifier": "good-1"},
        {"benchmark__identifier": "two"}, {"benchmark__version": "last"}, {"model__flags": 3}, {"model__digest": None},
        {"benchmark__info": []},
    ],
    ids=json.dumps,
)  # fmt: skip
def test_a_result_of_the_right_attempt_that_is_none(database, counted, words):
    """It is found when the campaign is taken up: nothing of it is stored, and the pair is attempted again."""
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    left(campaign, **words)
    assert campaign.run(executor("inprocess")) == {"ok": 1} and len(counted()) == 2
    with database.read() as session:
        (score,) = session.scalars(select(schema.Score)).all()
    assert score.value == pytest.approx(sum(map(ord, "good-0")) % 97 / 97) and score.status == "ok"


@pytest.mark.parametrize("words", [{"seconds": 10**400}, {"benchmark": {"identifier": "one", "version": 2**70}}])
def test_what_the_database_refuses_is_no_result_and_stops_nobody(database, words, monkeypatch):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    tally = Counter()
    for ended, status in ((1, "pending"), (2, "failed")):
        outcome = left(campaign, **words)
        assert settle(database, campaign.id, [outcome], campaign.folder, tally) == [status]
        (pair,) = campaign.pairs()
        assert settling.UNREADABLE in pair.reason and pair.attempts == ended


# --- results, and ends that are none --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "grace", "seconds"), [("falls", 600, None), ("lingers", 0.1, None), ("lingers", 600, 8.0)]
)
def test_a_result_counts_whatever_the_process_does_after_it(database, counted, monkeypatch, model, grace, seconds):
    monkeypatch.setattr(watching, "GRACE_S", grace)
    campaign = Campaign.create(database, "first", [model], ["one"])
    assert campaign.run(executor("local", workers=1), limits=Limits(seconds)) == {"ok": 1}
    assert counted() == [model] and campaign.pairs()[0].attempts == 1


# --- machines that are at fault -------------------------------------------------------------------------------------


def test_what_cannot_be_started_is_not_the_fault_of_the_pair(database, counted, monkeypatch):
    """As when all files that a process may open are open."""
    monkeypatch.setattr(running, "PAUSES_S", (0.0, 0.0))
    real, refused = watching.subprocess.Popen, []

    def start(*arguments, **named):
        if len(refused) < 2:
            refused.append(arguments)
            raise OSError(errno.EMFILE, "Too many open files")
        return real(*arguments, **named)

    monkeypatch.setattr(watching.subprocess, "Popen", start)
    campaign = Campaign.create(database, "first", ["good-0", "good-1"], ["one", "two"])
    assert campaign.run(executor("local", workers=1)) == {"ok": 4} and len(counted()) == 4
    assert [pair.attempts for pair in campaign.pairs()] == [1] * 4 and len(refused) == 2


def test_a_machine_that_starts_nothing_stops_the_campaign_and_all_pairs_wait(database, monkeypatch):
    def start(*_, **named):
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(running, "PAUSES_S", (0.0, 0.0))
    monkeypatch.setattr(watching.subprocess, "Popen", start)
    campaign = Campaign.create(database, "first", ["good-0", "good-1"], ["one", "two"])
    with pytest.raises(ExecutorLost, match="no attempt can be begun any more .*temporarily unavailable"):
        campaign.run(executor("local", workers=2))
    assert campaign.counts() == {"pending": 4} and {pair.attempts for pair in campaign.pairs()} == {0}


def test_attempts_are_counted_by_what_ended_them(database):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    (pair,) = campaign.pairs()
    job, tally = Job(pair.id, "good-0", "one", str(campaign.folder / "none")), Counter()

    def ends(ending):
        return settle(database, campaign.id, [Outcome(job, ending, "so")], campaign.folder, tally)[0]

    assert [ends(Ending.LOST) for _ in range(3)] == ["pending"] * 3
    assert ends(Ending.UNSTARTED) == ends(Ending.STORAGE) == "pending" and campaign.pairs()[0].attempts == 3
    assert [ends(Ending.CRASHED), ends(Ending.CRASHED)] == ["pending", "failed"]


# --- cancelling, and limits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["local", "dask"])
def test_cancelling_ends_a_pair_that_takes_long(database, monkeypatch, kind):
    if kind == "dask":
        pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    monkeypatch.setattr(running, "CANCEL_S", 0.1)
    campaign = Campaign.create(database, "first", ["hangs"], ["one"])
    began = time.monotonic()
    assert campaign.run(executor(kind, workers=1), begun=lambda *_: campaign.cancel()) == {"cancelled": 1}
    assert time.monotonic() - began < 60, "it would take ten minutes"


@pytest.mark.parametrize("limits", [Limits(5.0), Limits(None), Limits(memory_mb=5.0), Limits(threads=2)])
def test_limits_that_would_not_be_kept_are_refused(database, limits):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    with pytest.raises(InvalidParameter, match="InProcess makes attempts in the process of the campaign"):
        campaign.run(executor("inprocess"), limits=limits)
    with pytest.raises(InvalidParameter, match="InProcess makes attempts in the process of the campaign"):
        campaign.run(executor("inprocess"), python=lambda task: "python")
    assert campaign.counts() == {"pending": 1}


def test_without_a_limit_of_memory_the_machine_is_one(monkeypatch, tmp_path):
    class Machine:
        percent, total = 95.0, 100 * 2**20

    monkeypatch.setattr(watching.psutil, "virtual_memory", lambda: Machine)
    job = Job(1, "good-0", "one", str(tmp_path))
    monkeypatch.setattr(watching, "memory_mb", lambda pid: 60.0)
    assert watching._greedy(job, 0, 29.0) is None
    assert watching._greedy(job, 0, 31.0).detail == "it took 91 MB, and may take 90"
    Machine.percent = 50.0
    assert watching._greedy(job, 0, 31.0) is None, "what others can have back is not taken"
    assert Limits().seconds == 24 * 3600


def test_the_traceback_of_an_attempt_in_this_process_is_in_its_log(database, capsys):
    campaign = Campaign.create(database, "first", ["raises"], ["one"])
    assert campaign.run(executor("inprocess")) == {"failed": 1}
    with database.read() as session:
        log = Path(session.scalar(select(schema.Score.log))).read_text()
    assert "Traceback" in log and "ZeroDivisionError" in log and capsys.readouterr().err == ""
