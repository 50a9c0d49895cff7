"""A model and what it is compared with, as dissimilarities between the same stimuli in the same order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.assemblies import align
from brainscore_core.errors import InvalidAssembly

from .dissimilarities import (
    Dissimilarities,
    is_dissimilarity,
    of_responses,
    of_subjects,
    of_trials,
    reorder_responses,
    reorder_subjects,
)
from .measures import Distance

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Sides:
    """Both sides of a comparison.

    Parameters
    ----------
    stimulus_ids : array of text, shape (stimulus,)
    subject_ids : array of text, shape (subject,)
    model : array, shape (pair,)
        Dissimilarities above the diagonal, row by row.
    subjects : array, shape (subject, pair)
        NaN: not measured.
    undefined : bool
        Whether a response pattern is constant, so that it has no correlation with others.
    notes : mapping
        On how the subjects were measured.
    """

    stimulus_ids: np.ndarray
    subject_ids: np.ndarray
    model: np.ndarray
    subjects: np.ndarray
    undefined: bool
    notes: Mapping[str, str | int | float]

    def labelled(self, values: np.ndarray) -> "xr.DataArray":
        """One value a subject, with ``subject_id``."""
        import xarray as xr

        return xr.DataArray(values, dims=["subject"], coords={"subject_id": ("subject", self.subject_ids)})


def aligned(source: "xr.DataArray", target: "xr.DataArray", distance: Distance) -> Sides:
    """The two sides, in the order of the target's stimuli.

    Raises
    ------
    StimulusMismatch, InvalidAssembly, TooFewStimuli
    """
    source, subjects = _subjects(source, target, distance)
    model = model_of(source, subjects.stimulus_ids, distance)
    recorded = not is_dissimilarity(target) and not distance.of_trials
    undefined = bool(np.isnan(model).any() or (recorded and np.isnan(subjects.values).any()))
    return Sides(subjects.stimulus_ids, subjects.subject_ids, model, subjects.values, undefined, subjects.notes)


def _subjects(
    source: "xr.DataArray", target: "xr.DataArray", distance: Distance
) -> tuple["xr.DataArray", Dissimilarities]:
    """The source (in the order of the target where both are recordings of one row a stimulus), and the target."""
    if is_dissimilarity(target):
        return source, of_subjects(target, "target")
    if distance.of_trials:
        return source, of_trials(target, "target", distance)
    if not is_dissimilarity(source):
        source, target = align(source, target)
    return source, of_responses(target, "target", distance)


def model_of(source: "xr.DataArray", stimulus_ids: np.ndarray, distance: Distance, label: str = "source") -> np.ndarray:
    """Dissimilarities of a model, shape (pair,), its stimuli in this order; NaN where undefined.

    Raises
    ------
    StimulusMismatch, InvalidAssembly, TooFewStimuli
    """
    if not is_dissimilarity(source):
        if not np.array_equal(source["stimulus_id"].values.astype(str), stimulus_ids):
            source = reorder_responses(source, stimulus_ids)
        return of_responses(source, label, distance).values[0]
    model = of_subjects(reorder_subjects(source, stimulus_ids), label)
    if len(model.subject_ids) != 1:
        raise InvalidAssembly(
            f"{label} has dissimilarities of {len(model.subject_ids)} subjects",
            expected="one",
            remedy="select one, for instance select(source, subject_id=...)",
        )
    return model.values[0]
