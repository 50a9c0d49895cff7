"""Tables of before are brought up to date; what is only added to can be changed in no way that SQL has."""

import numpy as np
import pytest
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import shared_draws
from bs_app_campaign import Database, schema
from bs_app_campaign.board import board
from bs_app_campaign.recording import benchmark_row, model_row, record

ONE = {"identifier": "one", "version": 1, "domain": "trouble", "parent": "easy"}


def add(session, run="r", value=0.1):
    rows = model_row(session, {"identifier": "m", "digest": "d"}), benchmark_row(session, ONE)
    return record(session, run, *rows, {"status": "ok"}, Score(value, 0.1, draws=shared_draws(DRAWS, np.arange(40))))


DRAWS = np.random.default_rng(0).normal(size=50)


@pytest.fixture
def filled(database):
    """A database with a score, its draws and a tree."""
    with database.write() as session:
        add(session)
    return database


def contents(database):
    with database.read() as session:
        rows = [session.execute(text(f"SELECT * FROM {table}")).all() for table in ("score", "draws", "tree")]
    return [[tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in of] for of in rows]


CHANGES = [
    *(f"DELETE FROM {table}" for table in ("draws", "tree", "score")),
    "UPDATE score SET value = 0.99",
    "UPDATE draws SET quantity = 'raw'",
    "UPDATE tree SET domain = 'vision'",
]
LITE = [
    *(f"REPLACE INTO {table} SELECT * FROM {table}" for table in ("score", "draws", "tree")),
    "INSERT OR REPLACE INTO score (run, model_id, benchmark_id, status, reason, normalisation, flags, details, "
    "provenance, log, recorded) SELECT run, model_id, benchmark_id, 'failed', reason, normalisation, flags, details, "
    "provenance, log, recorded FROM score",
    "UPDATE OR REPLACE score SET value = 0.99",
]
SERVER = [
    "TRUNCATE tree",
    "TRUNCATE draws",
    "TRUNCATE score CASCADE",
    "INSERT INTO draws SELECT * FROM draws ON CONFLICT (score_id, quantity) DO UPDATE SET quantity = 'raw'",
]


@pytest.mark.parametrize("change", [*CHANGES, *LITE, *SERVER])
def test_what_is_only_added_to_is_never_changed(filled, change):
    dialect = filled.engine.dialect.name
    if (change in LITE and dialect != "sqlite") or (change in SERVER and dialect != "postgresql"):
        pytest.skip(f"{dialect} does not have that statement")
    before = contents(filled)
    assert all(before)
    with pytest.raises(DBAPIError, match="only ever added"), filled.engine.begin() as connection:
        connection.execute(text(change))
    assert contents(filled) == before


def test_a_connection_of_somebody_else_changes_nothing_either(filled, tmp_path):
    """Nothing rests on what our own connections are told: the guard is in the file."""
    plain = create_engine(filled.engine.url)
    if plain.dialect.name != "sqlite":
        pytest.skip("a file is of SQLite")
    with pytest.raises(DatabaseError, match="only ever added"), plain.begin() as connection:
        connection.execute(text("REPLACE INTO score SELECT * FROM score"))
    plain.dispose()


def test_more_can_be_added_and_descriptions_corrected(filled):
    with filled.write() as session:
        add(session, "s", 0.2)
        session.execute(text("UPDATE benchmark SET released = '2021-01-01'"))
    with filled.read() as session:
        assert session.scalars(select(schema.Score.value)).all() == [0.1, 0.2]
        assert len(session.scalars(select(schema.Draws)).all()) == 2


@pytest.fixture
def first_version(address, monkeypatch):
    """A database whose tables are those of the first migration, with a score."""
    from alembic import command

    to_head = command.upgrade
    with monkeypatch.context() as then:
        then.setattr("bs_app_campaign.database.HEAD", "0001")
        then.setattr(command, "upgrade", lambda config, _: to_head(config, "0001"))
        then.setattr("bs_app_campaign.recording.note_tree", lambda *_: None)
        old = Database(address)
        with old.write() as session:
            add(session)
        assert not inspect(old.engine).has_table("tree")
        old.close()
    return address


def test_a_database_of_the_first_version_is_brought_up_to_date(first_version):
    opened = Database(first_version)
    assert inspect(opened.engine).has_table("tree")
    with opened.read() as session:
        before = board(session, domain="trouble", at="2100-01-01")
    assert [row.results["one"].value for row in before.rows] == [0.1], "with the tree that is installed: none was kept"
    with opened.write() as session:
        add(session, "s", 0.2)
    with opened.read() as session:
        assert session.scalar(select(schema.Tree.score_id)) == 2
    opened.close()


def test_models_are_what_the_migrations_make(database):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.Base.metadata) == []
