"""From a network to a brain model: what it answers, what it refuses, and what names it."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brainscore_core.contracts import Plan, Presentation
from brainscore_core.errors import (
    InvalidModelOutput,
    InvalidParameter,
    UnknownLayer,
    UnsupportedRegion,
    UnsupportedTask,
)
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import BrainModel, place_on_screen, wrap
from brainscore_vision.activations.callable_network import CallableNetwork
from brainscore_vision.commitments.layers import LayerCommitment
from brainscore_vision.commitments.units import select_units
from brainscore_vision.geometry import StimulusGeometry
from brainscore_vision.info import VisualModelInfo
from brainscore_vision.model_interface import RecordingTarget, Task, bins

pytestmark = pytest.mark.usefixtures("home")
RNG = np.random.default_rng(0)
IMAGES = {f"s{number}": RNG.integers(0, 256, (4, 4), dtype=np.uint8) for number in range(7)}
LAYERS = {"V1": "a", "IT": ["b", "a"]}


class Net:
    """Two layers of five and three units."""

    layer_names = ("a", "b", "a.b")

    def __init__(self, gain=1.0):
        self.gain = gain

    def __call__(self, batch):
        flat = batch.reshape(len(batch), -1) * self.gain
        return {"a": flat[:, :5], "b": flat[:, 5:8] * 2, "a.b": flat[:, :1]}


class ReLU(Net):
    """The same parameters, another function."""

    def __call__(self, batch):
        return {layer: np.maximum(values - 100, 0) for layer, values in super().__call__(batch).items()}


def model(network=None, **options):
    return wrap(network or Net(), **{"layers": LAYERS, "visual_degrees": 8} | options)


def stimuli(ids=None, **columns):
    table = pd.DataFrame({"stimulus_id": list(ids or IMAGES), **columns})
    return StimulusSet(table, identifier="seven", open=IMAGES.__getitem__, key=lambda id: f"image {id}")


def flat(ids=None):
    return np.stack([IMAGES[id].ravel() for id in ids or IMAGES]).astype(float)


@pytest.fixture
def seen(monkeypatch):
    """What goes through networks, pixel for pixel."""
    record, images = CallableNetwork.record, []

    def counted(self, inputs, layers):
        images.extend(np.asarray(entry).tobytes() for entry in inputs)
        return record(self, inputs, layers)

    monkeypatch.setattr(CallableNetwork, "record", counted)
    return images


# --- recording -----------------------------------------------------------------------------------------------------


def test_one_layer():
    subject = model()
    subject.start_recording("V1")
    answer = subject.look_at(stimuli(category=list("xyzxyzx"), size=np.arange(7.0)))
    assert answer.dims == ("presentation", "neuroid") and answer.shape == (7, 5)
    np.testing.assert_array_equal(answer.values, flat()[:, :5])
    assert answer["neuroid_id"].values.tolist() == [f"a.{number}" for number in range(5)]
    assert set(answer["region"].values) == {"V1"} and set(answer["layer"].values) == {"a"}
    assert answer["stimulus_id"].values.tolist() == list(IMAGES)
    assert answer["category"].values.tolist() == list("xyzxyzx") and answer["size"].dtype == float


def test_several_layers_stand_beside_each_other():
    subject = model()
    subject.start_recording(RecordingTarget.IT)
    answer = subject.look_at(stimuli())
    np.testing.assert_array_equal(answer.values, np.hstack([flat()[:, 5:8] * 2, flat()[:, :5]]))
    assert answer["neuroid_id"].values.tolist() == ["b.0", "b.1", "b.2", "a.0", "a.1", "a.2", "a.3", "a.4"]
    assert answer["neuroid_num"].values.tolist() == [0, 1, 2, 0, 1, 2, 3, 4]


UNITS = st.lists(st.sampled_from(["b.0", "b.1", "b.2", "a.0", "a.1", "a.2", "a.3", "a.4"]), min_size=1, unique=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(UNITS, st.booleans())
def test_units_of_an_earlier_recording_in_any_order(units, stored):
    subject = model()
    subject.start_recording("IT")
    whole = subject.look_at(stimuli())
    other = subject if stored else model(Net(1.0 + 1e-12))
    other.start_recording("IT", units=units)
    part = other.look_at(stimuli())
    assert part["neuroid_id"].values.tolist() == units
    wanted = [whole["neuroid_id"].values.tolist().index(unit) for unit in units]
    np.testing.assert_allclose(part.values, whole.values[:, wanted], rtol=1e-9)
    assert part["layer"].values.tolist() == [unit[0] for unit in units]


def test_layers_with_dots_in_their_names():
    selections, order = select_units(["a", "a.b"], ["a.b.7", "a.3", "a.b.1"])
    assert [(selection.layer, selection.columns.tolist()) for selection in selections] == [("a", [3]), ("a.b", [7, 1])]
    assert order.tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("units", "error", "words"),
    [
        ([], InvalidParameter, "no units given"),
        (["c.1"], UnsupportedRegion, r"'c\.1' belongs to no committed layer"),
        (["b.1"], UnsupportedRegion, "belongs to no committed layer"),
        (["a"], UnsupportedRegion, "LAYER.INDEX"),
        (["a.-1"], UnsupportedRegion, "belongs to no"),
        (["a.²"], UnsupportedRegion, "belongs to no"),
        (["a.1", "a.1"], InvalidParameter, "asked for twice"),
    ],
)
def test_units_that_are_none(units, error, words):
    with pytest.raises(error, match=words):
        model().start_recording("V1", units=units)


def test_a_unit_beyond_the_layer():
    subject = model()
    subject.start_recording("V1", units=["a.5"])
    with pytest.raises(InvalidParameter, match=r"unit 'a\.5' does not exist"):
        subject.look_at(stimuli())


def test_time_bins_repeat_what_does_not_change():
    subject = model()
    subject.start_recording("V1", time_bins=[(70, 170), (170, 270)])
    answer = subject.look_at(stimuli())
    assert answer.dims == ("presentation", "neuroid", "time_bin") and answer.shape == (7, 5, 2)
    assert answer["time_bin_start"].values.tolist() == [70, 170]
    assert answer["time_bin_end"].values.tolist() == [170, 270]
    np.testing.assert_array_equal(answer.values[..., 0], answer.values[..., 1])
    subject.start_recording("V1")
    assert "time_bin" not in subject.look_at(stimuli()).dims


def test_one_row_a_stimulus_whatever_the_number_of_trials():
    subject = model()
    subject.start_recording("V1")
    assert subject.look_at(stimuli(), number_of_trials=20).shape == (7, 5)
    with pytest.raises(InvalidParameter, match="number_of_trials=0"):
        subject.look_at(stimuli(), number_of_trials=0)


def test_a_stream_is_slices_of_the_set(seen):
    subject = model()
    subject.start_recording("IT", keep=False)
    parts = [subject.look_at(stimuli().take(slice(start, start + 3))) for start in range(0, 7, 3)]
    np.testing.assert_array_equal(np.vstack(parts), np.hstack([flat()[:, 5:8] * 2, flat()[:, :5]]))
    assert len(seen) == 7


def test_columns_that_an_assembly_cannot_hold():
    table = stimuli(
        layer=list("abcdefg"), region="x", missing=["a", None, *"cdefg"], mixed=["a", 1, *"cdefg"], neuroid=1,
        flag=[True] * 7, when=pd.to_datetime(["2020-01-01"] * 7), number=range(7), text="t",
    )  # fmt: skip
    subject = model()
    subject.start_recording("V1")
    answer = subject.look_at(table)
    assert {"flag", "number", "text", "stimulus_id"} <= set(answer.coords)
    assert not {"missing", "mixed", "when", "neuroid"} & set(answer.coords)
    assert set(answer["layer"].values) == {"a"} and set(answer["region"].values) == {"V1"}


def test_widths_that_differ():
    images = {"a": np.zeros((2, 2), np.uint8), "b": np.zeros((3, 3), np.uint8)}
    shown = StimulusSet(pd.DataFrame({"stimulus_id": ["a", "b"]}), identifier="two", open=images.__getitem__, key=str)
    subject = wrap(lambda batch: batch.reshape(len(batch), -1), layers={"V1": "output"}, visual_degrees=8)
    subject.configure(batch_size=1)
    subject.start_recording("V1")
    with pytest.raises(InvalidModelOutput, match=r"has 9 units for some stimuli of 'two' and 4 for others"):
        subject.look_at(shown)


def test_dtypes_are_kept_and_mixed_ones_hold_both():
    def network(batch):
        return {"small": (batch > 9).reshape(len(batch), -1), "large": batch.reshape(len(batch), -1).astype(np.float32)}

    subject = wrap(network, layers={"V1": "small", "V2": "large", "IT": ["small", "large"]}, visual_degrees=8)
    dtypes = {}
    for region in ("V1", "V2", "IT"):
        subject.start_recording(region)
        dtypes[region] = subject.look_at(stimuli()).dtype
    assert dtypes == {"V1": bool, "V2": np.float32, "IT": np.float32}


# --- tasks and states ----------------------------------------------------------------------------------------------


def test_recording_and_task_replace_each_other():
    subject = model()
    with pytest.raises(InvalidParameter, match="looks without a task.*Call start_recording"):
        subject.look_at(stimuli())
    subject.start_task("passive")
    assert subject.look_at(stimuli()) is None
    subject.start_recording("V1")
    assert subject.look_at(stimuli()) is not None
    subject.start_task(BrainModel.Task.PASSIVE)
    assert subject.look_at(stimuli()) is None
    subject.reset()
    with pytest.raises(InvalidParameter):
        subject.look_at(stimuli())


@pytest.mark.parametrize(
    ("task", "options", "says"),
    [
        (Task.LABEL, {"fitting_stimuli": ["cat", "dog"]}, "cannot name things"),
        ("odd_one_out", {}, "commits no layer to behaviour, and none to IT"),
        ("dance", {}, "does not do the task"),
    ],
)
def test_tasks_that_nothing_is_committed_to_are_refused(task, options, says):
    subject = model(layers={"V1": LAYERS["V1"]})
    subject.start_recording("V1")
    with pytest.raises(UnsupportedTask, match=says):
        subject.start_task(task, **options)
    assert subject.look_at(stimuli()).shape == (7, 5), "a refusal changes nothing"


def test_regions_species_and_hemispheres():
    subject = model(layers=LayerCommitment(LAYERS, "by depth", species="macaque"))
    subject.start_recording("V1", species="macaque")
    for arguments in ({"recording_target": "V4"}, {"recording_target": "V1", "species": "human"}, {
        "recording_target": "V1", "hemisphere": "left"
    }):  # fmt: skip
        with pytest.raises(UnsupportedRegion):
            subject.start_recording(**arguments)
    with pytest.raises(UnsupportedRegion, match=r"'V4'.*one of \['IT', 'V1'\].*Commit one with wrap"):
        subject.start_recording("V4")
    model(layers={"FFA": "a"}).start_recording("FFA", species="human")


@pytest.mark.parametrize(
    "bad", [[], [(1,)], [(2, 1)], [(1, 1)], [(0, float("nan"))], [(0, float("inf"))], [3], [("a", "b")], [(1, 2, 3)]]
)
def test_time_bins_that_mean_nothing(bad):
    with pytest.raises(InvalidParameter, match="time bin"):
        model().start_recording("V1", time_bins=bad)


def test_time_bins_are_numbers():
    assert bins(None) is None and bins(np.array([[50, 60], [60, 70]])) == ((50.0, 60.0), (60.0, 70.0))


@pytest.mark.parametrize("options", [{"batch_size": 0}, {"batch_size": -1}])
def test_settings_that_mean_nothing(options):
    with pytest.raises(InvalidParameter):
        model().configure(**options)


def test_configured_without_cache_it_leaves_nothing(home, seen):
    subject = model()
    for _ in range(2):
        subject.configure(cache=False)
        subject.start_recording("V1")
        subject.look_at(stimuli())
    assert not home.exists() and len(seen) == 14


# --- names ---------------------------------------------------------------------------------------------------------


def test_looking_twice_costs_nothing(seen):
    subject = model()
    for _ in range(2):
        subject.configure()
        subject.reset()
        subject.start_recording("V1")
        subject.look_at(place_on_screen(stimuli(), 8, 4))
    assert len(seen) == len(set(seen)) == 7


def test_a_benchmark_is_not_in_the_name(seen):
    subject = model()
    subject.start_recording("V1")
    subject.look_at(stimuli())
    subject.start_recording("V1", time_bins=[(1, 2)])
    renamed = StimulusSet(
        pd.DataFrame({"stimulus_id": ["x"]}),
        identifier="other",
        open=lambda id: IMAGES["s3"],
        key=lambda id: "image s3",
    )
    np.testing.assert_array_equal(subject.look_at(renamed).values[0, :, 0], IMAGES["s3"].ravel()[:5])
    assert len(seen) == 7


def test_networks_of_one_name_share_nothing():
    answers = []
    for network in (Net(), ReLU(), Net(2.0)):
        subject = model(network, identifier="the same name")
        subject.start_recording("V1")
        answers.append(subject.look_at(stimuli()).values)
    assert not np.array_equal(answers[0], answers[1]) and not np.array_equal(answers[0], answers[2])


def test_the_digest():
    digest = model().digest()
    assert digest == model(identifier="x", workers=1).digest() == model(copy.deepcopy(Net())).digest()
    assert digest == model(pickle.loads(pickle.dumps(Net()))).digest()  # noqa: S301
    different = [
        model(Net(2.0)), model(ReLU()), model(preprocessing=float), model(visual_degrees=4), model(layers={"V1": "a"}),
        model(layers=LayerCommitment(LAYERS, species="human")), model(digest="stated"),
    ]  # fmt: skip
    assert len({digest, *(other.digest() for other in different)}) == 1 + len(different)
    assert model(lambda batch: batch, layers={"V1": "output"}).digest() is None
    assert model(preprocessing=lambda image: image).digest() is None
    assert model(preprocessing=lambda image: image, digest="stated").digest() is not None


def test_a_network_that_was_trained_meanwhile_is_another_one(seen):
    network = Net()
    subject = model(network)
    subject.start_recording("V1")
    before, digest = subject.look_at(stimuli()), subject.digest()
    network.gain = 3.0
    subject.start_recording("V1")
    np.testing.assert_array_equal(subject.look_at(stimuli()).values, 3 * before.values)
    assert subject.digest() != digest
    network.gain = 1.0
    subject.start_recording("V1")
    np.testing.assert_array_equal(subject.look_at(stimuli()).values, before.values)
    assert subject.digest() == digest and len(seen) == 14


def test_that_something_cannot_be_read_is_said_once(caplog):
    caplog.set_level("INFO")
    subject = model(lambda batch: batch, layers={"V1": "output"})
    for _ in range(2):
        subject.start_recording("V1")
    assert caplog.text.count("activations of lambda are kept in this process only: a lambda") == 1


# --- the plan ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [True, False])
def test_a_plan_lets_one_pass_record_all(seen, keys):
    shown = stimuli()
    if not keys:
        shown = StimulusSet(shown.table, identifier="keyless", open=IMAGES.__getitem__)
    subject = model(layers={"V1": "a", "IT": "b"})
    some = shown.take(slice(2, 5))
    subject.expect(Plan([Presentation(shown, 4, "V1"), Presentation(some, 4, "IT"), Presentation(shown, 4, "V4")]))
    for region, part in (("V1", shown), ("IT", some), ("V1", some)):
        subject.start_recording(region)
        subject.look_at(place_on_screen(part, 8, 4))
    assert len(seen) == 7
    subject.start_recording("IT")
    subject.look_at(place_on_screen(shown, 8, 4))
    assert len(seen) == 7 + 4


def test_what_is_reduced_or_unknown_is_not_planned():
    subject = model()
    undecided = stimuli(degrees=4.0)
    subject.expect(
        Plan([Presentation(stimuli(), 4, "IT", whole=False), Presentation(stimuli(), None, "IT"), Presentation(
            undecided, 5, "IT"
        ), Presentation(stimuli(), 4, None)])
    )  # fmt: skip
    assert not subject._engine.expected


# --- wrapping ------------------------------------------------------------------------------------------------------


def test_what_is_known_of_it():
    subject = model(
        layers=LayerCommitment(LAYERS, "by relative depth"), info=VisualModelInfo("A net.", doi="10.1/2", tasks=("x",))
    )
    assert subject.identifier == "Net" and repr(subject) == "CommittedModel('Net')" and isinstance(subject, BrainModel)
    assert subject.visual_degrees() == subject.info.visual_degrees == 8
    assert subject.info.layers == {"V1": ("a",), "IT": ("b", "a")} and subject.info.layers_chosen == "by relative depth"
    assert subject.info.doi == "10.1/2" and subject.commitment.of("IT") == ("b", "a")


def named_function(batch):
    return batch


@pytest.mark.parametrize(
    ("network", "name"), [(named_function, "named_function"), (lambda batch: batch, "lambda"), (Net(), "Net")]
)
def test_the_default_name(network, name):
    assert wrap(network, layers={}, visual_degrees=8).identifier == name


def test_layers_are_checked_when_wrapped():
    with pytest.raises(UnknownLayer, match="Net has no layer 'c'"):
        model(layers={"V1": "c"})
    torch = pytest.importorskip("torch")
    with pytest.raises(UnknownLayer, match="Sequential has no layer 'conv'.*Closest: 0, 1"):
        model(torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU()), layers={"V1": "conv"})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"visual_degrees": 0}, "visual_degrees=0"),
        ({"visual_degrees": -1}, "visual_degrees=-1"),
        ({"visual_degrees": 360}, "visual_degrees=360"),
        ({"visual_degrees": float("nan")}, "visual_degrees=nan"),
        ({"visual_degrees": "8"}, "visual_degrees='8'"),
        ({"workers": 0}, "workers=0"),
        ({"preprocessing": 3}, "preprocessing=3"),
        ({"layers": "a"}, "layers='a'"),
        ({"layers": {"V1": []}}, "distinct layer names"),
        ({"layers": {"V1": ["a", "a"]}}, "distinct layer names"),
        ({"visual_degrees": None}, "visual_degrees=None"),
        ({"network": dict}, r"Pass an instance: wrap\(dict\(\)"),
        ({"network": 3}, "an int is no network|a int is no network"),
    ],
)
def test_arguments_that_mean_nothing(options, words):
    with pytest.raises(InvalidParameter, match=words):
        model(**options)


def test_layers_of_a_commitment_come_once():
    assert list(LayerCommitment({"V1": "a", "V2": ["b", "a"]})) == ["a", "b"]


def test_what_a_source_does_not_state_is_not_stated():
    stated = StimulusGeometry(visual_degrees=4, position=(1, 0)).to_dict()
    assert stated["visual_degrees"] == 4 and stated["position"] == (1, 0)
    assert {name for name, value in stated.items() if value == "not stated"} == {
        "background", "background_luminance", "gamma", "colour_space", "aperture"
    }  # fmt: skip


def test_tasks_by_their_old_names():
    assert BrainModel.Task.passive is Task.PASSIVE and BrainModel.Task("label") is Task.LABEL
    assert BrainModel.RecordingTarget.V1 == "V1"


def test_a_list_of_images_is_no_stimulus_set():
    subject = model()
    subject.start_recording("V1")
    with pytest.raises(InvalidParameter, match="was shown a list: expected a StimulusSet.*image_set"):
        subject.look_at([np.zeros((4, 4), np.uint8)])
