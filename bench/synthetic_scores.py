"""Synthetic scores for ``show_leaderboard.py``: models of some families on benchmarks all over the tree of vision."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from brainscore_core.scores import Score
from bs_app_campaign.database import Database
from bs_app_campaign.recording import Attempt, benchmark_row, model_row, record_all

PLACES = (
    ("V1-orientation", "V1", "macaque", "ks_similarity", ""),
    ("V1-spatial_frequency", "V1", "macaque", "ks_similarity", ""),
    ("V1", "V1", "macaque", "pls", ""),
    ("V2", "V2", "macaque", "pls", ""),
    ("V4", "V4", "macaque", "ridge", ""),
    ("IT", "IT", "macaque", "pls", ""),
    ("IT", "IT", "human", "rdm", ""),
    ("behavior_vision", "", "human", "i2n", "match_to_sample"),
    ("Geirhos2021", "", "human", "error_consistency", "label"),
    ("engineering_vision", "", "human", "accuracy", "label"),
)
"""Node, region, species, metric, task."""
GAPS = (("failed", 0.02), ("unsupported", 0.04), ("not attempted", 0.06))
CHUNK = 1000
"""Scores a transaction."""


def fill(database: Database, models: int, benchmarks: int, *, draws: int = 0, seed: int = 0) -> int:
    """Store them through the functions that campaigns use; how many attempts."""
    rng = np.random.default_rng(seed)
    pairs = list(_attempts(rng, models, benchmarks, draws))
    with database.write() as session:
        of_models = [model_row(session, _model(number)) for number in range(models)]
        of_benchmarks = [benchmark_row(session, _benchmark(number)) for number in range(benchmarks)]
    for start in range(0, len(pairs), CHUNK):
        attempts = [
            Attempt(f"synthetic-{model}-{benchmark}", of_models[model], of_benchmarks[benchmark], outcome, score)
            for model, benchmark, outcome, score in pairs[start : start + CHUNK]
        ]
        with database.write() as session:
            record_all(session, attempts)
    return len(pairs)


def _attempts(
    rng: np.random.Generator, models: int, benchmarks: int, draws: int
) -> Iterator[tuple[int, int, dict[str, Any], Score | None]]:
    """By benchmark, with the noise that all models share on it."""
    good = rng.normal(0.45, 0.12, models)
    status = rng.choice(["ok", *(name for name, _ in GAPS)], (models, benchmarks), p=[0.88, *(p for _, p in GAPS)])
    for benchmark in range(benchmarks):
        hard, error = rng.normal(0, 0.1), rng.uniform(0.005, 0.04)
        shared = rng.normal(0, error, draws)
        ceiling = Score(float(rng.uniform(0.6, 0.95)), 0.01)
        for model in range(models):
            outcome = {"status": str(status[model, benchmark]), "key": f"{model}-{benchmark}", "seconds": 1.0}
            value = float(np.clip(good[model] + hard + rng.normal(0, 0.05), 0, 1))
            if outcome["status"] == "ok":
                raw = Score(value * ceiling.value, error)
                yield (
                    model,
                    benchmark,
                    outcome,
                    Score(value, error, ceiling, raw, draws=_drawn(rng, value, shared, error)),
                )
            elif outcome["status"] != "not attempted":
                yield model, benchmark, outcome | {"reason": "ValueError: synthetic: no layer for this region"}, None


def _drawn(rng: np.random.Generator, value: float, shared: np.ndarray, error: float) -> Any:
    from brainscore_core.statistics.pairing import shared_draws

    if not len(shared):
        return None
    return shared_draws(value + shared + rng.normal(0, error / 4, len(shared)), np.arange(100))


def _model(number: int) -> dict[str, Any]:
    family = ("resnet", "vit", "convnext", "cornet", "efficientnet")[number % 5]
    bibtex = f"@article{{{family}2020,\n  title = {{A family of networks: {family}}},\n  year = {{2020}}\n}}"
    return {
        "identifier": f"{family}:net-{number:03}",
        "distribution": f"bs-model-{family}",
        "version": "1.0.0",
        "digest": f"{number:064x}",
        "released": f"{2014 + number % 12}-0{1 + number % 9}-15",
        "flags": ["positive-control"] if number % 97 == 96 else ["baseline"] if number % 50 == 49 else [],
        "info": {"description": f"Network {number} of the family {family}", "licence": "MIT", "bibtex": bibtex}
        | {"parameters": 10**6 * (number + 1), "layers": {"V1": ["layer1"], "IT": ["layer4"]}, "visual_degrees": 8},
    }


def _benchmark(number: int) -> dict[str, Any]:
    parent, region, species, metric, task = PLACES[number % len(PLACES)]
    year = 2012 + number % 12
    who = f"author = {{Doe, Jane and Lab, Number {number}}}"
    bibtex = f"@article{{lab{number}, {who}, title = {{A study}}, year = {{{year}}}}}"
    return {
        "identifier": f"Lab{number:03}{year}.{region or 'behaviour'}-{metric}",
        "version": 1 + number % 3,
        "digest": f"{number:064x}",
        "domain": "vision",
        "parent": parent,
        "released": f"{year}-06-01",
        "info": {
            "description": f"Synthetic benchmark {number}",
            "species": species,
            "metric": f"MetricSpec('{metric}')",
        }
        | {"data": f"Lab{number}", "ceiling": "MetricSpec('internal_consistency')", "bibtex": bibtex, "licence": "CC0"}
        | {"doi": "10.1234/synthetic", "experiment": {"region": region, "task": task, "visual_degrees": 8}},
    }
