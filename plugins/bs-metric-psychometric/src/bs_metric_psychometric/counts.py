"""Right answers per level of the variable that is varied."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import InvalidAssembly, TooFewStimuli

FEWEST_LEVELS = 3
TRUTHS = ("truth", "image_label")


@dataclass(frozen=True, eq=False)
class Counts:
    """What was answered at each level.

    Parameters
    ----------
    levels : numpy.ndarray
        Increasing, shape (level,).
    correct, trials : numpy.ndarray
        Right answers and all answers, shape (level,).
    """

    levels: np.ndarray
    correct: np.ndarray
    trials: np.ndarray

    @property
    def rates(self) -> np.ndarray:
        """Share of right answers, shape (level,)."""
        return self.correct / self.trials

    @property
    def rate(self) -> float:
        """Share of right answers of all."""
        return float(self.correct.sum() / self.trials.sum())

    @classmethod
    def of(cls, levels: np.ndarray, correct: np.ndarray) -> "Counts":
        """From single trials.

        Parameters
        ----------
        levels : numpy.ndarray
            Shape (trial,).
        correct : numpy.ndarray of bool
            Shape (trial,).

        Raises
        ------
        InvalidAssembly, TooFewStimuli
            If a level is no finite number, or there are fewer than three.
        """
        if levels.dtype.kind not in "iuf" or not np.isfinite(levels).all():
            raise InvalidAssembly(
                f"levels {levels[:3].tolist()}... of dtype {levels.dtype}", expected="a finite number for each trial"
            )
        unique, place = np.unique(levels.astype(np.float64), return_inverse=True)
        if len(unique) < FEWEST_LEVELS:
            raise TooFewStimuli(
                f"{len(unique)} level(s), {unique.tolist()}",
                expected=f"at least {FEWEST_LEVELS} to fit a psychometric function",
            )
        trials = np.bincount(place, minlength=len(unique))
        return cls(unique, np.bincount(place, weights=correct.astype(float), minlength=len(unique)), trials)


def correctness(answers: xr.DataArray, truth: str | None = None) -> np.ndarray:
    """Whether each answer was right.

    Parameters
    ----------
    answers : xarray.DataArray
        BehavioralAssembly: a probability for each ``choice`` (the most probable is the answer; of equals, the first),
        answers as text or integers, or booleans that say already whether they were right.
    truth : str, optional
        Coordinate of the right answers, compared as text; None: ``truth``, else ``image_label``. "na" is an answer.

    Returns
    -------
    numpy.ndarray of bool
        Shape (presentation,).

    Raises
    ------
    InvalidAssembly
    """
    BehavioralAssembly.validate(answers)
    if answers.dtype.kind == "b" and "choice" not in answers.dims:
        return answers.values
    names = TRUTHS if truth is None else (truth,)
    name = next((entry for entry in names if entry in answers.coords), None)
    if name is None:
        raise InvalidAssembly(
            f"answers without coordinate {' or '.join(map(repr, names))}",
            expected=f"the right answer of each trial; found {sorted(map(str, answers.coords))}",
        )
    given = answers.values
    if "choice" in answers.dims:
        probabilities = answers.transpose("presentation", "choice").values
        if np.isnan(probabilities).any():
            raise InvalidAssembly("probabilities hold NaN", expected="a probability for each choice")
        given = answers["choice"].values[probabilities.argmax(axis=1)]
    elif given.dtype.kind == "f":
        raise InvalidAssembly(f"answers are of dtype {given.dtype}", expected="text, integers or booleans")
    return given.astype(str) == answers[name].values.astype(str)


def counted(answers: xr.DataArray, variable: str, truth: str | None = None) -> Counts:
    """Right answers per level of the coordinate `variable`.

    Raises
    ------
    InvalidAssembly
    """
    if variable not in answers.coords:
        raise InvalidAssembly(
            f"answers without coordinate {variable!r}",
            expected=f"the level of each trial; found {sorted(map(str, answers.coords))}",
        )
    return Counts.of(answers[variable].values, correctness(answers, truth))
