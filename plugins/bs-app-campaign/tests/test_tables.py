"""What is exported is the table, whichever rule made it, and comes back as it was."""

import csv
import json
from itertools import count

import numpy as np
import pytest

from brainscore_core.cli.shell import run
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import shared_draws
from brainscore_core.tree import Weighting, aggregate, leaf_weights
from bs_app_campaign.board import board
from bs_app_campaign.recording import benchmark_row, model_row, record
from bs_app_campaign.releases import days, is_prospective
from bs_app_campaign.tables import COLUMNS, as_dict, as_text, lines, write
from bs_app_campaign.weighting import read_weighting

PARENTS = {"one": "easy", "two": "easy", "three": "hard"}
EASY = Weighting("easy first", {"easy": 3})


@pytest.fixture
def store(database):
    """Stores one attempt."""
    runs = count()

    def add(model, benchmark, value=None, error=0.1, *, draws=None, frozen="", released="2021-01-01", status="ok"):
        score = None if value is None else Score(value, error, draws=draws)
        task = {"identifier": benchmark, "version": 1, "domain": "trouble", "parent": PARENTS[benchmark]}
        with database.write() as session:
            rows = (
                model_row(session, {"identifier": model, "digest": "d", "released": frozen}),
                benchmark_row(session, task | {"released": released}),
            )
            reason = "" if status == "ok" else "because,\nas it said"
            return record(session, f"run-{next(runs)}", *rows, {"status": status, "reason": reason}, score).id

    return add


@pytest.fixture
def filled(store):
    """Three models with gaps; their numbers have all their digits."""
    rng = np.random.default_rng(0)
    for index, (model, frozen) in enumerate((("a", "2020-05-01"), ("b", "2022"), ("c, the third", ""))):
        shared = rng.normal(0, 0.01, 100)
        for benchmark in list(PARENTS)[: 3 - (index == 1)]:
            draws = shared_draws(0.3 * (index + 1) + shared, np.arange(30))
            store(model, benchmark, 0.1 + 0.2 * (index + 1) + 1e-17, draws=draws, released="2021", frozen=frozen)
    store("b", "three", status="failed", released="2021", frozen="2022")


def see(database, **options):
    with database.read() as session:
        return board(session, domain="trouble", **options)


# --- files ---------------------------------------------------------------------------------------------------------


KINDS = {"string": str, "Int64": int, "Float64": float, "boolean": {"True": True, "False": False}.get}


def read(path):
    """The rows of a file, by whoever reads such files; CSV says no more than text."""
    if path.suffix == ".json":
        return json.loads(path.read_text())
    if path.suffix == ".csv":
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        return [{name: KINDS[COLUMNS[name]](value) if value else None for name, value in row.items()} for row in rows]
    from pyarrow import parquet

    return parquet.read_table(path).to_pylist()


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
@pytest.mark.parametrize("options", [{}, {"rule": "flat", "policy": "zero", "node": "easy"}, {"rule": EASY}])
def test_what_is_exported_is_the_table_and_comes_back_digit_for_digit(database, filled, tmp_path, suffix, options):
    if suffix == "parquet":
        pytest.importorskip("pyarrow", reason="a parquet file needs pyarrow")
    found = see(database, **options)
    path = tmp_path / f"table.{suffix}"
    assert write(found, path) == 9
    rows = read(path)
    assert rows == lines(found)
    by_node = {(row["model"], row["node"]): row for row in rows if row["kind"] == "node"}
    for row in found.rows:
        for name, node in row.nodes.items():
            there = by_node.pop((row.model, name))
            assert (there["value"], there["error"]) == (node.value, node.error)
            assert (there["covered"], there["total"]) == (node.covered, node.total)
            ranked = row.rank if name == found.node else (None, None)
            assert (there["rank_low"], there["rank_high"]) == tuple(ranked)
    assert not by_node
    for row in rows:
        assert (row["rule"], row["policy"], row["ranked_by"]) == (found.rule, found.policy, found.node)
        assert row["tree_version"] == found.tree_version and row["weighting"] == (found.weighting or None)


def test_an_empty_table_has_its_columns(database, tmp_path):
    empty = see(database)
    assert [write(empty, tmp_path / f"t.{suffix}") for suffix in ("csv", "json")] == [0, 0]
    assert (tmp_path / "t.csv").read_text() == ",".join(COLUMNS) + "\n" and read(tmp_path / "t.json") == []


def test_an_empty_parquet_file_has_its_columns(database, tmp_path):
    pytest.importorskip("pyarrow", reason="a parquet file needs pyarrow")
    assert write(see(database), tmp_path / "t.parquet") == 0 and read(tmp_path / "t.parquet") == []


def test_another_kind_of_file_is_refused_before_anything_is_written(database, tmp_path):
    with pytest.raises(InvalidParameter, match=r"ends in one of .csv, .json, .parquet. Write to scores.csv"):
        write(see(database), tmp_path / "scores.xlsx")
    assert not list(tmp_path.glob("*scores*"))


# --- weights -------------------------------------------------------------------------------------------------------


def test_weights_are_those_of_core_in_values_ranks_and_records(database, store):
    rng = np.random.default_rng(1)
    shared = {name: rng.normal(0, 0.1, 1000) for name in PARENTS}
    values = {"a": {"one": 0.7, "two": 0.7, "three": 0.2}, "b": {"one": 0.4, "two": 0.4, "three": 0.6}}
    for model, scores in values.items():
        for name, value in scores.items():
            draws = shared_draws(value + shared[name] + rng.normal(0, 0.002, 1000), np.arange(50))
            store(model, name, value, 0.1, draws=draws)
    equal, weighted = see(database), see(database, rule=EASY)
    assert [row.model for row in equal.rows] == ["b", "a"] and [row.model for row in weighted.rows] == ["a", "b"]
    assert {row.model: row.rank for row in equal.rows} == {"b": (1, 1), "a": (2, 2)}
    assert {row.model: row.rank for row in weighted.rows} == {"a": (1, 1), "b": (2, 2)}
    for row in weighted.rows:
        results = {name: entry.result for name, entry in row.results.items()}
        (top,) = aggregate(weighted.tree, weighted.parents, results, EASY)
        assert row.nodes["average"] == top
        assert leaf_weights(top, results, EASY) == pytest.approx({"one": 3 / 8, "two": 3 / 8, "three": 1 / 4})
    told = as_dict(weighted)
    assert (told["rule"], told["weights"], told["weighting"]) == ("easy first", {"easy": 3}, EASY.digest)
    assert f"easy first (weights {EASY.digest[:12]})" in as_text(weighted)
    assert as_dict(equal)["weights"] is None and as_dict(equal)["weighting"] == ""


def test_weights_are_read_from_a_file(database, filled, tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text('name = "easy first"\n[weights]\neasy = 3\n')
    assert read_weighting(path) == EASY
    assert run(["results", "table", "--domain", "trouble", "--rule", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rule"], told["weights"], told["weighting"]) == ("easy first", {"easy": 3}, EASY.digest)
    assert run(["results", "export", str(tmp_path / "t.csv"), "--domain", "trouble", "--rule", str(path)]) == 0
    assert {row["weighting"] for row in read(tmp_path / "t.csv")} == {EASY.digest}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read"),
        ("name = ", "cannot be read"),
        ('name = "x"', "holds name: expected a name and a table of weights"),
        ("", "holds nothing"),
        ('name = "x"\nwieghts = 3\n[weights]', "and nothing else"),
        ('name = "x"\n[weights]\nlegs = 2', "weighs 'legs': expected nodes below another: easy, hard"),
        ('name = "x"\n[weights]\neasy = 0', "a number above 0"),
        ('name = "flat"\n[weights]\neasy = 2', "a name of its own"),
    ],
)
def test_a_file_of_weights_that_is_none_is_wrong_usage(database, tmp_path, capsys, text, says):
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_text(text)
    assert run(["results", "table", "--domain", "trouble", "--rule", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and says in " ".join(captured.err.split())


def test_a_rule_that_there_is_not_is_wrong_usage(database, capsys):
    assert run(["results", "table", "--domain", "trouble", "--rule", "mean"]) == 2
    assert "hierarchical, flat, min, or a file of weights that ends in .toml" in capsys.readouterr().err


# --- what is said --------------------------------------------------------------------------------------------------


def test_under_min_nothing_is_ranked_and_the_table_says_why(database, filled):
    found = see(database, rule="min")
    assert all(row.rank is None for row in found.rows) and found.rows[0].nodes["average"].value is not None
    assert "no ranks: the smallest values of two models may be of two benchmarks" in as_text(found)
    assert as_dict(found)["unranked"] == found.unranked != ""
    assert see(database).unranked == "" and "no ranks" not in as_text(see(database))


def test_the_table_counts_what_is_prospective(database, filled):
    text = {line.split("  ")[0]: line.split()[-1] for line in as_text(see(database)).splitlines() if line}
    assert text["a"] == "3/3" and text["b"] == "0/2" and text["c, the third"] == "+3?"
    told = {row["model"]: row["prospective"] for row in as_dict(see(database))["models"]}
    assert told["a"] == {"prospective": 3, "retrospective": 0, "unknown": 0}
    assert told["b"] == {"prospective": 0, "retrospective": 2, "unknown": 0}, "what failed is no score"
    assert told["c, the third"] == {"prospective": 0, "retrospective": 0, "unknown": 3}
    assert "prospective only" in as_text(see(database, when="prospective"))


def test_a_node_that_there_is_not_says_which_was_meant(database):
    with pytest.raises(InvalidParameter, match=r"node 'esay': expected one of .*\. Did you mean 'easy'\?"):
        see(database, node="esay")
    with pytest.raises(InvalidParameter, match="Leave it out for the root"):
        see(database, node="cerebellum")


def test_history_shows_the_number_that_reproduce_wants(database, store, capsys):
    row = store("a", "one", 0.2)
    assert run(["results", "history", "a"]) == 0
    header, *rest = capsys.readouterr().out.splitlines()
    assert header.split()[0] == "record" and rest[-1].split()[0] == str(row)


# --- dates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "benchmark", "expected"),
    [
        ("2020-05-01", "2021-01-01", True),
        ("2021-01-01", "2021-01-01", False),
        ("2020", "2021-01-01", True),
        ("2021", "2021-01-01", False),
        ("2021", "2021-06-01", None),
        ("2021-06", "2021", None),
        ("2021-05", "2021-06", True),
        ("2021-06", "2021-06", None),
        ("2022", "2021", False),
        ("2020-05-01T12:00:00+00:00", "2021-01-01", True),
        ("2020-1-5", "2020-03-01", None),
        ("2020-02-30", "2020-03-01", None),
        ("May 2020", "2020-06-01", None),
        ("", "2020-06-01", None),
        ("2020-01-01", "", None),
    ],
)
def test_a_date_of_a_year_or_month_is_every_day_of_it(model, benchmark, expected):
    assert is_prospective(model, benchmark) is expected


def test_february_has_as_many_days_as_it_has():
    assert [str(day) for day in days("2020-02")] == ["2020-02-01", "2020-02-29"]
    assert [str(day) for day in days("2021")] == ["2021-01-01", "2021-12-31"]


def test_strict_asks_of_prospective_scores_only_what_could_be_prospective(database, store):
    for name, released in (("one", "2021-01-01"), ("two", "2010-01-01"), ("three", "2022-01-01")):
        store("a", name, 0.5, released=released, frozen="2020-01-01")
        if name != "three":
            store("b", name, 0.7, released=released, frozen="2020-01-01")
    store("c", "three", 0.9, released="2022-01-01", frozen="2021-06-01")

    def shown(**options):
        found = see(database, policy="strict", **options)
        return {
            row.model: (node.value, node.covered, node.total)
            for row in found.rows
            if (node := row.nodes.get("average")) is not None
        }

    assert shown(when="prospective") == {"a": (0.5, 2, 2), "b": (None, 1, 2), "c": (0.9, 1, 1)}
    assert shown(when="retrospective") == {"a": (0.5, 1, 1), "b": (0.7, 1, 1), "c": (None, 0, 2)}
    assert shown()["a"] == (0.5, 3, 3), "and of all scores, everything"
