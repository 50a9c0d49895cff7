"""Linear decoders from responses to labels: what reads behaviour out of model units and of recorded ones alike."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter


@dataclass(frozen=True)
class LogisticDecoder:
    """Multinomial logistic regression on z-scored features, as Brain-Score 2 fits it (Rajalingham et al. 2018).

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty on the weights; the intercept is free.
    tolerance : float
        About the error that is left in the evidence of a label, root mean square over the fitting stimuli.
    iterations : int
        At most.
    """

    C: float = 1e-3
    tolerance: float = 1e-3
    iterations: int = 2000

    def __post_init__(self) -> None:
        if not (self.C > 0 and self.tolerance > 0 and self.iterations >= 1):
            raise InvalidParameter(f"{self}", expected="C, tolerance and iterations above 0")

    def described(self) -> dict[str, Any]:
        """As plain values."""
        return {"decoder": "multinomial logistic regression", **asdict(self)}

    def fit(self, features: np.ndarray, labels: Sequence[str]) -> "FittedDecoder":
        """Fit.

        Parameters
        ----------
        features : array, shape (stimulus, feature)
            Finite.
        labels : sequence of str
            One a stimulus, of at least two classes.

        Raises
        ------
        InvalidParameter
        """
        from .multinomial import fit_multinomial

        features = _checked(features)
        names, numbers = np.unique(np.asarray(labels).astype(str), return_inverse=True)
        if len(numbers) != len(features):
            raise InvalidParameter(f"{len(numbers)} labels for {len(features)} stimuli", expected="one each")
        if len(names) < 2:
            raise InvalidParameter(
                f"fitting stimuli have one class only ({', '.join(names)})", expected="at least two to tell apart"
            )
        mean = features.mean(axis=0, dtype=np.float64)
        scored = np.subtract(features, mean, out=np.empty(features.shape, np.float32), casting="same_kind")
        scale = np.sqrt(np.einsum("sf,sf->f", scored, scored, dtype=np.float64) / len(scored))
        scale[scale <= 10 * np.finfo(features.dtype).eps * np.abs(mean)] = 1
        scored /= scale.astype(np.float32)
        found = fit_multinomial(
            scored,
            lambda: (features - mean) / scale,
            numbers,
            len(names),
            penalty=1 / self.C,
            tolerance=self.tolerance,
            steps=self.iterations,
        )
        return FittedDecoder(tuple(names.tolist()), mean, scale, found[:, :-1], found[:, -1])


@dataclass(frozen=True, eq=False)
class FittedDecoder:
    """Weights (label, feature) and intercepts (label) on z-scored features; `labels` in alphabetical order."""

    labels: tuple[str, ...]
    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    intercept: np.ndarray

    def evidence(self, features: np.ndarray) -> np.ndarray:
        """Of each label before the softmax, shape (stimulus, label)."""
        features = _checked(features)
        if features.shape[1] != len(self.mean):
            raise InvalidParameter(f"{features.shape[1]} features", expected=f"{len(self.mean)}, as it was fitted on")
        return ((features - self.mean) / self.scale) @ self.weights.T + self.intercept

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Of each label, shape (stimulus, label); rows sum to 1."""
        return softmax(self.evidence(features))


def softmax(scores: np.ndarray) -> np.ndarray:
    """Over the last axis, in float64, the largest subtracted first: it cannot overflow."""
    scores = np.asarray(scores, np.float64)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _checked(features: np.ndarray) -> np.ndarray:
    features = np.asarray(features)
    features = features.astype(np.float64) if features.dtype.kind != "f" or features.dtype.itemsize < 4 else features
    if features.ndim != 2 or not features.size:
        raise InvalidParameter(f"features of shape {features.shape}", expected="(stimulus, feature)")
    if not np.isfinite(features).all():
        raise InvalidParameter("features hold NaN or infinite values", expected="finite responses")
    return features
