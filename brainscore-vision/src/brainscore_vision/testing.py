"""What the conformance kit adds for vision: the contract of :class:`~brainscore_vision.BrainModel`.

Core's kit runs :data:`model_checks` on every installed visual model. A model held in memory is checked by
:func:`check_model`.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import BrainScoreError, InvalidParameter, UnsupportedRegion, UnsupportedTask
from brainscore_core.stimuli import StimulusSet
from brainscore_core.testing import Nonconformity

from .benchmarks.recording import checked
from .commitments.behavior import TEXT
from .model_interface import BrainModel, RecordingTarget, Task

if TYPE_CHECKING:
    import xarray as xr

PIXELS = 96
TIME_BINS = ((70.0, 170.0), (170.0, 270.0))
NO_REGION = "no-such-region"
TOLERANCE = 1e-4
"""Of a region's largest response: batches of another order may round differently."""


def images() -> StimulusSet:
    """Four images that fill the field of view: colour and grey, smooth and noisy, the same at each call."""
    import pandas as pd

    rng = np.random.default_rng(0)
    ramp = np.linspace(0, 255, PIXELS).astype(np.uint8)
    wave = 127.5 + 127.5 * np.sin(np.linspace(0, 12 * np.pi, PIXELS))
    made = {
        "colours": rng.integers(0, 256, (PIXELS, PIXELS, 3), dtype=np.uint8),
        "ramp": np.stack([np.tile(ramp, (PIXELS, 1)), np.tile(ramp[:, None], PIXELS), np.full((PIXELS,) * 2, 90)], -1),
        "grating": np.tile(wave.astype(np.uint8), (PIXELS, 1)),
        "noise": rng.integers(0, 256, (PIXELS, PIXELS), dtype=np.uint8),
    }
    made = {name: image.astype(np.uint8) for name, image in made.items()}
    table = pd.DataFrame({"stimulus_id": list(made), "image_label": ["first", "second"] * 2})
    return StimulusSet(table, identifier="conformance", open=made.__getitem__, key=lambda id: f"conformance-1:{id}")


def describes_itself(model: BrainModel) -> None:
    """Field of view above 0, as its info states it; non-neural parts as a tuple, even where there is none."""
    degrees = model.visual_degrees()
    _require(0 < float(degrees) < 360, f"visual_degrees() is {degrees!r}", "degrees of visual angle above 0")
    stated = getattr(model.info, "visual_degrees", None)
    _require(stated in (None, degrees), f"info states {stated!r} visual degrees", f"{degrees!r}, as visual_degrees()")
    parts = model.info.non_neural_parts
    _require(
        isinstance(parts, tuple) and all(isinstance(part, str) and part for part in parts),
        f"non_neural_parts is {parts!r}",
        "a tuple of names; () where there is none",
    )


def records_each_region(model: BrainModel) -> None:
    """One row a stimulus in their order, finite, no time bins unless asked; alike whatever the order of stimuli."""
    stimuli = images()
    for region in _regions(model):
        found = _record(model, region, stimuli)
        labels = set(found["region"].values.tolist())
        _require(labels == {region}, f"a recording from {region} is labelled {sorted(labels)}", repr(region))
        units = found["neuroid_id"].values
        _require(len(set(units.tolist())) == len(units), f"neuroid_id of {region} repeats", "a name for each unit")
        turned = _record(model, region, stimuli.take([3, 1, 0, 2]))
        _require(
            _close(turned.values[[2, 1, 3, 0]], found.values),
            f"{region} responds otherwise when stimuli are shown in another order",
            "responses that depend on the stimulus",
        )


def repeats_itself(model: BrainModel) -> None:
    """The same answer after a reset, under one seed."""
    region = _region(model)
    one, other = _record(model, region, images()), _record(model, region, images())
    _require(_close(one.values, other.values), f"{region} responds otherwise after reset()", "one answer a seed")


def gives_time_bins_when_asked(model: BrainModel) -> None:
    """Exactly the bins that were asked for."""
    _record(model, _region(model), images(), time_bins=TIME_BINS)


def records_units_that_are_asked_for(model: BrainModel) -> None:
    """``units=`` gives these units of the whole, in the order asked."""
    region = _region(model)
    whole = _record(model, region, images())
    count = whole.sizes["neuroid"]
    chosen = list(dict.fromkeys([count - 1, 0, count // 2]))
    part = _record(model, region, images(), units=whole["neuroid_id"].values[chosen].tolist())
    _require(_close(part.values, whole.values[:, chosen]), f"units= of {region} gives other responses", "the same")


def takes_trials(model: BrainModel) -> None:
    """Several trials give one row a stimulus, or one a trial told apart by ``repetition``."""
    region = _region(model)
    _record(model, region, images(), number_of_trials=3)


def leaves_what_it_sees(model: BrainModel) -> None:
    """Images and their table are as before."""
    shown = images()
    opened = {id: shown.open(id) for id in shown}
    before = {id: image.copy() for id, image in opened.items()}
    table = shown.table.copy()
    _record(model, _region(model), shown)
    same = all(np.array_equal(opened[id], before[id]) for id in shown) and shown.table.equals(table)
    _require(same, "looking changes the images or their table", "stimuli left as they are")


def refuses_unknown_regions(model: BrainModel) -> None:
    """UnsupportedRegion where it has no map."""
    model.reset()
    try:
        model.start_recording(NO_REGION)
    except UnsupportedRegion:
        return
    raise Nonconformity(f"recording from {NO_REGION!r} is accepted", expected="UnsupportedRegion")


def does_or_refuses_each_task(model: BrainModel) -> None:
    """Each task is done, or refused with UnsupportedTask before anything is shown."""
    stimuli = images()
    fitting: dict[Task, Any] = {
        Task.LABEL: ["first", "second"],
        Task.PROBABILITIES: stimuli,
        Task.DISCRIMINATION: stimuli.map(
            lambda image, _: image, key=lambda before, _: before, value=np.arange(len(stimuli))
        ),
    }
    for task in Task:
        model.reset()
        try:
            model.start_task(task, fitting.get(task))
        except (UnsupportedTask, InvalidParameter):
            continue
        shown = stimuli.take(range(3)) if task in (Task.ODD_ONE_OUT, Task.MATCH_TO_SAMPLE) else stimuli
        answer = model.look_at(shown)
        if task is Task.PASSIVE:
            _require(answer is None, f"passive looking answers with a {type(answer).__name__}", "None")
        else:
            BehavioralAssembly.validate(answer)  # type: ignore[arg-type]
            _reads_what_is_committed(model, task)


def _reads_what_is_committed(model: BrainModel, task: Task) -> None:
    """Behaviour is read from layers that the model states, and text is no layer (Schrimpf et al. 2020, rule 2)."""
    read = getattr(model, "reads", None)
    if read is None:  # a model of its own kind says in its info what else it consists of
        return
    behavior = getattr(model.info, "behavior", {})
    regions: Mapping[str, Any] = getattr(model.info, "layers", {})
    stated = {*behavior.get("readout", ()), behavior.get("scores"), behavior.get("embedding")}
    layers = regions.get(behavior.get("region", ""), ())
    stated |= {layers} if isinstance(layers, str) else set(layers)
    _require(set(read) <= stated, f"{task} is answered from {list(read)}", f"layers that the info states: {stated}")
    if behavior.get("embedding") in read and behavior.get("embedding"):
        parts = model.info.non_neural_parts
        _require(TEXT in parts, f"it compares with text, and non_neural_parts is {parts}", f"{TEXT!r} among them")


def replaces_what_it_did(model: BrainModel) -> None:
    """A task ends a recording, a recording ends a task, and after reset() nothing is answered."""
    region = _region(model)
    model.reset()
    model.start_recording(region)
    try:
        model.start_task(Task.PASSIVE)
    except UnsupportedTask:
        pass
    else:
        _require(model.look_at(images()) is None, "a passive task does not end the recording", "None")
        model.start_recording(region)
        _require(model.look_at(images()) is not None, "recording does not end the passive task", "a recording")
    model.reset()
    try:
        answer = model.look_at(images())
    except BrainScoreError:
        return
    _require(answer is None, "reset() does not end the recording", "an error, or nothing")


model_checks: Mapping[str, Callable[[Any], None]] = MappingProxyType(
    {
        check.__name__.replace("_", " "): check
        for check in (
            describes_itself,
            records_each_region,
            repeats_itself,
            gives_time_bins_when_asked,
            records_units_that_are_asked_for,
            takes_trials,
            leaves_what_it_sees,
            refuses_unknown_regions,
            does_or_refuses_each_task,
            replaces_what_it_did,
        )
    }
)
"""Name to check; each takes a model and raises where a promise is broken."""


def check_model(model: BrainModel) -> None:
    """Check a model held in memory.

    Raises
    ------
    Nonconformity, BrainScoreError
        At the first promise that is broken.
    """
    for check in model_checks.values():
        check(model)


def _region(model: BrainModel) -> str:
    """One that is recorded often: the last, which has the fewest units in most networks."""
    return list(_regions(model))[-1]


def _regions(model: BrainModel) -> Iterator[str]:
    """Every committed region; where the info states none, those of the usual ones that the model accepts."""
    committed = list(getattr(model.info, "layers", {}))
    accepted = [region for region in map(str, RecordingTarget) if not committed and _accepts(model, region)]
    _require(committed or accepted, "no region can be recorded from", "one in info.layers, or a usual one")
    yield from committed or accepted


def _accepts(model: BrainModel, region: str) -> bool:
    try:
        model.start_recording(region)
    except UnsupportedRegion:
        return False
    return True


def _record(
    model: BrainModel, region: str, stimuli: StimulusSet, *, number_of_trials: int = 1, **options: Any
) -> "xr.DataArray":
    model.configure(seed=0, cache=False)
    model.reset()
    model.start_recording(region, **options)
    return checked(
        model.look_at(stimuli, number_of_trials),
        stimuli.ids,
        model=f"{model.identifier} ({region})",
        number_of_trials=number_of_trials,
        **options,
    )


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    scale = max(float(np.abs(other).max()), 1e-30)
    return one.shape == other.shape and bool((np.abs(one - other) <= TOLERANCE * scale).all())


def _require(holds: Any, what: str, expected: str) -> None:
    if not holds:
        raise Nonconformity(what, expected=expected)
