"""Coverage of intervals, and what formulas give, over many simulated experiments with known truth.

``python bench/simulate_statistics.py [experiments] [--write]``: 2,000 by default, about 25 minutes on one core. Prints
a table; ``--write`` keeps it in ``bench/RESULTS-statistics.md``. Needs brainscore-vision, bs-metric-regression,
bs-metric-ceilings; the photograph is scikit-image's, where that is installed, else a generated one.
"""

import importlib.util
import os
import platform
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
DRAWS = 400


def load_experiments() -> Any:
    """The module that the tests use too."""
    path = HERE.parent / "tests" / "simulation" / "experiments.py"
    spec = importlib.util.spec_from_file_location("simulated_experiments", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


simulated = load_experiments()


def row(name: str, scores: list[Any], truth: float | None) -> str:
    """One line of the table; without a truth it is the mean over experiments, the pipeline's own expectation."""
    values = np.array([float(score) for score in scores])
    truth = float(values.mean()) if truth is None else truth
    low = np.array([score.details["interval_low"] for score in scores])
    high = np.array([score.details["interval_high"] for score in scores])
    errors = np.array([score.error for score in scores])
    covered = 100 * np.mean((low <= truth) & (truth <= high))
    return (
        f"| {name} | {len(scores)} | {truth:.4f} | {values.mean():.4f} | {values.std():.4f} | {errors.mean():.4f} "
        f"| {covered:.1f} "
        f"| {100 * np.mean(high < truth):.1f} / {100 * np.mean(low > truth):.1f} |"
    )


def unfitted(experiments: int) -> Iterator[str]:
    """Predictors that were not fitted, divided by the ceiling: the truth is known."""
    from brainscore_vision.benchmarks.neural_predictivity.normalisation import INCUMBENT, PER_UNIT, ROOT, Normalisation

    for explained, world in ((1.0, simulated.World()), (0.5, simulated.World(explained=0.5, seed=1))):
        for estimator in ("split_half_reliability", "icc", "internal_consistency"):
            formulas = (PER_UNIT, INCUMBENT, ROOT) if estimator == "split_half_reliability" else (PER_UNIT,)
            found = {formula: [] for formula in formulas}
            for seed in range(experiments):
                experiment = simulated.record(world, seed)
                raw, noise = simulated.oracle(experiment), simulated.ceiling(experiment, estimator)
                for formula in formulas:
                    found[formula].append(Normalisation(formula, DRAWS)(raw, noise))
            for formula, scores in found.items():
                truth = np.sqrt(explained) if formula == ROOT else explained
                yield row(f"unfitted, explains {explained:g}; {formula}; {estimator}", scores, truth)


def fitted(experiments: int) -> Iterator[str]:
    """Cross-validated readouts: the truth is what the pipeline gives on average at that number of stimuli."""
    worlds = {
        "320 stimuli, 30 features, 24 units": simulated.World(),
        "320, 150, 24": simulated.World(features=150),
        "120, 60, 24": simulated.World(stimuli=120, features=60),
        "150, 400, 24": simulated.World(stimuli=150, features=400),
        "200, 30, 100": simulated.World(stimuli=200, neuroids=100),
    }

    def line(name: str, metric: str, world: Any, count: int, **options: Any) -> str:
        some = (
            simulated.readout(simulated.record(world, seed), metric, draws=DRAWS, **options) for seed in range(count)
        )
        return row(name, [one.score for one in some], None)

    for name, world in worlds.items():
        yield line(f"ridge, honest: {name}", "ridge", world, experiments, mode="honest")
    for name, world in worlds.items():
        yield line(f"ridge, parity: {name}", "ridge", world, experiments // 2, mode="parity")
    for name, world in worlds.items():
        alone = f"ridge, honest, held-out predictions alone: {name}"
        yield line(alone, "ridge", world, experiments // 4, mode="honest", fitting=False)
    for metric, count in (("pls", experiments // 2), ("ridgecv", experiments // 8)):
        for name in ("320 stimuli, 30 features, 24 units", "320, 150, 24", "150, 400, 24"):
            yield line(f"{metric}, honest: {name}", metric, worlds[name], count, mode="honest")


def permuted(experiments: int) -> str:
    """Responses of other stimuli, their ceiling intact."""
    from brainscore_vision.benchmarks.neural_predictivity.normalisation import PER_UNIT, Normalisation

    normalise = Normalisation(PER_UNIT, DRAWS)
    scores = []
    for seed in range(experiments):
        experiment = simulated.permuted(simulated.record(simulated.World(), seed), seed)
        raw = simulated.readout(experiment, mode="honest", draws=DRAWS)
        scores.append(normalise(raw, simulated.ceiling(experiment)))
    values = np.array([float(score) for score in scores])
    within = np.mean([abs(float(score)) < 2 * score.error for score in scores])
    noise = np.mean([float(score.ceiling) for score in scores])
    return (
        f"Responses permuted over stimuli, ceiling intact (mean {noise:.3f}): mean "
        f"{values.mean():.5f}, standard error of that mean {values.std() / np.sqrt(len(values)):.5f}; "
        f"{100 * within:.1f} of 100 experiments within 2 of their own errors of 0."
    )


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
        limits = np.array([score.details["learning_curve_limit"] for score in scores])
        parts.append(
            f"{features} features: at 540 stimuli {np.mean([float(s) for s in scores]):.4f}, limit {limits.mean():.4f} "
            f"(sd {limits.std():.4f}), truth {np.sqrt(world.reliability):.4f}"
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


def main() -> None:
    """Print the table, and keep it where asked."""
    counts = [int(word) for word in sys.argv[1:] if word.isdigit()]
    experiments = counts[0] if counts else 2000
    lines = [
        "# What intervals cover",
        "",
        f"Printed by `python bench/simulate_statistics.py {experiments} --write` on {date.today()}: one thread of "
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, numpy {np.__version__}.",
        "",
        f"Fresh stimuli and noise in each experiment, {DRAWS} draws an interval, level .95. "
        "Linear Gaussian neurons, 8 trials, reliability .6 of the trial mean. 'Truth' of a fitted readout is its mean "
        "over the experiments: what the pipeline itself expects at that number of stimuli.",
        "",
        "| what | experiments | truth | mean | sd | mean error | covered, of 100 | truth above / below |",
        "|---|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    for part in (unfitted(experiments), fitted(experiments)):
        for line in part:
            print(line, flush=True)
            lines.append(line)
    tail = ["", permuted(experiments // 2), "", learning_curve(max(20, experiments // 40)), "", movie()]
    print("\n".join(tail), flush=True)
    if "--write" in sys.argv:
        (HERE / "RESULTS-statistics.md").write_text("\n".join([*lines, *tail]) + "\n")


if __name__ == "__main__":
    main()
