"""Reductions: what becomes of a layer's rows, named by what they are, the same in every batch."""

import copy

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brainscore_core.cache import entries
from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.activations import reduction
from brainscore_vision.activations.callable_network import CallableNetwork
from brainscore_vision.activations.form import Form, form_of
from brainscore_vision.activations.reduction import Channels, Components, Pool, Projection, Tokens, steps_of
from brainscore_vision.perturbation import lesion, perturbed

pytestmark = pytest.mark.usefixtures("home")
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (30, 6, 6), dtype=np.uint8)


class Net:
    """A convolutional layer of 3 x 6 x 6, a vector of 36, and 5 tokens of 7 numbers."""

    layer_names = ("conv", "flat", "tokens")

    def __init__(self, gain=1.0):
        self.gain = gain

    def __call__(self, batch):
        values = batch.astype(np.float32) * self.gain
        conv = np.stack([values, values**2, -values], axis=1)
        return {
            "conv": conv,
            "flat": values.reshape(len(batch), -1),
            "tokens": values.reshape(len(batch), -1)[:, :35].reshape(len(batch), 5, 7),
        }


def stimuli(numbers=range(30), identifier="thirty"):
    table = pd.DataFrame({"stimulus_id": [str(number) for number in numbers]})
    return StimulusSet(table, identifier=identifier, open=lambda id: IMAGES[int(id)], key=lambda id: f"image {id}")


def recorded(layer, *, numbers=range(30), network=None, batch_size=None, **options):
    model = wrap(network or Net(), layers={"IT": layer}, visual_degrees=8, **options)
    model.configure(batch_size=batch_size)
    model.start_recording("IT")
    return model.look_at(stimuli(numbers))


def whole(layer, numbers=range(30)):
    return Net()(IMAGES[list(numbers)])[layer]


@pytest.fixture
def seen(monkeypatch):
    record, images = CallableNetwork.record, []

    def counted(self, inputs, layers):
        images.extend(np.asarray(entry).tobytes() for entry in inputs)
        return record(self, inputs, layers)

    monkeypatch.setattr(CallableNetwork, "record", counted)
    return images


# --- what each computes --------------------------------------------------------------------------------------------


def test_pooling_is_the_mean_over_space():
    np.testing.assert_allclose(recorded("conv", reduction=Pool()), whole("conv").mean(axis=(2, 3)), rtol=1e-6)
    np.testing.assert_array_equal(recorded("conv", reduction=Pool("max")), whole("conv").max(axis=(2, 3)))


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6, 9])
@pytest.mark.parametrize("how", ["mean", "max"])
def test_pooling_divides_as_pytorch_divides(size, how):
    torch = pytest.importorskip("torch", reason="compared with PyTorch's adaptive pooling")
    pool = getattr(torch.nn.functional, f"adaptive_{'avg' if how == 'mean' else 'max'}_pool2d")
    expected = pool(torch.from_numpy(whole("conv")), min(size, 6)).flatten(1).numpy()
    np.testing.assert_allclose(recorded("conv", reduction=Pool(how, size)), expected, rtol=1e-5)


def test_pooling_where_channels_come_last():
    network = Net()
    network.channels_last = True
    found = recorded("conv", network=network, reduction=Pool(dims=("y", "x", "channel")))
    np.testing.assert_allclose(found, whole("conv").mean(axis=(1, 2)), rtol=1e-6)


def test_channels():
    np.testing.assert_array_equal(
        recorded("conv", reduction=Channels([2, 0])), whole("conv")[:, [2, 0]].reshape(30, -1)
    )
    np.testing.assert_array_equal(recorded("tokens", reduction=Channels([3])), whole("tokens")[..., 3])
    with pytest.raises(InvalidParameter, match=r"channel 3 of a layer of 3 x 6 x 6 \(channel, y, x\)"):
        recorded("conv", reduction=Channels([3]))


@pytest.mark.parametrize(("which", "take"), [("class", lambda t: t[:, 0]), ("mean", lambda t: t.mean(axis=1))])
def test_tokens(which, take):
    np.testing.assert_allclose(recorded("tokens", tokens=which), take(whole("tokens")), rtol=1e-6)
    np.testing.assert_array_equal(recorded("flat", tokens=which), whole("flat"))
    np.testing.assert_array_equal(recorded("tokens", tokens="all"), whole("tokens").reshape(30, -1))


def test_a_projection_keeps_distances():
    values = whole("conv").reshape(30, -1)
    pairs = np.triu_indices(30, 1)
    before = ((values[:, None] - values) ** 2).sum(axis=-1)[pairs]
    ratios = []
    for seed in range(20):
        projected = recorded("conv", reduction=Projection(60, seed=seed)).values
        assert projected.shape == (30, 60) and projected.dtype == np.float32
        ratios.append((((projected[:, None] - projected) ** 2).sum(axis=-1)[pairs] / before).mean())
    assert np.mean(ratios) == pytest.approx(1, abs=0.1) and np.std(ratios) > 0, "on average, and each seed is another"
    np.testing.assert_array_equal(recorded("conv", reduction=Projection(5000)), values)


def test_a_projection_is_that_of_core():
    from brainscore_core.statistics.projection import SparseRandomProjection

    expected = SparseRandomProjection(20, 1).transform(whole("flat"))
    np.testing.assert_allclose(recorded("flat", reduction=Projection(20, seed=1)), expected, rtol=1e-5)


@pytest.mark.parametrize("layer", ["flat", "conv"])
def test_components_are_those_of_the_named_stimuli(layer):
    decomposition = pytest.importorskip("sklearn.decomposition", reason="compared with scikit-learn")
    fitted, tested = list(range(20)), list(range(20, 30))
    found = recorded(layer, numbers=tested, reduction=Components(8, stimuli(fitted, "fitted"))).values
    pca = decomposition.PCA(8, svd_solver="full").fit(whole(layer, fitted).reshape(20, -1).astype(np.float64))
    expected = pca.transform(whole(layer, tested).reshape(10, -1).astype(np.float64))
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found * signs, expected, atol=1e-4 * np.abs(expected).max())


def test_components_are_fitted_in_blocks(monkeypatch):
    whole_at_once = recorded("conv", network=Net(3.0), reduction=Components(4, stimuli(range(12))))
    monkeypatch.setattr(reduction, "BLOCK", 8 * 12 * 7)
    in_blocks = recorded("conv", network=Net(3.0), reduction=Components(4, stimuli(range(12)), seed=1))
    np.testing.assert_allclose(in_blocks, whole_at_once, atol=1e-4 * float(np.abs(whole_at_once).max()))


def test_there_are_no_more_components_than_stimuli_span():
    assert recorded("flat", reduction=Components(50, stimuli(range(5)))).shape == (30, 4)


def test_steps_follow_each_other():
    found = recorded("tokens", tokens="mean", reduction=[Channels([1, 4, 5, 6]), Projection(3)])
    assert found.shape == (30, 3)
    np.testing.assert_allclose(
        recorded("conv", reduction=[Channels([1]), Pool("max", 2)]),
        whole("conv")[:, 1].reshape(30, 2, 3, 2, 3).max(axis=(2, 4)).reshape(30, -1),
    )


# --- names ---------------------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 31), st.sampled_from([Pool("mean", 2), Projection(9), Components(4, stimuli(range(12)))]))
def test_any_batch_size_gives_the_same(tmp_path_factory, size, step):
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path_factory.mktemp("home")))
        one, all_at_once = (recorded("conv", batch_size=n, reduction=step, network=Net(2.0)) for n in (size, 30))
    np.testing.assert_allclose(one, all_at_once, atol=1e-4 * float(np.abs(all_at_once).max()))


STEPS = [
    None,
    Pool(),
    Pool("max"),
    Pool("mean", 2),
    Channels([0]),
    Channels([1]),
    Projection(9),
    Projection(10),
    Projection(9, seed=1),
    Components(4, stimuli(range(12))),
    Components(4, stimuli(range(13))),
    Components(5, stimuli(range(12))),
    [Channels([0]), Pool()],
    [Pool(), Projection(2)],
]


def test_no_two_reductions_share_a_row_and_each_has_its_own_name():
    models = [wrap(Net(), layers={"IT": "conv"}, visual_degrees=8, reduction=step) for step in STEPS]
    assert len({model.digest() for model in models}) == len(STEPS)
    for model in models:
        model.start_recording("IT")
        model.look_at(stimuli([1]))
    kept = [entry for entry in entries() if entry.kind == "rows"]
    assert len(kept) == len(STEPS)


def test_the_name_of_the_stimuli_is_no_content_but_their_pixels_are():
    one, other = (
        wrap(Net(), layers={"IT": "conv"}, visual_degrees=8, reduction=Components(4, stimuli(range(9), name)))
        for name in ("a", "b")
    )
    assert one.digest() == other.digest()
    assert one.info.reduction["conv"][0]["stimuli"] == "a", "and the card says which they were"


def test_reduced_rows_are_read_again_and_the_components_with_them(seen):
    first = recorded("conv", reduction=Components(4, stimuli(range(12))))
    ran = len(seen)
    assert ran == 30 + 12, "the stimuli that are fitted once, and those that are shown"
    again = recorded("conv", reduction=Components(4, stimuli(range(12))))
    np.testing.assert_array_equal(first, again)
    assert len(seen) == ran + 2, "two, to see that what is stored is what the network computes"


def test_another_network_has_other_components(seen):
    first = recorded("conv", reduction=Components(4, stimuli(range(12))))
    twice = recorded("conv", network=Net(2.0), reduction=Components(4, stimuli(range(12))))
    np.testing.assert_allclose(np.abs(twice[:, 0]).max() > 1.5 * np.abs(first[:, 0]).max(), True)


def test_units_of_a_reduced_recording_can_be_asked_for_again():
    model = wrap(Net(), layers={"IT": ["conv", "flat"]}, visual_degrees=8, reduction={"conv": Projection(9)})
    model.start_recording("IT")
    everything = model.look_at(stimuli())
    assert everything.shape == (30, 9 + 36)
    model.start_recording("IT", units=["flat.3", "conv.7"])
    part = model.look_at(stimuli())
    np.testing.assert_array_equal(part, everything.values[:, [9 + 3, 7]])
    with pytest.raises(InvalidParameter, match=r"'conv.9' does not exist"):
        model.start_recording("IT", units=["conv.9"])
        model.look_at(stimuli())


def test_provenance_holds_it():
    info = wrap(Net(), layers={"IT": "conv"}, visual_degrees=8, tokens="mean", reduction=Projection(9)).info
    assert info.to_dict()["reduction"] == {
        "conv": [
            {"step": "tokens-1", "which": "mean"},
            {"step": "sparse-random-projection-1", "n_components": 9, "seed": 0},
        ]
    }


def test_the_form_is_that_of_the_reduced_row():
    model = wrap(Net(), layers={"IT": "conv"}, visual_degrees=8, reduction=Pool("mean", 2))
    model.start_recording("IT")
    model.look_at(stimuli([0]))
    assert model.engine.form("conv") == Form((3, 2, 2), ("channel", "y", "x"))


def test_a_perturbation_of_reduced_units_means_nothing():
    torch = pytest.importorskip("torch", reason="only PyTorch modules can be perturbed")
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(36, 10))
    model = wrap(
        network,
        preprocessing=np.float32,
        layers={"IT": "1"},
        visual_degrees=8,
        reduction=Projection(4),
    )
    with pytest.raises(InvalidParameter, match="layer '1' is reduced"), perturbed(model, lesion("IT", ["1.2"])):
        pass
    model.start_recording("IT")
    intact = model.look_at(stimuli())
    with perturbed(model, lesion("IT", 1.0)):
        assert not model.look_at(stimuli()).values.any(), "projected after the lesion"
    np.testing.assert_array_equal(model.look_at(stimuli()), intact)


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Pool("median"), "'mean' or 'max'"),
        (lambda: Pool(size=0), "size from 1"),
        (lambda: Channels([]), "distinct numbers"),
        (lambda: Channels([1, 1]), "distinct numbers"),
        (lambda: Channels([-1]), "distinct numbers"),
        (lambda: Projection(0), "at least 1"),
        (lambda: Components(0, stimuli()), "at least 1"),
        (lambda: Components(3, "imagenet"), "a StimulusSet"),
        (lambda: Tokens("cls"), "'class', 'mean' or 'all'"),
        (lambda: steps_of("all", "pca", ["a"]), "a reduction by 'pca'"),
        (lambda: steps_of("all", {"b": Pool()}, ["a"]), "a reduction of layer 'b'"),
        (lambda: wrap(Net(), layers={"IT": "conv"}, visual_degrees=8, tokens="first"), "'class', 'mean' or 'all'"),
    ],
)
def test_what_is_no_reduction(make, words):
    with pytest.raises(InvalidParameter, match=words):
        make()


def test_steps_can_be_copied_and_compared():
    for step in STEPS[1:12]:
        assert copy.copy(step).to_dict() == step.to_dict()
    assert form_of((3, 4, 4)) != form_of((3, 4, 4), channels_last=True)
