"""Perturbations: felt downstream, adding up, undone without a trace, and never taken for the intact network."""

import copy
import re

import numpy as np
import pandas as pd
import pytest
import torch

from brainscore_core.errors import InvalidModelOutput, InvalidParameter, UnsupportedRegion
from brainscore_core.status import Status
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.commitments.space import UnitSpace
from brainscore_vision.perturbation import (
    Disk,
    UnsupportedPerturbation,
    add_noise,
    lesion,
    perturbed,
    silence,
    stimulate,
)

pytestmark = pytest.mark.usefixtures("home")
RNG = np.random.default_rng(0)
IMAGES = {f"s{number}": RNG.integers(0, 256, (8, 8), dtype=np.uint8) for number in range(6)}


def prepare(image):
    return (image[None] / 255).astype(np.float32)


class Net(torch.nn.Module):
    """Two stages and a readout, with a buffer and an in-place operation behind what is perturbed."""

    def __init__(self):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.v4 = torch.nn.Conv2d(1, 4, 3)
            self.relu = torch.nn.ReLU(inplace=True)
            self.norm = torch.nn.BatchNorm2d(4)
            self.it = torch.nn.Linear(4 * 6 * 6, 10)
            self.spare = torch.nn.Linear(2, 2)

    def forward(self, x):
        return self.it(self.norm(self.relu(self.v4(x))).flatten(1))


def model(network=None, **options):
    layers = {"V4": "v4", "IT": "it", "none": "spare"}
    return wrap(network or Net(), preprocessing=prepare, **{"layers": layers, "visual_degrees": 8} | options)


def stimuli(ids=None):
    table = pd.DataFrame({"stimulus_id": list(ids or IMAGES)})
    return StimulusSet(table, identifier="six", open=IMAGES.__getitem__, key=lambda id: f"image {id}")


def record(subject, region, ids=None, trials=1):
    subject.start_recording(region)
    return subject.look_at(stimuli(ids), trials)


def expected(network, change):
    """IT, computed without the engine, with what V4 says changed by hand."""
    batch = torch.from_numpy(np.stack([prepare(image) for image in IMAGES.values()]))
    with torch.inference_mode():
        v4 = change(network.v4(batch).flatten(1)).reshape(6, 4, 6, 6)
        return network.it(network.norm(network.relu(v4)).flatten(1)).numpy()


# --- what is done --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("perturbation", "change"),
    [
        (lesion("V4"), lambda v4, mask: v4 * 0),
        (lesion("V4", 0.25, seed=3), lambda v4, mask: v4 * ~mask),
        (silence("V4", 0.25, strength=0.5, seed=3), lambda v4, mask: torch.where(mask, v4 * 0.5, v4)),
        (stimulate("V4", 2.0, 0.25, seed=3), lambda v4, mask: v4 + 2.0 * mask),
    ],
)
def test_downstream_feels_it(perturbation, change):
    network = Net().eval()
    chosen = perturbation.weights("v4", 144, dict) > 0
    assert chosen.sum() in (36, 144)
    mask = torch.from_numpy(chosen)
    subject = model(network)
    intact = record(subject, "IT").values
    with perturbed(subject, perturbation):
        found = record(subject, "IT").values
        np.testing.assert_allclose(found, expected(network, lambda v4: change(v4, mask)), atol=1e-5)
        assert np.abs(found - intact).max() > 0.01
        there = record(subject, "V4").values
    before = record(subject, "V4").values
    np.testing.assert_allclose(there[:, ~chosen], before[:, ~chosen], atol=1e-6)
    np.testing.assert_allclose(there, change(torch.from_numpy(before), mask).numpy(), atol=1e-5)


def test_upstream_does_not():
    subject = model()
    before = record(subject, "V4").values
    with perturbed(subject, lesion("IT")):
        np.testing.assert_array_equal(record(subject, "V4").values, before)
        assert not record(subject, "IT").values.any()


def test_shares_are_drawn_by_the_seed_and_grow():
    weights = [lesion("V4", share, seed=1).weights("v4", 100, dict) for share in (0.1, 0.5, 1.0)]
    assert [entry.sum() for entry in weights] == [10, 50, 100]
    assert (weights[0] <= weights[1]).all()
    assert (lesion("V4", 0.5, seed=2).weights("v4", 100, dict) != weights[1]).any()


def test_named_units_and_masks():
    subject = model()
    with perturbed(subject, lesion("IT", ["it.3", "it.7"])):
        named = record(subject, "IT").values
    with perturbed(subject, lesion("IT", lambda coords: np.isin(coords["neuroid_num"], [3, 7]))):
        masked = record(subject, "IT").values
    np.testing.assert_array_equal(named, masked)
    assert not named[:, [3, 7]].any() and (np.delete(named, [3, 7], 1) != 0).all()


def test_tissue_within_a_radius():
    places = np.stack([np.arange(10.0), np.zeros(10)], axis=1)
    subject = model(physiology=Physiology(space=UnitSpace(tissue={"it": places})))
    before = record(subject, "IT")
    assert before["x_mm"].values.tolist() == list(range(10))
    with perturbed(subject, lesion("IT", Disk(2.0, 0.0, 1.5))):
        after = record(subject, "IT").values
    assert (after == 0).all(0).tolist() == [1 <= place <= 3 for place in range(10)]
    with perturbed(subject, silence("IT", Disk(2.0, 0.0, 1.5, "gaussian"))):
        graded = record(subject, "IT").values
    kept = 1 - np.exp(-(((np.arange(10) - 2) / 1.5) ** 2) / 2)
    np.testing.assert_allclose(graded, before.values * kept, atol=1e-6)


def test_tissue_that_is_not_committed():
    subject = model()
    with pytest.raises(UnsupportedPerturbation, match="no position in the tissue"):
        with perturbed(subject, lesion("IT", Disk(0, 0, 1))):
            record(subject, "IT")
    assert subject.identifier == "Net"


# --- composition and undoing ---------------------------------------------------------------------------------------


def test_they_add_up_in_any_order():
    parts = [stimulate("V4", 3.0, 0.5), lesion("V4", 0.5), silence("V4", 0.5, strength=0.5, seed=4)]
    found = []
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        subject = model()
        with perturbed(subject, *(parts[index] for index in order)):
            found.append(record(subject, "V4").values)
        np.testing.assert_allclose(found[-1], found[0], rtol=1e-6)
    dead = parts[1].weights("v4", 144, dict) > 0
    assert not found[0][:, dead].any(), "what is gone cannot be driven"


def test_blocks_within_blocks():
    subject = model()
    intact, digest = record(subject, "IT").values, subject.digest()
    with perturbed(subject, lesion("V4", 0.5)):
        one, named = record(subject, "IT").values, subject.identifier
        with perturbed(subject, stimulate("IT", 1.0)):
            np.testing.assert_allclose(record(subject, "IT").values, one + 1, rtol=1e-5, atol=1e-6)
            assert subject.identifier == "Net+lesion-V4-0.5+stimulate-IT-1-current1"
        np.testing.assert_array_equal(record(subject, "IT").values, one)
    np.testing.assert_array_equal(record(subject, "IT").values, intact)
    assert named == "Net+lesion-V4-0.5" and (subject.identifier, subject.digest()) == ("Net", digest)


def test_labels_tell_apart_what_differs():
    done = [
        *(lesion("V4", 0.5, seed=seed) for seed in range(3)),
        *(silence("V4", 0.5, strength=strength) for strength in (0.25, 0.5)),
        *(stimulate("V4", current, 0.5) for current in (-1.5, 2)),
        *(add_noise("V4", sd, 0.5) for sd in (0.5, 1)),
    ]
    labels = [entry.label for entry in done]
    assert len(set(labels)) == len(labels)
    assert labels[1::3] == ["lesion-V4-0.5-seed1", "silence-V4-0.5-gain0.5", "noise-V4-0.5-sd0.5"]
    subject = model()
    with perturbed(subject, *done):
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+@/:-]*", subject.identifier)


def test_undoing_in_any_order_and_twice():
    subject = model()
    one, other = subject.perturb(lesion("V4", 0.5)), subject.perturb(lesion("V4", 0.5))
    one()
    one()
    assert subject.identifier == "Net+lesion-V4-0.5"
    other()
    assert subject.identifier == "Net"


def test_no_trace_is_left():
    network = Net().train()
    before = copy.deepcopy(network.state_dict())
    subject = model(network)
    with pytest.raises(ZeroDivisionError), perturbed(subject, lesion("V4", 0.5), add_noise("IT", 1.0)):
        record(subject, "IT", trials=2)
        raise ZeroDivisionError
    assert network.training and all(part.training for part in network.modules())
    assert not any(part._forward_hooks for part in network.modules())
    after = network.state_dict()
    assert list(after) == list(before) and all(torch.equal(after[name], before[name]) for name in before)


def test_a_recording_goes_on():
    subject = model()
    subject.start_recording("IT")
    before = subject.look_at(stimuli()).values
    with perturbed(subject, lesion("V4")):
        assert (subject.look_at(stimuli()).values != before).any()
    np.testing.assert_array_equal(subject.look_at(stimuli()).values, before)


# --- what names it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", [None, "stated"])
def test_rows_are_never_shared(stated, monkeypatch):
    from brainscore_vision.activations.torch_network import TorchNetwork

    runs = []
    real = TorchNetwork.record
    monkeypatch.setattr(TorchNetwork, "record", lambda self, *given: runs.append(1) or real(self, *given))
    subject = model(digest=stated)
    digests = {subject.digest()}
    intact = record(subject, "IT").values
    kinds = [lesion("V4", 0.5), lesion("V4", 0.5, seed=1), silence("V4", 0.5, strength=0.5), stimulate("V4", 1.0, 0.5)]
    rows = [intact]
    for kind in kinds:
        with perturbed(subject, kind):
            rows.append(record(subject, "IT").values)
            digests.add(subject.digest())
    assert len(digests) == 5 and None not in digests
    assert len({entry.tobytes() for entry in rows}) == 5
    count = len(runs)
    with perturbed(subject, kinds[0]):
        np.testing.assert_array_equal(record(subject, "IT").values, rows[1])
    assert len(runs) == count, "the second time they are read from the cache"
    np.testing.assert_array_equal(record(model(digest=stated), "IT").values, intact)


def test_a_selector_that_cannot_be_read_stays_in_the_process():
    subject = model()
    with perturbed(subject, lesion("IT", lambda coords: coords["neuroid_num"] < 5)):
        assert not record(subject, "IT").values[:, :5].any()
        assert subject.digest() is None
    with perturbed(subject, lesion("IT", lambda coords: coords["neuroid_num"] >= 5)):
        assert not record(subject, "IT").values[:, 5:].any()


# --- noise ---------------------------------------------------------------------------------------------------------


def test_noise_differs_between_trials_and_stimuli_and_follows_the_seed():
    subject = model()
    with perturbed(subject, add_noise("V4", 0.5, seed=1)):
        found = record(subject, "IT", trials=3)
        again = record(subject, "IT", trials=3)
        subject.configure(seed=1, batch_size=4)
        other = record(subject, "IT", trials=3)
        subject.configure(seed=0, batch_size=1)
        single = record(model_like(subject), "IT", trials=3)
    assert found.shape == (18, 10) and found["repetition"].values.tolist() == [0] * 6 + [1] * 6 + [2] * 6
    np.testing.assert_array_equal(found.values, again.values)
    assert len(np.unique(found.values[:, 0])) == 18
    assert (other.values != found.values).any()
    np.testing.assert_allclose(single.values, found.values, atol=1e-5)
    assert record(subject, "IT", trials=3).shape == (6, 10), "gone with the perturbation"


def model_like(subject):
    """The same network under the same noise, nothing remembered, one stimulus in a batch."""
    other = model(digest="another name")
    other.configure(seed=0, batch_size=1, cache=False)
    other.perturb(add_noise("V4", 0.5, seed=1))
    return other


def test_noise_has_the_sd_that_was_asked_for():
    subject = model()
    intact = record(subject, "V4").values
    with perturbed(subject, add_noise("V4", 0.5)):
        noise = record(subject, "V4", trials=40).values.reshape(40, 6, 144) - intact
    assert abs(noise.std() - 0.5) < 0.01 and abs(noise.mean()) < 0.01
    assert abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 0.12


# --- what is refused -----------------------------------------------------------------------------------------------


def test_a_plain_function_cannot_be_perturbed():
    subject = wrap(lambda batch: batch.reshape(len(batch), -1), layers={"IT": "output"}, visual_degrees=8)
    with pytest.raises(UnsupportedPerturbation, match=r"callable networks cannot be intervened on.*torch\.nn\.Module"):
        with perturbed(subject, lesion("IT")):
            pass
    assert Status.of(UnsupportedPerturbation("x")) is Status.UNSUPPORTED


def test_a_model_of_another_kind_cannot_either():
    class Other:
        identifier = "other"

    with pytest.raises(UnsupportedPerturbation, match="other cannot be perturbed"), perturbed(Other(), lesion("IT")):
        pass


def test_a_layer_that_is_never_called_is_no_silent_lesion():
    subject = model()
    with perturbed(subject, lesion("none")), pytest.raises(InvalidModelOutput, match="'spare'.*never called"):
        record(subject, "IT")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: lesion("V4", 0.0), InvalidParameter, "share 0.0"),
        (lambda: lesion("V4", 1.5), InvalidParameter, "share 1.5"),
        (lambda: lesion("V4", []), InvalidParameter, "no unit"),
        (lambda: silence("V4", strength=0), InvalidParameter, "strength=0"),
        (lambda: stimulate("V4", float("nan")), InvalidParameter, "finite"),
        (lambda: add_noise("V4", -1.0), InvalidParameter, "not below 0"),
        (lambda: Disk(0, 0, 0), InvalidParameter, "radius"),
        (lambda: model().perturb(lesion("FFA")), UnsupportedRegion, "'FFA'"),
        (lambda: model().perturb(lesion("IT", ["v4.1"])), UnsupportedRegion, "belongs to no committed layer"),
    ],
)
def test_what_means_nothing(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize("answer", [lambda n: np.ones(n + 1), lambda n: np.full(n, 2.0), lambda n: np.full(n, np.nan)])
def test_selectors_that_answer_nonsense(answer):
    subject = model()
    with perturbed(subject, lesion("IT", lambda coords: answer(10))):
        with pytest.raises(InvalidParameter, match="the selector"):
            record(subject, "IT")


def test_units_that_do_not_exist():
    subject = model()
    with perturbed(subject, lesion("IT", ["it.10"])), pytest.raises(InvalidParameter, match=r"it\.0 to it\.9"):
        record(subject, "IT")


# --- networks of other forms ---------------------------------------------------------------------------------------


class Several(torch.nn.Module):
    """Layers that return tuples and mappings, and one that is called under two names."""

    def __init__(self):
        super().__init__()
        self.pair, self.named, self.shared = Pair(), Named(), torch.nn.Identity()
        self.again = self.shared

    def forward(self, x):
        first, second = self.pair(x.flatten(1))
        values = self.named(first)["values"]
        return self.again(self.shared(values + second) + 1)


class Pair(torch.nn.Module):
    def forward(self, x):
        return x, x * 10


class Named(torch.nn.Module):
    def forward(self, x):
        return {"text": "none", "values": x + 1}


@pytest.mark.parametrize(
    ("layer", "change"),
    [
        ("pair", lambda x: 1 + x * 10),
        ("pair:1", lambda x: x + 1),
        ("named", lambda x: x * 10),
        ("named:values", lambda x: x * 10),
        ("shared", lambda x: 0 * x),
    ],
)
def test_layers_that_return_several_things_or_have_two_names(layer, change):
    subject = wrap(
        Several(), preprocessing=prepare, layers={"here": layer, "end": "again"}, visual_degrees=8, identifier="several"
    )
    x = np.stack([prepare(image).ravel() for image in IMAGES.values()])
    np.testing.assert_allclose(record(subject, "end").values, x + 1 + x * 10 + 1, rtol=1e-5)
    with perturbed(subject, lesion("here")):
        np.testing.assert_allclose(record(subject, "end").values, change(x) + 1, rtol=1e-5)
