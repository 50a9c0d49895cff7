"""How much of a recording is signal: split halves with ragged repetitions, Spearman-Brown, ICC."""

import numpy as np

from ..errors import InvalidParameter


def spearman_brown(r: np.ndarray | float, factor: float = 2.0) -> np.ndarray:
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
                f"stimulus {self.stimuli[worst % shape[1]]!r} has repetition {self.repetitions[worst // shape[1]]!r} "
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


def icc_mean(values: np.ndarray, stimuli: np.ndarray) -> np.ndarray:
    """ICC(1, k) of each unit: reliability of the mean over trials, by one-way analysis of variance.

    (MS_between - MS_within) / MS_between (Shrout & Fleiss 1979, case 1); with ragged repetitions the reliability of a
    mean over the harmonic-type average number n0 of trials.

    Parameters
    ----------
    values : array, shape (presentation, unit)
        NaN: not measured; such trials are left out unit by unit.
    stimuli : array, shape (presentation,)

    Returns
    -------
    array, shape (unit,)
    """
    codes = np.unique(np.asarray(stimuli), return_inverse=True)[1].ravel()
    values = np.asarray(values, np.float64)
    known = ~np.isnan(values)
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    filled = np.where(known, values, 0.0)[order]
    counts = np.add.reduceat(known[order].astype(np.float64), starts)
    sums = np.add.reduceat(filled, starts)
    squares = np.add.reduceat(filled**2, starts)
    n, groups = counts.sum(0), (counts > 0).sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        grand = sums.sum(0) / n
        means = np.where(counts > 0, sums / counts, 0.0)
        within = np.where(counts > 0, squares - counts * means**2, 0.0).sum(0) / (n - groups)
        between = (counts * (means - grand) ** 2).sum(0) / (groups - 1)
        return (between - within) / between
