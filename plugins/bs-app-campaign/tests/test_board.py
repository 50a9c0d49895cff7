"""The table: on any day, by any policy, with ranks that say how sure they are."""

import json

import numpy as np
import pytest
import xarray as xr
from sqlalchemy import select

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import compare_scores, shared_draws
from brainscore_core.tree import leaf_weights
from bs_app_campaign.board import board
from bs_app_campaign.recording import benchmark_row, model_row, record, score_of
from bs_app_campaign.schema import Score as Attempt
from bs_app_campaign.standings import standings
from bs_app_campaign.tables import as_dict, as_text, rows_of, write

PARENTS = {"one": "easy", "two": "easy", "three": "hard"}


@pytest.fixture
def store(database):
    """Stores one attempt: what is not given is usual."""
    count = iter(range(10_000))

    def add(model, benchmark, value=None, error=0.1, *, status="ok", version=1, digest="d", draws=None, **more):
        score = None if value is None else Score(value, error, draws=draws, flags=more.pop("score_flags", ()))
        with database.write() as session:
            row = record(
                session,
                f"run-{next(count)}",
                model_row(session, {"identifier": model, "digest": digest, "distribution": "bs-trouble", **more}),
                benchmark_row(
                    session,
                    {"identifier": benchmark, "version": version, "domain": "trouble", "parent": PARENTS[benchmark]}
                    | {"released": "2021-01-01"},
                ),
                {"status": status, "reason": "" if status == "ok" else "because"},
                score,
            )
            return row.id, row.recorded

    return add


def see(database, **options):
    with database.read() as session:
        return board(session, domain="trouble", **options)


def values(found, node="average"):
    return {row.model: row.nodes[node].value for row in found.rows}


def test_averages_and_their_coverage_by_policy(database, store):
    store("a", "one", 0.8)
    store("a", "three", 0.4)
    for name, value in (("one", 0.2), ("two", 0.4), ("three", 0.6)):
        store("b", name, value)
    assert values(see(database)) == pytest.approx({"a": (0.8 + 0.4) / 2, "b": (0.3 + 0.6) / 2})
    assert values(see(database, policy="zero")) == pytest.approx({"a": (0.4 + 0.4) / 2, "b": 0.45})
    assert values(see(database, policy="strict")) == {"a": None, "b": pytest.approx(0.45)}
    assert values(see(database, rule="flat")) == pytest.approx({"a": 0.6, "b": 0.4})
    assert [row.model for row in see(database).rows] == ["a", "b"]
    node = see(database).rows[0].nodes["average"]
    assert (node.covered, node.total) == (2, 3)


@pytest.mark.parametrize("rule", ["hierarchical", "flat"])
@pytest.mark.parametrize("policy", ["available", "zero"])
def test_weights_of_benchmarks_give_the_average(database, store, rule, policy):
    rng = np.random.default_rng(0)
    for name in PARENTS:
        store("a", name, float(rng.uniform()))
    store("b", "one", 0.5)
    store("b", "two", None, status="failed")
    for row in see(database, rule=rule, policy=policy).rows:
        node = row.nodes["average"]
        weights = leaf_weights(node, {name: entry.result for name, entry in row.results.items()}, rule, policy)
        assert sum(weight * row.results[name].value for name, weight in weights.items()) == pytest.approx(node.value)
        spread = np.sqrt(sum((weight * row.results[name].error) ** 2 for name, weight in weights.items()))
        assert spread == pytest.approx(node.error)


def test_a_past_day_shows_that_day(database, store):
    _, first = store("a", "one", 0.2)
    _, second = store("a", "one", 0.9)
    store("a", "two", 0.1)
    assert values(see(database, at=first)) == {"a": 0.2} and values(see(database, at=second)) == {"a": 0.9}
    assert values(see(database)) == {"a": pytest.approx(0.5)}
    assert see(database, at="2000-01-01").rows == ()
    with pytest.raises(InvalidParameter, match="date 'yesterday'.*ISO 8601"):
        see(database, at="yesterday")


def test_a_raised_benchmark_version_asks_for_new_scores(database, store):
    store("a", "one", 0.2)
    store("b", "one", 0.3)
    store("b", "one", 0.5, version=2)
    found = see(database)
    assert values(found)["b"] == 0.5 and "one" not in next((r.results for r in found.rows if r.model == "a"), {})


def test_a_failure_after_a_score_takes_nothing_away_and_a_new_model_version_does(database, store):
    store("a", "one", 0.2)
    store("a", "one", None, status="failed")
    assert values(see(database)) == {"a": 0.2}
    store("a", "one", None, status="failed", digest="e")
    (row,) = see(database).rows
    assert row.nodes["average"].value is None and row.results["one"].status == "failed"


def test_an_attempt_that_did_not_reach_the_model_hides_no_score(database, store):
    store("a", "one", 0.2)
    with database.write() as session:
        lost = model_row(session, {"identifier": "a"})
        record(
            session, "lost", lost, benchmark_row(session, {"identifier": "two"}), {"status": "failed", "reason": "x"}
        )
    (row,) = see(database).rows
    assert row.results["one"].value == 0.2


def test_selected_scores_enter_no_average(database, store):
    store("a", "one", 0.9, score_flags=("selected",))
    store("a", "two", 0.1)
    assert values(see(database)) == {"a": 0.1}


def test_prospective_and_retrospective(database, store):
    store("a", "one", 0.2, released="2020-05-01")
    store("b", "one", 0.3, released="2022-05-01")
    store("c", "one", 0.4)
    assert {model: value for model, value in values(see(database, when="prospective")).items() if value} == {"a": 0.2}
    assert {model: value for model, value in values(see(database, when="retrospective")).items() if value} == {"b": 0.3}
    with pytest.raises(InvalidParameter, match="'prospective', 'retrospective' or None"):
        see(database, when="soon")


def drawn(values):
    return shared_draws(np.asarray(values), np.arange(50))


def test_what_is_said_of_a_benchmark_is_corrected_and_what_is_private_stays_so(database, store):
    store("a", "one", 0.2, released="2020-05-01")
    assert see(database).rows[0].results["one"].prospective is True
    said = {"identifier": "one", "version": 1, "domain": "trouble", "parent": "easy"}

    def say(**more):
        with database.write() as session:
            row = benchmark_row(session, said | more)
            return row.access, row.released, row.info

    info = {"licence": "CC0", "bibtex": "@article{one}"}
    assert say(released="2019-01-01", info=info) == ("public", "2019-01-01", info)
    assert see(database).rows[0].results["one"].prospective is False
    assert say(access="private") == ("private", "2019-01-01", info), "what is not said again stands"
    assert say(access="public", released="2018-01-01")[:2] == ("private", "2018-01-01")
    assert say(access="public", version=2)[0] == "public", "another version is another row"
    store("a", "one", 0.2, released="2017-05-01")
    assert see(database).rows[0].results["one"].prospective is True, "so of a model"


def test_descriptions_that_databases_refuse(database):
    info = {"description": "a\x00b\ud800", "parameters": float("nan"), "layers": [{"V1": float("inf")}], "\udcff": 1}
    found = {"identifier": "a", "version": 1, "flags": ["x\ud800"], "info": info}
    cleaned = {"description": "a\\x00b\\ud800", "parameters": None, "layers": [{"V1": None}], "\\udcff": 1}
    with database.write() as session:
        row = model_row(session, found | {"version": "1"})
        task = benchmark_row(session, found)
        record(session, "run", row, task, {"status": "failed", "reason": "x", "provenance": {"seed": float("nan")}})
    with database.read() as session:
        assert session.get(type(row), row.id).info == session.get(type(task), task.id).info == cleaned
        assert session.get(type(row), row.id).flags == ["x\\ud800"]
        assert session.scalar(select(Attempt.provenance)) == {"seed": None}


def test_ranks_come_from_paired_differences(database, store):
    """What all models find hard cancels: unpaired, these errors would hide every difference."""
    rng = np.random.default_rng(1)
    shared = rng.normal(0, 0.1, 1000)
    for index in range(3):
        own = rng.normal(0, 0.002, 1000)
        store(f"m{index}", "one", 0.5 + 0.05 * index, 0.1, draws=drawn(0.5 + 0.05 * index + shared + own))
    assert {row.model: row.rank for row in see(database).rows} == {"m0": (3, 3), "m1": (2, 2), "m2": (1, 1)}
    for index in range(3):
        store(f"u{index}", "two", 0.5 + 0.05 * index, 0.1)
    ranks = {row.model: row.rank for row in see(database, benchmarks=["two"]).rows}
    assert ranks == {"u0": (1, 3), "u1": (1, 3), "u2": (1, 3)}


def test_rank_intervals_of_one_benchmark_are_those_of_the_paired_comparison(database, store):
    rng = np.random.default_rng(2)
    shared, scores = rng.normal(0, 0.1, 1000), {}
    for index in range(6):
        value = 0.5 + 0.01 * index
        draws = drawn(value + shared + rng.normal(0, 0.01, 1000))
        scores[f"m{index}"] = Score(value, 0.1, draws=draws)
        store(f"m{index}", "one", value, 0.1, draws=draws)
    theirs = compare_scores(scores).ranks()
    ours = {row.model: list(row.rank) for row in see(database).rows}
    assert ours == theirs
    assert ours["m5"][0] == 1 and ours["m0"][1] == 6


def test_positive_controls_are_shown_and_not_ranked(database, store):
    store("a", "one", 0.9, flags=["positive-control"])
    store("b", "one", 0.2)
    assert {row.model: row.rank for row in see(database).rows} == {"a": None, "b": (1, 1)}


def test_draws_come_back_as_they_were(database, store):
    draws = drawn(np.random.default_rng(3).normal(size=20))
    row, _ = store("a", "one", 0.1 + 0.2, draws=draws)
    from bs_app_campaign.schema import Score as Row

    with database.read() as session:
        back = score_of(session, session.get(Row, row))
    assert back.value == 0.1 + 0.2, "to the last digit"
    xr.testing.assert_identical(back.draws, draws)


def test_the_table_as_text_json_and_files(database, store, tmp_path):
    store("a", "one", 0.25)
    store("b", "one", None, status="unsupported")
    found = see(database)
    assert "a " in as_text(found) and "0.250" in as_text(found) and "missing: available" in as_text(found)
    json.dumps(as_dict(found), allow_nan=False)
    assert {row["model"]: row["status"] for row in rows_of(found)} == {"a": "ok", "b": "unsupported"}
    assert write(found, tmp_path / "t.csv") == write(found, tmp_path / "t.json") == 2
    assert json.loads((tmp_path / "t.json").read_text())[0]["value"] == 0.25
    with pytest.raises(InvalidParameter, match="ends in one of .csv, .json, .parquet"):
        write(found, tmp_path / "t.xls")
    assert not list(tmp_path.glob(".*"))


def test_nothing_is_said_where_nothing_is_known(database):
    assert "no scores yet" in as_text(see(database))
    with database.read() as session:
        assert standings(session).results == {}
