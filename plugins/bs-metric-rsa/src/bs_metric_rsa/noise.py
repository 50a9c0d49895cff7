"""Noise of a recording, from what trials of one stimulus differ by, and the space in which it is white."""

from collections.abc import Mapping

import numpy as np

from brainscore_core.errors import InvalidAssembly

NOISE: Mapping[str, str] = {
    "ledoit-wolf": "covariance over units, shrunk towards equal variances (Ledoit & Wolf 2004, JMVA 88:365)",
    "oas": "covariance over units, shrunk as for Gaussian noise (Chen et al. 2010, IEEE TSP 58:5016)",
    "diagonal": "variance of each unit, for fewer trials than tell a covariance",
    "none": "taken as equal and independent",
}
"""What ``noise=`` may be, and why."""


def whitening(residuals: np.ndarray, degrees_of_freedom: int, kind: str) -> tuple[np.ndarray, dict[str, float]]:
    """A map of responses to a space in which noise has unit variance and no correlation.

    Parameters
    ----------
    residuals : array, shape (trial, unit)
        Trials minus the mean of their stimulus.
    degrees_of_freedom : int
        Trials minus stimuli.
    kind : str
        One of :data:`NOISE`.

    Returns
    -------
    array, shape (unit, unit)
        To be multiplied from the right: ``responses @ whitening``; symmetric.
    dict
        ``noise_shrinkage``, where there is one.

    Raises
    ------
    InvalidAssembly
        If no noise can be estimated, or a unit has none and shrinkage does not give it any.
    """
    if kind == "none":
        return np.eye(residuals.shape[1]), {}
    if degrees_of_freedom < 1:
        raise InvalidAssembly(
            "no stimulus has two trials", expected="repetitions, to estimate noise from", remedy="pass noise='none'"
        )
    if kind == "diagonal":
        covariance, notes = np.diag(np.einsum("tu,tu->u", residuals, residuals) / degrees_of_freedom), {}
    else:
        covariance, shrinkage = shrunk_covariance(residuals, kind)
        covariance, notes = covariance * (len(residuals) / degrees_of_freedom), {"noise_shrinkage": shrinkage}
    variances, axes = np.linalg.eigh(covariance)
    if not variances[0] > 1e-10 * variances[-1]:
        silent = int((np.ptp(residuals, axis=0) == 0).sum())
        raise InvalidAssembly(
            f"the noise of {residuals.shape[1]} units has no inverse, {silent} units do not differ between trials",
            expected="units that vary from trial to trial",
            remedy="leave out those that do not, or pass noise='none'",
        )
    return (axes / np.sqrt(variances)) @ axes.T, notes


def shrunk_covariance(residuals: np.ndarray, kind: str) -> tuple[np.ndarray, float]:
    """(1 - s) S + s (tr S / units) I, and s.

    Parameters
    ----------
    residuals : array, shape (trial, unit)
        Of mean zero.
    kind : {'ledoit-wolf', 'oas'}
        Which s: Ledoit & Wolf 2004, lemma 3.2 ff., for any distribution; Chen et al. 2010, eq. 23, for Gaussians.
    """
    trials, units = residuals.shape
    covariance = residuals.T @ residuals / trials
    mean = np.trace(covariance) / units
    if kind == "ledoit-wolf":
        squares = residuals**2
        spread = ((squares.sum(axis=1) ** 2).sum() / trials - (covariance**2).sum()) / trials
        distance = (covariance**2).sum() - units * mean**2
        shrinkage = min(spread / distance, 1.0) if distance > 0 else 1.0
    else:
        alpha = (covariance**2).mean()
        distance = (trials + 1) * (alpha - mean**2 / units)
        shrinkage = min((alpha + mean**2) / distance, 1.0) if distance > 0 else 1.0
    return (1 - shrinkage) * covariance + shrinkage * mean * np.eye(units), float(shrinkage)
