"""The contract of a brain model, as the conformance kit checks it: kept by `wrap`, and each breach is found."""

import numpy as np
import pytest

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import BrainScoreError
from brainscore_core.testing import Nonconformity
from brainscore_vision import wrap
from brainscore_vision.testing import check_model, images, model_checks


def network(inputs):
    """Two layers of means over quadrants and rows."""
    grey = np.stack([image if image.ndim == 2 else image.mean(axis=2) for image in inputs]) / 255
    half = grey.shape[1] // 2
    quadrants = [grey[:, i : i + half, j : j + half].mean(axis=(1, 2)) for i in (0, half) for j in (0, half)]
    return {"early": grey[:, ::8].mean(axis=2), "late": np.stack(quadrants, axis=1)}


def identity(image):
    return image if image.ndim == 2 else image.mean(axis=2)


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    return wrap(network, preprocessing=identity, layers={"V1": "early", "IT": ["early", "late"]}, visual_degrees=8)


def test_a_wrapped_network_keeps_the_contract(model):
    check_model(model)


def test_the_images_are_the_same_each_time():
    assert images().digest() == images().digest() and len(images()) == 4
    assert {images().open(id).ndim for id in images()} == {2, 3}


def answering(change):
    """A breach in what look_at returns while recording."""

    def breach(model, monkeypatch):
        look_at = model.look_at

        def looks(stimuli, number_of_trials=1):
            answer = look_at(stimuli, number_of_trials)
            return answer if answer is None else change(answer)

        monkeypatch.setattr(model, "look_at", looks)

    return breach


def setting(name, value):
    return lambda model, monkeypatch: monkeypatch.setattr(model, name, value)


def _first_wins(answer):
    """The whole batch matters: a batch statistic leaks from one stimulus to the next."""
    return answer.copy(data=answer.values + answer.values[0])


def _drifting(state=None):
    state = {"calls": 0}

    def change(answer):
        state["calls"] += 1
        return answer + state["calls"]

    return change


def _labelling(model, monkeypatch):
    monkeypatch.setattr(model, "start_task", lambda task, fitting=None: None)
    monkeypatch.setattr(model, "look_at", lambda stimuli, number_of_trials=1: np.zeros(3))


def _writing(model, monkeypatch):
    look_at = model.look_at

    def looks(stimuli, number_of_trials=1):
        stimuli.open("noise")[:] = 0
        return look_at(stimuli, number_of_trials)

    monkeypatch.setattr(model, "look_at", looks)


BREACHES = {
    "a row too few": (answering(lambda a: a[1:]), "records each region", "rows|answered"),
    "rows of others": (
        answering(lambda a: a.assign_coords(stimulus_id=("presentation", list("wxyz")[: len(a)]))),
        "records each region",
        "not shown",
    ),
    "another region": (
        answering(lambda a: a.assign_coords(region=("neuroid", ["V9"] * a.shape[1]))),
        "records each region",
        "labelled",
    ),
    "units of one name": (
        answering(lambda a: a.assign_coords(neuroid_id=("neuroid", ["n"] * a.shape[1]))),
        "records each region",
        "repeats",
    ),
    "no region": (answering(lambda a: a.drop_vars("region")), "records each region", "'region' is missing"),
    "NaN": (answering(lambda a: a.where(a != a.max())), "records each region", "NaN"),
    "a response to the batch": (answering(_first_wins), "records each region", "another order"),
    "a drift": (answering(_drifting()), "repeats itself", "after reset"),
    "time bins never": (
        answering(lambda a: a.isel(time_bin=0, drop=True) if "time_bin" in a.dims else a),
        "gives time bins when asked",
        "no dimension .time_bin.: expected the time bins",
    ),
    "all units always": (
        lambda model, patch: patch.setattr(
            model,
            "start_recording",
            lambda region, units=None, start=model.start_recording, **rest: start(region, **rest),
        ),
        "records units that are asked for",
        "units",
    ),
    "any region": (
        lambda model, patch: patch.setattr(
            model, "start_recording", lambda region, start=model.start_recording, **rest: start("V1", **rest)
        ),
        "refuses unknown regions",
        "accepted",
    ),
    "behaviour that is none": (_labelling, "does or refuses each task", "ndarray|passive"),
    "a field without width": (setting("visual_degrees", lambda: 0), "describes itself", "visual_degrees"),
    "another field than stated": (setting("visual_degrees", lambda: 9.0), "describes itself", "info states 8.0"),
    "images that are changed": (_writing, "leaves what it sees", "changes the images|read-only"),
    "a reset that forgets nothing": (setting("reset", lambda: None), "replaces what it did", "reset"),
    "a task that replaces nothing": (
        setting("start_task", lambda task, fitting=None: None),
        "replaces what it did",
        "does not end the recording",
    ),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_each_breach_is_found(model, monkeypatch, breach):
    apply, check, says = BREACHES[breach]
    apply(model, monkeypatch)
    with pytest.raises((BrainScoreError, ValueError), match=says):
        model_checks[check](model)


def test_a_model_that_names_images_keeps_the_contract(model, monkeypatch):
    start, look_at, task = model.start_task, model.look_at, {}

    def starts(name, fitting=None):
        task["labels"] = fitting if name == "label" else None
        return None if name == "label" else start(name, fitting)

    def looks(stimuli, number_of_trials=1):
        if task.get("labels"):
            labels = [task["labels"][0]] * len(stimuli)
            return BehavioralAssembly(
                labels, dims=("presentation",), coords={"stimulus_id": ("presentation", stimuli.ids)}
            )
        return look_at(stimuli, number_of_trials)

    monkeypatch.setattr(model, "start_task", starts)
    monkeypatch.setattr(model, "look_at", looks)
    model_checks["does or refuses each task"](model)


def test_behaviour_from_a_layer_that_is_not_stated_is_found(monkeypatch):
    from dataclasses import replace

    from brainscore_vision.commitments.behavior import Behavior
    from brainscore_vision.testing import does_or_refuses_each_task

    def network(batch):
        rows = np.stack(batch).reshape(len(batch), -1).astype(float)[:, :50]
        return {"features": rows, "more": rows[:, ::-1]}

    def gray(image):
        return image if image.ndim == 2 else image[..., 0]

    subject = wrap(
        network, preprocessing=gray, layers={"IT": "features"}, visual_degrees=8, behavior=Behavior(readout="more")
    )
    does_or_refuses_each_task(subject)
    monkeypatch.setattr(subject, "_info", replace(subject.info, behavior={}))
    with pytest.raises(Nonconformity, match=r"is answered from \['more'\]"):
        does_or_refuses_each_task(subject)
