"""How scores on one benchmark vary together when what they were measured on is resampled.

The rule is that of :func:`brainscore_core.statistics.pairing.compare_scores`: scores of equal draws are paired; where
they carry three subjects or more, subjects count as a sample beside stimuli.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from brainscore_core.digests import digest_json
from brainscore_core.statistics.bootstrap import FEWEST
from brainscore_core.statistics.comparison import DEFINED, one_factor_draws, two_factor_variance

from .schema import Draws

CHUNK = 500
"""Rows with draws that are read at a time."""


class Drawn(NamedTuple):
    """The value of one model on one benchmark under resampled stimuli."""

    name: str
    """Says which draws they are: equal names, equal stimuli and subjects."""
    values: np.ndarray
    """Shape (draw,) or (draw, subject)."""
    levels: int
    """How many stimuli were resampled."""


class Covariance(NamedTuple):
    """Of rows of draws, each two over what is defined in both."""

    own: np.ndarray
    """Variance of the row over what is defined in row and column, shape (model, model)."""
    both: np.ndarray
    """Covariance, shape (model, model); NaN where too little is defined."""


@dataclass(frozen=True)
class Shared:
    """Scores of equal draws.

    Parameters
    ----------
    name : str
        Of the draws.
    models : tuple of str
    covariances : tuple of Covariance
        Under resampled stimuli; where subjects are a sample too, also under both crossed, and of subjects.
    stimuli : int
        How many were resampled.
    subjects : int
        How many are a sample; 0: they are fixed, or there are none.
    """

    name: str
    models: tuple[str, ...]
    covariances: tuple[Covariance, ...]
    stimuli: int
    subjects: int
    _among: dict[tuple[str, ...], tuple[np.ndarray, "Shared"]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def degrees(self) -> int:
        """Of freedom of a variance, as in core's comparisons."""
        return (min(self.stimuli, self.subjects) if self.subjects else self.stimuli) - 1

    def among(self, models: tuple[str, ...]) -> tuple[np.ndarray, "Shared"]:
        """Which of some models carry these draws, shape (model,), and the same over all of them: 0 where one does not.

        Whoever weighs one benchmark many times has it in the order of their models once.
        """
        if models not in self._among:
            at = {model: row for row, model in enumerate(self.models)}
            inside = np.array([model in at for model in models], bool)
            rows = np.array([at[model] for model in models if model in at], np.intp)
            here, there = np.ix_(*2 * [np.flatnonzero(inside)]), np.ix_(rows, rows)
            parts = []
            for found in self.covariances:
                own, both = np.zeros((2, len(models), len(models)))
                own[here], both[here] = found.own[there], found.both[there]
                parts.append(Covariance(own, both))
            self._among[models] = inside, replace(self, models=models, covariances=tuple(parts), _among={})
        return self._among[models]

    def of_differences(self, weights: np.ndarray) -> np.ndarray:
        """Variance of each difference of two weighted scores, shape (model, model).

        Parameters
        ----------
        weights : array, shape (model,)
        """
        found = [_of_differences(*one, weights) for one in self.covariances]
        if self.subjects:
            return two_factor_variance(*found, stimuli=self.stimuli, subjects=self.subjects)
        found[0] *= self.stimuli / (self.stimuli - 1)
        return found[0]


def shared(draws: Mapping[str, Drawn]) -> list[Shared]:
    """Of the models on one benchmark, those together that carry the same draws."""
    groups: dict[str, list[str]] = {}
    for model, of_model in draws.items():
        groups.setdefault(of_model.name, []).append(model)
    found = []
    for name, models in groups.items():
        values = np.stack([draws[model].values for model in models])
        subjects = values.shape[2] if values.ndim == 3 and values.shape[2] >= FEWEST else 0
        if subjects:
            factors: tuple[np.ndarray, ...] = one_factor_draws(values)
        else:
            factors = (values.mean(2) if values.ndim == 3 else values,)
        found.append(Shared(name, tuple(models), tuple(map(_covariance, factors)), draws[models[0]].levels, subjects))
    return found


def drawn(session: Session, scores: Mapping[int, str], quantity: str = "score") -> dict[str, Drawn]:
    """Draws of some scores, where they were kept and are enough to pair by.

    Parameters
    ----------
    session : Session
    scores : mapping of the row of a score to its model
    quantity : {'score', 'raw'}
    """
    found = {}
    for row in _rows(session, sorted(scores), quantity):
        name, shape, levels = _form(row.form)
        if levels >= FEWEST and shape[0] > 1:
            found[scores[row.score_id]] = Drawn(name, np.frombuffer(row.values, "<f8").reshape(shape), levels)
    return found


def _rows(session: Session, ids: Sequence[int], quantity: str) -> Iterable[Any]:
    for start in range(0, len(ids), CHUNK):
        asked = select(Draws.score_id, cast(Draws.form, Text).label("form"), Draws.values)
        yield from session.execute(
            asked.where(Draws.quantity == quantity, Draws.score_id.in_(ids[start : start + CHUNK]))
        )


def _of_differences(own: np.ndarray, both: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Variance of each difference of two weighted rows: in place, since tables of 500 models are large."""
    found = both * (-2 * weights)
    found *= weights[:, None]
    weighted = own * weights[:, None] ** 2
    found += weighted
    found += weighted.T
    return np.maximum(found, 0, out=found)


@lru_cache(maxsize=1024)
def _form(text: str) -> tuple[str, tuple[int, ...], int]:
    """Name, shape and levels of draws; names are equal where core pairs: dimensions, shape, stimuli, seed, subjects.

    All scores of a benchmark have one text, so it is read once for all of them.
    """
    form = json.loads(text)
    attrs = form["attrs"]
    said = [form["dims"], form["shape"], attrs.get("drawn"), attrs.get("seed"), form.get("subject", [])]
    return digest_json(said), tuple(form["shape"]), int(attrs.get("levels", 0))


def _covariance(values: np.ndarray) -> Covariance:
    known = np.isfinite(values)
    if known.all():
        centred = values - values.mean(axis=1, keepdims=True)
        both = centred @ centred.T / (values.shape[1] - 1)
        return Covariance(np.broadcast_to(np.diag(both)[:, None], both.shape), both)
    mean = np.where(known, values, 0).sum(1, keepdims=True) / np.maximum(known.sum(1, keepdims=True), 1)
    centred, mask = np.where(known, values - mean, 0), known.astype(np.float64)
    count, sums = mask @ mask.T, centred @ mask.T
    fewer, enough = np.maximum(count - 1, 1), (count > 1) & (count >= DEFINED * values.shape[1])
    own = (centred**2 @ mask.T - sums**2 / np.maximum(count, 1)) / fewer
    both = (centred @ centred.T - sums * sums.T / np.maximum(count, 1)) / fewer
    return Covariance(np.where(enough, own, np.nan), np.where(enough, both, np.nan))
