"""Kolmogorov-Smirnov similarity of histograms, and the bootstrap that draws them: functions of plain arrays."""

import numpy as np


def ks_similarity_of_histograms(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """1 minus the Kolmogorov-Smirnov distance, as a share of the largest distance that any histogram has from ``q``.

    With P and Q the cumulative sums, ``1 - max|P - Q| / max(max|1 - Q|, max|Z - Q|)``, where all mass of 1 lies in the
    first bin and all mass of Z in the last (Marques, Schrimpf & DiCarlo 2021, Methods).

    Parameters
    ----------
    p : numpy.ndarray
        Histograms to judge, normalised to sum 1: shape (..., bins). NaN rows give NaN.
    q : numpy.ndarray
        The reference, normalised: shape (bins,), at least two bins.

    Returns
    -------
    numpy.ndarray
        Similarities, shape (...), 1 for equal histograms and 0 for the farthest.
    """
    cumulative_q = np.cumsum(q)
    distance = np.max(np.abs(np.cumsum(p, axis=-1) - cumulative_q), axis=-1)
    last_only = np.zeros_like(cumulative_q)
    last_only[-1] = 1
    farthest = max(np.max(np.abs(1 - cumulative_q)), np.max(np.abs(last_only - cumulative_q)))
    return 1 - distance / farthest


def histogram_with_undefined(values: np.ndarray, bins: np.ndarray) -> np.ndarray:
    """Counts of ``values`` in ``bins``, then the count of NaNs: shape (bins + 1,).

    Values beyond the outer edges, infinite ones included, belong to the outer bins. ``values`` is not changed.
    """
    defined = values[~np.isnan(values)]
    counts = np.histogram(np.clip(defined, bins[0], bins[-1]), bins=bins)[0]
    return np.append(counts, len(values) - len(defined))


def bootstrap_histograms(counts: np.ndarray, n_draws: int, n_bootstrap: int, rng: np.random.Generator) -> np.ndarray:
    """Histograms of units drawn with replacement, undefined units drawn too and then left out.

    Drawing ``n_draws`` units and counting them is one multinomial draw over the bins and the undefined cell.

    Parameters
    ----------
    counts : numpy.ndarray
        From ``histogram_with_undefined``: shape (bins + 1,).
    n_draws : int
        Units a sample.
    n_bootstrap : int
        Samples.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray
        Normalised histograms, shape (n_bootstrap, bins); NaN where no drawn unit was defined.
    """
    drawn = rng.multinomial(n_draws, counts / counts.sum(), size=n_bootstrap)[:, :-1]
    return normalise(drawn)


def normalise(counts: np.ndarray) -> np.ndarray:
    """Each histogram divided by its sum; NaN where it is empty."""
    totals = counts.sum(axis=-1, keepdims=True)
    return np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
