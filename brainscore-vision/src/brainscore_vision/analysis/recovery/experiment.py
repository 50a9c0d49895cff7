"""Simulate, score every candidate, note which did best."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter

from .candidates import REDUCTIONS, equal_features, named, recorded
from .imitation import Imitation
from .result import Confusion, Recovery
from .simulation import READOUTS

_log = logging.getLogger(__name__)

REPEATS = 20


def recover(
    benchmark: Any,
    models: Sequence[Any],
    *,
    readouts: Sequence[str] = tuple(READOUTS),
    repeats: int = REPEATS,
    neurons: int | None = None,
    features: int | None = None,
    reduction: str = "projection",
    signal: float = 1.0,
    seed: int = 0,
) -> Recovery:
    """Simulate neurons from each layer of each model, and ask the benchmark which one they came from.

    Even with the true model among the candidates it is not always found (Han, Poggio & Cheung 2023, ICML, "System
    identification of neural systems: If we got it right, would we know?"). How often it is, and what it is taken for
    otherwise, is a property of the benchmark to publish, and no pass mark.

    Parameters
    ----------
    benchmark : str or NeuralPredictivity
        Its recording is imitated: number of neurons, trials of each stimulus, and of each neuron the variance of signal
        and noise; its metric, split and stimuli are used as they are.
    models : sequence of str, model, or (str or model, layers)
        Candidates, each layer by itself. Without layers: all of the model's map.
    readouts : sequence of {"single", "mixed"}
        A neuron is one random unit, or a random combination of ten.
    repeats : int
        Simulated recordings of each candidate, each with its own neurons, noise and reduction.
    neurons : int, optional
        How many recorded neurons are imitated, a random sample; default: all that have repetitions.
    features : int, optional
        The same number for every candidate; default: all units of the smallest candidate, or half as many as there are
        stimuli where those are fewer.
    reduction : {"projection", "subset"}
        How candidates come to that number: sparse random projection, or a random sample of units.
    signal : float
        Factor on the variance of every neuron's signal. 0 leaves noise: what is then found is chance.
    seed : int

    Returns
    -------
    Recovery

    Raises
    ------
    InvalidParameter
        For a benchmark of another kind or without repetitions, fewer than two candidates, a candidate named twice or
        with fewer units than `features`.
    UnknownLayer, UnknownIdentifier

    Examples
    --------
    >>> found = recover("Cowley2023.V4-ridge", ["pixels", ("hmax", ["C1", "C2"])])  # doctest: +SKIP
    >>> found.confusion["single"].proportions  # doctest: +SKIP
    """
    from brainscore_core.loading import load_benchmark

    _check(readouts, repeats, reduction, signal, seed)
    task: Any = load_benchmark(benchmark) if isinstance(benchmark, str) else benchmark
    chosen = named(models)
    imitation = Imitation.of(task, neurons, signal, seed)
    candidates = [
        candidate
        for model, layers in chosen
        for candidate in recorded(task, model, layers, imitation.ids, imitation.windows)
    ]
    _log.info("%s: %d candidates recorded", task.identifier, len(candidates))
    count = equal_features(features, candidates, len(imitation.ids))
    shape = (repeats, len(candidates), len(candidates))
    scores = {name: np.empty(shape) for name in dict.fromkeys(readouts)}
    for repeat in range(repeats):
        sources = [candidate.reduced(count, reduction, (seed, repeat)) for candidate in candidates]
        for name, found in scores.items():
            for row, truth in enumerate(candidates):
                target = imitation.as_of(truth, name, (seed, repeat))
                found[repeat, row] = [imitation.score(source, target) for source in sources]
        _log.info("%s: %d of %d repeats", task.identifier, repeat + 1, repeats)
    return Recovery(
        benchmark=task.identifier,
        version=task.version,
        metric=task.metric.canonical,
        candidates=tuple((candidate.model, candidate.layer) for candidate in candidates),
        units=tuple(candidate.answer.shape[1] for candidate in candidates),
        confusion={name: Confusion(values) for name, values in scores.items()},
        features=count,
        reduction=reduction,
        neurons=imitation.trials.sizes["neuroid"],
        presentations=imitation.trials.sizes["presentation"],
        reliability=imitation.reliability,
        signal=signal,
        seed=seed,
    )


def _check(readouts: Sequence[str], repeats: int, reduction: str, signal: float, seed: int) -> None:
    if unknown := next((name for name in readouts if name not in READOUTS), None):
        raise InvalidParameter(f"readout {unknown!r}", expected=f"one of {list(READOUTS)}")
    if not readouts or repeats < 1:
        raise InvalidParameter(f"{len(readouts)} readouts, {repeats} repeats", expected="at least one of each")
    if reduction not in REDUCTIONS:
        raise InvalidParameter(f"reduction={reduction!r}", expected=f"one of {list(REDUCTIONS)}")
    if not signal >= 0 or seed < 0:
        raise InvalidParameter(f"signal={signal}, seed={seed}", expected="0 or above")
