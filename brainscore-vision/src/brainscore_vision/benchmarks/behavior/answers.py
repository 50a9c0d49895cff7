"""A model's answers in a task, or an error that says what is wrong with them."""

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import InvalidAssembly, InvalidModelOutput

from ...model_interface import Task

if TYPE_CHECKING:
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

    from .experiment import BehavioralExperiment


def checked(
    answer: Any,
    stimuli: "StimulusSet",
    experiment: "BehavioralExperiment",
    model: str,
    trials: "pd.DataFrame | None",
) -> xr.DataArray:
    """The answers, if they are some to what was asked; probabilities of several trials of a stimulus as their mean.

    Raises
    ------
    InvalidModelOutput
        If they are no BehavioralAssembly, are of other stimuli or too few, name labels that were not given, or hold
        probabilities that are none.
    """
    try:
        BehavioralAssembly.validate(answer)
    except InvalidAssembly as error:
        raise InvalidModelOutput(
            f"{model} answered with no valid behaviour ({error.what})", expected=error.expected, remedy=error.remedy
        ) from error
    if experiment.task in (Task.LABEL, Task.PROBABILITIES):
        _check_stimuli(answer, stimuli, model, experiment.number_of_trials)
    elif trials is not None and answer.sizes["presentation"] % len(trials):
        raise InvalidModelOutput(f"{model} gave {answer.sizes['presentation']} answers", expected=f"{len(trials)}")
    if experiment.task == Task.LABEL and experiment.labels and not isinstance(experiment.labels, str):
        strange = set(np.unique(answer.values.astype(str)).tolist()) - set(experiment.labels)
        if strange:
            raise InvalidModelOutput(f"{model} answered {sorted(strange)[0]!r}", expected="one of the labels given")
    if experiment.task == Task.PROBABILITIES:
        _check_probabilities(answer, model)
        return _mean_of_trials(answer)
    return answer


def require_right_answers(experiment: "BehavioralExperiment", recorded: Any) -> None:
    """Refuse recordings in which a stimulus has no right answer among the labels: nobody could give it.

    Raises
    ------
    InvalidAssembly
    """
    labels = experiment.labels
    if experiment.task != Task.LABEL or isinstance(labels, str) or not labels or "truth" not in recorded.coords:
        return
    strange = sorted(set(np.unique(recorded["truth"].values.astype(str)).tolist()) - set(labels))
    if strange:
        raise InvalidAssembly(
            f"the truth {strange[0]!r} in the data of {experiment.identifier!r} is no label",
            expected=f"one of {', '.join(map(repr, labels))}",
            remedy="spell both alike",
        )


def _mean_of_trials(answer: xr.DataArray) -> xr.DataArray:
    from brainscore_core.statistics.averaging import average_repetitions

    return average_repetitions(answer, within=())


def _check_stimuli(answer: xr.DataArray, stimuli: "StimulusSet", model: str, number_of_trials: int) -> None:
    found, asked = answer["stimulus_id"].values.astype(str), stimuli.ids
    if len(found) not in (len(asked), len(asked) * number_of_trials) or set(found.tolist()) != set(asked.tolist()):
        raise InvalidModelOutput(
            f"{model} gave {len(found)} answers to {len(set(found.tolist()))} stimuli",
            expected=f"one, or {number_of_trials}, to each of the {len(asked)} that were shown",
        )


def _check_probabilities(answer: xr.DataArray, model: str) -> None:
    values = answer.values
    if "choice" not in answer.dims or not np.isfinite(values).all() or (values < 0).any():
        raise InvalidModelOutput(f"{model} answered with no probabilities", expected="(presentation, choice), 0 to 1")
    total = answer.sum("choice").values
    if not np.allclose(total, 1, atol=1e-6):
        raise InvalidModelOutput(f"probabilities of {model} sum to {total.flat[0]:.6g}", expected="1 for each stimulus")
