"""Any past day shows the table of that day: whatever the clock said, and whatever tree is installed since."""

from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import select

from brainscore_core import registry
from brainscore_core.domains import Domain
from brainscore_core.scores import Score
from bs_app_campaign import Campaign, clock, recording, schema, trees
from bs_app_campaign.board import board
from bs_app_campaign.clock import in_order, last_row, moment
from bs_app_campaign.executors import executor
from bs_app_campaign.recording import benchmark_row, model_row, record

PARENTS = {"one": "easy", "two": "easy", "three": "hard"}


@pytest.fixture
def on(database, monkeypatch):
    """Stores a score on a day, as the clock has it."""
    runs = count()

    def add(day, model, benchmark, value, *, domain="trouble"):
        monkeypatch.setattr(recording, "now", lambda: moment(f"{day}T12:00"))
        with database.write() as session:
            task = {"identifier": benchmark, "version": 1, "domain": domain, "parent": PARENTS[benchmark]}
            rows = model_row(session, {"identifier": model, "digest": "d"}), benchmark_row(session, task)
            return record(session, f"run-{next(runs)}", *rows, {"status": "ok"}, Score(value, 0.1)).id

    return add


@pytest.fixture
def today(monkeypatch):
    """The day on which somebody looks."""

    def turn(day):
        monkeypatch.setattr(clock, "now", lambda: moment(f"{day}T23:00"))

    turn("2026-11-24")
    return turn


def see(database, at=None, **options):
    with database.read() as session:
        return board(session, domain="trouble", at=at, **options)


def shown(database, at=None):
    return sorted(f"{row.model} {name}" for row in see(database, at).rows for name in row.results)


def test_a_clock_that_jumped_forward_hides_nothing_that_came_later(database, on, today):
    on("2026-11-01", "a", "one", 0.5)
    on("2036-11-01", "a", "two", 0.6)
    on("2026-11-02", "b", "one", 0.9)
    on("2026-11-03", "b", "two", 0.9)
    assert shown(database, "2026-10-31") == []
    assert shown(database, "2026-11-01") == ["a one", "a two"], "stored with the row before it"
    assert shown(database, "2026-11-02") == ["a one", "a two", "b one"]
    assert shown(database, "2026-11-03") == shown(database) == ["a one", "a two", "b one", "b two"]


def test_a_clock_that_jumped_back_changes_no_past_day(database, on, today):
    on("2026-11-01", "a", "one", 0.5)
    on("1970-01-01", "a", "two", 0.6)
    assert shown(database, "2026-10-31") == shown(database, "1980-01-01") == []
    on("2026-11-02", "b", "one", 0.9)
    assert shown(database, "2026-10-31") == shown(database, "1980-01-01") == []
    assert shown(database, "2026-11-01") == ["a one", "a two"]
    assert shown(database, "2026-11-02") == shown(database) == ["a one", "a two", "b one"]


def test_jumps_both_ways_at_the_beginning_and_at_the_end(database, on, today):
    on("2036-01-01", "a", "one", 0.5)
    on("2026-11-01", "a", "two", 0.6)
    on("2026-11-02", "b", "one", 0.6)
    on("1970-01-01", "b", "two", 0.6)
    assert shown(database, "2026-10-31") == []
    assert shown(database, "2026-11-01") == ["a one", "a two"]
    assert shown(database, "2026-11-02") == shown(database) == ["a one", "a two", "b one", "b two"]


def test_a_clock_that_was_ahead_for_longer_than_it_was_right_since(database, on, today):
    on("2026-11-01", "a", "one", 0.5)
    for name in PARENTS:
        on("2027-11-01", "b", name, 0.5)
    on("2026-11-03", "c", "one", 0.5)
    assert len(shown(database, "2026-11-02")) == 4 and shown(database, "2026-11-03") == shown(database)
    today("2028-01-01")
    assert shown(database, "2028-01-01") == shown(database)


def test_a_reader_whose_clock_is_wrong_sees_days_as_they_are_dated(database, on, today):
    on("2026-11-01", "a", "one", 0.5)
    on("2026-11-02", "a", "two", 0.5)
    today("1970-01-01")
    assert shown(database, "2026-11-01") == ["a one"]


@pytest.mark.parametrize(
    ("times", "right"),
    [
        ("", []),
        ("1223", [0, 1, 2, 3]),
        ("1723", [0, 2, 3]),
        ("5167", [0, 2, 3]),
        ("345126", [0, 1, 2, 5]),
        ("51", [0]),
        ("1929", [0, 2]),
        ("99", [0, 1]),
    ],
)
def test_as_few_rows_as_possible_are_dated_wrongly(times, right):
    assert in_order(times, "8") == right


def test_the_rows_of_a_moment_are_always_the_first_ones(database, on, today):
    """Whatever the clock did, a past table is one that there was; a later moment never shows less."""
    ids = [on(f"20{year}-06-01", "a", "one", 0.5) for year in (20, 36, 21, 19, 22, 10, 70, 24, 23, 25)]
    with database.read() as session:
        found = [last_row(session, f"20{year:02d}-12-31") for year in range(5, 80)]
    assert found == sorted(found) and found[-1] == ids[-1] and found[0] == 0


def test_a_past_day_has_the_tree_of_that_day(database, on, today, monkeypatch):
    for name, value in (("one", 0.2), ("two", 0.4), ("three", 0.9)):
        on("2026-11-01", "a", name, value)
    before = see(database, "2026-11-01")
    assert before.rows[0].nodes["average"].value == pytest.approx((0.3 + 0.9) / 2)
    later = {"average": "", "easy": "average", "hard": "easy"}
    monkeypatch.setattr(trees, "installed_tree", lambda domain: later)
    assert see(database, "2026-11-01") == before, "digit for digit, tree and all"
    now = see(database)
    assert now.tree == later and now.rows[0].nodes["average"].value == pytest.approx((0.2 + 0.4 + 0.9) / 3)
    on("2026-11-03", "b", "one", 0.5)
    assert see(database, "2026-11-02") == replace(before, at="2026-11-02")
    assert see(database, "2026-11-03").tree == later
    assert see(database, "2020-01-01").tree == before.tree, "before all of them, the first"


def test_a_tree_is_kept_once_and_again_when_it_comes_back(database, on, monkeypatch):
    first = dict(trees.installed_tree("trouble"))
    other = {**first, "odd": "average"}
    for day, tree in enumerate((first, first, other, other, first), 1):
        monkeypatch.setattr(trees, "installed_tree", lambda domain, tree=tree: tree)
        on(f"2026-11-{day:02d}", "a", "one", 0.5)
    with database.read() as session:
        kept = session.scalars(select(schema.Tree).order_by(schema.Tree.id)).all()
    assert [(row.domain, dict(row.tree) == first, row.score_id) for row in kept] == [
        ("trouble", True, 1),
        ("trouble", False, 3),
        ("trouble", True, 5),
    ]
    for day, tree in enumerate((first, first, other, other, first), 1):
        assert see(database, f"2026-11-{day:02d}").tree == tree


def test_a_domain_that_is_not_installed_keeps_scores_and_no_tree(database, on):
    on("2026-11-01", "a", "one", 0.5, domain="olfaction")
    with database.read() as session:
        assert session.scalars(select(schema.Tree)).all() == []


def test_a_campaign_keeps_the_tree_that_it_scored_with(database, monkeypatch, site):
    campaign = Campaign.create(database, "first", ["good-0"], ["one", "three"])
    assert campaign.run(executor("inprocess")) == {"ok": 2}
    day = moment(str(clock.now())[:10])
    before = see(database, day)
    import trouble

    monkeypatch.setattr(trouble, "domain", Domain("trouble", "trouble:Subject", {"average": "", "easy": "average"}))
    registry.refresh()
    assert see(database).tree == {"average": "", "easy": "average"} and see(database, day) == before


def test_a_patch_release_of_the_same_content_hides_no_score(database, site):
    """Its scores are known, so nothing scores them again: they must count."""
    campaign = Campaign.create(database, "first", ["good-0"], ["one", "two"])
    assert campaign.run(executor("inprocess")) == {"ok": 2}
    metadata = next(site.glob("bs_trouble-*.dist-info")) / "METADATA"
    text = metadata.read_text()
    try:
        metadata.write_text(text.replace("Version: 1.0.0", "Version: 1.0.1"))
        registry.refresh()
        campaign = Campaign.create(database, "second", ["good-0"], ["one", "two", "three"])
        assert campaign.run(executor("inprocess")) == {"ok": 3}
    finally:
        metadata.write_text(text)
    (row,) = see(database).rows
    assert set(row.results) == {"one", "two", "three"} and row.nodes["average"].covered == 3
    with database.read() as session:
        assert sorted(session.scalars(select(schema.Model.version))) == ["1.0.0", "1.0.1"]
