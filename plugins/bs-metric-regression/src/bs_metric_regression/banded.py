"""Banded ridge: several groups of features, each with a penalty of its own, chosen on the training stimuli."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from brainscore_core.errors import InvalidParameter
from brainscore_core.statistics.crossvalidation import coordinate

from .features import Features
from .ridge_cv import Spectrum, choose
from .ridge_regression import check_penalties

Fold = tuple[np.ndarray, np.ndarray]

ALPHAS = tuple(np.logspace(-4, 5, 28).tolist())
"""Penalties, where the features of a stimulus have a mean squared norm of 1."""

SHARES = 21
"""Candidate divisions between two bands, from all to one to all to the other."""


@dataclass(frozen=True)
class BandedRidge:
    """Ridge with one penalty per band of features (Nunez-Elizalde, Huth & Gallant 2019, NeuroImage 197:482).

    Each band is scaled to a mean squared norm of 1 and then by the square root of its share; shares add up to 1 and are
    searched (a grid for two bands, Dirichlet samples for more, single bands and equal shares always among them), the
    overall penalty for each by leave-one-out in closed form, all on training stimuli only.

    Parameters
    ----------
    band_coord : str
        Coordinate of the source on ``neuroid`` that names each feature's band.
    alphas : tuple of float
    per_target : bool
        Shares and penalty are chosen for each neuroid by itself; False: for all together.
    candidates : int
        Sampled divisions where there are more than two bands.
    search_seed : int
        Of the samples.
    labels : array, shape (feature,), optional
        The bands themselves; :meth:`bound` reads them.

    Notes
    -----
    One eigendecomposition of min(stimuli, features) a candidate and fold. himalaya's solvers search by k-fold
    cross-validation on a graphics card; leave-one-out in closed form needs neither, and the two agree where shares and
    penalty are given (tested).
    """

    band_coord: str = "band"
    alphas: tuple[float, ...] = ALPHAS
    per_target: bool = True
    candidates: int = 40
    search_seed: int = 0
    labels: np.ndarray | None = None

    def __post_init__(self) -> None:
        check_penalties(self.alphas)
        if self.candidates < 0:
            raise InvalidParameter(f"candidates={self.candidates}", expected="0 or more")

    def bound(self, source: xr.DataArray) -> "BandedRidge":
        """The regression with the bands of a source.

        Raises
        ------
        InvalidAssembly
            Without the coordinate, naming those there are.
        """
        return replace(self, labels=coordinate(source, self.band_coord, "neuroid").astype(str))

    def predict(self, source: np.ndarray, target: np.ndarray, folds: Sequence[Fold]) -> tuple[list[np.ndarray], dict]:
        """Predictions of the test rows of each fold; notes: the mean share of each band, and the mean penalty."""
        if self.labels is None or len(self.labels) != source.shape[1]:
            raise InvalidParameter("banded ridge without bands", expected="one label a feature", remedy="call bound()")
        names = np.unique(self.labels)
        bands = [reduced(source[:, self.labels == name]) for name in names]
        target = np.asarray(target, np.float64)
        fitted = [self._fold(bands, target, train, test) for train, test in folds]
        shares = np.mean([share.mean(0) for _, share, _ in fitted], axis=0)
        notes = {f"share_{name}": float(share) for name, share in zip(names, shares, strict=True)}
        return [one[0] for one in fitted], notes | {"alpha": float(np.mean([one[2] for one in fitted]))}

    def _fold(
        self, bands: Sequence[np.ndarray], y: np.ndarray, train: np.ndarray, test: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(predictions, shares (neuroid, band), penalties (neuroid,)); the best of all candidates so far is kept."""
        mean, alphas = y[train].mean(0), np.asarray(self.alphas)
        scaled = [_unit_norm(band, train) for band in bands]
        best = np.full(y.shape[1], np.inf)
        predictions, shares = np.empty((len(test), y.shape[1])), np.empty((y.shape[1], len(bands)))
        penalties = np.empty(y.shape[1])
        for share in divisions(len(bands), self.candidates, self.search_seed):
            x = np.concatenate([np.sqrt(s) * band for s, band in zip(share, scaled, strict=True) if s > 0], axis=1)
            spectrum = Spectrum(x[train], y[train] - mean)
            losses = spectrum.losses(alphas)
            chosen = choose(losses, self.alphas, self.per_target)
            loss = losses.min(0) if self.per_target else np.full(y.shape[1], losses.mean(1).min())
            better = loss < best
            if better.any():
                best[better], penalties[better], shares[better] = loss[better], chosen[better], share
                predictions[:, better] = (spectrum.predict(x[test], chosen) + mean)[:, better]
        return predictions, shares, penalties


def divisions(bands: int, candidates: int, seed: int) -> np.ndarray:
    """Candidate shares, shape (candidate, band), rows of sum 1; equal shares first, then single bands."""
    fixed = [np.full(bands, 1 / bands), *np.eye(bands)]
    if bands == 1:
        return np.ones((1, 1))
    if bands == 2:
        # even steps in the logarithm of the ratio of the two penalties
        first = 1 / (1 + np.exp(-np.linspace(-9, 9, SHARES)))
        return np.stack([*fixed, *np.stack([first, 1 - first], axis=1)])
    generator = np.random.default_rng(seed)
    concentrations = np.where(np.arange(candidates) % 2, 0.1, 1.0)
    return np.stack([*fixed, *(generator.dirichlet(np.full(bands, c)) for c in concentrations)])


def reduced(band: np.ndarray) -> np.ndarray:
    """A band turned so that it has no more columns than stimuli: inner products, all that ridge sees, stay the same."""
    if band.shape[1] <= band.shape[0]:
        return np.asarray(band, np.float64)
    from scipy.linalg import eigh

    values, vectors = eigh(Features(band).gram(), driver="evd", check_finite=False)
    kept = values > max(values[-1], 0.0) * len(values) * np.finfo(np.float64).eps
    return vectors[:, kept] * np.sqrt(values[kept])


def _unit_norm(band: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Centred and scaled by the training stimuli to a mean squared norm of 1; a band that does not vary is zero."""
    centred = band - band[train].mean(0)
    square = float((centred[train] ** 2).sum(1).mean())
    return centred / np.sqrt(square) if square > 0 else np.zeros_like(centred)
