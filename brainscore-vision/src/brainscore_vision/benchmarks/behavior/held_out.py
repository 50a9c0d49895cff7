"""Experiment type: a decoder is fitted on some of the stimuli and answers to the others, until all have an answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.contracts import Presentation
from brainscore_core.errors import InvalidModelOutput, InvalidParameter

from ...model_interface import Task
from ...screen import place_on_screen
from .comparison import BehavioralComparison
from .experiment import require_disjoint

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

LABEL = "image_label"


@dataclass(frozen=True, kw_only=True)
class HeldOutComparison(BehavioralComparison):
    """Answers of a decoder that never saw the stimuli it answers to, compared with those of people.

    For experiments whose only published stimuli are those that people were tested with: `probabilities` are asked for
    fold by fold, each time fitted on stimuli of the other folds.

    Parameters
    ----------
    folds : int or str
        So many, stratified by ``image_label`` and drawn by `fold_seed`; or a column of the stimuli: one of its values
        is left out at a time, so that nothing of it is fitted on.
    fit_where : mapping of str to sequence
        Column of the stimuli to the values that are fitted on; all others are only tested with.
    fold_seed : int
    among : mapping of str to value
        Coordinates that select the recorded trials that are compared with, as ``{"condition": "unmasked"}``.
    caveats : sequence of str
        Flags of every score, for what a reader must not miss of the experiment.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.behavior.BehavioralComparison`.
    """

    task: str = Task.PROBABILITIES
    folds: int | str = 5
    fit_where: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    fold_seed: int = 0
    among: Mapping[str, Any] = field(default_factory=dict)
    caveats: Sequence[str] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.folds, int) and self.folds < 2:
            raise InvalidParameter(f"benchmark {self.identifier!r} has folds={self.folds}", expected="2 or more")
        if self.task != Task.PROBABILITIES or self.fitting_stimuli is not None:
            raise InvalidParameter(
                f"benchmark {self.identifier!r} has a task or fitting stimuli of its own",
                expected="neither: probabilities, fitted on the stimuli themselves",
            )

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader of its scores must not miss."""
        return (*super().flags, *self.caveats)

    def target(self) -> "xr.DataArray":
        """The trials that are compared with."""
        from brainscore_core.assemblies import select

        trials = super().target()
        return select(trials, **self.among) if self.among else trials

    def presents(self) -> tuple[Presentation, ...]:
        """All stimuli."""
        shown = Presentation(self.stimulus_set(), self.visual_degrees, None, self.number_of_trials, task=self.task)
        return (shown,)

    def splits(self, stimuli: "StimulusSet") -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(positions that are fitted on, positions that are tested) of each fold.

        Raises
        ------
        InvalidParameter
            Without the columns, or where a fold leaves nothing of a label to fit on.
        """
        fold = self._fold_of(stimuli)
        fitted = np.ones(len(stimuli), bool)
        for name, values in self.fit_where.items():
            fitted &= np.isin(_column(stimuli, name), list(values))
        labels = _column(stimuli, LABEL)
        wanted = set(labels[fitted].tolist())
        for number in np.unique(fold):
            train, test = np.flatnonzero(fitted & (fold != number)), np.flatnonzero(fold == number)
            if lost := wanted - set(labels[train].tolist()):
                raise InvalidParameter(
                    f"a fold of {self.identifier!r} leaves nothing of {sorted(lost)[0]!r} to fit on",
                    expected="each label in at least two folds",
                )
            yield train, test

    def answers(self, model: Any) -> "xr.DataArray":
        """Probabilities (presentation, choice) of each stimulus, rows in the order of the stimuli.

        Raises
        ------
        UnsupportedTask, InvalidModelOutput
        """
        import xarray as xr

        stimuli, parts = self.stimulus_set(), []
        for train, test in self.splits(stimuli):
            parts.append(self._answers(model, stimuli.take(train), stimuli.take(test)))
        joined = xr.concat(parts, "presentation", coords="minimal", compat="equals", join="exact")
        place = {stimulus_id: position for position, stimulus_id in enumerate(stimuli)}
        order = np.argsort([place[stimulus_id] for stimulus_id in joined["stimulus_id"].values.tolist()], kind="stable")
        return joined.isel(presentation=order)

    def _answers(self, model: Any, fitting: "StimulusSet", test: "StimulusSet") -> "xr.DataArray":
        from .answers import checked

        require_disjoint(fitting, test)
        degrees = model.visual_degrees()
        size = self.visual_degrees or degrees
        model.reset()
        options = {} if self.access == "public" else {"keep": False}
        model.start_task(self.task, place_on_screen(fitting, degrees, size), **options)
        found = model.look_at(place_on_screen(test, degrees, size), self.number_of_trials)
        found = checked(found, test, self, model.identifier, None)
        labels = sorted(set(fitting[LABEL]))
        if sorted(found["choice"].values.tolist()) != labels:
            raise InvalidModelOutput(
                f"{model.identifier} chooses among {found['choice'].values.tolist()}", expected=f"{labels}"
            )
        return found

    def _fold_of(self, stimuli: "StimulusSet") -> np.ndarray:
        """The fold in which each stimulus is tested."""
        if isinstance(self.folds, str):
            return np.unique(_column(stimuli, self.folds), return_inverse=True)[1]
        labels, rng = _column(stimuli, LABEL), np.random.default_rng(self.fold_seed)
        fold = np.empty(len(stimuli), int)
        for label in np.unique(labels):
            members = rng.permutation(np.flatnonzero(labels == label))
            fold[members] = np.arange(len(members)) % self.folds
        return fold


def _column(stimuli: "StimulusSet", name: str) -> np.ndarray:
    if name not in stimuli.table.columns:
        raise InvalidParameter(
            f"{stimuli.identifier!r} has the columns {list(stimuli.table.columns)}", expected=f"a column {name!r}"
        )
    return stimuli[name].to_numpy()
