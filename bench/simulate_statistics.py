"""Coverage of intervals, and what formulas give, over many simulated experiments with known truth.

``python bench/simulate_statistics.py [experiments] [--kept FILE] [--minutes M] [--write]``: 2,000 by default, about 25
minutes on one core. With ``--kept`` results of single experiments are remembered in that file, so that it can be run
in pieces of M minutes. Prints a table; ``--write`` keeps it in ``bench/RESULTS-statistics.md``. Needs
brainscore-vision, bs-metric-regression, bs-metric-ceilings; the photograph is scikit-image's, where that is installed,
else a generated one.
"""

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from results import machine

HERE = Path(__file__).parent
DRAWS = 400
EVERY = 20
"""Experiments between two looks at the clock."""


def load_experiments() -> Any:
    """The module that the tests use too."""
    path = HERE.parent / "tests" / "simulation" / "experiments.py"
    spec = importlib.util.spec_from_file_location("simulated_experiments", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


simulated = load_experiments()


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Parameters
    ----------
    name : str
    count : int
        Experiments.
    truth : float or None
        None: the mean over experiments, the pipeline's own expectation.
    score : function of the number of the experiment
    """

    name: str
    count: int
    truth: float | None
    score: Callable[[int], Any]

    def told(self, found: list[list[float]]) -> str:
        """As a row, from (value, low, high, error) of each experiment."""
        values, low, high, errors = np.array(found).T
        truth = float(values.mean()) if self.truth is None else self.truth
        covered = np.mean((low <= truth) & (truth <= high))
        doubt, sure = np.sqrt([covered * (1 - covered) / len(values), values.var() / len(values)])
        return (
            f"| {self.name} | {len(values)} | {truth:.4f} | {values.mean():.4f} +- {sure:.4f} "
            f"| {values.std():.4f} | {errors.mean():.4f} | {100 * covered:.1f} +- {100 * doubt:.1f} "
            f"| {100 * np.mean(high < truth):.1f} / {100 * np.mean(low > truth):.1f} |"
        )


def unfitted(world: Any, estimator: str, formula: str) -> Callable[[int], Any]:
    """A predictor that was not fitted, divided by the ceiling: the truth is known."""
    from brainscore_vision.benchmarks.neural_predictivity.normalisation import Normalisation

    normalise = Normalisation(formula, DRAWS)

    def one(seed: int) -> Any:
        experiment = simulated.record(world, seed)
        return normalise(simulated.oracle(experiment), simulated.ceiling(experiment, estimator))

    return one


def fitted(world: Any, metric: str, **options: Any) -> Callable[[int], Any]:
    """A cross-validated readout: the truth is what the pipeline gives on average at that number of stimuli."""
    return lambda seed: simulated.readout(simulated.record(world, seed), metric, draws=DRAWS, **options).score


def permuted(world: Any) -> Callable[[int], Any]:
    """Responses of other stimuli, their ceiling intact."""
    from brainscore_vision.benchmarks.neural_predictivity.normalisation import PER_UNIT, Normalisation

    normalise = Normalisation(PER_UNIT, DRAWS)

    def one(seed: int) -> Any:
        experiment = simulated.permuted(simulated.record(world, seed), seed)
        return normalise(simulated.readout(experiment, mode="honest", draws=DRAWS), simulated.ceiling(experiment))

    return one


def lines(experiments: int) -> list[Line]:
    """What is simulated: what was promised first, in full; variants after it, in fewer experiments."""
    from brainscore_vision.benchmarks.neural_predictivity.normalisation import INCUMBENT, PER_UNIT, ROOT

    few = max(1, experiments // 8)
    halves, equal = "internal_consistency", "split_half_reliability"
    worlds = {
        "320 stimuli, 30 features, 24 units": simulated.World(),
        "320, 150, 24": simulated.World(features=150),
        "120, 60, 24": simulated.World(stimuli=120, features=60),
        "150, 400, 24": simulated.World(stimuli=150, features=400),
        "200, 30, 100": simulated.World(stimuli=200, neuroids=100),
    }
    usual, *rest = worlds
    whole, half = simulated.World(), simulated.World(explained=0.5, seed=1)

    def oracle(explained: float, formula: str, estimator: str, count: int) -> Line:
        name = f"unfitted, explains {explained:g}; {formula}; {estimator}"
        truth = np.sqrt(explained) if formula == ROOT else explained
        return Line(name, count, truth, unfitted(whole if explained == 1 else half, estimator, formula))

    def readout(metric: str, mode: str, world: str, count: int, **options: Any) -> Line:
        alone = "" if options.get("fitting", True) else ", held-out predictions alone"
        name = f"fitted, {metric}, {mode}{alone}: {world}"
        return Line(name, count, None, fitted(worlds[world], metric, mode=mode, **options))

    return [
        oracle(1.0, PER_UNIT, equal, experiments),
        readout("ridge", "honest", usual, experiments),
        oracle(0.5, PER_UNIT, equal, experiments),
        oracle(0.5, ROOT, equal, 2 * few),
        Line("responses permuted, ceiling intact", 2 * few, 0.0, permuted(whole)),
        readout("ridge", "honest", rest[-1], experiments // 2),
        *(readout("ridge", "honest", world, experiments // 2) for world in rest[:-1]),
        readout("ridge", "parity", usual, 2 * few),
        readout("pls", "honest", usual, 2 * few),
        *(readout("pls", "honest", world, few) for world in rest[::2]),
        *(readout("ridgecv", "honest", world, few) for world in (usual, *rest[::2])),
        *(readout("ridge", "parity", world, few) for world in rest),
        *(readout("ridge", "honest", world, few, fitting=False) for world in worlds),
        oracle(1.0, INCUMBENT, equal, few),
        oracle(1.0, PER_UNIT, "icc", few),
        oracle(0.5, PER_UNIT, "icc", few),
        oracle(1.0, PER_UNIT, halves, few),
        oracle(0.5, PER_UNIT, halves, few),
    ]


def simulate(line: Line, found: list[list[float]], until: float) -> list[list[float]]:
    """(value, low, high, error) of those experiments that were not run yet, while there is time."""
    found = list(found[: line.count])
    while len(found) < line.count and time.monotonic() < until:
        for seed in range(len(found), min(len(found) + EVERY, line.count)):
            score = line.score(seed)
            details = score.details
            found.append([float(score), details["interval_low"], details["interval_high"], score.error])
    return found


def learning_curve(experiments: int) -> str:
    """Whether the limit is what unfitted knowledge gets."""
    parts = []
    for features in (40, 150):
        world = simulated.World(stimuli=600, features=features, seed=6)
        scores = [
            simulated.readout(
                simulated.record(world, s),
                "ridgecv",
                per_target=True,
                mode="honest",
                learning_curve=(150, 300),
                draws=50,
            ).score
            for s in range(experiments)
        ]
        limits = np.array([end for score in scores if (end := score.details.get("learning_curve_limit")) is not None])
        parts.append(
            f"{features} features: at 540 stimuli {np.mean([float(s) for s in scores]):.4f}, limit {limits.mean():.4f} "
            f"(sd {limits.std():.4f}, of {len(limits)} that state one), truth {np.sqrt(world.reliability):.4f}"
        )
    return f"Learning curve of ridge, a penalty per neuroid, from 150, 300 and 540 stimuli: {'; '.join(parts)}."


def movie() -> str:
    """Overlapping crops of one photograph, and neurons that know nothing of pixels."""
    from brainscore_core import load_metric

    try:
        from skimage.data import camera

        image, source = camera().astype(float)[::2, ::2], "scikit-image's cameraman"
        image = (image - image.mean()) / image.std()
    except ImportError:
        image, source = simulated.photograph(256, np.random.default_rng(7)), "a generated photograph"
    found = {"random": [], "grouped": []}
    for seed in range(20):
        pixels, responses = simulated.movie(image, seed)
        for name, extra in (("random", {}), ("grouped", {"group_coord": "clip", "splits": 6})):
            options = {"stratification_coord": None, **extra}
            measure = load_metric("ridge", alpha=10.0, crossvalidation_kwargs=options, mode="honest")
            found[name].append(float(measure(pixels, responses)))
    random, grouped = (np.array(found[name]) for name in ("random", "grouped"))
    return (
        f"Clips that pan over {source}, neurons that drift in each clip knowing nothing of pixels (20 movies): pixels "
        f"'predict' with r {random.mean():.3f} (sd {random.std():.3f}) where random folds cut through clips, "
        f"{grouped.mean():.3f} (sd {grouped.std():.3f}) where clips stay whole."
    )


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("experiments", nargs="?", type=int, default=2000)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Print the table, and keep it where asked."""
    asked = options()
    until = time.monotonic() + 60 * asked.minutes
    kept = json.loads(asked.kept.read_text()) if asked.kept and asked.kept.exists() else {}
    told = [
        "# What intervals cover",
        "",
        f"Printed by `python bench/simulate_statistics.py {asked.experiments} --write` on {date.today()}: one thread "
        f"of {machine()}, numpy {np.__version__}.",
        "",
        f"Fresh stimuli and noise in each experiment, {DRAWS} draws an interval, level .95. "
        "Linear Gaussian neurons, 8 trials, reliability .6 of the trial mean. 'Truth' of a fitted readout is its mean "
        "over the experiments: what the pipeline itself expects at that number of stimuli. +- is one standard error.",
        "",
        "| what | experiments | truth | mean | sd | mean error | covered, of 100 | truth above / below |",
        "|---|---|---|---|---|---|---|---|",
    ]
    print("\n".join(told), flush=True)
    for line in lines(asked.experiments):
        kept[line.name] = simulate(line, kept.get(line.name, []), until)
        if asked.kept:
            asked.kept.write_text(json.dumps(kept))
        if kept[line.name]:
            told.append(line.told(kept[line.name]))
            print(told[-1], flush=True)
    if time.monotonic() < until:
        told += ["", learning_curve(max(20, asked.experiments // 40)), "", movie()]
        print("\n".join(told[-4:]), flush=True)
    if asked.write:
        (HERE / "RESULTS-statistics.md").write_text("\n".join(told) + "\n")


if __name__ == "__main__":
    main()
