"""Ceilings by identifier; numpy and xarray are imported when one is made."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .consistency import InternalConsistency, InternalConsistencyTemporal, SplitHalfReliability
    from .subjects import BetweenSubjects
    from .variance import ICC, VoxelNoiseCeiling

__all__ = [
    "between_subjects",
    "icc",
    "internal_consistency",
    "internal_consistency_temporal",
    "split_half_reliability",
    "voxel_noise_ceiling",
]


def internal_consistency(*, splits: int = 10, split_coord: str = "repetition", seed: int = 1) -> "InternalConsistency":
    """Split-half consistency as Brain-Score 2."""
    from .consistency import InternalConsistency

    return InternalConsistency(splits, split_coord, seed)


def internal_consistency_temporal(
    *, splits: int = 10, split_coord: str = "repetition", seed: int = 1
) -> "InternalConsistencyTemporal":
    """Split-half consistency in each time bin."""
    from .consistency import InternalConsistencyTemporal

    return InternalConsistencyTemporal(splits, split_coord, seed)


def split_half_reliability(
    *, splits: int = 10, split_coord: str = "repetition", seed: int = 1
) -> "SplitHalfReliability":
    """Equal halves within each stimulus, for ragged repetitions."""
    from .consistency import SplitHalfReliability

    return SplitHalfReliability(splits, split_coord, seed)


def icc() -> "ICC":
    """ICC(1, k)."""
    from .variance import ICC

    return ICC()


def between_subjects(
    *, metric: str = "pls", metric_kwargs: dict[str, Any] | None = None, subject_coord: str = "subject"
) -> "BetweenSubjects":
    """Each subject from the others."""
    from .subjects import BetweenSubjects

    return BetweenSubjects(metric, metric_kwargs or {}, subject_coord)


def voxel_noise_ceiling(*, trials: int | None = None) -> "VoxelNoiseCeiling":
    """Noise ceiling of each voxel."""
    from .variance import VoxelNoiseCeiling

    return VoxelNoiseCeiling(trials)


# what `brainscore cite` prints: Shrout & Fleiss 1979; Allen et al. 2022
icc.doi = "10.1037/0033-2909.86.2.420"
voxel_noise_ceiling.doi = "10.1038/s41593-021-00962-x"
