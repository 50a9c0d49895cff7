"""What ``distance=`` and ``noise=`` name: how unlike two stimuli are, from a recording."""

from dataclasses import dataclass

import numpy as np

from brainscore_core.errors import InvalidParameter

from .distances import correlation_distance, squared_distance, standardised
from .noise import NOISE
from .trials import Trials, crossnobis, mahalanobis

DISTANCES = ("correlation", "squared-euclidean", "mahalanobis", "crossnobis")
"""The last two are of single trials."""


@dataclass(frozen=True)
class Distance:
    """A distance, with its options.

    Parameters
    ----------
    metric : str
        Which metric was given these options; named in errors.
    name : str
        One of :data:`DISTANCES`.
    noise : str, optional
        One of :data:`~bs_metric_rsa.noise.NOISE`, for the distances of single trials; default ``ledoit-wolf``.
    standardise : bool
        Each unit at mean 0 and sd 1 over stimuli first.

    Raises
    ------
    InvalidParameter
        For names that there are not, or options that the distance does not have.
    """

    metric: str
    name: str = "correlation"
    noise: str | None = None
    standardise: bool = False

    def __post_init__(self) -> None:
        if self.name not in DISTANCES:
            raise InvalidParameter(f"{self.metric}: distance={self.name!r}", expected=" or ".join(map(repr, DISTANCES)))
        if self.noise is not None and not self.of_trials:
            raise InvalidParameter(
                f"{self.metric}: noise={self.noise!r} with distance={self.name!r}",
                expected="'mahalanobis' or 'crossnobis'",
            )
        if self.noise not in (None, *NOISE):
            raise InvalidParameter(f"{self.metric}: noise={self.noise!r}", expected=" or ".join(map(repr, NOISE)))
        if self.standardise and self.of_trials:
            raise InvalidParameter(
                f"{self.metric}: standardise with distance={self.name!r}",
                expected="one of the two: these distances bring units to equal noise",
            )

    @property
    def of_trials(self) -> bool:
        """Whether it needs single trials."""
        return self.name in ("mahalanobis", "crossnobis")

    def between_responses(self, responses: np.ndarray) -> np.ndarray:
        """Between responses without trials, (stimulus, unit); for distances of trials: what these are without noise."""
        responses = standardised(responses) if self.standardise else responses
        return correlation_distance(responses) if self.name == "correlation" else squared_distance(responses)

    def between_trials(
        self, trials: Trials, parts: np.ndarray | None = None
    ) -> tuple[np.ndarray, dict[str, str | float]]:
        """Between stimuli seen in single trials.

        Parameters
        ----------
        trials : Trials
        parts : bool array, shape (part, repetition, stimulus), optional
            Which trials count, for several sets of distances in the space of the noise of all; default: one set, all.

        Returns
        -------
        array, shape (part, stimulus, stimulus)
        dict
            What to say about the noise.
        """
        noise = self.noise or "ledoit-wolf"
        measured = mahalanobis if self.name == "mahalanobis" else crossnobis
        matrices, notes = measured(trials, noise, trials.there[None] if parts is None else parts)
        return matrices, {"noise": noise, **notes}
