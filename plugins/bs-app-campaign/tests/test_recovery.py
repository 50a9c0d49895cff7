"""Each promise of a campaign, alone: what is late, foreign, forged, twice or unreadable does no harm."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

import bs_app_campaign
from brainscore_core.errors import InvalidParameter, StorageError
from bs_app_campaign import Campaign, Database, schema
from bs_app_campaign.database import HEAD
from bs_app_campaign.executors import executor, watching
from bs_app_campaign.executors.inprocess import InProcess
from bs_app_campaign.jobs import Ending, Job, Limits, Outcome
from bs_app_campaign.order import Queue, Task
from bs_app_campaign.recording import LONGEST, plain_text
from bs_app_campaign.retrying import again
from bs_app_campaign.settling import settle


def ends(database, *statuses):
    with database.read() as session:
        found = session.execute(select(schema.Score.status, func.count()).group_by(schema.Score.status)).all()
    return dict(tuple(row) for row in found)


class Left(InProcess):
    """Makes attempts, and is interrupted before it can say so."""

    def finished(self, timeout=None):
        list(super().finished(timeout))
        raise KeyboardInterrupt


def left(campaign):
    """Let an attempt leave its result, unheard."""
    with pytest.raises(KeyboardInterrupt):
        campaign.run(Left())


def test_a_result_that_nobody_heard_of_is_taken_up(database, counted):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    left(campaign)
    assert campaign.counts() == {"pending": 1} and len(counted()) == 1
    assert campaign.run(executor("inprocess")) == {"ok": 1} and len(counted()) == 1
    assert not list((campaign.folder / "attempts").iterdir())


def test_what_an_attempt_leaves_is_read_and_never_run(database):
    """JSON and text, and netCDF where there are values: no pickle crosses from one environment to another."""
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    left(campaign)
    (folder,) = (campaign.folder / "attempts").iterdir()
    assert {path.name for path in folder.iterdir()} == {"job.json", "log.txt", "result.json", "score.json"}
    for path in folder.glob("*.json"):
        json.loads(path.read_text())


def test_a_result_is_kept_when_there_is_no_room_to_store_it(database, counted, monkeypatch):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    left(campaign)

    def full(work):
        raise StorageError("the disk is full")

    with monkeypatch.context() as meanwhile, pytest.raises(StorageError):
        meanwhile.setattr(database, "transact", full)
        campaign.run(executor("inprocess"))
    assert campaign.run(executor("inprocess")) == {"ok": 1} and len(counted()) == 1


def test_a_result_of_a_campaign_of_that_name_in_another_database_is_not_ours(database, home, counted):
    other = Database(f"sqlite:///{home / 'other.db'}")
    left(Campaign.create(other, "first", ["good-1"], ["two"]))
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    assert campaign.run(executor("inprocess")) == {"ok": 1}
    assert Campaign(other, "first").run(executor("inprocess")) == {"ok": 1} and counted() == ["good-1", "good-0"]
    other.close()


def outcome_of(campaign, model="good-0", benchmark="one"):
    """An attempt that was made and not settled."""
    (pair,) = [pair for pair in campaign.pairs() if (pair.model, pair.benchmark) == (model, benchmark)]
    job = Job(pair.id, model, benchmark, "")
    job = replace(job, folder=str(campaign.folder / "attempts" / job.run))
    made = InProcess()
    made.submit(job)
    (outcome,) = made.finished()
    return outcome


def store(campaign, *outcomes):
    return settle(campaign.database, campaign.id, outcomes, campaign.folder / "logs")


def test_an_attempt_that_is_told_of_twice_is_stored_once(database):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    outcome = outcome_of(campaign)
    assert store(campaign, outcome, outcome) == ["ok", "ok"] and store(campaign, outcome) == ["ok"]
    assert ends(database) == {"ok": 1}


def test_a_score_that_is_done_when_somebody_cancels_is_kept(database):
    campaign = Campaign.create(database, "first", ["good-0", "good-1"], ["one"])
    outcome = outcome_of(campaign)
    campaign.cancel()
    assert store(campaign, outcome) == ["ok"] and campaign.counts() == {"ok": 1, "cancelled": 1}
    lost = Outcome(replace(outcome.job, pair=campaign.pairs()[1].id, model="good-1"), Ending.LOST)
    assert store(campaign, lost) == ["cancelled"]


@pytest.mark.parametrize("change", ["pair of another campaign", "another model", "another run", "no words", "no score"])
def test_a_result_that_is_not_that_of_the_pair_is_not_stored(database, change):
    campaign = Campaign.create(database, "first", ["good-0", "good-1"], ["one"])
    outcome = outcome_of(campaign)
    folder = Path(outcome.job.folder)
    result = json.loads((folder / "result.json").read_text())
    if change == "pair of another campaign":
        assert settle(database, campaign.id + 1, [outcome], campaign.folder) == ["cancelled"]
    elif change == "another model":
        assert store(campaign, Outcome(replace(outcome.job, model="good-1"), Ending.DONE)) == ["cancelled"]
    else:
        words = {"another run": {"run": "other"}, "no words": {"status": "splendid"}, "no score": {}}[change]
        (folder / "result.json").write_text(json.dumps(result | words))
        (folder / "score.json").write_text("{" if change == "no score" else (folder / "score.json").read_text())
        assert store(campaign, outcome) == ["pending"] and "cannot be read" in campaign.pairs()[0].reason
    assert ends(database) == {}


def test_a_known_score_that_is_gone_is_computed(database):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    outcome = outcome_of(campaign)
    path = Path(outcome.job.folder) / "result.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"status": "known", "score_id": 99}))
    outcome = replace(outcome, job=replace(outcome.job, known={"key": 99}))
    assert store(campaign, outcome) == ["pending"] and ends(database) == {}


def test_a_known_score_brings_the_news_that_its_benchmark_is_private(database):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    assert campaign.run(executor("inprocess")) == {"ok": 1}
    known = campaign.pairs()[0].score_id
    second = Campaign.create(database, "second", ["good-0"], ["one"])
    outcome = outcome_of(second)
    path = Path(outcome.job.folder) / "result.json"
    result = json.loads(path.read_text())
    benchmark = result["benchmark"] | {"access": "private"}
    path.write_text(json.dumps(result | {"status": "known", "score_id": known, "benchmark": benchmark}))
    outcome = replace(outcome, job=replace(outcome.job, known={"key": known}))
    assert store(second, outcome) == ["ok"] and ends(database) == {"ok": 1}
    with database.read() as session:
        assert session.scalars(select(schema.Benchmark.access)).all() == ["private"]


def test_the_same_content_under_another_name_has_a_score_of_its_own(database, counted):
    """A table goes by names: a twin that was never scored under its own would be missing there."""
    campaign = Campaign.create(database, "first", ["good-0", "twin-0"], ["one"])
    assert campaign.run(executor("inprocess")) == {"ok": 2} and sorted(counted()) == ["good-0", "twin-0"]
    with database.read() as session:
        keys = session.scalars(select(schema.Score.key)).all()
    assert len(set(keys)) == 1 and ends(database) == {"ok": 2}


def test_pairs_that_are_asked_for_meanwhile_are_done_too(database):
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])

    def ask(*_):
        Campaign.create(database, "first", ["good-0", "good-1"], ["one", "two"])

    assert campaign.run(executor("inprocess"), tell=ask) == {"ok": 4}
    with database.read() as session:
        assert session.scalar(select(schema.Campaign.status)) == "done"


@pytest.mark.parametrize("name", ["", ".", "../up", "a/b", "-x", "a b", "x" * 101])
def test_names_that_no_folder_should_have(database, name):
    with pytest.raises(InvalidParameter, match="letters, digits"):
        Campaign.create(database, name, ["good-0"], ["one"])


@pytest.mark.parametrize(
    ("ending", "attempts"),
    [
        (Ending.LOST, 4), (Ending.CRASHED, 2), (Ending.MEMORY, 1), (Ending.TIME, 1), (Ending.OUTPUT, 1),
        (Ending.ENVIRONMENT, 1), (Ending.UNWRITTEN, 2),
    ],
)  # fmt: skip
def test_attempts_by_class_of_failure(ending, attempts):
    made = 1
    while again(ending, made):
        made += 1
    assert made == attempts


def test_a_failure_before_the_first_number_is_deterministic(database, counted):
    campaign = Campaign.create(database, "first", ["illegible"], ["one"])
    assert campaign.run(executor("local", workers=1)) == {"failed": 1}
    (pair,) = campaign.pairs()
    assert pair.attempts == 1 and "RuntimeError when it was prepared" in pair.reason
    with database.read() as session:
        log = Path(session.scalar(select(schema.Score.log)))
    assert "no digest" in log.read_text()


def test_words_that_databases_refuse(database):
    campaign = Campaign.create(database, "first", ["garbles"], ["one"])
    assert campaign.run(executor("inprocess")) == {"failed": 1}
    reason = campaign.pairs()[0].reason
    assert "\\x00 and \\udcff" in reason and len(reason) < LONGEST + 10
    assert plain_text("a\x00b\ud800") == "a\\x00b\\ud800"


def test_children_end_with_their_attempt(database, home):
    import psutil

    campaign = Campaign.create(database, "first", ["leaves.children"], ["one"])
    before = {process.pid for process in psutil.process_iter()}
    assert campaign.run(executor("local", workers=1)) == {"ok": 1}
    new = [process for process in psutil.process_iter(["cmdline"]) if process.pid not in before]
    assert not [process for process in new if "time.sleep(600)" in " ".join(process.info["cmdline"] or ())]


def test_an_attempt_whose_campaign_is_gone_ends(tmp_path):
    job = Job(1, "hangs", "one", str(tmp_path / "attempt"))
    process = watching.start(job)
    shutil.rmtree(job.folder)
    try:
        assert watching.wait(job, process).ending is Ending.LOST
    finally:
        watching.end(process)


def test_an_attempt_that_prints_for_ever_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "PRINTED_MB", 0)
    job = Job(1, "hangs", "one", str(tmp_path / "attempt"), limits=Limits())
    process = watching.start(job)
    (tmp_path / "attempt" / "log.txt").write_text("and more")
    try:
        assert watching.wait(job, process).ending is Ending.OUTPUT
    finally:
        watching.end(process)


def test_a_models_pairs_follow_each_other_and_expensive_models_begin_first():
    tasks = [Task(n, model, f"b{n}", cost, shows) for n, (model, cost, shows) in enumerate([
        ("cheap", 1.0, ("s",)), ("dear", 9.0, ("s",)), ("dear", 5.0, ("t",)), ("dear", 2.0, ("s",)), ("cheap", 1.0, ()),
    ])]  # fmt: skip
    queue = Queue(tasks)
    first = queue.next()
    assert first == tasks[3] and queue.beside(first) == ("b1",), "what it records, the other needs"
    second = queue.next()
    assert second.model == "cheap", "two pairs of one model side by side only when no other waits"
    queue.ended(first, again=True)
    assert queue.next() == first and len(queue) == 3
    queue.ended(first)
    queue.ended(second)
    assert [queue.next().model for _ in range(3)] == ["dear", "cheap", "dear"] and not queue


def test_what_shows_the_same_stimuli_is_planned_together(database, tmp_path, monkeypatch):
    """One pass through a network records what all of them will ask for; what shows others is not even loaded."""
    monkeypatch.setenv("TROUBLE_PLANS", str(tmp_path / "plans.txt"))
    campaign = Campaign.create(database, "first", ["good-0"], ["one", "two", "three"])
    shows = {"one": ("images",), "two": ("images", "more"), "three": ("sounds",)}

    def tasks(pairs):
        return [Task(pair.id, pair.model, pair.benchmark, 1.0, shows[pair.benchmark]) for pair in pairs]

    assert campaign.run(executor("local", workers=1), tasks=tasks) == {"ok": 3}
    assert (tmp_path / "plans.txt").read_text().splitlines() == ["one two", "two", "three"]


def test_the_number_of_the_migration_is_the_last():
    config = Config()
    config.set_main_option("script_location", str(Path(bs_app_campaign.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
