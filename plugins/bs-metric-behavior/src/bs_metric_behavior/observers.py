"""Who was right about which stimulus: trials of several observers as one table."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import StimulusMismatch, TooFewStimuli

from .answers import column, labels, optional_column, positions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

FEWEST_STIMULI = 2
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Observers:
    """Answers of observers to the same presentations.

    Parameters
    ----------
    names : array of text, shape (observer,)
        Sorted.
    stimuli, conditions, truth : array of text, shape (presentation,)
        Of each presentation; sorted by condition, then stimulus.
    keys : array of text, shape (presentation,)
        Condition and stimulus in one.
    correct : bool array, shape (observer, presentation)
    """

    names: np.ndarray
    stimuli: np.ndarray
    conditions: np.ndarray
    truth: np.ndarray
    keys: np.ndarray
    correct: np.ndarray

    @property
    def blocks(self) -> "list[tuple[str, np.ndarray]]":
        """(condition, its presentations) of each condition."""
        return [(str(name), np.flatnonzero(self.conditions == name)) for name in np.unique(self.conditions)]


def observers(target: "xr.DataArray", variables: "Sequence[str]" = ("condition",)) -> Observers:
    """Trials of people, ordered.

    Parameters
    ----------
    target : xarray.DataArray
        BehavioralAssembly of answers, ``presentation``, with ``stimulus_id`` and ``truth``; ``subject`` where there are
        several people, and the `variables`.
    variables : sequence of str
        Coordinates whose combinations are conditions; those that are not there are one for all.

    Raises
    ------
    InvalidAssembly
        Without what is needed, or with missing answers.
    StimulusMismatch
        If somebody saw a stimulus twice in one condition, or did not see one that others saw; names both.
    TooFewStimuli
        Below two in a condition.
    """
    correct = labels(target, "target") == column(target, "truth", "target")
    names, row = np.unique(optional_column(target, "subject", "target", "all"), return_inverse=True)
    conditions, stimuli, keys = _keyed(target, variables, "target")
    known, first, place = np.unique(keys, return_index=True, return_inverse=True)
    seen = np.bincount(row * len(known) + place, minlength=len(names) * len(known)).reshape(len(names), -1)
    if (seen != 1).any():
        who, what = np.unravel_index((seen != 1).argmax(), seen.shape)
        where = f" in condition {str(conditions[first[what]])!r}" if set(variables) & set(target.coords) else ""
        raise StimulusMismatch(
            f"observer {str(names[who])!r} saw {str(stimuli[first[what]])!r} {int(seen[who, what])} times{where}",
            expected="each stimulus once in each condition by each observer",
            remedy="" if "subject" in target.coords else "tell several people apart by a coordinate 'subject'",
        )
    grid = np.zeros((len(names), len(known)), bool)
    grid[row, place] = correct
    truth = column(target, "truth", "target")
    if (truth != truth[first][place]).any():
        raise StimulusMismatch("a stimulus has two right answers", expected="one truth for each stimulus")
    found = Observers(names, stimuli[first], conditions[first], truth[first], known, grid)
    name, least = min(found.blocks, key=lambda block: len(block[1]))
    if len(least) < FEWEST_STIMULI:
        raise TooFewStimuli(f"{len(least)} stimuli in condition {name!r}", expected=f"at least {FEWEST_STIMULI}")
    return found


def correct_of(source: "xr.DataArray", people: Observers, variables: "Sequence[str]" = ("condition",)) -> np.ndarray:
    """Whether another observer is right about the same presentations, bool (presentation,).

    What is right stands in the people's trials. An observer whose answers have none of the `variables` saw each
    stimulus once, and its answer stands for every condition that the stimulus is in.

    Raises
    ------
    StimulusMismatch
        If it saw other stimuli, or one twice in a trial: :func:`.repetitions.each_trial` takes trials apart.
    """
    answered = labels(source, "source")
    if any(name in source.coords for name in variables):
        _, _, keys = _keyed(source, variables, "source")
        return answered[positions(people.keys, keys, "source")] == people.truth
    return answered[positions(people.stimuli, column(source, "stimulus_id", "source"), "source")] == people.truth


def _keyed(
    assembly: "xr.DataArray", variables: "Sequence[str]", side: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(condition, stimulus, both in one) of each presentation."""
    stimuli = column(assembly, "stimulus_id", side)
    parts = [column(assembly, name, side) for name in variables if name in assembly.coords]
    conditions = (
        np.array(["|".join(row) for row in zip(*parts, strict=True)]) if parts else np.full(len(stimuli), "all")
    )
    return conditions, stimuli, np.strings.add(np.strings.add(conditions, _BETWEEN), stimuli)
