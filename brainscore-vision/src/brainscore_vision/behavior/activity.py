"""What a task is: from the features of what was shown to answers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import xarray as xr

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import InvalidParameter

from ..model_interface import Task
from .sequences import require_roles, sequences
from .tasks import Source

if TYPE_CHECKING:
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

    from ..commitments.behavior import Behavior

Features = Callable[["StimulusSet", Source], np.ndarray]


@dataclass(frozen=True)
class Request:
    """What a subject is asked to do: the arguments of :meth:`~brainscore_vision.BrainModel.start_task`."""

    task: Task
    fitting_stimuli: "StimulusSet | Sequence[str] | str | None" = None
    trials: "pd.DataFrame | None" = None
    aggregation: str | None = None
    keep: bool = True


class Activity(ABC):
    """A task that is being done.

    Parameters
    ----------
    request : Request
    behavior : Behavior
        What the model commits.
    features : callable
        ``features(stimuli, source) -> array (stimulus, feature)``: for what is fitted when the task starts.
    who : str
        The model, for messages.

    Raises
    ------
    UnsupportedTask
        If a commitment is missing.
    InvalidParameter
        If the task is asked for with what it does not take.
    """

    takes: ClassVar[frozenset[str]] = frozenset()
    """Arguments of the request besides the task that it understands."""

    source: Source = "readout"
    """What is read of each stimulus."""

    def __init__(self, request: Request, behavior: "Behavior", features: Features, who: str):
        for name in ("fitting_stimuli", "trials", "aggregation"):
            if name not in self.takes and getattr(request, name) is not None:
                raise InvalidParameter(f"{name}= for the task {str(request.task)!r}", expected="none: it takes none")
        self.request, self.behavior, self.who = request, behavior, who
        self.start(features)

    def start(self, features: Features) -> None:  # noqa: B027 - not every task prepares anything
        """Check the request and fit what there is to fit."""

    def check(self, stimuli: "StimulusSet") -> None:  # noqa: B027 - most tasks can be done with any stimuli
        """Refuse stimuli with which the task cannot be done, before anything is shown."""

    @abstractmethod
    def answer(self, features: np.ndarray, stimuli: "StimulusSet") -> xr.DataArray:
        """Answers to what was shown.

        Parameters
        ----------
        features : array, shape (stimulus, feature)
            What `source` names, of each stimulus.
        stimuli : StimulusSet

        Returns
        -------
        BehavioralAssembly
        """


class SequenceActivity(Activity):
    """A task whose trials show several stimuli, each in a role."""

    takes = frozenset({"trials"})
    roles: ClassVar[tuple[str, ...]]
    distinct: ClassVar[tuple[str, ...]] = ()
    """Roles whose stimuli must differ within a trial."""

    def __init__(self, request: Request, behavior: "Behavior", features: Features, who: str):
        if request.trials is not None:
            require_roles(request.trials, self.roles)
        super().__init__(request, behavior, features, who)

    @abstractmethod
    def choose(self, features: np.ndarray, positions: np.ndarray, stimuli: "StimulusSet") -> dict[str, np.ndarray]:
        """Answer every trial.

        Parameters
        ----------
        features : array, shape (stimulus, feature)
        positions : int array, shape (trial, role)
            Rows of `features`.
        stimuli : StimulusSet

        Returns
        -------
        mapping
            ``answer``: the answer of each trial; whatever else becomes a coordinate.
        """

    def check(self, stimuli: "StimulusSet") -> None:
        """Refuse trials with stimuli that are not shown, or twice the same."""
        sequences(stimuli, self.request.trials, self.roles, self.distinct)

    def answer(self, features: np.ndarray, stimuli: "StimulusSet") -> xr.DataArray:
        """One answer a trial; coordinates: ``stimulus_id`` (ids joined by ``|``), roles, columns of the trials."""
        positions, trials = sequences(stimuli, self.request.trials, self.roles, self.distinct)
        chosen = self.choose(features, positions, stimuli)
        shown = [stimuli.ids[positions[:, role]] for role in range(len(self.roles))]
        joined = shown[0]
        for ids in shown[1:]:
            joined = np.char.add(np.char.add(joined, "|"), ids)
        coords = columns_of(trials) | {"stimulus_id": joined} | dict(zip(self.roles, shown, strict=True))
        values = chosen.pop("answer")
        coords |= chosen
        return BehavioralAssembly(
            values, dims=["presentation"], coords={name: ("presentation", found) for name, found in coords.items()}
        )


def columns_of(table: "pd.DataFrame") -> dict[str, Any]:
    """Every column of numbers or of complete text, by name."""
    found: dict[str, Any] = {}
    for name, column in table.items():
        values = column.to_numpy()
        if not isinstance(name, str) or name in ("presentation", "choice"):
            continue
        if values.dtype.kind in "biuf":
            found[name] = values
        elif all(isinstance(value, str) for value in values):
            found[name] = values.astype(str)
    return found


def answers(values: np.ndarray, stimuli: "StimulusSet", **more: Any) -> xr.DataArray:
    """One answer a stimulus, or (presentation, choice) with ``choice=`` labels; other arrays lie on presentation."""
    coords: dict[str, Any] = {
        name: ("presentation", found) for name, found in columns_of(stimuli.table).items() if name not in more
    }
    choice = more.pop("choice", None)
    coords |= {"stimulus_id": ("presentation", stimuli.ids)}
    coords |= {name: ("presentation", found) for name, found in more.items()}
    if choice is None:
        return BehavioralAssembly(values, dims=["presentation"], coords=coords)
    return BehavioralAssembly(
        values, dims=["presentation", "choice"], coords={**coords, "choice": ("choice", list(choice))}
    )
