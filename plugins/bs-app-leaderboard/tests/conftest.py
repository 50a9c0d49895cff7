import numpy as np
import pytest

from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import shared_draws
from bs_app_campaign.database import Database
from bs_app_campaign.recording import Attempt, benchmark_row, model_row, record_all

from .planted import BENCHMARKS, MODELS, benchmark, model


@pytest.fixture
def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'scores.db'}")
    yield made
    made.close()


@pytest.fixture
def store(database):
    """Stores one attempt: what is not given is usual."""
    count = iter(range(100_000))

    def add(of_model, of_benchmark, value=None, error=0.02, *, status="ok", reason=None, draws=None, **more):
        of_model = model(of_model) if isinstance(of_model, str) else of_model
        of_benchmark = benchmark(of_benchmark) if isinstance(of_benchmark, str) else of_benchmark
        score = None
        if value is not None:
            score = Score(value, error, Score(0.9, 0.01), Score(value * 0.9, error), draws=draws, **more)
        if reason is None:
            reason = "" if status == "ok" else f"ValueError: {status} it is"
        outcome = {"status": status, "reason": reason}
        with database.write() as session:
            rows = model_row(session, of_model), benchmark_row(session, of_benchmark)
            record_all(session, [Attempt(f"run-{next(count)}", *rows, outcome, score)])

    return add


@pytest.fixture
def filled(store, database):
    """Six models on seven benchmarks with gaps of every kind; two benchmarks with shared draws."""
    rng = np.random.default_rng(0)
    gaps = {("late", "C2017.V4-one"): "failed", ("undated", "D2018.IT-one"): "unsupported"}
    gaps[("late", "F2020.what")] = "unavailable"
    for place, name in enumerate(BENCHMARKS):
        shared = rng.normal(0, 0.05, 1000)
        for index, of in enumerate(MODELS):
            value = float(np.clip(0.3 + 0.08 * index + rng.normal(0, 0.15), -0.05, 1.02))
            if (of, name) in gaps:
                store(of, name, status=gaps[of, name])
            elif (of, name) != ("undated", "E2019.IT-two"):
                drawn = shared_draws(value + shared + rng.normal(0, 0.01, 1000), np.arange(60)) if place < 2 else None
                store(of, name, value, 0.05 if place < 2 else 0.02, draws=drawn)
    store("family:small", "G2021.top1", 0.9, flags=("selected",))
    return database
