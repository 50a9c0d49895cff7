"""Ranks with intervals, from the variance of paired differences of averages over many benchmarks."""

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy.orm import Session

from brainscore_core.statistics.comparison import SAME, Comparison, compare_variances, p_of_difference

from .covariance import Shared, drawn, shared
from .standings import Standing

LEVEL = 0.05
SURE = 30
"""Degrees of freedom from which on a large difference is decided without its p."""


class Differences:
    """Of averages of models, from what each benchmark adds to them.

    The average of a model is a sum of its scores with known weights, and benchmarks are independent. So the variance of
    the difference of two models is the sum over benchmarks of that of the difference of their weighted scores: over
    shared draws where both carry them, by core's rule, else the sum of both squared errors. Its degrees of freedom are
    those of Welch and Satterthwaite (Satterthwaite 1946, Biometrics Bulletin 2:110), (sum v)^2 / sum(v^2 / degrees):
    with one benchmark just core's. An error that comes without draws is taken as exactly known.

    Parameters
    ----------
    values : mapping of model to average
    """

    def __init__(self, values: Mapping[str, float]) -> None:
        self.models = tuple(values)
        self.values = np.array(list(values.values()), np.float64)
        self._index = {model: row for row, model in enumerate(values)}
        self._alone = np.zeros(len(values))
        self._squares = np.zeros((len(values), len(values)))
        self.variance = np.zeros((len(values), len(values)))
        self._known: dict[float, tuple[np.ndarray, int]] = {}

    def add(
        self, weights: Mapping[str, float], errors: Mapping[str, float | None], groups: Sequence[Shared] = ()
    ) -> None:
        """A benchmark.

        Parameters
        ----------
        weights : mapping of model to weight
            Of those whose average it enters.
        errors : mapping of model to error
            None: it is unknown.
        groups : sequence of Shared
            Models that are not meant are passed over.
        """
        vector, alone = np.zeros(len(self.models)), np.zeros(len(self.models))
        for model, weight in weights.items():
            vector[self._index[model]] = weight
            error = errors.get(model)
            alone[self._index[model]] = np.nan if error is None else (weight * error) ** 2
        part = alone[:, None] + alone
        for group in groups:
            carries, all_of_them = group.among(self.models)
            inside = carries & (vector != 0)
            if inside.sum() > 1:
                paired, of_group = inside[:, None] & inside, all_of_them.of_differences(vector)
                np.copyto(part, of_group, where=paired)
                of_group *= of_group
                of_group /= group.degrees
                np.add(self._squares, of_group, out=self._squares, where=paired)
        self._alone += alone
        self.variance += part
        self._known.clear()

    @property
    def degrees(self) -> np.ndarray:
        """Of freedom of each difference, shape (model, model)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self._squares > 0, self.variance**2 / self._squares, np.inf)

    def comparison(self) -> Comparison:
        """All pairs with their p; NaN, and no p, where an error is unknown."""
        variance = self.variance.copy()
        np.fill_diagonal(variance, 0)
        return compare_variances(self.models, self.values, self._alone, variance, self.degrees)

    def better(self, level: float = LEVEL) -> np.ndarray:
        """As ``comparison().better(level, "holm")``, at a tenth of its cost: few pairs need their p to be decided."""
        decided, _ = self._decided(level)
        rows, columns = np.triu_indices(len(self.models), 1)
        one, other = rows[decided], columns[decided]
        first = self.values[one] > self.values[other]
        found = np.zeros(self.variance.shape, bool)
        found[np.where(first, one, other), np.where(first, other, one)] = True
        return found

    def apart(self, level: float = LEVEL) -> tuple[int, int]:
        """How many pairs are told apart, and how many were tested."""
        decided, tests = self._decided(level)
        return int(decided.sum()), tests

    def rank_intervals(self, level: float = LEVEL) -> np.ndarray:
        """Lowest and highest rank, as :meth:`Comparison.rank_intervals`, shape (model, 2)."""
        better = self.better(level)
        return np.stack([1 + better.sum(0), len(self.models) - better.sum(1)], axis=1)

    def _decided(self, level: float) -> tuple[np.ndarray, int]:
        """Which pairs of the upper triangle Holm (1979) calls different, and the number of tests; found once."""
        if level not in self._known:
            self._known[level] = self._decide(*np.triu_indices(len(self.models), 1), level)
        return self._known[level]

    def _decide(self, rows: np.ndarray, columns: np.ndarray, level: float) -> tuple[np.ndarray, int]:
        from scipy.special import ndtri, stdtrit

        size = np.abs(self.values[rows] - self.values[columns])
        error = np.sqrt(self.variance[rows, columns])
        degrees = self.degrees[rows, columns]
        spread = error > SAME
        tests = int(((size <= SAME) | spread)[~np.isnan(error)].sum())
        if not tests:
            return np.zeros(len(rows), bool), 0
        ratio = np.divide(size, error, out=np.zeros_like(size), where=spread & (size > SAME))
        sure = (degrees >= SURE) & (ratio > -stdtrit(SURE, level / 2 / tests))  # even by Bonferroni
        open_ = np.flatnonzero((ratio > -ndtri(level / 2)) & ~sure)  # the tails of t are longer: the others never are
        p = p_of_difference(size[open_], error[open_], degrees[open_])
        order = np.argsort(p)
        passed = p[order] * (tests - int(sure.sum()) - np.arange(len(p))) < level
        sure[open_[order[: len(p) if passed.all() else int(passed.argmin())]]] = True
        return sure, tests


def compared(
    session: Session,
    models: Sequence[str],
    values: Mapping[str, float],
    weights: Mapping[str, Mapping[str, float]],
    results: Mapping[str, Mapping[str, Standing]],
) -> Differences:
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
    """
    found = Differences({model: values[model] for model in models})
    for benchmark in sorted({name for model in models for name in weights[model]}):
        of = {model: weights[model][benchmark] for model in models if benchmark in weights[model]}
        entries = {model: results[model][benchmark] for model in of}
        draws = drawn(session, {entry.score: model for model, entry in entries.items()})
        found.add(of, {model: entry.error for model, entry in entries.items()}, shared(draws))
    return found
