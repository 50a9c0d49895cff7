"""Two-alternative recognition of objects: trials of people and probabilities of models in numbers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidAssembly, StimulusMismatch, TooFewStimuli
from brainscore_core.statistics.discriminability import rates_of_probabilities

from .answers import column, labels, positions, text
from .patterns import rates_of_trials

if TYPE_CHECKING:
    import xarray as xr

OFFERED = ("sample_obj", "dist_obj")
FEWEST_STIMULI = 3


@dataclass(frozen=True)
class Task:
    """Which images of which objects there are.

    Parameters
    ----------
    stimuli, choices : array of text
        Sorted.
    truth : array of int, shape (stimulus,)
        Which choice each is.
    image : array of int, shape (presentation,)
        Which stimulus each presentation of the target shows.
    """

    stimuli: np.ndarray
    choices: np.ndarray
    truth: np.ndarray
    image: np.ndarray

    @classmethod
    def of(cls, target: "xr.DataArray", choices: np.ndarray) -> "Task":
        """Of a target with ``stimulus_id`` and ``truth``.

        Raises
        ------
        StimulusMismatch
            If an image has two truths.
        InvalidAssembly
            If a truth is no choice.
        TooFewStimuli
            Below three.
        """
        ids = column(target, "stimulus_id", "target").tolist()
        stimuli = np.array(sorted(set(ids)))
        if len(stimuli) < FEWEST_STIMULI:
            raise TooFewStimuli(f"{len(stimuli)} images", expected=f"at least {FEWEST_STIMULI}")
        place = codes(ids, stimuli, "stimulus_id")
        named = codes(column(target, "truth", "target").tolist(), choices, "truth")
        own = np.zeros(len(stimuli), np.intp)
        own[place] = named
        if (odd := own[place] != named).any():
            raise StimulusMismatch(f"image {ids[odd.argmax()]!r} has two truths", expected="one object an image")
        return cls(stimuli, choices, own, place)

    def rates(self, probabilities: "xr.DataArray", side: str) -> np.ndarray:
        """False alarms of probabilities, shape (stimulus, choice).

        Raises
        ------
        StimulusMismatch
            If images are missing, or stand twice.
        InvalidAssembly
            For probabilities that are NaN or negative.
        """
        table = probabilities.transpose("presentation", "choice")
        values = np.asarray(table.values, np.float64)
        if not (np.isfinite(values) & (values >= 0)).all():
            raise InvalidAssembly(f"probabilities of {side} are NaN, infinite or negative", expected="0 or more")
        rows = positions(self.stimuli, column(probabilities, "stimulus_id", side), side)
        columns = positions(self.choices, choices_of(probabilities, side), f"choices of {side}")
        return rates_of_probabilities(values[np.ix_(rows, columns)], self.truth)

    def trials(self, target: "xr.DataArray") -> "Trials":
        """Trials of people, in numbers."""
        answered = codes(labels(target, "target").tolist(), self.choices, "answers")
        one, other = (codes(column(target, name, "target").tolist(), self.choices, name) for name in OFFERED)
        strange = (answered != one) & (answered != other)
        if strange.any():
            raise InvalidAssembly(
                f"{int(strange.sum())} trials of target answer what was not offered",
                expected=f"the {' or the '.join(OFFERED)} of the trial",
            )
        return Trials(self.image, answered, one, other)


@dataclass(frozen=True)
class Trials:
    """Codes of each trial, shape (trial,)."""

    image: np.ndarray
    answered: np.ndarray
    one: np.ndarray
    other: np.ndarray

    def rates(self, rows: np.ndarray | slice, task: Task) -> np.ndarray:
        """False alarms in some of the trials, shape (stimulus, choice)."""
        offered = (self.one[rows], self.other[rows])
        return rates_of_trials(self.image[rows], self.answered[rows], offered, task.truth, len(task.choices))


def choices_of(probabilities: "xr.DataArray", side: str) -> np.ndarray:
    """What the probabilities are of."""
    if "choice" not in probabilities.coords:
        raise InvalidAssembly(f"{side} has no coordinate 'choice'", expected="the name of each choice")
    return text(probabilities["choice"].values, f"choices of {side}")


def codes(entries: list[str], known: np.ndarray, what: str) -> np.ndarray:
    """The place of each entry among the known ones.

    A dictionary, since sorting 100,000 texts takes ten times as long.

    Raises
    ------
    InvalidAssembly
        For an entry that is none of them.
    """
    place = {name: number for number, name in enumerate(known.tolist())}
    try:
        return np.fromiter(map(place.__getitem__, entries), np.intp, len(entries))
    except KeyError as error:
        raise InvalidAssembly(
            f"{what} of target holds {error.args[0]!r}", expected=f"one of {', '.join(known[:8].tolist())}"
        ) from error
