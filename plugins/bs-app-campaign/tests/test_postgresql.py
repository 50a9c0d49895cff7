"""SQLite and PostgreSQL hold the same; a table with gaps under every policy, by a rule written down once more."""

import json
import os
import runpy
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from brainscore_core.errors import InvalidParameter, StorageError
from brainscore_core.scores import Score
from bs_app_campaign import Campaign, Database
from bs_app_campaign.executors import executor

FAULTS = Path(__file__).parent / "faults"
stage = runpy.run_path(str(FAULTS / "stage.py"))
gaps = runpy.run_path(str(FAULTS / "gaps.py"))
POLICIES = ("strict", "available", "zero")
postgresql = pytest.mark.skipif("BRAINSCORE_TEST_POSTGRESQL" not in os.environ, reason="nox -s postgresql has a server")


def test_policies_on_a_table_with_gaps(address):
    found = gaps["boards"](address, "trouble", POLICIES)
    assert found["zero"] == pytest.approx(found["by hand"], abs=1e-12), "missing counts as zero"
    for model, missing in found["gaps"].items():
        assert (found["strict"][model] is None) == bool(missing)
        assert found["available"][model] >= found["zero"][model]
        assert found["available"][model] == pytest.approx(found["zero"][model]) or missing
    assert found["available"]["one gap"] > found["available"]["bad and complete"] > found["zero"]["many gaps"]


@postgresql
def test_both_databases_give_the_same_table_digit_for_digit(address, tmp_path):
    here = gaps["boards"](address, "trouble", POLICIES)
    there = gaps["boards"](f"sqlite:///{tmp_path / 'other.db'}", "trouble", POLICIES)
    assert json.dumps(here) == json.dumps(there)


@postgresql
def test_a_connection_that_is_lost_is_made_anew(database):
    """The server ends the connection in the midst of a transaction: it is done again, once in effect."""
    tries = []

    def work(session):
        tries.append(session.scalar(text("SELECT pg_backend_pid()")))
        if len(tries) == 1:
            other = Database(database.url)
            with other.engine.connect() as connection:
                connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": tries[0]})
            other.close()
        session.execute(text("INSERT INTO campaign (name, status, settings, created) VALUES ('x', 'open', '{}', '')"))

    database.transact(work)
    assert len(tries) == 2 and len(set(tries)) == 2
    assert Campaign(database, "x").counts() == {}


@postgresql
@pytest.mark.parametrize(("kind", "how"), [("inprocess", {}), ("local", {"workers": 2})])
def test_a_campaign_outlives_a_restart_of_the_server(database, monkeypatch, kind, how):
    """Stopped while attempts end and begin, and back within a second: what is asked meanwhile waits for it."""
    campaign = Campaign.create(database, "first", ["good-0", "good-1"], ["one", "two"])
    start, waited = [], []

    def stop(*_):
        if not waited and not start:
            start.append(stage["stop_server"](database.url))

    def wait(seconds):
        waited.append(seconds)
        if len(waited) == 2:  # it was asked twice in vain
            start.pop()()

    monkeypatch.setattr(Database, "pause", staticmethod(wait))
    assert campaign.run(executor(kind, **how), tell=stop) == {"ok": 4}
    assert waited == [0.1, 0.5] and {pair.attempts for pair in campaign.pairs()} == {1}


@postgresql
def test_a_server_that_stays_away_is_said(database, monkeypatch):
    monkeypatch.setattr(Database, "pause", staticmethod(lambda seconds: None))
    campaign = Campaign.create(database, "first", ["good-0"], ["one"])
    start = stage["stop_server"](database.url)
    try:
        with pytest.raises(StorageError, match="cannot be read .*refused"):
            campaign.counts()
        with pytest.raises(StorageError, match="cannot be written .*refused"):
            campaign.close()
    finally:
        start()
    assert campaign.run(executor("inprocess")) == {"ok": 1}


@postgresql
def test_nul_in_what_is_recorded_stops_no_estimate(database):
    """PostgreSQL takes it in JSON, and cannot read it again."""
    from bs_app_campaign.estimates import taken
    from bs_app_campaign.recording import benchmark_row, model_row, record

    outcome = {"status": "ok", "seconds": 1.0, "provenance": {"device\x00": "a\x00b", "written_mb": 2.0}}
    with database.write() as session:
        model = model_row(session, {"identifier": "m", "digest": "d", "info": {"summary": "a\x00b"}})
        benchmark = benchmark_row(session, {"identifier": "one", "version": 1})
        record(session, "run", model, benchmark, outcome, Score(0.1, 0.1, details={"told": "a\x00b"}))
    with database.read() as session:
        assert taken(session, {"one"}).written_mb == {"one": 2.0}
        assert session.scalar(text("SELECT details ->> 'told' FROM score")) == "a\\x00b"


@postgresql
def test_a_campaign_outlives_the_loss_of_all_connections(database, monkeypatch):
    campaign = Campaign.create(database, "first", ["good-0", "good-1"], ["one", "two"])

    def cut(*_):
        other = Database(database.url)
        with other.engine.connect() as connection:
            mine = "pid <> pg_backend_pid() AND datname = current_database()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
        other.close()

    assert campaign.run(executor("inprocess"), tell=cut) == {"ok": 4}


@postgresql
@pytest.mark.parametrize("how", ["read", "write"])
def test_an_interrupt_in_the_midst_of_a_query_leaves_no_broken_connection(database, how):
    with pytest.raises(KeyboardInterrupt), getattr(database, how)() as session:
        session.connection().connection.driver_connection.pgconn.send_query(b"SELECT pg_sleep(10)")
        raise KeyboardInterrupt
    with database.read() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_an_interrupt_leaves_nothing_of_a_transaction(database):
    with pytest.raises(KeyboardInterrupt), database.write() as session:
        session.execute(text("INSERT INTO campaign (name, status, settings, created) VALUES ('x', 'open', '{}', '')"))
        raise KeyboardInterrupt
    with database.write() as session:
        assert session.scalar(text("SELECT count(*) FROM campaign")) == 0


def test_a_failed_transaction_leaves_nothing(database):
    with pytest.raises((SQLAlchemyError, StorageError)), database.write() as session:
        session.execute(text("INSERT INTO campaign (name, status, settings, created) VALUES ('x', 'open', '{}', '')"))
        session.execute(text("INSERT INTO nothing VALUES (1)"))
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM campaign")) == 0


@pytest.mark.parametrize(
    "address",
    ["postgresql+nodriver://bob:s3cr@t@host/db", "nothing://bob:s3cr@t:x@host/db", "postgresql://bob:s3cr@t@h:port/db"],
)
def test_errors_show_no_password(address):
    with pytest.raises(InvalidParameter, match=r"//bob:\*\*\*@") as caught:
        Database(address)
    assert "s3cr" not in str(caught.value)
