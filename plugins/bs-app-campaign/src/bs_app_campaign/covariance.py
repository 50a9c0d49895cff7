"""How scores on one benchmark vary together when what they were measured on is resampled.

The rule is that of :func:`brainscore_core.statistics.pairing.compare_scores`: scores of equal draws are paired; where
they carry three subjects or more, subjects count as a sample beside stimuli.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import select
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

    @property
    def degrees(self) -> int:
        """Of freedom of a variance, as in core's comparisons."""
        return (min(self.stimuli, self.subjects) if self.subjects else self.stimuli) - 1

    def of_differences(self, weights: np.ndarray, rows: Sequence[int] | None = None) -> np.ndarray:
        """Variance of each difference of two weighted scores, shape (chosen, chosen).

        Parameters
        ----------
        weights : array, shape (chosen,)
        rows : array of int, shape (chosen,), optional
            Which models; default: all.
        """
        product, squared = 2 * weights[:, None] * weights, weights[:, None] ** 2
        found = []
        for own, both in self.covariances:
            if rows is not None and len(rows) < len(self.models):
                block = np.ix_(rows, rows)
                own, both = own[block], both[block]
            own = squared * own
            found.append(np.maximum(own + own.T - product * both, 0))
        if self.subjects:
            return two_factor_variance(*found, stimuli=self.stimuli, subjects=self.subjects)
        return found[0] * (self.stimuli / (self.stimuli - 1))


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
        levels = int(row.form["attrs"].get("levels", 0))
        if levels >= FEWEST and row.form["shape"][0] > 1:
            values = np.frombuffer(row.values, "<f8").reshape(row.form["shape"])
            found[scores[row.score_id]] = Drawn(_name(row.form), values, levels)
    return found


def _rows(session: Session, ids: Sequence[int], quantity: str) -> Iterable[Any]:
    for start in range(0, len(ids), CHUNK):
        asked = select(Draws.score_id, Draws.form, Draws.values)
        yield from session.execute(
            asked.where(Draws.quantity == quantity, Draws.score_id.in_(ids[start : start + CHUNK]))
        )


def _name(form: Mapping[str, Any]) -> str:
    """Equal where core pairs: dimensions, shape, stimuli, seed, subjects."""
    attrs = form["attrs"]
    return digest_json([form["dims"], form["shape"], attrs.get("drawn"), attrs.get("seed"), form.get("subject", [])])


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
