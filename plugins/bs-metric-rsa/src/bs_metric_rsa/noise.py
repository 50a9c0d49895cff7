"""Noise of a recording, from what trials of one stimulus differ by, and the space in which it is white."""

from collections.abc import Container, Mapping

import numpy as np

from brainscore_core.errors import InvalidAssembly

NOISE: Mapping[str, str] = {
    "ledoit-wolf": "covariance over units, shrunk towards equal variances (Ledoit & Wolf 2004, JMVA 88:365)",
    "oas": "covariance over units, shrunk as for Gaussian noise (Chen et al. 2010, IEEE TSP 58:5016)",
    "diagonal": "variance of each unit, for fewer trials than tell a covariance",
    "none": "taken as equal and independent",
}
"""What ``noise=`` may be, and why."""


class NoiseCovariance:
    """Covariance over units of trials around the mean of their stimulus; groups of stimuli can be left out.

    Parameters
    ----------
    residuals : array, shape (trial, unit)
        Trials minus the mean of their stimulus.
    stimulus : array of int, shape (trial,)
        Which stimulus each is of.
    groups : array of int, shape (stimulus,)
        Group of each stimulus, from 0.
    kind : str
        One of :data:`NOISE`, but not ``none``.
    """

    def __init__(self, residuals: np.ndarray, stimulus: np.ndarray, groups: np.ndarray, kind: str):
        self._kind = kind
        self._units = residuals.shape[1]
        self._silent = int((np.ptp(residuals, axis=0) == 0).sum())
        members = [groups[stimulus] == group for group in range(groups.max() + 1)]
        self._scatters = np.stack([residuals[own].T @ residuals[own] for own in members])
        lengths = np.einsum("tu,tu->t", residuals, residuals)
        self._quartics = np.array([(lengths[own] ** 2).sum() for own in members])
        self._trials = np.array([own.sum() for own in members])
        self._freedom = self._trials - np.array([len(np.unique(stimulus[own])) for own in members])

    def whitening(self, without: Container[int] = ()) -> tuple[np.ndarray, float | None]:
        """(what maps responses to a space of white noise, as ``responses @ it``; how far the covariance was shrunk).

        Parameters
        ----------
        without : container of int
            Groups whose trials do not enter.

        Raises
        ------
        InvalidAssembly
            If no noise can be estimated, or a unit has none and shrinkage does not give it any.
        """
        kept = [group for group in range(len(self._trials)) if group not in without]
        freedom = int(self._freedom[kept].sum())
        if freedom < 1:
            raise InvalidAssembly(
                "too few stimuli have two trials to estimate noise from",
                expected="repetitions of stimuli other than the two that are compared",
                remedy="pass noise='none'",
            )
        scatter, trials = self._scatters[kept].sum(axis=0), int(self._trials[kept].sum())
        shrinkage = None
        if self._kind == "diagonal":
            covariance = np.diag(np.diag(scatter)) / freedom
        else:
            covariance, shrinkage = shrunk_covariance(scatter, self._quartics[kept].sum(), trials, self._kind)
            covariance = covariance * (trials / freedom)
        try:
            lower = np.linalg.cholesky(covariance)
            invertible = np.diag(lower).min() > 1e-6 * np.diag(lower).max()
        except np.linalg.LinAlgError:
            invertible = False
        if not invertible:
            raise InvalidAssembly(
                f"the noise of {self._units} units has no inverse; {self._silent} units do not differ between trials",
                expected="units that vary from trial to trial",
                remedy="leave out those that do not, or pass noise='none'",
            )
        return np.linalg.inv(lower).T, shrinkage


def shrunk_covariance(scatter: np.ndarray, quartic: float, trials: int, kind: str) -> tuple[np.ndarray, float]:
    """(1 - s) S + s (tr S / units) I with S = scatter / trials, and s.

    Parameters
    ----------
    scatter : array, shape (unit, unit)
        Sum over trials of x x', x of mean zero.
    quartic : float
        Sum over trials of (x'x)^2.
    trials : int
    kind : {'ledoit-wolf', 'oas'}
        Which s: Ledoit & Wolf 2004, section 3.2, for any distribution; Chen et al. 2010, eq. 23, for Gaussians.
    """
    units = len(scatter)
    covariance = scatter / trials
    mean = np.trace(covariance) / units
    squares = (covariance**2).sum()
    distance = squares - units * mean**2
    if kind == "ledoit-wolf":
        spread = (quartic / trials - squares) / trials
    else:
        spread = squares / units**2 + mean**2
        distance *= (trials + 1) / units**2
    shrinkage = float(min(spread / distance, 1.0)) if distance > 0 else 1.0
    return (1 - shrinkage) * covariance + shrinkage * mean * np.eye(units), shrinkage
