"""How much of a recording is signal: split halves of ragged repetitions, Spearman-Brown, analysis of variance."""

import numpy as np

from ..errors import InvalidParameter
from .correlation import CONSTANT


def spearman_brown(r: np.ndarray | float, factor: np.ndarray | float = 2.0) -> np.ndarray:
    """Reliability of `factor` times as many trials: f r / (1 + (f - 1) r) (Spearman 1910; Brown 1910)."""
    r = np.asarray(r, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return factor * r / (1 + (factor - 1) * r)


class Repetitions:
    """Trials arranged by stimulus and repetition; however ragged, each cell is averaged at most once.

    Parameters
    ----------
    values : array, shape (presentation, unit)
        NaN: not measured.
    stimuli, repetitions : array, shape (presentation,)
        Labels of each row.
    """

    def __init__(self, values: np.ndarray, stimuli: np.ndarray, repetitions: np.ndarray):
        self.stimuli, stimulus = np.unique(np.asarray(stimuli), return_inverse=True)
        self.repetitions, repetition = np.unique(np.asarray(repetitions), return_inverse=True)
        stimulus, repetition = stimulus.ravel(), repetition.ravel()
        self._values = values = np.asarray(values)
        shape = (len(self.repetitions), len(self.stimuli))
        cell = repetition * shape[1] + stimulus
        counts = np.bincount(cell, minlength=shape[0] * shape[1])
        if (counts > 1).any():
            worst = int(counts.argmax())
            raise InvalidParameter(
                f"stimulus {self.stimuli[worst % shape[1]]} has repetition {self.repetitions[worst // shape[1]]} "
                f"{counts.max()} times",
                expected="each repetition of a stimulus once",
            )
        row = np.full(shape[0] * shape[1], -1)
        row[cell] = np.arange(len(values))
        self.rows = row.reshape(shape)
        """Row of each (repetition, stimulus), -1 where there is none."""
        # A sum is NaN when any value is: one pass, no temporary array.
        self._nan = values.dtype.kind == "f" and bool(np.isnan(values.sum(dtype=np.float64)))
        self.full = bool((self.rows >= 0).all()) and not self._nan

    @property
    def trials(self) -> np.ndarray:
        """Number of trials of each stimulus, shape (stimulus,)."""
        return (self.rows >= 0).sum(0)

    def mean(self, weights: np.ndarray, block: int = 64) -> np.ndarray:
        """Means over subsets of repetitions, all in one pass over the data.

        Parameters
        ----------
        weights : array, shape (subset, repetition) or (subset, repetition, stimulus)
            1 where a repetition belongs to a subset.
        block : int
            Stimuli at a time, so that what is gathered stays in cache.

        Returns
        -------
        array, shape (subset, stimulus, unit)
            float64; NaN where a subset has no trial of a stimulus.
        """
        repetitions, stimuli = self.rows.shape
        units = self._values.shape[1]
        out = np.empty((len(weights), stimuli, units))
        for start in range(0, stimuli, block):
            part = slice(start, min(start + block, stimuli))
            rows = self.rows[:, part]
            data = self._values[rows]
            w = weights if weights.ndim == 2 else weights[:, :, part]
            if self.full and w.ndim == 2:
                mean = (w / w.sum(1, keepdims=True)) @ data.reshape(repetitions, -1)
                out[:, part] = mean.reshape(len(w), -1, units)
            else:
                out[:, part] = _ragged_mean(w, data, rows >= 0, self._nan)
        return out


def _ragged_mean(weights: np.ndarray, data: np.ndarray, there: np.ndarray, nan: bool) -> np.ndarray:
    """Weighted means over trials that are there and not NaN; (subset, stimulus, unit). Overwrites `data`."""
    known = there[:, :, None]
    if nan:
        known = known & ~np.isnan(data)
        data[~known] = 0
    elif not there.all():
        data[~there] = 0
    if weights.ndim == 2:
        total = np.tensordot(weights, data, 1)
        count = np.tensordot(weights, known.astype(np.float64), 1)
    else:
        total = np.einsum("hrs,rsu->hsu", weights, data, optimize=True)
        count = np.einsum("hrs,rsu->hsu", weights, known.astype(np.float64), optimize=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / np.where(count > 0, count, np.nan)


def halves(repetitions: int, splits: int = 10, seed: int = 1) -> np.ndarray:
    """Random halves of the repetition labels as Brain-Score 2 draws them (scikit-learn's ShuffleSplit, train_size .5).

    Returns
    -------
    array, shape (2 * splits, repetition)
        Rows 2i and 2i + 1 are the two halves of split i.
    """
    from sklearn.model_selection import ShuffleSplit

    if repetitions < 2:
        raise InvalidParameter(f"{repetitions} repetition(s)", expected="at least 2, to split them in halves")
    weights = np.zeros((2 * splits, repetitions))
    drawn = ShuffleSplit(n_splits=splits, train_size=0.5, random_state=seed).split(np.zeros(repetitions))
    for number, (first, second) in enumerate(drawn):
        weights[2 * number, first] = 1
        weights[2 * number + 1, second] = 1
    return weights


def equal_halves(there: np.ndarray, splits: int = 10, seed: int = 1) -> np.ndarray:
    """Random halves within each stimulus, for ragged repetitions; of an odd number either half gets the last at random.

    Parameters
    ----------
    there : bool array, shape (repetition, stimulus)

    Returns
    -------
    array, shape (2 * splits, repetition, stimulus)
    """
    generator = np.random.default_rng(seed)
    weights = np.zeros((2 * splits, *there.shape))
    trials = there.sum(0)
    for number in range(splits):
        order = np.where(there, generator.random(there.shape), np.inf).argsort(0).argsort(0)
        first = (trials + generator.integers(0, 2, trials.shape)) // 2
        weights[2 * number] = order < first
        weights[2 * number + 1] = (order >= first) & (order < trials)
    return weights


class OneWay:
    """One-way analysis of variance of each unit, stimuli as groups, trials within; also under weights of the stimuli.

    Parameters
    ----------
    values : array, shape (presentation, unit)
        NaN: not measured; such trials are left out unit by unit.
    stimuli : array, shape (presentation,)
    """

    def __init__(self, values: np.ndarray, stimuli: np.ndarray):
        self.stimuli, codes = np.unique(np.asarray(stimuli), return_inverse=True)
        codes = codes.ravel()
        values = np.asarray(values, np.float64)
        known = ~np.isnan(values)
        centre = np.divide(np.where(known, values, 0.0).sum(0), np.maximum(known.sum(0), 1))
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        filled = np.where(known, values - centre, 0.0)[order]
        self.counts = np.add.reduceat(known[order].astype(np.float64), starts)
        """Trials of each (stimulus, unit)."""
        self.means = np.add.reduceat(filled, starts) / np.maximum(self.counts, 1)
        """Mean over trials, the unit's grand mean subtracted; 0 where there is no trial."""
        deviations = np.where(known[order], filled - self.means[codes[order]], 0.0)
        rounding = CONSTANT * np.abs(filled).max(0, initial=0.0)
        # a mean of equal trials is not quite what they are
        self._within = np.add.reduceat(np.where(np.abs(deviations) > rounding, deviations, 0.0) ** 2, starts)

    def icc(self, weights: np.ndarray | None = None) -> np.ndarray:
        """ICC(1, k), reliability of the mean over trials: (MSB - MSW) / MSB (Shrout & Fleiss 1979, case 1).

        With ragged repetitions that ratio belongs to a mean of n0 = (N - sum n^2 / N) / (G - 1) trials; Spearman-Brown
        brings it to the means as they are, whose noise is that of the harmonic mean of the trials.

        Parameters
        ----------
        weights : array, shape (draw, stimulus), optional
            How often each stimulus counts.

        Returns
        -------
        array, shape (draw, unit)
            NaN for a unit that does not vary, or has no second trial of any stimulus.
        """
        weights = self._weights(weights)
        n, groups = weights @ self.counts, weights @ (self.counts > 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            grand = weights @ (self.counts * self.means) / n
            between = (weights @ (self.counts * self.means**2) - n * grand**2) / (groups - 1)
            reliability = (between - self._noise(weights, n, groups)) / between
            average = (n - weights @ self.counts**2 / n) / (groups - 1)
            return spearman_brown(reliability, groups / (weights @ self._inverse()) / average)

    def noise_ceiling(self, trials: float | None = None, weights: np.ndarray | None = None) -> np.ndarray:
        """ncsnr^2 / (ncsnr^2 + 1/n), the explainable share of the variance of an n-trial mean (Allen et al. 2022).

        ncsnr^2 = max(0, variance of the means - noise of the means) / variance of the noise.

        Parameters
        ----------
        trials : float, optional
            n; default: the harmonic mean of the trials that the stimuli have.
        weights : array, shape (draw, stimulus), optional

        Returns
        -------
        array, shape (draw, unit)
        """
        weights = self._weights(weights)
        there = self.counts > 0
        n, groups = weights @ self.counts, weights @ there
        with np.errstate(invalid="ignore", divide="ignore"):
            noise = self._noise(weights, n, groups)
            per_mean = weights @ self._inverse() / groups
            spread = (weights @ (there * self.means**2) / groups - (weights @ (there * self.means) / groups) ** 2) * (
                groups / (groups - 1)
            )
            signal = np.maximum(spread - noise * per_mean, 0.0) / noise
            ceiling = signal / (signal + (per_mean if trials is None else 1 / trials))
        return np.where(noise > 0, ceiling, np.nan)

    def _weights(self, weights: np.ndarray | None) -> np.ndarray:
        return np.ones((1, len(self.counts))) if weights is None else np.asarray(weights, np.float64)

    def _inverse(self) -> np.ndarray:
        """1 / trials, 0 where there is none."""
        return np.divide(1.0, self.counts, out=np.zeros_like(self.counts), where=self.counts > 0)

    def _noise(self, weights: np.ndarray, n: np.ndarray, groups: np.ndarray) -> np.ndarray:
        return weights @ self._within / np.where(n > groups, n - groups, np.nan)
