"""Campaigns: everything is attempted once, known things are skipped, failures stay where they are."""

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DatabaseError

from brainscore_core.errors import InvalidParameter
from bs_app_campaign import Campaign, running, schema
from bs_app_campaign.executors import executor
from bs_app_campaign.jobs import Limits

GOOD = ["good-0", "good-1", "good-2"]
BENCHMARKS = ["one", "two"]


def rows(database):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(schema.Score))


def run(campaign, kind="inprocess", limits=None, **options):
    return campaign.run(executor(kind, **options), limits=limits)


@pytest.mark.parametrize(("kind", "options"), [("inprocess", {}), ("local", {"workers": 2}), ("dask", {"workers": 2})])
def test_every_pair_is_scored_once(database, counted, kind, options):
    campaign = Campaign.create(database, "first", GOOD, BENCHMARKS)
    assert run(campaign, kind, **options) == {"ok": 6}
    assert sorted(counted()) == sorted(GOOD * 2) and rows(database) == 6
    with database.read() as session:
        scores = session.scalars(select(schema.Score)).all()
        models = {row.id: row.identifier for row in session.scalars(select(schema.Model))}
    for score in scores:
        assert score.value == pytest.approx(sum(map(ord, models[score.model_id])) % 97 / 97)
        assert (score.status, score.error, score.raw_error) == ("ok", 0.1, 0.1) and score.key and score.seconds >= 0
        assert score.provenance["model"]["digest"] and score.provenance["settings"]["seed"] == 0
    processes = {score.details["process"] for score in scores}
    assert len(processes) == (1 if kind == "inprocess" else 6), "each pair in a process of its own"


def test_what_is_known_is_not_computed_again(database, counted):
    run(Campaign.create(database, "first", GOOD, ["one"]))
    assert run(Campaign.create(database, "second", GOOD, BENCHMARKS)) == {"ok": 6}
    assert sorted(counted()) == sorted(GOOD * 2) and rows(database) == 6
    pairs = Campaign(database, "second").pairs()
    assert all(pair.score_id for pair in pairs)


def test_another_seed_or_version_is_another_score(database, counted, monkeypatch):
    run(Campaign.create(database, "first", GOOD[:1], ["one"]))
    run(Campaign.create(database, "seeded", GOOD[:1], ["one"], {"seed": 1}))
    assert len(counted()) == 2
    monkeypatch.setenv("TROUBLE_VERSION", "2")
    assert run(Campaign.create(database, "raised", GOOD[:1], ["one"]), "local", workers=1) == {"ok": 1}
    assert len(counted()) == 3
    with database.read() as session:
        found = session.execute(select(schema.Benchmark.version, schema.Score.value).join(schema.Score)).all()
    assert [version for version, _ in found] == [1, 1, 2] and found[2][1] == pytest.approx(2 * found[0][1])


def test_statuses_are_words_and_never_numbers(database):
    campaign = Campaign.create(database, "first", ["refuses", "misses", "raises", "good-0", "nobody"], ["one"])
    assert run(campaign) == {"unsupported": 1, "unavailable": 1, "failed": 2, "ok": 1}
    with database.read() as session:
        found = session.execute(select(schema.Model.identifier, schema.Score).join(schema.Score)).all()
    for model, score in found:
        assert (score.value is None) == (model != "good-0")
        assert (score.reason == "") == (model == "good-0")
    reasons = {pair.model: pair.reason for pair in campaign.pairs()}
    assert "ZeroDivisionError" in reasons["raises"] and "nobody" in reasons["nobody"]


def test_a_refusal_is_known_and_a_failure_is_attempted_again(database, counted):
    names = ["refuses", "raises"]
    run(Campaign.create(database, "first", names, ["one"]))
    run(Campaign.create(database, "second", names, ["one"]))
    assert sorted(counted()) == ["raises", "raises", "refuses"]


@pytest.mark.parametrize(
    ("model", "limits", "says", "attempts"),
    [
        ("exits", {}, "exit code 3", 2),
        ("hangs", {"seconds": 15.0}, "longer than 15 s", 1),
        ("eats", {"memory_mb": 400.0}, "may take 400", 1),
    ],
)
def test_a_process_that_goes_wrong_takes_nobody_along(database, counted, model, limits, says, attempts):
    campaign = Campaign.create(database, "first", [model, "good-0"], ["one"])
    assert run(campaign, "local", Limits(**limits), workers=2) == {"failed": 1, "ok": 1}
    pair = next(pair for pair in campaign.pairs() if pair.model == model)
    assert says in pair.reason and pair.attempts == attempts and counted().count(model) == attempts
    with database.read() as session:
        assert session.get(schema.Score, pair.score_id).status == "failed"


@pytest.mark.parametrize("model", ["prints", "threads"])
def test_noise_is_no_result(database, model):
    campaign = Campaign.create(database, "first", [model], ["one"])
    assert run(campaign, "local", workers=1) == {"ok": 1}
    with database.read() as session:
        score = session.scalar(select(schema.Score))
    assert score.value == pytest.approx(sum(map(ord, model)) % 97 / 97)
    with open(score.log, "rb") as log:
        assert (b"garbage" if model == "prints" else b"in a thread") in log.read()


def test_leaving_is_a_failure_with_a_reason(database):
    campaign = Campaign.create(database, "first", ["leaves"], ["one"])
    assert run(campaign) == {"failed": 1} and "gone" in campaign.pairs()[0].reason


def test_retrying_failures_is_asked_for(database, counted):
    campaign = Campaign.create(database, "first", ["raises", "good-0"], ["one"])
    run(campaign)
    assert run(campaign) == {"failed": 1, "ok": 1} and counted().count("raises") == 1
    assert campaign.retry("failed", "unavailable") == 1
    run(campaign)
    assert counted().count("raises") == 2 and rows(database) == 3, "a new attempt is a new row"


def test_a_cancelled_campaign_leaves_what_waits_and_can_be_taken_up(database, counted):
    campaign = Campaign.create(database, "first", GOOD, BENCHMARKS)
    assert campaign.cancel() == 6 and campaign.counts() == {"cancelled": 6}
    assert run(campaign) == {"cancelled": 6} and counted() == []
    campaign.retry("cancelled")
    assert run(campaign) == {"ok": 6}


def test_a_campaign_grows_and_keeps_its_settings(database):
    Campaign.create(database, "first", GOOD[:1], ["one"])
    assert len(Campaign.create(database, "first", GOOD, BENCHMARKS).pairs()) == 6
    with pytest.raises(InvalidParameter, match="has the settings"):
        Campaign.create(database, "first", GOOD, ["one"], {"seed": 3})
    with pytest.raises(InvalidParameter, match="no setting 'workers': expected some of \\['batch_size'"):
        Campaign.create(database, "second", GOOD, ["one"], {"workers": 3})
    assert Campaign.create(database, "first", GOOD, ["one"], {"seed": 0}).settings == {
        "seed": 0, "device": None, "batch_size": None,
    }  # fmt: skip
    with pytest.raises(InvalidParameter, match="there is no campaign 'other': expected one of \\['first'\\]"):
        Campaign(database, "other")


def test_one_run_at_a_time(database):
    campaign = Campaign.create(database, "first", GOOD, ["one"])
    with running._alone(campaign), pytest.raises(InvalidParameter, match="is running already"):
        run(campaign)


def test_scores_are_only_added(database):
    run(Campaign.create(database, "first", GOOD[:1], ["one"]))
    for change in (update(schema.Score).values(value=1.0), text("DELETE FROM score")):
        with pytest.raises(DatabaseError, match="only ever added"), database.write() as session:
            session.execute(change)


def test_executors_that_there_are_not():
    with pytest.raises(
        InvalidParameter, match="no executor 'cloud': expected one of \\['dask', 'inprocess', 'local'\\]"
    ):
        executor("cloud")
    with pytest.raises(InvalidParameter, match="workers=0"):
        executor("local", workers=0)
