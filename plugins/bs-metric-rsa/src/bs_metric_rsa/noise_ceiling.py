"""``rsa_noise_ceiling``: between which bounds a perfect model would lie, given how much subjects differ."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score

from .dissimilarities import of_subjects
from .rank_correlation import spearman
from .ranking import average_ranks

if TYPE_CHECKING:
    import xarray as xr

ESTIMATOR = "Nili 2014: Spearman's rho of each subject with the rank of the mean of rank-transformed subjects"
_SIMULATED_ENTRIES = 200_000


class NoiseCeiling:
    """Noise ceiling of the mean over subjects of rho(model, subject) (Nili et al. 2014, PLoS Comput Biol 10:e1003553).

    Each subject's dissimilarities are ranked (sessions averaged first), ranks are averaged and ranked again. The mean
    over subjects of their rho with that is the upper bound: no single model can do better. Leaving out the subject it
    is compared with gives the lower bound, below which a model misses something subjects share.

    The bounds belong to the mean of rhos, not to rho with the mean of subjects, and nothing is to be divided by them:
    with few subjects the upper bound of pure noise is high, about ``1 / sqrt(subjects)``.

    Parameters
    ----------
    seed : int
        Of the simulation of pure noise.
    """

    inputs: Literal["single"] = "single"
    doi = "10.1371/journal.pcbi.1003553"

    def __init__(self, seed: int = 0):
        self.seed = seed

    def __call__(self, assembly: "xr.DataArray") -> Score:
        """Both bounds.

        Parameters
        ----------
        assembly : xarray.DataArray
            DissimilarityAssembly of at least two subjects. Pairs that were not measured in all are left out.

        Returns
        -------
        Score
            The value is the upper bound. In `details`: ``lower``, ``upper``, ``subjects``, ``pairs``,
            ``noise_only_upper`` (the upper bound of as many subjects whose dissimilarities are independent noise, by
            seeded simulation) and ``estimator``.

        Raises
        ------
        InvalidAssembly
            Below two subjects, or if one has the same dissimilarity everywhere.
        TooFewStimuli
            Below three.
        """
        subjects = of_subjects(assembly, "assembly").values
        if len(subjects) < 2:
            raise InvalidAssembly(
                f"a noise ceiling from {len(subjects)} subject",
                expected="at least two subjects (sessions of one subject are averaged)",
            )
        subjects = subjects[:, ~np.isnan(subjects).any(axis=0)]
        if subjects.shape[1] < 2 or (np.ptp(subjects, axis=1) == 0).any():
            raise InvalidAssembly(
                f"{subjects.shape[1]} pairs were measured in all subjects, or one subject does not tell pairs apart",
                expected="dissimilarities that can be ranked",
            )
        lower, upper = bounds(subjects)
        return Score(
            upper,
            details={
                "lower": lower,
                "upper": upper,
                "subjects": len(subjects),
                "pairs": subjects.shape[1],
                "noise_only_upper": noise_only_upper(*subjects.shape, seed=self.seed),
                "estimator": ESTIMATOR,
            },
        )


def bounds(subjects: np.ndarray) -> tuple[float, float]:
    """(lower, upper) of dissimilarities, shape (subject, pair)."""
    ranks = np.stack([average_ranks(subject) for subject in subjects])
    total = ranks.sum(axis=0)
    shared = average_ranks(total)
    upper = np.mean([spearman(own, shared) for own in ranks])
    lower = np.mean([spearman(own, average_ranks(total - own)) for own in ranks])
    return float(lower), float(upper)


def noise_only_upper(subjects: int, pairs: int, *, seed: int = 0) -> float:
    """Mean upper bound of subjects whose dissimilarities are independent noise.

    Simulated, because the second ranking moves it away from ``1 / sqrt(subjects)``: .492 for four subjects. Enough
    draws are averaged for the second digit after the point not to depend on the seed.
    """
    rng = np.random.default_rng(seed)
    draws = max(1, round(_SIMULATED_ENTRIES / pairs))
    return float(np.mean([_upper(rng.random((subjects, pairs))) for _ in range(draws)]))


def _upper(subjects: np.ndarray) -> float:
    ranks = np.stack([average_ranks(subject) for subject in subjects])
    shared = average_ranks(ranks.sum(axis=0))
    return float(np.mean([spearman(own, shared) for own in ranks]))
