"""Dissimilarities of several subjects from their recordings, as ``rdm`` and ``rsa_noise_ceiling`` take them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.assemblies import DissimilarityAssembly
from brainscore_core.errors import InvalidAssembly, StimulusMismatch

from .dissimilarities import Dissimilarities, of_responses, of_trials
from .measures import Distance
from .pairs import square

if TYPE_CHECKING:
    import xarray as xr


def measure(
    recordings: "Mapping[str, xr.DataArray]",
    *,
    distance: str = "correlation",
    noise: str | None = None,
    standardise: bool = False,
) -> "xr.DataArray":
    """Dissimilarities of each subject.

    Parameters
    ----------
    recordings : mapping of subject to xarray.DataArray
        NeuroidAssemblies of one region each, to the same stimuli; single trials where the distance needs them. Units
        need not be shared.
    distance, noise, standardise
        As for ``rdm``.

    Returns
    -------
    xarray.DataArray
        DissimilarityAssembly, stimuli in the order of the first recording (sorted, of single trials); NaN where a
        distance is undefined.

    Raises
    ------
    StimulusMismatch
        If a subject saw other stimuli.
    InvalidAssembly
        Without recordings, or where one holds several regions.
    InvalidParameter, TooFewStimuli
    """
    measured = Distance("measure", distance, noise, standardise)
    found: dict[str, Dissimilarities] = {}
    regions = []
    for name, recording in recordings.items():
        found[name] = (of_trials if measured.of_trials else of_responses)(recording, name, measured)
        regions.append(_region(recording, name))
    if not found:
        raise InvalidAssembly("no recordings to measure", expected="at least one subject")
    ids = next(iter(found.values())).stimulus_ids
    matrices = np.stack([_ordered(name, one, ids) for name, one in found.items()])
    return DissimilarityAssembly(
        matrices,
        dims=("subject", "stimulus_i", "stimulus_j"),
        coords={
            "subject_id": ("subject", list(found)),
            "region": ("subject", regions),
            "stimulus_id_i": ("stimulus_i", ids),
            "stimulus_id_j": ("stimulus_j", ids),
        },
    )


def _ordered(name: str, found: Dissimilarities, ids: np.ndarray) -> np.ndarray:
    """The matrix of one subject with its stimuli in this order."""
    matrix = square(found.values[0], len(found.stimulus_ids))
    place = {stimulus: index for index, stimulus in enumerate(found.stimulus_ids.tolist())}
    odd = set(place) ^ set(ids.tolist())
    if odd or len(place) < len(found.stimulus_ids):
        raise StimulusMismatch(
            f"{name} and the first subject differ in {len(odd)} stimuli, or one stands twice",
            expected="each stimulus once, the same for all subjects",
            remedy="average repetitions, and select the common stimuli",
        )
    order = [place[stimulus] for stimulus in ids.tolist()]
    return matrix[np.ix_(order, order)]


def _region(recording: "xr.DataArray", name: str) -> str:
    regions = sorted(set(recording["region"].values.astype(str).tolist()))
    if len(regions) != 1:
        raise InvalidAssembly(f"{name} holds the regions {regions}", expected="one", remedy="select(..., region=...)")
    return regions[0]
