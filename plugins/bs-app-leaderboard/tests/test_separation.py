"""How well a benchmark tells models apart: over the models that are ranked, paired, Holm over all their pairs."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import shared_draws
from bs_app_campaign.board import UNRANKED, board
from bs_app_campaign.comparing import deltas
from bs_app_campaign.recording import Attempt, benchmark_row, model_row, record_all
from bs_app_leaderboard import build
from bs_app_leaderboard.separation import separations

from .planted import BENCHMARKS, MODELS, benchmark, model, read

RANKED = [name for name, (_, flags) in MODELS.items() if not UNRANKED & set(flags)]
NAME = "A2015.V1-one"


def pages(folder):
    return {page["identifier"]: page for page in map(read, (folder / "benchmarks").iterdir())}


def test_correlation_and_headroom_are_what_scipy_says_of_the_ranked(filled):
    with filled.read() as session:
        found = board(session)
    told = separations(found)
    rows = [row for row in found.rows if row.model in RANKED]
    assert len(rows) == len(MODELS) - 1
    for one in BENCHMARKS:
        values = [row.results[one].value for row in rows if one in row.results]
        scored = [value for value in values if value is not None and one != "G2021.top1"]
        if scored:
            assert (told[one]["models"], told[one]["headroom"]) == (len(scored), pytest.approx(1 - max(scored)))
        for other in BENCHMARKS:
            sides = [(row.results.get(one), row.results.get(other)) for row in rows]
            both = [(a.value, b.value) for a, b in sides if a and b and a.result.state == b.result.state == "ok"]
            if one != other and len(both) >= 4:
                rho = spearmanr(*zip(*both, strict=True)).statistic
                assert told[one]["correlations"][other] == pytest.approx(rho, abs=6e-4)
            elif one != other:
                assert other not in told[one]["correlations"]


def test_positive_controls_and_untrained_models_use_up_no_headroom(database, tmp_path):
    flags = {"a": [], "b": [], "seen": ["positive-control"], "random": ["untrained", "baseline"], "base": ["baseline"]}
    values = {"a": 0.4, "b": 0.6, "seen": 0.99, "random": 0.01, "base": 0.2}
    with database.write() as session:
        for name, value in values.items():
            rows = model_row(session, model(name, flags=flags[name])), benchmark_row(session, benchmark(NAME))
            record_all(session, [Attempt(name, *rows, {"status": "ok"}, Score(value, 0.001))])
    build(database, tmp_path / "board")
    told = pages(tmp_path / "board")[NAME]["separation"]
    assert told == {"models": 3, "headroom": 0.4, "correlations": {}, "pairs": 3, "pairs_told_apart": 1.0}


def test_pairs_are_told_apart_as_results_compare_does(store, database, tmp_path):
    """What all find hard cancels: independent errors would tell no pair apart, and no correction one too many."""
    rng = np.random.default_rng(3)
    shared = rng.normal(0, 0.05, 1000)
    names = [name for name in MODELS if name in RANKED]
    for name, value in zip(names, (0.40, 0.43, 0.46, 0.4645, 0.469), strict=True):
        draws = shared_draws(value + shared + rng.normal(0, 0.0015, 1000), np.arange(60))
        store(name, NAME, value, 0.05, draws=draws)
    build(database, tmp_path / "board")
    told = pages(tmp_path / "board")[NAME]["separation"]
    with database.read() as session:
        found = deltas(session, RANKED)
    assert (told["pairs"], told["pairs_told_apart"]) == (10, np.mean([pair["real"] == "yes" for pair in found]))
    uncorrected = np.mean([pair["difference"] > 1.96 * pair["error"] for pair in found])
    assert 0.5 < told["pairs_told_apart"] < uncorrected


def test_nothing_is_told_apart_where_no_error_is_known(database, tmp_path):
    with database.write() as session:
        for name in ("a", "b"):
            rows = model_row(session, model(name)), benchmark_row(session, benchmark(NAME))
            record_all(session, [Attempt(name, *rows, {"status": "ok"}, Score(0.1 if name == "a" else 0.9))])
    build(database, tmp_path / "board")
    told = pages(tmp_path / "board")[NAME]["separation"]
    assert (told["pairs"], told["pairs_told_apart"]) == (0, None)
