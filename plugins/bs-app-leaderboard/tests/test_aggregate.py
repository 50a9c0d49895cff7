"""The page aggregates and ranks as Python does: its scripts run here, in node or else in Chromium."""

import math
from itertools import product

import numpy as np
import pytest
from scipy.stats import norm

from brainscore_core.scores import Score
from brainscore_core.statistics.comparison import compare_variances
from brainscore_core.statistics.pairing import shared_draws
from brainscore_core.status import Status
from brainscore_core.tree import Result, aggregate, leaf_weights
from bs_app_campaign.board import board
from bs_app_campaign.releases import is_prospective
from bs_app_leaderboard import build

from .planted import BENCHMARKS, model, read
from .scripts import run

RULES = list(product(("hierarchical", "flat", "min"), ("available", "strict", "zero")))


def random_case(rng):
    """A tree of up to nine nodes, benchmarks with and without values below them."""
    names = [f"n{number}" for number in range(rng.integers(1, 10))]
    tree = {name: "" if at == 0 or rng.uniform() < 0.15 else names[rng.integers(at)] for at, name in enumerate(names)}
    leaves = [f"b{number:02}" for number in range(rng.integers(1, 14))]
    parents = {leaf: names[rng.integers(len(names))] for leaf in leaves}
    values = {leaf: None if rng.uniform() < 0.3 else float(rng.normal(0.5, 0.4)) for leaf in leaves}
    errors = {leaf: None if rng.uniform() < 0.1 else float(rng.uniform(0, 0.1)) for leaf in leaves}
    return {"tree": list(tree.items()), "parents": parents, "values": values, "errors": errors}


EVALUATE = """given.cases.map(([tree, parents, values, errors, rule, policy]) => {
  const counts = (leaf) => values[leaf] !== null;
  const number = (from) => (leaf) => (from[leaf] === null ? NaN : from[leaf]);
  const nodes = BS.aggregate.plan(tree, parents, parents.map(() => true));
  const found = BS.aggregate.evaluate(nodes, number(values), number(errors), counts, rule, policy);
  return Object.fromEntries(nodes.map((node, at) => [node.name, {
    found: found[at],
    weights: rule === "min" || Number.isNaN(found[at][0]) ? [] :
      [...BS.aggregate.weights(nodes, found, at, counts, rule, policy)],
  }]));
})"""


def test_nodes_are_those_of_python_for_random_trees():
    rng = np.random.default_rng(0)
    cases = [(random_case(rng), rule, policy) for _ in range(60) for rule, policy in RULES]
    given = [
        [case["tree"], *(list(case[name].values()) for name in ("parents", "values", "errors")), rule, policy]
        for case, rule, policy in cases
    ]
    found = run(["aggregate.js"], {"data": {}, "cases": given}, EVALUATE)
    for (case, rule, policy), ours in zip(cases, found, strict=True):
        results = {
            leaf: Result(Status.FAILED) if value is None else Result(Status.OK, Score(value, case["errors"][leaf]))
            for leaf, value in case["values"].items()
        }
        tops = aggregate(dict(case["tree"]), case["parents"], results, rule, policy)
        theirs = {node.identifier: node for top in tops for _, node in top.walk()}
        assert ours.keys() == theirs.keys()
        for name, node in theirs.items():
            value, error, covered, total = ours[name]["found"]
            assert (covered, total) == (node.covered, node.total)
            assert value == (None if node.value is None else pytest.approx(node.value, rel=1e-12, abs=1e-12))
            assert error == (None if node.error is None else pytest.approx(node.error, rel=1e-12, abs=1e-12))
            if ours[name]["weights"]:
                weights = leaf_weights(node, results, rule, policy)
                mine = {list(case["values"])[leaf]: share for leaf, share in ours[name]["weights"]}
                assert mine == pytest.approx(weights, rel=1e-12)


FILTERS = [
    {},
    {"rule": "flat"},
    {"rule": "min", "policy": "zero"},
    {"policy": "strict"},
    {"region": "IT"},
    {"species": "macaque", "policy": "zero"},
    {"metric": "pls", "rule": "flat"},
    {"task": "label"},
    {"when": "prospective"},
    {"when": "retrospective", "rule": "flat", "policy": "zero"},
    {"when": "retrospective", "policy": "strict"},
    {"when": "prospective", "policy": "strict", "rule": "flat"},
]
SCRIPTS = ["aggregate.js", "ranks.js", "payload.js", "selection.js"]
VIEWS = """given.filters.map((options) => {
  BS.selection.intervals = given.intervals || null;
  const table = BS.selection.view(options);
  const ranks = BS.selection.ranks(table);
  return { models: BS.selection.models(table, options).map((at) => BS.data.models[at].id),
    ranks: BS.data.models.map((line, at) => [line.id, ranks[at]]), paired: table.paired,
    nodes: table.nodes.map((node, at) => [node.name, table.rows.map((row) => row[at])]) };
})"""


def kept(options):
    place = {"species": 2, "metric": 3, "task": 4}
    region = {"IT": ["D2018.IT-one", "E2019.IT-two"]}.get(options.get("region", ""), list(BENCHMARKS))
    return [n for n in region if all(BENCHMARKS[n][at] == options[key] for key, at in place.items() if key in options)]


def test_every_filter_gives_the_board_of_python(filled, tmp_path):
    build(filled, tmp_path / "board")
    data = read(tmp_path / "board" / "data.js")
    views = run(SCRIPTS, {"data": data, "filters": FILTERS}, VIEWS)
    for options, view in zip(FILTERS, views, strict=True):
        more = {key: options[key] for key in ("rule", "policy", "when") if key in options}
        node = "engineering_vision" if kept(options) == ["G2021.top1"] else ""
        with filled.read() as session:
            found = board(session, benchmarks=kept(options), node=node, **more)
        theirs = {row.model: row for row in found.rows}
        names = {name for row in found.rows for name in row.nodes}
        assert {name for name, _ in view["nodes"]} >= names
        for name, rows in view["nodes"]:
            for line, (value, error, covered, total) in zip(data["models"], rows, strict=True):
                if line["id"] not in theirs or name not in theirs[line["id"]].nodes:
                    assert covered == 0 and value is None
                    continue
                wanted = theirs[line["id"]].nodes[name]
                assert (covered, total) == (wanted.covered, wanted.total), (options, name)
                assert value == (None if wanted.value is None else pytest.approx(wanted.value, abs=5.1e-5))
                assert error == (None if wanted.error is None else pytest.approx(wanted.error, abs=5.1e-5))
        if not options:
            assert view["models"] == [row.model for row in found.rows]


@pytest.fixture
def noisy(store, database, tmp_path):
    """Ten models whose scores share nearly all of their noise, on benchmarks of all kinds, with gaps."""
    rng = np.random.default_rng(7)
    for place, name in enumerate(BENCHMARKS):
        common, levels = rng.normal(0, 0.1, 300), (6, 40, 300)[place % 3]
        for index in range(10):
            value = float(np.clip(0.4 + 0.012 * index + rng.normal(0, 0.02), 0, 1))
            draws = shared_draws(value + common + rng.normal(0, 0.01, 300), np.arange(levels))
            flags = ["untrained"] if index == 9 else []
            of = model(f"n{index}", released=f"{2013 + index}-06-01", flags=flags)
            if rng.uniform() < 0.85:
                store(of, name, value, 0.1, draws=draws if rng.uniform() < 0.9 else None)
    build(database, tmp_path / "board")
    return tmp_path / "board"


SINGLE = [{}, *({"region": value} for value in ("V1", "V4", "IT")), {"species": "macaque"}, {"species": "human"}]
SINGLE += [{"metric": "pls"}, {"task": "label"}, {"when": "prospective"}, {"when": "retrospective"}]


def ranks_of_python(database, options, known):
    more = {key: options[key] for key in ("rule", "policy", "when") if key in options}
    of = [line["id"] for line in known if all(line[k] == v for k, v in options.items() if k in line)]
    node = "engineering_vision" if of == ["G2021.top1"] else ""
    with database.read() as session:
        return {row.model: row.rank and list(row.rank) for row in board(session, benchmarks=of, node=node, **more).rows}


def test_ranks_under_each_single_filter_are_the_paired_ones_of_python(noisy, database):
    data, intervals = read(noisy / "data.js"), read(noisy / "intervals.js")
    views = run(SCRIPTS, {"data": data, "intervals": intervals, "filters": SINGLE}, VIEWS)
    for options, view in zip(SINGLE, views, strict=True):
        wanted = ranks_of_python(database, options, data["benchmarks"])
        assert {name: rank for name, rank in view["ranks"] if rank} == {n: r for n, r in wanted.items() if r}, options
        assert view["paired"] and "n9" not in {name for name, rank in view["ranks"] if rank}
    independent = run(SCRIPTS, {"data": data, "filters": SINGLE}, VIEWS)
    width = [sum(rank[1] - rank[0] for _, rank in view["ranks"] if rank) for view in (*views[1:], *independent[1:])]
    assert sum(width[: len(SINGLE) - 1]) < 0.9 * sum(width[len(SINGLE) - 1 :]), "paired intervals are narrower"
    assert [view["paired"] for view in independent] == [True] + [False] * (len(SINGLE) - 1)


def test_ranks_under_other_filters_are_of_independent_errors(noisy, database):
    data, intervals = read(noisy / "data.js"), read(noisy / "intervals.js")
    options = [{"region": "IT", "when": "retrospective"}, {"rule": "flat"}, {"region": "IT", "policy": "zero"}]
    for view in run(SCRIPTS, {"data": data, "intervals": intervals, "filters": options}, VIEWS):
        assert not view["paired"]
        top = next(rows for name, rows in view["nodes"] if name == data["node"])
        ranked = [
            (line["id"], value, np.nan if error is None else error)
            for line, (value, error, *_) in zip(data["models"], top, strict=True)
            if value is not None and not line["flags"]
        ]
        values, errors = (np.array([entry[at] for entry in ranked]) for at in (1, 2))
        pairs = errors[:, None] ** 2 + errors**2
        np.fill_diagonal(pairs, 0)
        wanted = compare_variances([name for name, _, _ in ranked], values, errors**2, pairs).rank_intervals()
        assert {name: rank for name, rank in view["ranks"] if rank} == {
            name: rank for (name, _, _), rank in zip(ranked, wanted.tolist(), strict=True)
        }


def test_what_was_there_first_is_said_as_in_python():
    dates = [
        "",
        "2019",
        "2020",
        "2020-02",
        "2020-02-29",
        "2021-02-29",
        "2020-03-01",
        "2020-02-28T10:00",
        "soon",
        "2020-13",
    ]
    dates += ["2019-12-31", "2019-12", "2020-00", "2020-3-1", "1900-02-29", "2000-02-29"]
    data = {"models": [{"id": date, "released": date, "flags": []} for date in dates], "states": "", "tree": []}
    data |= {"benchmarks": [{"id": date, "released": date} for date in dates], "values": [""] * 3, "errors": [""] * 3}
    asked = """given.data.models.map((_, at) =>
      given.data.benchmarks.map((_, other) => BS.data.prospective(at, other)))"""
    wanted = [[is_prospective(frozen, released) for released in dates] for frozen in dates]
    assert run(["payload.js"], {"data": data}, asked) == wanted
    assert {answer for row in wanted for answer in row} == {True, False, None}


def leaf_values(database, name):
    with database.read() as session:
        rows = board(session).rows
    entries = [(row.model, row.results.get(name)) for row in rows]
    return [(model, entry.value) for model, entry in entries if entry and entry.result.state == "ok"]


def test_search_and_family_choose_models(filled, tmp_path):
    build(filled, tmp_path / "board")
    options = [{"q": "LARGE"}, {"q": "family small"}, {"family": "family"}, {"q": "baseline"}, {"ranked": "yes"}]
    options += [{"sort": "model"}, {"sort": "model", "dir": "down"}, {"sort": "G2021.top1"}, {"sort": "D2018.IT-one"}]
    options += [{"sort": "F2020.what", "when": "retrospective"}]
    data = read(tmp_path / "board" / "data.js")
    views = [view["models"] for view in run(SCRIPTS, {"data": data, "filters": options}, VIEWS)]
    assert views[0] == ["family:large"] and views[1] == ["family:small"]
    assert sorted(views[2]) == ["family:large", "family:small"] and views[3] == ["other <b>&\"'"]
    assert "control" not in views[4] and len(views[4]) == 5
    assert views[5] == sorted(views[5]) and views[6] == views[5][::-1], "names go from A to Z unless asked otherwise"
    scores = {row[0]: row[1] for row in leaf_values(filled, "G2021.top1")}
    counted = [name for name in views[7] if name in scores]
    assert "family:small" not in scores and views[7][: len(counted)] == counted, "a selected score is no score"
    assert counted == sorted(counted, key=lambda name: -scores[name])


def test_rank_intervals_of_independent_errors_are_those_of_python():
    rng = np.random.default_rng(1)
    close = np.array([0.5, 0.5 + 1.98 * np.hypot(0.03, 0.04)]), np.array([0.03, 0.04])
    unknown = np.array([0.2, 0.3, 0.4, 0.51]), np.array([0.02, 0.02, np.nan, np.nan])
    drawn = [(rng.normal(0.5, 0.1, count), rng.uniform(0.005, 0.05, count)) for count in (2, 5, 40)]
    for values, errors in [close, unknown, *drawn]:
        count = len(values)
        variance = errors**2
        pairs = variance[:, None] + variance
        np.fill_diagonal(pairs, 0)
        wanted = compare_variances([str(at) for at in range(count)], values, variance, pairs).rank_intervals()
        given = {"data": {}, "values": values.tolist(), "errors": [None if np.isnan(e) else e for e in errors]}
        asked = "BS.ranks.intervals(given.values, given.errors.map((one) => (one === null ? NaN : one)))"
        assert run(["ranks.js"], given, asked) == wanted.tolist()


def test_p_is_that_of_the_normal_distribution():
    z = [0.0, 0.5, 1.96, 3.0, 6.0, 10.0]
    found = run(["ranks.js"], {"data": {}, "z": z}, "given.z.map(BS.ranks.twoSided)")
    assert found == pytest.approx([2 * norm.sf(one) for one in z], rel=1e-6)
    assert math.isclose(found[2], 0.05, rel_tol=1e-3)
