"""What is wrong with recordings and what is asked of them: neural benchmarks and their metrics. See ``cases.py``."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from brainscore_core import load_metric
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.data import Source, fetch
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity

STIMULI = 40
IDS = [f"image-{index:02}" for index in range(STIMULI)]


def recording(units: int = 6, trials: int = 1, bins: tuple[int, ...] = (), **coords: Any) -> Any:
    """Normal responses; with `bins` (starts in ms, 10 ms wide) in time."""
    shape = (STIMULI * trials, units, *((len(bins),) if bins else ()))
    given: dict[str, Any] = {"stimulus_id": IDS * trials, "repetition": np.repeat(np.arange(trials), STIMULI), **coords}
    labels = {name: ("presentation", np.asarray(values)) for name, values in given.items()}
    labels |= {"neuroid_id": ("neuroid", np.arange(units)), "region": ("neuroid", np.repeat("IT", units))}
    if bins:
        starts = np.array(bins, float)
        labels |= {"time_bin_start": ("time_bin", starts), "time_bin_end": ("time_bin", starts + 10)}
    dims = ("presentation", "neuroid", "time_bin")[: len(shape)]
    return NeuroidAssembly(np.random.default_rng(0).normal(size=shape), dims=dims, coords=labels)


def score(metric: str, target: Any, source: Any = None, **options: Any) -> Any:
    """By that metric, with these crossvalidation_kwargs."""
    return load_metric(metric, crossvalidation_kwargs=options)(target if source is None else source, target)


def stimulus_set(pixel: int = 0) -> StimulusSet:
    table = pd.DataFrame({"stimulus_id": IDS})
    return StimulusSet(table, identifier="forty", open=lambda _: np.full((4, 4), pixel, np.uint8))


def benchmark(load: Callable[[], Any] = recording, **options: Any) -> NeuralPredictivity:
    """Of IT, scored by ridge."""
    fields = {
        "data": DataEntry("made", load, DataInfo()), "stimuli": DataEntry("forty", stimulus_set, DataInfo()),
        "region": "IT", "parent": "IT", "version": 1, "visual_degrees": 8, "metric": MetricSpec("ridge"),
    } | options  # fmt: skip
    return NeuralPredictivity("Made.IT-ridge", **fields)


def model(**layers: str) -> Any:
    return wrap(lambda batch: batch, layers=layers, visual_degrees=8, identifier="mine")


def instant(**asked: Any) -> Any:
    """A model that answers in no time bins, whatever was asked."""
    from brainscore_vision.benchmarks.recording import checked

    return checked(recording(), np.array(IDS), model="mine", **asked)


def private(folder: Path) -> Any:
    return fetch(Source("recordings.nc", (), sha256="0" * 64, access="private"))


def one_alone() -> list[str]:
    return ["dog"] + ["cat"] * (STIMULI - 1)


CASES: Mapping[str, Callable[[Path], Any]] = {
    "a coordinate to stratify by that is absent": lambda _: score(
        "ridge", recording(object_name=["cat", "dog"] * 20), stratification_coord="category"
    ),
    "no coordinate to stratify by, as the metric does unless told otherwise": lambda _: score("ridge", recording()),
    "fewer groups than folds": lambda _: score(
        "ridge", recording(movie=np.arange(STIMULI) % 4), mode="honest", stratification_coord=None, group_coord="movie"
    ),
    "a class with one member": lambda _: score("ridge", recording(object_name=one_alone())),
    "a test fold smaller than the classes": lambda _: score(
        "ridge", recording(object_name=[f"object-{index // 4}" for index in range(STIMULI)])
    ),
    "fewer members of every class than folds": lambda _: score(
        "ridge", recording(object_name=[f"object-{index // 4}" for index in range(STIMULI)]), mode="honest"
    ),
    "more PLS components than features": lambda _: score("pls", recording(units=6), stratification_coord=None),
    "more PLS components than training stimuli": lambda _: score(
        "pls", recording(units=30), stratification_coord=None, train_size=20
    ),
    "a stimulus with one trial, where halves are compared": lambda _: load_metric("split_half_reliability")(
        recording(trials=3).isel(presentation=slice(STIMULI * 2 - 1)).isel(presentation=slice(1, None))
    ),
    "stimuli shown once, where there should be a ceiling": lambda _: load_metric("icc")(recording()),
    "trials that are all alike": lambda _: load_metric("voxel_noise_ceiling")(
        recording(trials=2).isel(presentation=np.tile(np.arange(STIMULI), 2))
    ),
    "time bins that the model does not give": lambda _: instant(time_bins=[(70, 100), (100, 170)]),
    "other time bins than those of the data": lambda _: score(
        "spantime_ridge", recording(bins=(0, 10, 20)), recording(bins=(0, 10, 30)), stratification_coord=None
    ),
    "a window in which nothing was recorded": lambda _: benchmark(
        lambda: recording(bins=(0, 10, 20)), time_bins=[(10, 40)]
    ).target(),
    "a region that the model has no layer for": lambda _: benchmark()(model(V1="output")),
    "a private dataset without access": lambda folder: benchmark(lambda: private(folder)).target(),
    "stimuli whose digest is not the one that was recorded": lambda _: benchmark(
        stimulus_digest=stimulus_set(pixel=1).digest()
    )(model(IT="output")),
}  # fmt: skip
"""Title to what is done."""


def ragged() -> Any:
    """Two stimuli lack the last of three trials."""
    return recording(trials=3).isel(presentation=slice(STIMULI * 3 - 2))


REPORTED: Mapping[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "repetitions missing for a stimulus": (
        lambda: load_metric("icc")(ragged()),
        ("trials_min", "trials_max", "stimuli_with_fewer_trials"),
    ),
    "the same, in halves": (
        lambda: load_metric("split_half_reliability")(ragged()),
        ("trials_min", "trials_max", "stimuli_with_fewer_trials"),
    ),
    "a neuroid that never varies": (
        lambda: load_metric("icc")(recording(trials=3) * np.array([0.0, 1, 1, 1, 1, 1])),
        ("undefined",),
    ),
}
"""What is no error but counted: title to a score, and where in its details it is said."""
