"""SQLite and PostgreSQL hold the same; a table with gaps under every policy, by a rule written down once more."""

import json
import os
import runpy
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from brainscore_core.errors import StorageError
from bs_app_campaign import Campaign, Database
from bs_app_campaign.executors import executor

FAULTS = Path(__file__).parent / "faults"
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
def test_a_campaign_outlives_the_loss_of_all_connections(database, monkeypatch):
    campaign = Campaign.create(database, "first", ["good-0", "good-1"], ["one", "two"])

    def cut(*_):
        other = Database(database.url)
        with other.engine.connect() as connection:
            mine = "pid <> pg_backend_pid() AND datname = current_database()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
        other.close()

    assert campaign.run(executor("inprocess"), tell=cut) == {"ok": 4}


def test_a_failed_transaction_leaves_nothing(database):
    with pytest.raises((SQLAlchemyError, StorageError)), database.write() as session:
        session.execute(text("INSERT INTO campaign (name, status, settings, created) VALUES ('x', 'open', '{}', '')"))
        session.execute(text("INSERT INTO nothing VALUES (1)"))
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM campaign")) == 0
