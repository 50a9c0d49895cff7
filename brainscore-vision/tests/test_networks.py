"""Adapters: what a layer computed, flattened, in the order of the inputs; the network left as it was."""

import copy
import itertools
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainscore_core.errors import InvalidModelOutput, InvalidParameter, UnknownLayer
from brainscore_vision.activations import adapt
from brainscore_vision.activations.callable_network import CallableNetwork
from brainscore_vision.activations.form import Form, form_of

torch = pytest.importorskip("torch")
nn = torch.nn

INPUTS = list(np.random.default_rng(0).normal(size=(5, 3, 8, 8)).astype(np.float32))


def convolutional():
    torch.manual_seed(0)
    return nn.Sequential(
        OrderedDict(
            conv=nn.Conv2d(3, 4, 3),
            norm=nn.BatchNorm2d(4),
            relu=nn.ReLU(inplace=True),
            pool=nn.AdaptiveAvgPool2d(2),
            flat=nn.Flatten(),
            drop=nn.Dropout(0.9),
            head=nn.Linear(16, 7),
        )
    )


def plain(module, inputs, upto):
    """Activations of a plain forward pass, by hand."""
    module = copy.deepcopy(module).eval()
    x = torch.from_numpy(np.stack(inputs))
    with torch.no_grad():
        for name, part in module.named_children():
            x = part(x).clone()
            if name == upto:
                return x.flatten(1).numpy()
    raise AssertionError(upto)


LAYERS = ["conv", "norm", "relu", "pool", "flat", "drop", "head"]


def close(one, other):
    np.testing.assert_allclose(one, other, atol=1e-5 * np.abs(other).max())


@pytest.mark.parametrize("repeat", [1, 3])
def test_every_layer_equals_a_plain_pass(repeat):
    """Also what an in-place operation changes afterwards, in the first pass and when the end of passes is known."""
    module = convolutional()
    network = adapt(module)
    for _ in range(repeat):
        recorded = network.record(INPUTS, LAYERS)
    for layer in LAYERS:
        close(recorded[layer], plain(module, INPUTS, layer))
        assert recorded[layer].flags.c_contiguous
    assert (recorded["norm"] < 0).any() and not (recorded["relu"] < 0).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5), st.lists(st.sampled_from(LAYERS), min_size=1, unique=True))
def test_any_batch_and_any_layers(size, layers):
    module = convolutional()
    recorded = adapt(module).record(INPUTS[:size], layers)
    assert list(recorded) == layers
    for layer in layers:
        close(recorded[layer], plain(module, INPUTS[:size], layer))


def state(module):
    return [
        (name, value.clone(), value.stride(), value.data_ptr(), value.requires_grad)
        for name, value in (*module.named_parameters(), *module.named_buffers())
    ]


@pytest.mark.parametrize("training", [True, False])
def test_the_module_is_left_as_it_was(training):
    module = convolutional().train(training)
    module.norm.eval()
    before, flags = state(module), [part.training for part in module.modules()]
    network = adapt(module)
    for _ in range(2):
        network.record(INPUTS, ["relu", "head"])
    assert [part.training for part in module.modules()] == flags
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in module.modules())
    for (_, old, *rest), (_, new, *others) in zip(before, state(module), strict=True):
        assert torch.equal(old, new) and rest == others
    module.train()(torch.from_numpy(np.stack(INPUTS))).sum().backward()
    assert module.conv.weight.grad is not None, "it can still be trained"


def test_the_module_is_left_as_it_was_after_an_error():
    module = convolutional().train()
    with pytest.raises(RuntimeError) as failure:
        adapt(module).record([np.zeros((2, 8, 8), np.float32)], ["conv"])
    assert "Sequential fails on a batch of shape (1, 2, 8, 8)" in str(failure.value)
    assert module.training and not module.conv._forward_hooks


def test_it_stops_after_the_last_layer():
    module = convolutional()
    later = []
    module.flat.register_forward_hook(lambda *arguments: later.append(1))
    network = adapt(module)
    for _ in range(3):
        network.record(INPUTS, ["relu"])
    assert len(later) == 1, "the first pass shows where layers end"


class Recurrent(nn.Module):
    def __init__(self, steps=3):
        super().__init__()
        self.step, self.after, self.never, self.steps = nn.Linear(4, 4), nn.Identity(), nn.Linear(4, 4), steps

    def forward(self, x):
        for _ in range(self.steps):
            x = self.step(x)
        return self.after(x)


@pytest.mark.parametrize("layers", [["step"], ["step", "after"]])
def test_of_a_layer_that_is_called_several_times_the_last_call(layers):
    torch.manual_seed(0)
    module, inputs = Recurrent(), list(np.ones((2, 4), np.float32))
    network = adapt(module)
    for _ in range(2):
        recorded = network.record(inputs, layers)["step"]
        with torch.no_grad():
            close(recorded, module(torch.ones(2, 4)).numpy())


class Branching(nn.Module):
    """Calls its layer as often as what it sees says."""

    def __init__(self, look):
        super().__init__()
        self.step, self.after, self.look = nn.Identity(), nn.Identity(), look

    def forward(self, x):
        for _ in range(self.look(x)):
            x = self.step(x + 1)
        return self.after(x)


LOOKS = {
    "a condition": lambda x: 3 if (x > 0).any() else 1,
    "item": lambda x: int(x.max().item()),
    "an index": lambda x: int(x.max()),
    "a shape": lambda x: 1 + len(torch.nonzero(x[0, :2])),
    "a mask": lambda x: 1 + len(x[0][x[0] > 2]),
}


@pytest.mark.parametrize("looks", LOOKS)
@pytest.mark.parametrize("order", [1, -1])
def test_a_layer_that_is_called_as_often_as_values_say(looks, order):
    module = Branching(LOOKS[looks])
    network = adapt(module)
    for value in [1, 3, 1, 3, -1, 1][::order]:
        inputs = [np.full(4, value, np.float32)] * 2
        expected = value + module.look(torch.from_numpy(np.stack(inputs)))
        if expected > value:
            assert (network.record(inputs, ["step"])["step"] == expected).all()


def test_a_layer_that_is_called_for_each_input_or_each_pixel():
    module = Branching(lambda x: x.shape[0] * x.shape[1])
    network = adapt(module)
    for count, width in ((2, 3), (3, 3), (1, 3), (2, 5), (2, 3)):
        recorded = network.record([np.zeros(width, np.float32)] * count, ["step"])["step"]
        assert (recorded == count * width).all()


@pytest.mark.parametrize("calls", [[2, 3], [3, 2]])
def test_another_course_that_nothing_decided_is_refused(calls):
    """What no operation shows is noticed by the passes that run to their end, or by one that ends too early."""
    turns = itertools.chain([calls[0]] * 6, itertools.repeat(calls[1]))
    network, inputs = adapt(Branching(lambda x: next(turns))), [np.zeros(3, np.float32)]
    for _ in range(6):
        assert (network.record(inputs, ["step"])["step"] == calls[0]).all()
    with pytest.raises(InvalidModelOutput, match=f"called {calls[0]} times in earlier batches, and {calls[1]} times"):
        for _ in range(2):
            network.record(inputs, ["step"])


def test_a_module_of_several_names():
    torch.manual_seed(0)
    shared = nn.ReLU()
    module = nn.Sequential(nn.Linear(4, 4), shared, nn.Linear(4, 4), shared)
    inputs = list(np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32))
    network = adapt(module)
    for _ in range(2):
        recorded = network.record(inputs, ["1", "3"])
        close(recorded["1"], plain(nn.Sequential(*module[:2]), inputs, "1"))
        with torch.no_grad():
            close(recorded["3"], module(torch.from_numpy(np.stack(inputs))).numpy())
    close(network.record(inputs, ["1"])["1"], recorded["1"])


def test_a_layer_that_is_never_called():
    with pytest.raises(InvalidModelOutput, match="'never' of Recurrent was never called"):
        adapt(Recurrent()).record([np.ones(4, np.float32)], ["step", "never"])


class Catching(nn.Module):
    """Catches whatever happens."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Identity(), nn.Identity()

    def forward(self, x):
        try:
            x = self.first(x)
        except Exception:
            x = x * 0
        return self.second(x)


def test_no_network_catches_our_stop():
    module, later = Catching(), []
    module.second.register_forward_hook(lambda *arguments: later.append(1))
    network = adapt(module)
    for _ in range(2):
        np.testing.assert_array_equal(network.record([np.ones(3)], ["first"])["first"], np.ones((1, 3)))
    assert len(later) == 1


class Answers(nn.Module):
    def __init__(self, answer):
        super().__init__()
        self.layer = nn.Identity()
        self.layer.forward = answer

    def forward(self, x):
        self.layer(x)
        return x


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda x: (x * 2, x), 2.0),
        (lambda x: [None, x * 3], 3.0),
        (lambda x: {"out": x * 4, "other": x}, 4.0),
        (lambda x: (x * 1.5).bfloat16(), 1.5),
        (lambda x: (x * 1.5).half(), 1.5),
        (lambda x: (x * 7).long(), 7),
        (lambda x: x > 0, True),
        (lambda x: (x * 5).expand(2, 2, 2).transpose(1, 2), 5.0),
        (lambda x: torch.quantize_per_tensor(x * 6, 0.5, 0, torch.quint8), 6.0),
        (lambda x: (x * 8).to(memory_format=torch.contiguous_format)[:, ::1], 8.0),
    ],
)
@pytest.mark.filterwarnings("ignore:.*quantiz.*")
def test_what_a_layer_may_return(answer, expected):
    recorded = adapt(Answers(answer)).record(list(np.ones((2, 2), np.float32)), ["layer"])["layer"]
    assert recorded.shape[0] == 2 and recorded.dtype.kind in "biuf" and (recorded == expected).all()
    assert recorded.dtype != np.float64


def test_units_are_numbered_channel_row_column():
    batch = torch.arange(2 * 3 * 2 * 2.0).reshape(2, 3, 2, 2)
    module = Answers(lambda x: batch.to(memory_format=torch.channels_last))
    recorded = adapt(module).record(list(np.ones((2, 1), np.float32)), ["layer"])["layer"]
    np.testing.assert_array_equal(recorded, batch.flatten(1).numpy())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: "text", "returned a str"),
        (lambda x: None, "returned a NoneType"),
        (lambda x: x * 1j, "complex64"),
        (lambda x: x.sum(), r"shape \(\)"),
        (lambda x: x[:1], r"shape \(1, 2\).*2 inputs"),
        (lambda x: x[:, :0], r"shape \(2, 0\)"),
    ],
)
def test_what_a_layer_may_not_return(answer, words):
    with pytest.raises(InvalidModelOutput, match=f"layer 'layer'.*{words}"):
        adapt(Answers(answer)).record(list(np.ones((2, 2), np.float32)), ["layer"])


@pytest.mark.parametrize(
    "prepare",
    [
        lambda x: x.astype(np.float64),
        torch.from_numpy,
        lambda x: torch.from_numpy(x).double(),
        lambda x: np.asfortranarray(x),
        lambda x: x[::1, ::-1][:, ::-1],
        lambda x: np.broadcast_to(x, x.shape),
        lambda x: x.tolist(),
    ],
)
def test_inputs_of_any_kind(prepare):
    module = convolutional()
    close(adapt(module).record([prepare(x) for x in INPUTS], ["head"])["head"], plain(module, INPUTS, "head"))


def test_half_precision():
    recorded = adapt(nn.Sequential(nn.Linear(4, 4).bfloat16())).record([np.ones(4)], ["0"])["0"]
    assert recorded.dtype == np.float32


def test_unknown_layers_are_refused_with_the_closest_names():
    network = adapt(convolutional())
    network.check(["conv", "head"])
    with pytest.raises(UnknownLayer, match=r"Sequential has no layer 'cnv'.*one of its 7 layers.*Closest: conv"):
        network.check(["head", "cnv"])
    with pytest.raises(UnknownLayer, match="has no layer ''"):
        network.check([""])


def test_devices():
    network = adapt(convolutional())
    network.to(None)
    network.to("cpu")
    assert network.device == "cpu" and adapt(np.asarray).device is None
    with pytest.raises(InvalidParameter, match="'no-such-device'"):
        network.to("no-such-device")
    if not torch.cuda.is_available():
        with pytest.raises(InvalidParameter, match="'cuda' cannot be used"):
            network.to("cuda")


def test_the_module_may_be_moved_after_it_was_wrapped():
    module = convolutional()
    network = adapt(module)
    module.double()
    assert network.record(INPUTS, ["head"])["head"].dtype == np.float64


def test_a_part_may_be_replaced_after_it_was_wrapped():
    module = convolutional()
    network = adapt(module)
    network.record(INPUTS, ["relu"])
    module.relu, module.conv = nn.Tanh(), nn.Conv2d(3, 4, 3)
    network.check(["relu"])
    close(network.record(INPUTS, ["relu"])["relu"], plain(module, INPUTS, "relu"))


# --- callables -----------------------------------------------------------------------------------------------------


def test_a_function_has_one_layer():
    recorded = adapt(lambda batch: batch.mean(axis=(2, 3))).record(INPUTS, ["output"])
    np.testing.assert_allclose(recorded["output"], np.stack(INPUTS).mean(axis=(2, 3)))


def test_a_function_of_layers():
    network = adapt(lambda batch: {"a": batch, "b": batch > 0})
    recorded = network.record(INPUTS, ["b", "a"])
    assert list(recorded) == ["b", "a"] and recorded["a"].shape == recorded["b"].shape == (5, 192)
    with pytest.raises(UnknownLayer, match="no layer 'c'.*one of its 2 layers"):
        network.record(INPUTS, ["c"])


def test_a_function_that_is_told_the_layers():
    asked = []

    def network(batch, layers):
        asked.append(layers)
        return {layer: batch for layer in layers}

    adapt(network).record(INPUTS, ["x", "y"])
    assert asked == [["x", "y"]]


def test_a_callable_that_names_its_layers():
    class Network:
        layer_names = ("c1", "c2")

        def __call__(self, batch):
            return {}

    adapt(Network()).check(["c1"])
    with pytest.raises(UnknownLayer, match="Network has no layer 'c3'.*Closest: c2, c1"):
        adapt(Network()).check(["c3"])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda batch: batch[:2], r"shape \(2, 3, 8, 8\).*5 inputs"),
        (lambda batch: np.float32(1), r"shape \(\)"),
        (lambda batch: np.array(["a"] * len(batch)), "dtype <U1"),
        (lambda batch: batch * 1j, "complex"),
        (lambda batch: [[1], [1, 2], [1], [1], [1]], "no array"),
        (lambda batch: torch.ones(5, 2, requires_grad=True), "Tensor that is no array"),
    ],
)
def test_what_a_function_may_not_return(answer, words):
    with pytest.raises(InvalidModelOutput, match=words):
        CallableNetwork(answer).record(INPUTS, ["output"])


def test_a_function_may_return_tensors():
    recorded = adapt(lambda batch: torch.from_numpy(batch).flatten(1)).record(INPUTS, ["output"])["output"]
    np.testing.assert_array_equal(recorded, np.stack(INPUTS).reshape(5, -1))


@pytest.mark.parametrize("thing", [3, "alexnet", None])
def test_what_is_no_network(thing):
    with pytest.raises(InvalidParameter, match="is no network"):
        adapt(thing)


def test_adapters_do_not_import_frameworks_for_others():
    import subprocess
    import sys

    code = (
        "import sys, brainscore_vision.activations as a; a.adapt(len); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'tensorflow', 'scipy', 'PIL')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- precision -----------------------------------------------------------------------------------------------------


def test_autocast_computes_in_the_type_that_is_asked_for():
    module = convolutional()
    exact = adapt(module).record(INPUTS, ["conv"])["conv"]
    rounded = adapt(module, "bfloat16").record(INPUTS, ["conv"])["conv"]
    assert rounded.dtype == np.float32
    np.testing.assert_array_equal(torch.from_numpy(rounded).bfloat16().float().numpy(), rounded)
    assert 0 < np.abs(rounded - exact).max() < 0.02 * np.abs(exact).max()
    close(adapt(module).record(INPUTS, ["conv"])["conv"], exact)


def test_autocast_is_part_of_the_name(home):
    from brainscore_vision import wrap

    models = [wrap(convolutional(), layers={"V1": "conv"}, visual_degrees=8, autocast=n) for n in (None, "bfloat16")]
    assert models[0].digest() != models[1].digest()
    assert [model.info.autocast for model in models] == ["", "bfloat16"]


@pytest.mark.parametrize(
    ("network", "words"),
    [(nn.Identity(), "'bfloat16', 'float16' or None"), (lambda batch: batch, "a PyTorch module")],
)
def test_autocast_that_means_nothing(network, words):
    with pytest.raises(InvalidParameter, match=words):
        adapt(network, "float8")


def test_a_function_that_answers_in_the_same_memory(home):
    answer = np.zeros((2, 3), np.float32)

    def network(batch):
        answer[: len(batch)] = batch.reshape(len(batch), -1)[:, :3]
        return answer[: len(batch)]

    recorded = [adapt(network).record(list(INPUTS[at : at + 2]), ["output"])["output"] for at in (0, 2)]
    np.testing.assert_array_equal(np.concatenate(recorded), np.stack(INPUTS[:4]).reshape(4, -1)[:, :3])


# --- several devices -----------------------------------------------------------------------------------------------


@pytest.fixture
def spread():
    """Two copies on the processor, as there may be one on each GPU, and how many inputs each part had."""
    from brainscore_vision.activations.torch_network import TorchNetwork

    counts = []

    class Counting(TorchNetwork):
        def _record(self, inputs, layers):
            counts.append(len(inputs))
            return super()._record(inputs, layers)

        def _alone(self, module):
            return Counting(module, self.autocast)._record

    network = Counting(convolutional())
    network.to("cpu,cpu,cpu")
    return network, counts


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_several_devices_share_a_batch_and_rows_keep_their_order(spread, size):
    network, counts = spread
    assert network.device == "cpu, cpu, cpu" and network.batch_size == 48
    recorded = network.record(INPUTS[:size], ["conv", "head"])
    for layer in ("conv", "head"):
        close(recorded[layer], plain(network.module, INPUTS[:size], layer))
    assert sorted(counts) == sorted({1: [1], 2: [1, 1], 3: [1, 1, 1], 5: [1, 2, 2]}[size])


def test_copies_follow_the_module(spread):
    network, _ = spread
    network.check(["head"])
    before = network.record(INPUTS, ["head"])["head"]
    with torch.no_grad():
        network.module.head.weight.mul_(2)
    network.check(["head"])
    after = network.record(INPUTS, ["head"])["head"]
    close(after, plain(network.module, INPUTS, "head"))
    assert not np.allclose(before, after)


def test_what_hooks_do_holds_for_the_module_only(spread):
    network, counts = spread
    handle = network.module.conv.register_forward_hook(lambda _module, _inputs, output: output * 0)
    assert not network.record(INPUTS, ["conv"])["conv"].any() and counts == [5]
    handle.remove()
    assert network.record(INPUTS, ["conv"])["conv"].all() and len(counts) == 4


def test_memory_that_runs_out_on_one_device_is_told(spread, monkeypatch):
    network, counts = spread

    def full(*_arguments):
        raise torch.OutOfMemoryError("CUDA out of memory")

    network.record(INPUTS, ["head"])
    monkeypatch.setattr(network._replicas, "_records", [full, full])
    with pytest.raises(torch.OutOfMemoryError):
        network.record(INPUTS, ["head"])


def test_devices_that_are_not_there(spread):
    network, _ = spread
    with pytest.raises(InvalidParameter, match="'cpu,no-such' cannot be used.*'cuda:0,cuda:1'"):
        network.to("cpu,no-such")
    network.to("cpu")
    assert network.device == "cpu" and network.batch_size == 16


# --- forms of outputs ----------------------------------------------------------------------------------------------


@dataclass
class Output:
    """As transformers return it."""

    hidden: object = None
    pooled: object = None


class Pair(NamedTuple):
    left: object
    right: object


@pytest.mark.parametrize(
    ("answer", "part", "scale"),
    [
        (lambda x: Output(None, x * 2), "", 2),
        (lambda x: Output(x, x * 3), "pooled", 3),
        (lambda x: Output((x * 4, x), x), "", 4),
        (lambda x: Pair(x, x * 5), "right", 5),
        (lambda x: (x, x * 6), "1", 6),
        (lambda x: {"a": {"b": x * 7}, "c": x}, "a", 7),
    ],
)
def test_parts_of_an_output(answer, part, scale):
    layer = f"layer:{part}" if part else "layer"
    recorded = adapt(Answers(answer)).record(list(np.ones((2, 3), np.float32)), [layer])[layer]
    np.testing.assert_array_equal(recorded, np.full((2, 3), scale))


@pytest.mark.parametrize(("part", "words"), [("pool", r"one of \['hidden', 'pooled'\]"), ("hidden", "a tensor")])
def test_parts_that_are_not_there(part, words):
    with pytest.raises(InvalidModelOutput, match=words):
        adapt(Answers(lambda x: Output(None, x))).record(list(np.ones((2, 3), np.float32)), [f"layer:{part}"])


@pytest.mark.parametrize(
    ("module", "shape", "form"),
    [
        (nn.Conv3d(2, 4, 3), (2, 5, 6, 7), Form((4, 3, 4, 5), ("channel", "z", "y", "x"))),
        (nn.Conv2d(2, 4, 3), (2, 6, 7), Form((4, 4, 5), ("channel", "y", "x"))),
        (nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), (5, 8), Form((5, 8), ("token", "embedding"))),
        (nn.LSTM(6, 3, batch_first=True), (9, 6), Form((9, 3), ("token", "embedding"))),
        (nn.Linear(6, 3), (6,), Form((3,), ("channel",))),
    ],
)
def test_forms(module, shape, form):
    inputs = list(np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32))
    network = adapt(nn.Sequential(module))
    recorded = network.record(inputs, ["0"])["0"]
    assert network.forms["0"] == form and recorded.shape == (3, form.units)
    with torch.no_grad():
        answer = module.eval()(torch.from_numpy(np.stack(inputs)))
    answer = answer[0] if isinstance(answer, tuple) else answer
    close(recorded, answer.flatten(1).numpy())
    places = form.positions(np.arange(form.units))
    values = answer.numpy()[(slice(None), *(places[dim] for dim in form.dims))]
    close(recorded, values)


def test_positions_of_units_that_are_not_there():
    with pytest.raises(InvalidParameter, match="unit 12"):
        form_of((3, 4)).positions(np.array([12]))
    with pytest.raises(InvalidParameter, match="one name each"):
        form_of((3, 4)).named(["x"])
    assert [str(form_of(shape)) for shape in ((), (3,), (2, 3))] == [
        "1 unit",
        "3 (channel)",
        "2 x 3 (token, embedding)",
    ]
    assert form_of((4, 5, 3), channels_last=True).dims == ("y", "x", "channel")
    assert form_of((1, 2, 3, 4, 5)).dims == ("dim_0", "dim_1", "dim_2", "dim_3", "dim_4")
