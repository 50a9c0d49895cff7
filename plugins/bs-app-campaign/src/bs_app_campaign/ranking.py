"""Ranks with intervals, from the variance of paired differences of averages over many benchmarks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from brainscore_core.statistics.comparison import Comparison, compare_variances

from .schema import Draws
from .standings import Standing

CHUNK = 500
"""Rows with draws that are read at a time."""


class Drawn(NamedTuple):
    """The value of one model on one benchmark under resampled stimuli."""

    name: str
    """Says which draws they are: equal names, equal stimuli."""
    values: np.ndarray
    """Shape (draw,), subjects averaged."""
    levels: int
    """How many stimuli were resampled."""


Part = tuple[Mapping[str, float], Mapping[str, Standing], Mapping[str, Drawn]]
"""Of one benchmark and by model: weight in the average, score, draws where it has some."""


def compared(
    session: Session,
    models: Sequence[str],
    values: Mapping[str, float],
    weights: Mapping[str, Mapping[str, float]],
    results: Mapping[str, Mapping[str, Standing]],
) -> Comparison:
    """Which averages differ.

    Parameters
    ----------
    session : Session
        Where draws lie.
    models : sequence of str
        That have a value.
    values : mapping of model to average
    weights : mapping of model to {benchmark: weight}
    results : mapping of model to {benchmark: Standing}

    Returns
    -------
    Comparison
        NaN, and no p, where an error is unknown.
    """

    def parts() -> Iterator[Part]:
        for benchmark in sorted({name for model in models for name in weights[model]}):
            of = {model: weights[model][benchmark] for model in models if benchmark in weights[model]}
            entries = {model: results[model][benchmark] for model in of}
            yield of, entries, drawn(session, entries)

    return comparison({model: values[model] for model in models}, parts())


def comparison(values: Mapping[str, float], parts: Iterable[Part]) -> Comparison:
    """Which averages differ, from what each benchmark adds to them.

    The average of a model is a sum of its scores with known weights, and benchmarks are independent. So the variance of
    the difference of two models is the sum over benchmarks of that of the difference of their weighted scores: over
    shared draws where both carry them, else the sum of both squared errors.

    Parameters
    ----------
    values : mapping of model to average
    parts : iterable of (weights, scores, draws), each by model
        A benchmark each.

    Returns
    -------
    Comparison
        NaN, and no p, where an error is unknown.
    """
    index = {model: row for row, model in enumerate(values)}
    alone = np.zeros(len(index))
    covariance = np.zeros((len(index), len(index)))
    for weights, entries, draws in parts:
        for model, entry in entries.items():
            if model not in draws:
                error = np.nan if entry.error is None else entry.error
                alone[index[model]] += (weights[model] * error) ** 2
        for group in _alike(draws):
            rows = [index[model] for model in group]
            scale = np.array([weights[model] for model in group])[:, None]
            stacked = np.stack([draws[model].values for model in group]) * scale
            centred = stacked - stacked.mean(axis=1, keepdims=True)
            levels = draws[group[0]].levels
            covariance[np.ix_(rows, rows)] += centred @ centred.T / (stacked.shape[1] - 1) * levels / (levels - 1)
    total = alone + np.diag(covariance)
    differences = np.maximum(total[:, None] + total - 2 * covariance, 0)
    np.fill_diagonal(differences, 0)
    return compare_variances(list(values), np.array(list(values.values())), total, differences)


def drawn(session: Session, entries: Mapping[str, Standing]) -> dict[str, Drawn]:
    """Draws of the scores of some models on one benchmark, where they were kept and are finite."""
    by_score = {entry.score: model for model, entry in entries.items()}
    ids, found = sorted(by_score), {}
    for start in range(0, len(ids), CHUNK):
        asked = select(Draws).where(Draws.quantity == "score", Draws.score_id.in_(ids[start : start + CHUNK]))
        for row in session.scalars(asked):
            attrs = row.form["attrs"]
            values = np.frombuffer(row.values, "<f8").reshape(row.form["shape"])
            values = values.mean(axis=1) if values.ndim == 2 else values
            name = f"{attrs.get('drawn')}:{attrs.get('seed')}:{len(values)}"
            if np.isfinite(values).all() and len(values) > 1 and int(attrs.get("levels", 0)) > 1:
                found[by_score[row.score_id]] = Drawn(name, values, int(attrs["levels"]))
    return found


def _alike(draws: Mapping[str, Drawn]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for model, of_model in draws.items():
        groups.setdefault(of_model.name, []).append(model)
    return list(groups.values())
