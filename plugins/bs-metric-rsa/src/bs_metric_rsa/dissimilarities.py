"""From assemblies to lists of dissimilarities, in a stated order of stimuli."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.assemblies import DissimilarityAssembly, NeuroidAssembly, align
from brainscore_core.errors import InvalidAssembly, StimulusMismatch, TooFewStimuli

from .measures import Distance
from .pairs import triangle
from .trials import trials_of, two_dimensional

if TYPE_CHECKING:
    import xarray as xr

FEWEST_STIMULI = 3
"""Two stimuli have one dissimilarity, and one number has no rank correlation."""


@dataclass(frozen=True)
class Dissimilarities:
    """Dissimilarities of several subjects between the same stimuli.

    Parameters
    ----------
    stimulus_ids : array of text, shape (stimulus,)
    subject_ids : array of text, shape (subject,)
    values : array, shape (subject, pair)
        Above the diagonal, row by row; NaN where not measured or undefined.
    notes : mapping
        On how they were measured, for the details of a score.
    """

    stimulus_ids: np.ndarray
    subject_ids: np.ndarray
    values: np.ndarray
    notes: Mapping[str, str | int | float] = field(default_factory=dict)


def is_dissimilarity(assembly: "xr.DataArray") -> bool:
    """Whether the assembly holds dissimilarities rather than responses."""
    return "stimulus_i" in getattr(assembly, "dims", ())


def of_responses(assembly: "xr.DataArray", label: str, distance: Distance) -> Dissimilarities:
    """Between the stimuli of a NeuroidAssembly with one row each, as one subject.

    Raises
    ------
    InvalidAssembly
        If responses have other dimensions than presentation and neuroid, or are not finite.
    TooFewStimuli
        Below three.
    """
    NeuroidAssembly.validate(assembly)
    assembly = two_dimensional(assembly, label)
    ids = assembly["stimulus_id"].values.astype(str)
    _enough(ids, label)
    values = assembly.values
    finite = np.isfinite(values).all(axis=1)
    if not finite.all():
        raise InvalidAssembly(
            f"{label} has NaN or infinite responses to {np.sum(~finite)} stimuli, {str(ids[~finite][0])!r} among them",
            expected="every unit measured for every stimulus",
            remedy="leave out the units that were not",
        )
    return Dissimilarities(ids, np.array([label]), triangle(distance.between_responses(values))[None])


def of_trials(assembly: "xr.DataArray", label: str, distance: Distance) -> Dissimilarities:
    """Between the stimuli of a NeuroidAssembly of single trials, as one subject.

    Raises
    ------
    InvalidAssembly
        As :func:`bs_metric_rsa.trials.trials_of`.
    TooFewStimuli
        Below three.
    """
    trials = trials_of(assembly, label)
    _enough(trials.stimulus_ids, label)
    matrices, notes = distance.between_trials(trials)
    notes |= {
        "trials_min": int(trials.counts.min()),
        "trials_max": int(trials.counts.max()),
        "stimuli_with_one_trial": int((trials.counts < 2).sum()),
    }
    return Dissimilarities(trials.stimulus_ids, np.array([label]), triangle(matrices), notes)


def of_subjects(assembly: "xr.DataArray", label: str) -> Dissimilarities:
    """A DissimilarityAssembly, its sessions averaged subject by subject; subjects in order of appearance.

    A pair that was measured in some sessions of a subject is averaged over these.

    Raises
    ------
    StimulusMismatch
        If the two sides of a matrix name different stimuli, or one twice.
    InvalidAssembly
        If a matrix is not symmetric, or there are time bins.
    TooFewStimuli
        Below three.
    """
    DissimilarityAssembly.validate(assembly)
    if "time_bin" in assembly.dims:
        raise InvalidAssembly(
            f"{label} has dimensions {tuple(assembly.dims)}",
            expected="no time bins",
            remedy="select one: isel(time_bin=0)",
        )
    matrices, ids = _square(assembly, label)
    _enough(ids, label)
    entries = triangle(matrices)
    names = assembly["subject_id"].values.astype(str)
    subjects = np.array(list(dict.fromkeys(names.tolist())))
    return Dissimilarities(ids, subjects, np.stack([_mean_measured(entries[names == name]) for name in subjects]))


def reorder_responses(assembly: "xr.DataArray", stimulus_ids: np.ndarray) -> "xr.DataArray":
    """`assembly` with its presentations in the order of these stimuli.

    Raises
    ------
    StimulusMismatch
        If they are not the same stimuli, or one stands twice.
    """
    import xarray as xr

    wanted = xr.DataArray(
        np.zeros(len(stimulus_ids)), dims="presentation", coords={"stimulus_id": ("presentation", stimulus_ids)}
    )
    return align(assembly, wanted, within=())[0]


def reorder_subjects(assembly: "xr.DataArray", stimulus_ids: np.ndarray) -> "xr.DataArray":
    """A DissimilarityAssembly with its stimuli in this order on both sides."""
    for side in ("i", "j"):
        renamed = assembly.rename({f"stimulus_{side}": "presentation", f"stimulus_id_{side}": "stimulus_id"})
        assembly = reorder_responses(renamed, stimulus_ids).rename(
            {"presentation": f"stimulus_{side}", "stimulus_id": f"stimulus_id_{side}"}
        )
    return assembly


def _square(assembly: "xr.DataArray", label: str) -> tuple[np.ndarray, np.ndarray]:
    """(matrices (row, stimulus, stimulus) in float64, ids), both sides in the order of the first."""
    ids = assembly["stimulus_id_i"].values.astype(str)
    if len(set(ids.tolist())) != len(ids):
        raise StimulusMismatch(f"{label} has a stimulus twice", expected="each stimulus once")
    if not np.array_equal(ids, assembly["stimulus_id_j"].values.astype(str)):
        assembly = reorder_subjects(assembly, ids)
    matrices = assembly.transpose("subject", "stimulus_i", "stimulus_j").values.astype(np.float64)
    if not np.allclose(matrices, matrices.swapaxes(1, 2), rtol=1e-6, atol=1e-9, equal_nan=True):
        raise InvalidAssembly(f"{label} has a matrix that is not symmetric", expected="one dissimilarity a pair")
    return matrices, ids


def _mean_measured(entries: np.ndarray) -> np.ndarray:
    """Mean over rows of what is not NaN; NaN where all are."""
    measured = ~np.isnan(entries)
    count = measured.sum(axis=0)
    total = np.where(measured, entries, 0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _enough(ids: np.ndarray, label: str) -> None:
    if len(ids) < FEWEST_STIMULI:
        raise TooFewStimuli(
            f"{label} has {len(ids)} stimuli", expected=f"at least {FEWEST_STIMULI} to compare dissimilarities"
        )
