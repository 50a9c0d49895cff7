"""Trials of two intervals, and the experiment that makes them of stimuli."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from brainscore_core.contracts import DataEntry, MetricSpec
from brainscore_core.errors import InvalidStimulusSet, StimulusMismatch
from brainscore_core.infos import DataInfo
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.behavior.noisy_gratings import NoisyGrating, interval_pairs, valued_gratings
from brainscore_vision.benchmarks.behavior.psychometric import PsychometricExperiment, interval_trials
from brainscore_vision.commitments.behavior import Behavior

pytestmark = pytest.mark.usefixtures("home")
GRATING = NoisyGrating(contrast=0.3, noise=0.05, visual_degrees=4.0, pixels=32)


def table(**columns):
    made = {"trial": ["b", "a", "b", "a"], "value": [1.0, 5.0, 3.0, 2.0], **columns}
    made = pd.DataFrame({name: column for name, column in made.items() if column is not None})
    made["stimulus_id"] = [f"s{index}" for index in range(len(made))]
    return StimulusSet(made, identifier="four", open=lambda id: np.zeros((2, 2), np.uint8))


def test_trials_by_hand():
    trials = interval_trials(table(condition=["x", "y", "x", "y"]))
    assert trials["trial_id"].tolist() == ["b", "a"]
    assert trials["interval_1"].tolist() == ["s0", "s1"]
    assert trials["interval_2"].tolist() == ["s2", "s3"]
    assert trials["level"].tolist() == [2.0, 3.0]
    assert trials["truth"].tolist() == [2, 1]
    assert trials["condition"].tolist() == ["x", "y"]
    assert interval_trials(table(level=[7, 8, 7, 8]))["level"].tolist() == [7, 8]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"trial": None}, "'trial'"),
        ({"value": None}, "'value'"),
        ({"value": ["a", "b", "c", "d"]}, "finite numbers"),
        ({"value": [1.0, 2.0, np.nan, 3.0]}, "finite numbers"),
        ({"trial": ["a", "a", "a", "b"]}, "3 stimuli|1 stimuli"),
        ({"value": [1.0, 5.0, 1.0, 2.0]}, "'b' of 'four' has equal values"),
        ({"level": [1, 2, 3, 2]}, "'b' of 'four' has two entries of 'level'"),
        ({"condition": ["x", "y", "x", "z"]}, "'a' of 'four' has two entries of 'condition'"),
    ],
)
def test_stimuli_that_form_no_trials_are_refused(columns, message):
    with pytest.raises(InvalidStimulusSet, match=message):
        interval_trials(table(**columns))


class Contrast:
    """Its one feature is the strength of the grating, in the units of the network."""

    layer_names = ("strength",)

    def __call__(self, batch):
        match = np.tensordot(batch.astype(np.float64) / 127.5 - 1, GRATING.profile, 2)
        return {"strength": -3 * match[:, None]}


def experiment(fitting, trials=20):
    entries = {
        "stimuli": DataEntry(
            "pairs", lambda: interval_pairs(GRATING, "contrast", [0.02, 0.1], trials, seed=0), DataInfo()
        ),
        "fitting_stimuli": DataEntry("fit", fitting, DataInfo()),
        "data": DataEntry("people", lambda: xr.DataArray([0.02], dims=["subject"]), DataInfo()),
    }
    return PsychometricExperiment(
        "Demo-threshold",
        visual_degrees=4,
        metric=MetricSpec("threshold", independent_variable="level"),
        parent="behavior_vision",
        version=1,
        **entries,
    )


def model(degrees=4):
    subject = wrap(
        Contrast(),
        layers={"IT": "strength"},
        visual_degrees=degrees,
        identifier="template",
        behavior=Behavior(readout="strength"),
    )
    subject.configure(cache=False)
    return subject


def fitted():
    return valued_gratings(GRATING, "contrast", np.linspace(0.2, 0.5, 7), 4, seed=0)


def test_answers_carry_what_a_threshold_is_fitted_to():
    asked = experiment(fitted)
    assert asked.task == "discrimination"
    found = asked.answers(model())
    assert found.sizes == {"presentation": 40}
    assert found["level"].values.tolist() == [0.02] * 20 + [0.1] * 20
    right = found.values == found["truth"].values
    assert right[20:].all(), "the larger difference is far beyond the noise"
    assert right[:20].mean() > 0.7
    assert [entry.task for entry in asked.presents()] == ["discrimination", "discrimination"]


def test_stimuli_that_were_fitted_on_are_not_tested_with():
    with pytest.raises(StimulusMismatch, match="are tested with"):
        experiment(lambda: interval_pairs(GRATING, "contrast", [0.02, 0.1], 20, seed=0)).answers(model())
