"""What a network is: everything that decides what it computes changes the digest, and nothing else does."""

import copy
import functools
import importlib
import operator
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainscore_vision.activations.content import content_digest, content_of, unreadable_reason
from brainscore_vision.activations.watched import Watched

torch = pytest.importorskip("torch")
nn = torch.nn

SOURCE = '''
import enum
import functools
import logging
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn

import {helper}

logger = logging.getLogger(__name__)
KERNEL = np.arange(4.0)
SCALES = {{"a": 1.0, "b": 2.0}}


class Mode(enum.Enum):
    MEAN = "mean"
    MAX = "max"


@functools.cache
def bank(size):
    return np.ones(size) * KERNEL[1]


def scale(x):
    logger.debug("scaling")
    return x * KERNEL.sum() + SCALES["a"]


def helped(x):
    return {helper}.shift(x)


def lazily(x):
    import user_late

    return user_late.shift(x)


class Net(nn.Module):
    act = torch.relu

    def __init__(self, width=3):
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(3, width, 3)
        self.norm = nn.BatchNorm2d(width)
        self.other = nn.ReLU()
        self.tied = self.conv
        self.register_buffer("kept", torch.ones(2))
        self.register_buffer("hidden", torch.ones(2), persistent=False)
        self.gain, self.mode, self.device = 2.0, Mode.MEAN, torch.device("cpu")
        self.shapes = [(1, 2), {{"deep": np.zeros(3)}}]

    @torch.no_grad()
    def forward(self, x):
        return scale(self.act(self.norm(self.conv(x)))) * self.gain


@dataclass(frozen=True)
class Bank:
    width: int = 3
    weights: np.ndarray = field(default_factory=lambda: np.ones(3))

    @functools.cached_property
    def filters(self):
        return np.outer(self.weights, self.weights)

    def __call__(self, batch):
        return batch.reshape(len(batch), -1) @ self.filters.ravel() + bank(self.width).sum()


class Slotted:
    __slots__ = ("__private", "w")

    def __init__(self, w):
        self.w, self.__private = w, w + 1

    def __call__(self, batch):
        return batch * self.w


class Standard:
    """Preprocessing."""

    def __init__(self, mean=0.5, size=(2, 2)):
        self.mean, self.size = mean, size

    def __call__(self, image):
        return image / 255 - self.mean
'''
HELPER = "def shift(x):\n    return x + 1\n"

_count = iter(range(10**6))


class Sandbox:
    """Modules of a user, written to disk and imported under names of their own."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        monkeypatch.syspath_prepend(str(folder))

    def load(self, source=SOURCE, helper=HELPER, name=None):
        number = next(_count)
        name, helper_name = name or f"user_net_{number}", f"user_helper_{number}"
        (self.folder / f"{helper_name}.py").write_text(helper)
        text = source.replace("{helper}", helper_name).replace("{{", "{").replace("}}", "}")
        (self.folder / f"{name}.py").write_text(text)
        importlib.invalidate_caches()
        importlib.import_module(helper_name)
        return importlib.import_module(name)


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    return Sandbox(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def user(tmp_path_factory):
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Sandbox(tmp_path_factory.mktemp("user"), monkeypatch).load()


def weight(net):
    net.conv.weight.data[0, 0, 0, 0] += 1e-6


def buffer(net):
    net.kept[0] += 1


def hidden_buffer(net):
    net.hidden[0] += 1


def running_mean(net):
    net.norm.running_mean[0] += 1


def epsilon(net):
    net.norm.eps *= 2


def stride(net):
    net.conv.stride = (2, 2)


def activation_module(net):
    net.other = nn.GELU()


def activation_function(net):
    net.act = torch.tanh


def activation_method(net):
    net.act = torch.Tensor.tanh


def attribute(net):
    net.gain = 2.5


def kind_of_attribute(net):
    net.gain = 2


def member(net):
    net.mode = type(net.mode).MAX


def nested(net):
    net.shapes[1]["deep"][2] = 1


def dtype(net):
    net.double()


def untied(net):
    net.tied = nn.Conv2d(3, 3, 3)


def extra(net):
    net.extra = None


def hooked(net):
    net.conv.register_forward_hook(operator.itemgetter(2))


CHANGES = [
    weight, buffer, hidden_buffer, running_mean, epsilon, stride, activation_module, activation_function,
    activation_method, attribute, kind_of_attribute, member, nested, dtype, untied, extra, hooked,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_one_change_is_another_network(user, change):
    net = user.Net()
    before = content_digest(net)
    assert before is not None
    change(net)
    assert content_digest(net) not in (before, None)


def train(net):
    net.train(not net.training)
    net.norm.train()


def call(net):
    net.eval()
    for _ in range(3):
        net(torch.zeros(1, 3, 4, 4))


def hook_and_remove(net):
    net.conv.register_forward_hook(print).remove()
    net.register_forward_pre_hook(print).remove()


def backward_hook(net):
    net.register_full_backward_hook(lambda *arguments: None)


def freeze(net):
    net.requires_grad_(False)


def channels_last(net):
    net.to(memory_format=torch.channels_last)


def device(net):
    net.device = torch.device("meta")


def gradients(net):
    net.conv.weight.grad = torch.ones_like(net.conv.weight)


def order_of_attributes(net):
    state = dict(net.__dict__)
    net.__dict__.clear()
    net.__dict__.update(reversed(state.items()))


def equal_instead_of_shared(net):
    net.tied = copy.deepcopy(net.conv)


def logging_level(net):
    sys.modules[type(net).__module__].logger.setLevel(10)


def cache_filled(net):
    sys.modules[type(net).__module__].bank(7)


NO_CHANGES = [
    train, call, hook_and_remove, backward_hook, freeze, channels_last, device, gradients, order_of_attributes,
    equal_instead_of_shared, logging_level, cache_filled,
]  # fmt: skip


@pytest.mark.parametrize("change", NO_CHANGES, ids=lambda change: change.__name__)
def test_what_computes_the_same_is_the_same(user, change):
    net = user.Net()
    before = content_digest(net)
    change(net)
    assert content_digest(net) == before is not None


@pytest.mark.parametrize("again", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["copy", "pickle"])  # noqa: S301
def test_copies_are_the_same(user, again):
    for thing in (user.Net(), user.Bank(), user.Slotted(np.ones(2)), user.Standard(), functools.partial(user.scale, 3)):
        assert content_digest(again(thing)) == content_digest(thing) is not None


def test_a_network_built_twice_is_the_same(user):
    assert content_digest(user.Net()) == content_digest(user.Net()) != content_digest(user.Net(4))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("Net", "* self.gain", "* self.gain * 1"),
        ("scale", "x * KERNEL.sum()", "x + KERNEL.sum()"),
        ("scale", "np.arange(4.0)", "np.arange(5.0)"),
        ("scale", '"a": 1.0', '"a": 1.5'),
        ("Bank", "+ bank(", "- bank("),
        ("Standard", "image / 255", "image / 256"),
        ("Standard", "mean=0.5", "mean=0.6"),
        ("Standard", "size=(2, 2)", "size=(2, 3)"),
    ],
)
def test_one_line_of_code(sandbox, monkeypatch, name, old, new):
    """A package of one name, before and after the line was edited, as two processes would see it."""
    digests = []
    for text in (SOURCE, SOURCE.replace(old, new)):
        from brainscore_vision.activations import code

        code._files.cache_clear()
        monkeypatch.delitem(sys.modules, "user_edited", raising=False)
        (sandbox.folder / "user_edited.py").unlink(missing_ok=True)
        module = sandbox.load(text.replace("import {helper}\n", "").replace("{helper}", "np"), name="user_edited")
        thing = getattr(module, name)
        digests.append(content_digest(thing() if isinstance(thing, type) else thing))
    code._files.cache_clear()
    assert old in SOURCE and None not in digests and digests[0] != digests[1]


@pytest.mark.parametrize("name", ["helped", "lazily"])
def test_a_line_of_a_module_that_is_used(sandbox, monkeypatch, name):
    from brainscore_vision.activations import code

    digests = []
    for text in (HELPER, HELPER.replace("+ 1", "+ 2")):
        code._files.cache_clear()
        for module in ("user_main", "user_help", "user_late"):
            monkeypatch.delitem(sys.modules, module, raising=False)
        (sandbox.folder / "user_help.py").write_text(text)
        (sandbox.folder / "user_late.py").write_text(text)
        (sandbox.folder / "user_main.py").write_text(SOURCE.format(helper="user_help"))
        importlib.invalidate_caches()
        for cached in sandbox.folder.rglob("*.pyc"):
            cached.unlink()
        digests.append(content_digest(getattr(importlib.import_module("user_main"), name)))
    code._files.cache_clear()
    assert None not in digests and digests[0] != digests[1]


def test_data_in_the_package_of_a_model(sandbox, monkeypatch):
    from brainscore_vision.activations import code

    package = sandbox.folder / "user_package"
    package.mkdir()
    (package / "__init__.py").write_text("def net(batch):\n    return batch\n")
    (package / "filters.npy").write_bytes(b"1")
    module = importlib.import_module("user_package")
    before = content_digest(module.net)
    code._files.cache_clear()
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "x.pyc").write_bytes(b"1")
    (package / ".hidden").write_text("")
    assert content_digest(module.net) == before
    code._files.cache_clear()
    (package / "filters.npy").write_bytes(b"2")
    assert content_digest(module.net) != before
    code._files.cache_clear()


def test_an_array_of_a_module_that_is_changed_in_memory(user, monkeypatch):
    before = content_digest(user.scale)
    monkeypatch.setattr(user, "KERNEL", user.KERNEL + 1e-9)
    assert content_digest(user.scale) != before
    monkeypatch.undo()
    assert content_digest(user.scale) == before


def test_an_attribute_of_a_class_that_is_changed_in_memory(user, monkeypatch):
    before = content_digest(user.Net())
    monkeypatch.setattr(user.Net, "act", torch.sigmoid)
    assert content_digest(user.Net()) != before


def test_functions_of_one_name_in_one_file(sandbox):
    """As where one is defined on a condition."""
    text = (
        "import numpy as np\n\ndef act(x):\n    return np.tanh(x)\n\nfirst = act\n\ndef act(x):\n    return np.cos(x)\n"
    )
    module = sandbox.load(text)
    assert content_digest(module.first) != content_digest(module.act) is not None
    module = sandbox.load("def act(x):\n    return x * 2\n\nfirst = act\n\ndef act(x):\n    return x * 3\n")
    assert content_digest(module.first) != content_digest(module.act) is not None


def test_cached_property_and_cache_are_no_content(user):
    bank = user.Bank()
    before = content_digest(bank)
    bank(np.ones((2, 9)))
    assert "filters" in vars(bank) and content_digest(bank) == before
    assert content_digest(user.Bank(4)) != before != content_digest(user.Bank(weights=np.ones(3) * 2))


def test_slots(user):
    assert content_digest(user.Slotted(1)) == content_digest(user.Slotted(1)) != content_digest(user.Slotted(2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (operator.itemgetter(0), operator.itemgetter(1)),
        (operator.attrgetter("a"), operator.attrgetter("b")),
        ([operator.itemgetter(0), operator.itemgetter(1)], [operator.itemgetter(0), operator.itemgetter(0)]),
        (np.tanh, np.cos),
        (torch.relu, torch.tanh),
        (torch.nn.functional.relu, torch.nn.functional.gelu),
        (torch.Tensor.relu, torch.Tensor.tanh),
        ({"a": 1}.get, {"a": 2}.get),
        (str.upper, str.lower),
        (range(3), range(4)),
        (slice(1), slice(2)),
        ((1, (2, 3)), ((1, 2), 3)),
        ([1, 2], (1, 2)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (1, True),
        (1, 1.0),
        ("1", 1),
        (None, "None"),
        (np.float32(1), np.float64(1)),
        (np.zeros(2), np.zeros((2, 1))),
        (np.zeros(2, "f4"), np.zeros(2, "i4")),
        (np.ma.masked_array([1, 2], [0, 1]), np.ma.masked_array([1, 2], [0, 0])),
        (torch.zeros(2), torch.zeros(2, dtype=torch.int32)),
        (torch.ones(2, dtype=torch.bfloat16), torch.zeros(2, dtype=torch.bfloat16)),
        (torch.tensor(1j), torch.tensor(1j).conj()),
        (torch.float16, torch.float32),
        (np.random.default_rng(0), np.random.default_rng(1)),
        (np.random.Generator(np.random.MT19937(0)), np.random.Generator(np.random.MT19937(1))),
        (nn.Sequential(nn.ReLU(), nn.Tanh()), nn.Sequential(nn.Tanh(), nn.ReLU())),
        (functools.partial(max, 1), functools.partial(max, 2)),
        (functools.partial(max, key=abs), functools.partial(max, key=len)),
    ],
)  # fmt: skip
def test_things_that_differ(one, other):
    assert content_digest(one) == content_digest(copy.copy(one)) is not None
    assert content_digest(one) != content_digest(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({1, 2, "a"}, {"a", 2, 1}),
        (functools.partial(print, a=1, b=2), functools.partial(print, b=2, a=1)),
        (np.zeros((3, 4)).T, np.zeros((4, 3))),
        (np.zeros(3, ">f8"), np.zeros(3, ">f8")),
        (torch.zeros(3, 4).T, torch.zeros(4, 3)),
        (torch.zeros(2), torch.nn.Parameter(torch.zeros(2))),
        (torch.device("cpu"), torch.device("cuda:1")),
    ],
)
def test_things_that_are_the_same(one, other):
    assert content_digest(one) == content_digest(other) is not None


def closure(gain):
    def network(batch):
        return batch * gain

    return network


def unreadable_things():
    module = nn.Linear(2, 2)
    module.act = lambda x: x
    holder = functools.partial(print, threading.Lock())
    return {
        "a lambda": lambda batch: batch,
        "a closure": closure(2),
        "a lock": holder,
        "a lambda in a module": module,
        "a path": [Path("weights.pt")],
        "objects": np.array([object()]),
        "sparse": torch.eye(2).to_sparse(),
        "meta": torch.zeros(2, device="meta"),
        "frompyfunc": np.frompyfunc(len, 1, 1),
        "a file": sys.__stdout__,
        "a generator": (number for number in ()),
    }


@pytest.mark.parametrize("name", unreadable_things())
def test_what_cannot_be_read(name):
    thing = unreadable_things()[name]
    assert content_digest(thing) is None and unreadable_reason(thing)
    assert content_of(thing).state == content_of(thing).state, "it is itself within a process"


def test_unreadable_things_are_told_apart_within_a_process():
    assert content_of(closure(1)).state != content_of(closure(1)).state
    states = set()
    for gain in range(20):
        network = closure(gain)  # each may get the memory of the one before
        states.add(content_of(network).state)
        del network
    assert len(states) == 20


def test_a_change_within_something_unreadable_is_seen():
    module = nn.Linear(2, 2)
    network = closure(module)
    before = content_of(network)
    with torch.no_grad():
        module.weight[0, 0] += 1
    assert content_of(network).state != before.state and before.unreadable


def test_cycles_and_depth():
    one, other = [], []
    one.append(one)
    other.append(other)
    assert content_digest(one) == content_digest(other) is not None
    deep = []
    for _ in range(10_000):
        deep = [deep]
    assert content_digest(deep) is None and "nested" in unreadable_reason(deep)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(PLAIN, PLAIN)
def test_equal_exactly_where_the_content_is(one, other):
    def canonical(value):
        return repr(value)

    assert (content_digest(one) == content_digest(other)) == (canonical(one) == canonical(other))
    assert content_digest(one) == content_digest(copy.deepcopy(one))


SCRIPT = """
    import sys
    sys.path.insert(0, {folder!r})
    import numpy as np, torch
    import user_model
    from brainscore_vision.activations.content import content_digest
    from torch import nn

    LOCAL = np.arange(3)

    class Typed(nn.Module):
        def __init__(self):
            super().__init__()
            self.names = {{"x", "y", "z", "w"}}

        def forward(self, x):
            return x * LOCAL.sum() if str(x) in {{"p", "q", "r"}} else x

    for thing in (user_model.Net(), user_model.Bank(), user_model.scale, user_model.helped, user_model.lazily, Typed()):
        print(content_digest(thing))
"""


def test_equal_in_fresh_processes(sandbox, tmp_path):
    """Whatever the seed of hashes, the working folder, and the folder that the code lies in."""
    outputs = []
    for number, seed in enumerate(("0", "1", "random")):
        folder = tmp_path / f"place{number}"
        folder.mkdir()
        (folder / "user_help.py").write_text(HELPER)
        (folder / "user_late.py").write_text(HELPER)
        (folder / "user_model.py").write_text(SOURCE.format(helper="user_help"))
        script = textwrap.dedent(SCRIPT).format(folder=str(folder))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, cwd=folder, capture_output=True, text=True, check=True
        )
        outputs.append(done.stdout)
    assert len(set(outputs)) == 1 and "None" not in outputs[0] and len(set(outputs[0].split())) == 6


def test_libraries_cost_no_time():
    scipy = pytest.importorskip("scipy.ndimage")
    started = time.perf_counter()
    for thing in (scipy.gaussian_filter, torch.nn.functional.interpolate, np.linalg.svd, nn.Conv2d(3, 8, 3)):
        assert content_digest(thing) is not None
    assert time.perf_counter() - started < 1


# --- watched -------------------------------------------------------------------------------------------------------


class Counting:
    def __init__(self):
        self.calls, self.gain = 0, 1.0

    def __call__(self, batch):
        self.calls += 1
        return batch * self.gain


def test_watched_tells_our_own_runs_from_changes():
    network = Counting()
    watched = Watched(lambda: content_of(network))
    first = watched.content.digest
    network(1)
    watched.settle()
    watched.look()
    assert watched.content.digest == first, "running it made no other network of it"
    network.gain = 2.0
    assert watched.content.digest == first, "nobody has looked"
    watched.look()
    assert watched.content.digest != first
    network.gain, network.calls = 1.0, 0
    watched.look()
    assert watched.content.digest == first


def test_watched_reads_late():
    reads = []
    watched = Watched(lambda: reads.append(1) or content_of(1))
    watched.look()
    watched.settle()
    assert not reads
    assert watched.content and watched.content and len(reads) == 1


def test_what_exists_only_while_it_is_read_is_not_mistaken_for_another():
    """Parts that are made for reading may get the memory of those before."""
    from brainscore_vision.activations.content import _Reader

    reader, getters = _Reader(), [operator.itemgetter(number) for number in range(300)]
    assert len({reader.read(getter) for getter in getters}) == 300


def test_recurrent_layers_can_be_read():
    network = torch.nn.LSTM(3, 4)
    again = copy.deepcopy(network)
    assert content_digest(network) == content_digest(again) is not None
    with torch.no_grad():
        again.weight_hh_l0[0, 0] += 1
    assert content_digest(again) != content_digest(network)
