"""A linear decoder from features to a number: how much of something a stimulus has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brainscore_core.errors import InvalidParameter


@dataclass(frozen=True, eq=False)
class FittedValue:
    """Weights on z-scored features, shape (feature,), and the value of an average stimulus."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    intercept: float

    def values(self, features: np.ndarray) -> np.ndarray:
        """Decoded values, shape (stimulus,), float64.

        Raises
        ------
        InvalidParameter
        """
        features = _checked(features)
        if features.shape[1] != len(self.mean):
            raise InvalidParameter(f"{features.shape[1]} features", expected=f"{len(self.mean)}, as it was fitted on")
        return ((features - self.mean) / self.scale) @ self.weights + self.intercept


def fit_value(features: np.ndarray, values: Sequence[float] | np.ndarray, penalty: float) -> FittedValue:
    """Ridge regression on z-scored features.

    Solved in whichever of features and stimuli are fewer.

    Parameters
    ----------
    features : array, shape (stimulus, feature)
        Finite; each is z-scored (ddof 0), a constant one stays 0.
    values : array, shape (stimulus,)
        Finite, at least two different ones.
    penalty : float
        Times the sum of squared weights; the intercept is free.

    Raises
    ------
    InvalidParameter
    """
    features, numbers = _checked(features), np.asarray(values, dtype=np.float64)
    if numbers.shape != (len(features),):
        raise InvalidParameter(f"values of shape {numbers.shape} for {len(features)} stimuli", expected="one each")
    if odd := int((~np.isfinite(numbers)).sum()):
        raise InvalidParameter(
            f"{odd} of {len(numbers)} values of fitting stimuli are NaN or infinite", expected="finite numbers"
        )
    if len(np.unique(numbers)) < 2:
        raise InvalidParameter(
            f"values of fitting stimuli are all {numbers[0]:g}", expected="at least two different numbers"
        )
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 10 * np.finfo(np.float64).eps * np.abs(mean), scale, 1.0)
    z, centred = (features - mean) / scale, numbers - numbers.mean()
    if z.shape[1] <= z.shape[0]:
        weights = np.linalg.solve(z.T @ z + penalty * np.eye(z.shape[1]), z.T @ centred)
    else:
        weights = z.T @ np.linalg.solve(z @ z.T + penalty * np.eye(z.shape[0]), centred)
    return FittedValue(mean, scale, weights, float(numbers.mean()))


def _checked(features: np.ndarray) -> np.ndarray:
    features = np.asarray(features, dtype=np.float64)
    if features.ndim != 2 or not features.size:
        raise InvalidParameter(f"features of shape {features.shape}", expected="(stimulus, feature)")
    if not np.isfinite(features).all():
        raise InvalidParameter("features hold NaN or infinite values", expected="finite responses")
    return features
