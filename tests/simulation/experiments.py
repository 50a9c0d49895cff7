"""Simulated experiments with known truth: linear Gaussian neurons, their trials, and what the pipeline says of them.

Each function runs one experiment from a seed and returns plain numbers; a test and a script count how often they are
right.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from brainscore_core import load_metric
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.statistics.averaging import average_repetitions
from brainscore_core.statistics.correlation import correlate_columns, weighted_correlations
from brainscore_core.statistics.evaluation import Evaluation

NO_STRATA = {"stratification_coord": None}


@dataclass(frozen=True)
class World:
    """A population whose mapping from features is fixed; stimuli and noise are fresh in each experiment.

    Parameters
    ----------
    stimuli, features, neuroids, trials : int
    reliability : float
        Of the trial mean.
    explained : float
        Share of each neuroid's signal variance that the model's features hold; the rest are features it has not.
    seed : int
        Of the mapping.
    """

    stimuli: int = 320
    features: int = 30
    neuroids: int = 24
    trials: int = 8
    reliability: float = 0.6
    explained: float = 1.0
    seed: int = 0

    def mapping(self) -> np.ndarray:
        """Weights that give signals of variance 1, shape (feature, neuroid)."""
        drawn = np.random.default_rng(self.seed).normal(size=(self.features, self.neuroids))
        return drawn / np.linalg.norm(drawn, axis=0)


@dataclass(frozen=True)
class Experiment:
    """One recording: features of the model, its unfitted prediction, and all trials."""

    features: xr.DataArray
    signal: np.ndarray
    trials: xr.DataArray


def record(world: World, seed: int) -> Experiment:
    """Fresh stimuli and noise."""
    rng = np.random.default_rng((seed, 1))
    n, q, t = world.stimuli, world.neuroids, world.trials
    features = rng.normal(size=(n, world.features))
    seen = features @ world.mapping()
    signal = np.sqrt(world.explained) * seen + np.sqrt(1 - world.explained) * rng.normal(size=(n, q))
    noise = np.sqrt(t * (1 / world.reliability - 1))
    values = (signal + noise * rng.normal(size=(t, n, q))).reshape(t * n, q)
    ids = np.array([f"s{i:05d}" for i in range(n)])
    trials = NeuroidAssembly(
        values,
        dims=("presentation", "neuroid"),
        coords={
            "stimulus_id": ("presentation", np.tile(ids, t)),
            "repetition": ("presentation", np.repeat(np.arange(t), n)),
            **_units("n", q),
        },
    )
    return Experiment(assembly(features, ids, "f"), seen, trials)


def assembly(values: np.ndarray, ids: np.ndarray, prefix: str, **coords: object) -> xr.DataArray:
    """``presentation x neuroid`` with what assemblies must have."""
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid"),
        coords={"stimulus_id": ("presentation", ids), **_units(prefix, values.shape[1]), **coords},
    )


def _units(prefix: str, count: int) -> dict[str, object]:
    return {
        "neuroid_id": ("neuroid", [f"{prefix}{i:04d}" for i in range(count)]),
        "region": ("neuroid", ["IT"] * count),
    }


def oracle(experiment: Experiment) -> Evaluation:
    """A predictor that was not fitted: the signal (or the part of it that the model holds) itself."""
    from brainscore_core.scores import Score

    target = average_repetitions(experiment.trials)
    values = target.values
    r = correlate_columns(experiment.signal, values)
    score = Score(float(np.median(r)))
    ids = target["stimulus_id"].values.astype(str)
    return Evaluation(score, ids, lambda w: weighted_correlations(experiment.signal, values, w)[None])


def readout(experiment: Experiment, metric: str = "ridge", **options: object) -> Evaluation:
    """A cross-validated metric of the model's features."""
    measure = load_metric(metric, **{"crossvalidation_kwargs": NO_STRATA, "uncertainty": "bootstrap", **options})
    return measure.evaluate(experiment.features, average_repetitions(experiment.trials))


def ceiling(experiment: Experiment, estimator: str = "split_half_reliability") -> Evaluation:
    """The reliability of the trial mean."""
    return load_metric(estimator).evaluate(experiment.trials, experiment.trials["stimulus_id"].values[: _n(experiment)])


def _n(experiment: Experiment) -> int:
    return experiment.features.sizes["presentation"]


def permuted(experiment: Experiment, seed: int) -> Experiment:
    """The responses given to other stimuli, all trials of one together: no signal is left, reliability is."""
    order = np.random.default_rng((seed, 2)).permutation(_n(experiment))
    features = experiment.features
    shuffled = features.copy(data=features.values[order])
    return Experiment(shuffled, experiment.signal[order], experiment.trials)


def photograph(size: int, rng: np.random.Generator) -> np.ndarray:
    """A grey image whose amplitudes fall with 1 / frequency, as those of photographs do."""
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size))
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.normal(size=(size, size))) / frequency
    image = np.fft.irfft2(spectrum, (size, size))
    return (image - image.mean()) / image.std()


def movie(image: np.ndarray, seed: int, clips: int = 12, frames: int = 30, width: int = 24) -> tuple[xr.DataArray, ...]:
    """Clips that pan over one photograph, and neurons that drift slowly in each, knowing nothing of pixels.

    Returns
    -------
    pixels, responses : NeuroidAssembly
        With the coordinate ``clip`` on ``presentation``.
    """
    rng = np.random.default_rng((seed, 3))
    crops, drifts = [], []
    for _ in range(clips):
        start = rng.integers(0, np.array(image.shape) - width - frames, 2)
        step = rng.integers(0, 2, 2) | np.array([1, 0])
        corners = start + np.arange(frames)[:, None] * step
        crops += [image[y : y + width : 2, x : x + width : 2].ravel() for y, x in corners]
        drifts.append(np.cumsum(rng.normal(size=(frames, 20)), axis=0))
    responses = np.concatenate(drifts)
    responses += 0.5 * rng.normal(size=responses.shape)
    ids = np.array([f"s{i:05d}" for i in range(clips * frames)])
    clip = ("presentation", np.repeat([f"clip{i:02d}" for i in range(clips)], frames))
    return assembly(np.stack(crops), ids, "p", clip=clip), assembly(responses, ids, "n", clip=clip)
