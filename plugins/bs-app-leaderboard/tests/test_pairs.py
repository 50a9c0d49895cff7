"""``results compare``, the ranks of the board and of pages, and the compare page say the same of the same pairs."""

import numpy as np
import pytest
from scipy import stats

from brainscore_core.scores import Score
from brainscore_core.statistics.comparison import holm
from brainscore_core.statistics.pairing import shared_draws
from brainscore_core.tree import leaf_weights
from bs_app_campaign.board import board
from bs_app_campaign.comparing import deltas
from bs_app_campaign.covariance import Drawn, shared
from bs_app_campaign.ranking import compared
from bs_app_campaign.recording import Attempt, benchmark_row, model_row, record_all
from bs_app_leaderboard import build
from bs_app_leaderboard.paired import COORDINATES, packed

from .planted import benchmark, model, read
from .scripts import PURE, run

PLANTED = {"A2015.V1-one": 4, "B2016.V1-two": None, "C2017.V4-one": 2, "D2018.IT-one": "raw", "E2019.IT-two": "alone"}
"""Benchmark -> subjects: a sample, none, fixed; only raw values are paired; nothing is."""
NAMES = ["m0", "m1", "m2", "m3"]


def draws_of(rng, value, subjects, common):
    own = rng.normal(0, 0.004, common.shape)
    if subjects is None:
        return shared_draws(value + common + own, np.arange(50))
    each = value + common + own + rng.normal(0, 0.06, subjects)
    return shared_draws(each, np.arange(50), subjects=np.arange(subjects))


@pytest.fixture
def put(database):
    """Stores a score as it is."""

    def add(of_model, of_benchmark, score, status="ok"):
        with database.write() as session:
            rows = model_row(session, model(of_model)), benchmark_row(session, benchmark(of_benchmark))
            outcome = {"status": status, "reason": ""}
            record_all(session, [Attempt(f"{of_model} {of_benchmark}", *rows, outcome, score)])

    return add


@pytest.fixture
def folder(put, database, tmp_path):
    """Four models; were its subjects fixed, benchmark A would call most pairs real."""
    rng = np.random.default_rng(5)
    for name, kind in PLANTED.items():
        subjects = kind if isinstance(kind, int) else None
        common = rng.normal(0, 0.05, 1000 if subjects is None else (1000, subjects))
        for index, of in enumerate(NAMES):
            value = 0.4 + 0.015 * index
            if kind == "alone" or (of, name) == ("m3", "B2016.V1-two"):
                put(of, name, Score(value, 0.01))
            elif kind == "raw":
                raw = Score(value, 0.05, draws=draws_of(rng, value, None, common))
                put(of, name, Score(None, raw=raw))
            else:
                put(of, name, Score(value, 0.05, draws=draws_of(rng, value, subjects, common)))
    build(database, tmp_path / "board")
    return tmp_path / "board"


ON_BENCHMARK = """given.data.benchmarks.map((line, leaf) => {
  const draws = new Map(given.draws.map((entry, at) => [at, entry]));
  const found = BS.pairs.onBenchmark(given.chosen, leaf, draws);
  return [line.id, found.map((pair) => ({ ...pair, one: given.data.models[pair.one].id,
    other: given.data.models[pair.other].id }))];
})"""
ON_NODES = """given.options.map((options) => {
  const table = BS.selection.view(options);
  const draws = new Map(given.draws.map((entry, at) => [at, entry]));
  return table.nodes.map((node, at) => [node.name, BS.pairs.onNode(table, given.chosen, at, draws)
    .map((pair) => ({ ...pair, one: given.data.models[pair.one].id, other: given.data.models[pair.other].id }))]);
})"""


def given(folder, names=NAMES):
    data = read(folder / "data.js")
    place = {line["id"]: at for at, line in enumerate(data["models"])}
    draws = [read(folder / "draws" / f"{at}.js") for at in range(len(place))]
    return {"data": data, "draws": draws, "chosen": [place[name] for name in names]}


@pytest.mark.parametrize("names", [NAMES, ["m0", "m2"], ["m3", "m1"], ["m2", "m3", "m0"]])
def test_the_compare_page_says_what_results_compare_says(folder, database, names):
    with database.read() as session:
        theirs = {(row["benchmark"], frozenset((row["larger"], row["smaller"]))): row for row in deltas(session, names)}
    ours = {
        (benchmark, frozenset((pair["one"], pair["other"]))): pair
        for benchmark, pairs in run(PURE, given(folder, names), ON_BENCHMARK)
        for pair in pairs
    }
    assert {key for key, pair in ours.items() if pair["verdict"] != "not paired"} <= theirs.keys() <= ours.keys()
    for key, row in theirs.items():
        pair = ours[key]
        assert pair["verdict"] == row["real"], (key, pair, row)
        assert abs(pair["difference"]) == pytest.approx(row["difference"], abs=1e-4)
        assert (pair["difference"] > 0) == (pair["one"] == row["larger"])
        if row["error"] is not None:
            assert pair["error"] == pytest.approx(row["error"], rel=1e-3)
            assert pair["p"] == pytest.approx(row["p_holm"], rel=0.03)
        assert pair["quantity"] == ("raw" if key[0] == "D2018.IT-one" else "score")
    if names == NAMES:
        verdicts = {name: {pair["verdict"] for (of, _), pair in ours.items() if of == name} for name in PLANTED}
        assert verdicts["A2015.V1-one"] == {"not shown"} and "yes" in verdicts["B2016.V1-two"]
        assert "yes" in verdicts["D2018.IT-one"] and verdicts["E2019.IT-two"] == {"not paired"}


def test_raw_values_of_scores_that_do_not_count_are_not_there(put, database, tmp_path):
    rng = np.random.default_rng(8)
    common = rng.normal(0, 0.05, 1000)
    raw = [Score(0.123456 + at, 0.05, draws=draws_of(rng, 0.123456 + at, None, common)) for at in range(5)]
    put("m0", "D2018.IT-one", Score(None, raw=raw[0]))
    put("m1", "D2018.IT-one", Score(None, raw=raw[1]))
    put("m2", "D2018.IT-one", Score(None, raw=raw[2]), status="withheld")
    put("m2", "A2015.V1-one", Score(0.5, 0.1))
    put("m3", "D2018.IT-one", Score(0.9, 0.1, raw=raw[3], flags=("selected",)))
    build(database, tmp_path / "board")
    found = given(tmp_path / "board", ["m0", "m1", "m2", "m3"])
    at = {line["id"]: place for place, line in enumerate(found["data"]["models"])}
    entries = {name: found["draws"][at[name]].get("D2018.IT-one") for name in at}
    assert [entries[name] is None for name in ("m0", "m1", "m2", "m3")] == [False, False, True, True]
    assert not any(b"2.12345" in path.read_bytes() for path in (tmp_path / "board").rglob("*.js"))
    (pairs,) = [pairs for name, pairs in run(PURE, found, ON_BENCHMARK) if name == "D2018.IT-one"]
    assert [(pair["quantity"], pair["verdict"]) for pair in pairs] == [("raw", "yes")]


def test_the_interval_is_of_students_t_with_the_degrees_of_core(folder):
    found = dict(run(PURE, given(folder), ON_BENCHMARK))
    for name, degrees in (("A2015.V1-one", 3), ("B2016.V1-two", 49), ("C2017.V4-one", 49)):
        pair = next(pair for pair in found[name] if {pair["one"], pair["other"]} == {"m0", "m2"})
        reach = stats.t.ppf(0.975, degrees) * pair["error"]
        assert pair["degrees"] == degrees
        assert [pair["low"], pair["high"]] == pytest.approx([pair["difference"] - reach, pair["difference"] + reach])


def test_ranks_of_board_and_pages_are_those_of_the_comparison(folder, database):
    data = read(folder / "data.js")
    pages = {line["id"]: read(folder / "models" / f"{at}.js") for at, line in enumerate(data["models"])}
    for name in ("A2015.V1-one", "C2017.V4-one"):
        with database.read() as session:
            rows = deltas(session, NAMES)
            ranks = {row.model: list(row.rank) for row in board(session, benchmarks=[name]).rows}
        better = [(row["larger"], row["smaller"]) for row in rows if row["benchmark"] == name and row["real"] == "yes"]
        wanted = {
            model: [1 + sum(low == model for _, low in better), 4 - sum(high == model for high, _ in better)]
            for model in NAMES
        }
        assert ranks == wanted == {model: pages[model]["scores"][name]["rank"] for model in NAMES}


def test_the_compare_page_says_of_averages_what_the_board_ranks_by(folder, database):
    options = [{}, {"rule": "flat"}, {"policy": "zero"}]
    for option, nodes in zip(options, run(PURE, given(folder) | {"options": options}, ON_NODES), strict=True):
        with database.read() as session:
            found = board(session, **option)
            rows = {row.model: row for row in found.rows}
            for name, pairs in nodes:
                rule, policy = option.get("rule", "hierarchical"), option.get("policy", "available")
                values = {model: row.nodes[name].value for model, row in rows.items()}
                if None in values.values():
                    continue
                counted = {m: {n: entry.result for n, entry in row.results.items()} for m, row in rows.items()}
                weights = {m: leaf_weights(row.nodes[name], counted[m], rule, policy) for m, row in rows.items()}
                results = {model: row.results for model, row in rows.items()}
                theirs = compared(session, list(rows), values, weights, results)
                told, degrees = theirs.comparison(), theirs.degrees
                for pair in pairs:
                    one, other = (told.names.index(pair[side]) for side in ("one", "other"))
                    assert pair["error"] == pytest.approx(told.difference_error[one, other], rel=3e-3)
                    assert pair["p"] == pytest.approx(told.p_holm[one, other], rel=0.03, abs=1e-9)
                    wanted = degrees[one, other]
                    assert pair["degrees"] == (None if np.isinf(wanted) else pytest.approx(wanted, rel=5e-3))


def test_student_and_its_quantile_are_those_of_scipy():
    cases = [[t, df] for t in (0.0, 0.3, 1.96, 4.0, 9.0) for df in (1, 2, 2.7, 9, 49, 639, 1e6, 1e9)]
    found = run(["ranks.js"], {"data": {}, "cases": cases}, "given.cases.map(([t, df]) => BS.ranks.student(t, df))")
    assert found == pytest.approx([2 * stats.t.sf(t, df) for t, df in cases], rel=1e-5, abs=1e-300)
    degrees = [1.0, 2.0, 2.7, 9.0, 639.0]
    assert run(["ranks.js"], {"data": {}, "df": degrees}, "given.df.map(BS.ranks.critical)") == pytest.approx(
        stats.t.ppf(0.975, degrees), rel=1e-9
    )


def test_holm_is_that_of_core():
    p = [0.04, 0.001, None, 0.02, 0.001, 0.9]
    found = run(
        ["ranks.js"], {"data": {}, "p": p}, "BS.ranks.adjusted(given.p.map((one) => (one === null ? NaN : one)))"
    )
    assert found[2] is None
    assert [one for one in found if one is not None] == pytest.approx(holm(np.array([one for one in p if one])))


def test_points_of_more_models_than_coordinates_are_nearly_exact():
    rng = np.random.default_rng(6)
    common = rng.normal(0, 0.05, 1000)
    draws = {f"m{at}": Drawn("one", common + rng.normal(0, 0.02, 1000), 100) for at in range(3 * COORDINATES)}
    (group,) = shared(draws)
    exact = group.of_differences(np.ones(len(draws)))
    found = packed(group)
    data = {"models": [{"id": name, "flags": []} for name in draws], "benchmarks": [{"id": "b", "parent": "n"}]}
    data |= {"tree": [["n", ""]], "states": "o" * len(draws), "values": ["##"] * 3, "errors": ["##"] * 3}
    asked = {
        "data": data,
        "draws": [{"b": found[name] | {"value": 0.5, "quantity": "score"}} for name in draws],
        "chosen": list(range(0, 288, 12)),
    }
    errors = [pair["error"] for pair in run(PURE, asked, ON_BENCHMARK)[0][1]]
    one, other = np.triu_indices(24, 1)
    ratio = errors / np.sqrt(exact[12 * one, 12 * other])
    assert np.abs(ratio - 1).max() < 0.08 and np.sqrt(np.mean((ratio - 1) ** 2)) < 0.02
