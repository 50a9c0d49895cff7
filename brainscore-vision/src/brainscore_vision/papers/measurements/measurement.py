"""The contract of measurements."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.contracts import DataEntry, Presentation

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

    from ...model_interface import BrainModel

Stimuli = str | DataEntry
"""A registered stimulus set, by its identifier; or a description."""


@dataclass(frozen=True, eq=False)
class Samples:
    """What was measured.

    Parameters
    ----------
    values : numpy.ndarray
        One number a sample (a unit, a trial, a pair of stimuli), NaN where undefined: shape (samples,).
    conditions : numpy.ndarray
        The condition that each belongs to, text, shape (samples,).
    counts : mapping of str to int
        For the details of the score.
    """

    values: np.ndarray
    conditions: np.ndarray
    counts: Mapping[str, int] = field(default_factory=dict)

    def assembly(self) -> "xr.DataArray":
        """Dims ``sample``, coordinate ``condition``."""
        import xarray as xr

        values = np.asarray(self.values, dtype=np.float64)
        return xr.DataArray(values, dims=["sample"], coords={"condition": ("sample", self.conditions.astype(str))})


class Measurement(ABC):
    """A frozen description of what is shown and measured."""

    regions: tuple[str, ...]
    visual_degrees: float

    @property
    @abstractmethod
    def shows(self) -> tuple[DataEntry, ...]:
        """Descriptions of the stimulus sets."""

    @abstractmethod
    def presents(self) -> tuple[Presentation, ...]:
        """What is shown and recorded."""

    @abstractmethod
    def measure(self, model: "BrainModel", species: str) -> Samples:
        """Show, record and reduce.

        Raises
        ------
        Unsupported
            If the model has no such region, does not do the task, or has no time.
        """


def entry_of(stimuli: Stimuli) -> DataEntry:
    """The description behind an identifier."""
    if isinstance(stimuli, DataEntry):
        return stimuli
    from brainscore_core.registry import resolve

    found: DataEntry = resolve("stimulus_sets", stimuli)
    return found


def load(stimuli: Stimuli) -> "StimulusSet":
    """The stimulus set behind an identifier."""
    found: Any = entry_of(stimuli).load()
    return found


def species_of(species: str) -> dict[str, Any]:
    """As an option of ``start_recording``; nothing where any will do."""
    return {"species": species} if species else {}


def column(stimuli: "StimulusSet", name: str) -> np.ndarray:
    """A column of the stimuli as text.

    Raises
    ------
    InvalidStimulusSet
        If they have none of that name.
    """
    from brainscore_core.errors import InvalidStimulusSet

    if name not in stimuli.table:
        raise InvalidStimulusSet(
            f"stimulus set {stimuli.identifier!r} has no column {name!r}",
            expected=f"one of {sorted(map(str, stimuli.table.columns))}",
        )
    return stimuli.table[name].astype(str).to_numpy(dtype=str)
