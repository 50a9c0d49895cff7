"""The page aggregates and ranks as Python does: its scripts run here, in node or else in Chromium."""

import json
import math
import shutil
import subprocess
from importlib.resources import files
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from brainscore_core.scores import Score
from brainscore_core.statistics.comparison import compare_variances
from brainscore_core.status import Status
from brainscore_core.tree import Result, aggregate
from bs_app_campaign.board import board, leaf_weights
from bs_app_leaderboard import build

from .planted import BENCHMARKS, read

SITE = Path(str(files("bs_app_leaderboard"))) / "site"
RULES = list(product(("hierarchical", "flat", "min"), ("available", "strict", "zero")))


def run(scripts, given, expression):
    """The value of an expression over ``given`` after some scripts of the site, as JSON."""
    source = "\n".join((SITE / name).read_text(encoding="utf-8") for name in scripts)
    whole = f"const window = globalThis; const given = {json.dumps(given)};\n"
    whole += f"window.BRAINSCORE = given.data;\n{source}\n"
    if node := shutil.which("node"):
        # stands in for the page's own: a script of node's would be a module, and the site's are not
        text = f"{{ const module = undefined; {whole} process.stdout.write(JSON.stringify({expression})); }}"
        done = subprocess.run([node, "-"], input=text, capture_output=True, text=True, check=True, timeout=60)
        return json.loads(done.stdout)
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("neither node nor Chromium is here to run the page's scripts")
    playwright = pytest.importorskip("playwright.sync_api", reason="running scripts in Chromium needs playwright")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        return json.loads(browser.new_page().evaluate(f"(() => {{ {whole} return JSON.stringify({expression}); }})()"))


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
    found: found[at], total: node.all.length,
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
        standing = {leaf: SimpleNamespace(result=result) for leaf, result in results.items()}
        tops = aggregate(dict(case["tree"]), case["parents"], results, rule, policy)
        theirs = {node.identifier: node for top in tops for _, node in top.walk()}
        assert ours.keys() == theirs.keys()
        for name, node in theirs.items():
            value, error, covered = ours[name]["found"]
            assert (covered, ours[name]["total"]) == (node.covered, node.total)
            assert value == (None if node.value is None else pytest.approx(node.value, rel=1e-12, abs=1e-12))
            assert error == (None if node.error is None else pytest.approx(node.error, rel=1e-12, abs=1e-12))
            if ours[name]["weights"]:
                weights = leaf_weights(standing, node, rule, policy)
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
]
SCRIPTS = ["aggregate.js", "ranks.js", "payload.js", "selection.js"]
VIEWS = """given.filters.map((options) => {
  const table = BS.selection.view(options);
  const ranks = BS.selection.ranks(table);
  return { models: BS.selection.models(table, options).map((at) => BS.data.models[at].id),
    ranks: BS.data.models.map((line, at) => [line.id, ranks[at]]),
    nodes: table.nodes.map((node, at) => [node.name, table.rows.map((row) => row[at]), node.all.length]) };
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
        assert {name for name, _, _ in view["nodes"]} == names
        for name, rows, total in view["nodes"]:
            for line, (value, error, covered) in zip(data["models"], rows, strict=True):
                if line["id"] not in theirs:
                    assert covered == 0
                    continue
                wanted = theirs[line["id"]].nodes[name]
                assert (covered, total) == (wanted.covered, wanted.total), (options, name)
                assert value == (None if wanted.value is None else pytest.approx(wanted.value, abs=5.1e-5))
                assert error == (None if wanted.error is None else pytest.approx(wanted.error, abs=5.1e-5))
        if not options:
            assert view["models"] == [row.model for row in found.rows]
            assert dict(view["ranks"]) == {row.model: row.rank and list(row.rank) for row in found.rows}


def test_search_and_family_choose_models(filled, tmp_path):
    build(filled, tmp_path / "board")
    options = [{"q": "LARGE"}, {"q": "family small"}, {"family": "family"}, {"q": "baseline"}, {"ranked": "yes"}]
    options += [{"sort": "model", "dir": "up"}]
    data = read(tmp_path / "board" / "data.js")
    views = [view["models"] for view in run(SCRIPTS, {"data": data, "filters": options}, VIEWS)]
    assert views[0] == ["family:large"] and views[1] == ["family:small"]
    assert sorted(views[2]) == ["family:large", "family:small"] and views[3] == ["other <b>&\"'"]
    assert "control" not in views[4] and len(views[4]) == 5
    assert views[5] == sorted(views[5], key=str.lower) or views[5] == sorted(views[5], key=str.lower, reverse=True)


def test_rank_intervals_of_independent_errors_are_those_of_python():
    rng = np.random.default_rng(1)
    for count in (2, 5, 40):
        values, errors = rng.normal(0.5, 0.1, count), rng.uniform(0.005, 0.05, count)
        variance = errors**2
        pairs = variance[:, None] + variance
        np.fill_diagonal(pairs, 0)
        wanted = compare_variances([str(at) for at in range(count)], values, variance, pairs).rank_intervals()
        given = {"data": {}, "values": values.tolist(), "errors": errors.tolist()}
        assert run(["ranks.js"], given, "BS.ranks.intervals(given.values, given.errors)") == wanted.tolist()


def test_p_is_that_of_the_normal_distribution():
    z = [0.0, 0.5, 1.96, 3.0, 6.0, 10.0]
    found = run(["ranks.js"], {"data": {}, "z": z}, "given.z.map(BS.ranks.twoSided)")
    assert found == pytest.approx([2 * norm.sf(one) for one in z], rel=1e-6)
    assert math.isclose(found[2], 0.05, rel_tol=1e-3)
