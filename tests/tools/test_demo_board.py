"""The demo's leaderboard shows what the last demo found, and a demo that finds nothing new adds nothing."""

import runpy
from pathlib import Path

import pytest

pytest.importorskip("bs_app_leaderboard", reason="the demo's leaderboard needs its app")

from sqlalchemy import select

from brainscore_core.run import Record
from brainscore_core.scores import Score
from brainscore_core.status import Status
from brainscore_core.testing.fixtures import home  # noqa: F401
from bs_app_campaign.board import board
from bs_app_campaign.database import Database
from bs_app_campaign.schema import Score as Row

BOARD = Path(__file__).parents[2] / "demo" / "board.py"


@pytest.fixture
def demo(home, monkeypatch):  # noqa: F811
    """Runs the demo's last step on one pair; the stored values in their order, and what the board shows."""
    made = runpy.run_path(str(BOARD))
    version = {"model": "1", "benchmark": 1}
    described = {
        "described_model": lambda name, _: {"identifier": name, "distribution": "x", "version": version["model"]},
        "described_benchmark": lambda name, _: (
            {"identifier": name, "version": version["benchmark"], "domain": "vision"} | {"parent": "V1"}
        ),
        "loaded": lambda *_: None,
    }
    for name, function in described.items():
        monkeypatch.setitem(made["build_board"].__globals__, name, function)

    def run(value, **versions):
        version.update(versions)
        score = None if value is None else Score(value, 0.1)
        status = Status.OK if score else Status.FAILED
        page = made["build_board"]([Record("pixels", "V1-x", 1, status, "" if score else "broke", score)])
        assert page.is_file()
        database = Database(f"sqlite:///{home / 'scores.db'}")
        with database.read() as session:
            stored = list(session.scalars(select(Row.value).order_by(Row.id)))
            shown = [row.results["V1-x"].value for row in board(session).rows]
        database.close()
        return stored, shown

    return run


def test_a_demo_that_finds_what_was_there_before_the_latest_stores_it_again(demo):
    assert demo(0.3) == ([0.3], [0.3])
    assert demo(0.3) == ([0.3], [0.3]), "nothing new"
    assert demo(0.4) == ([0.3, 0.4], [0.4])
    assert demo(0.3) == ([0.3, 0.4, 0.3], [0.3])
    assert demo(0.3) == ([0.3, 0.4, 0.3], [0.3])


def test_versions_that_come_back_are_the_latest(demo):
    demo(0.3)
    assert demo(0.5, model="2") == ([0.3, 0.5], [0.5])
    assert demo(0.3, model="1") == ([0.3, 0.5, 0.3], [0.3])


def test_a_failure_in_between_hides_nothing(demo):
    demo(0.3)
    assert demo(None) == ([0.3, None], [0.3])
    assert demo(0.3) == ([0.3, None, 0.3], [0.3])
