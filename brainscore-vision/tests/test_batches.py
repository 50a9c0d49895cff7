"""Batch sizes: found where nobody says, halved where memory does not suffice, and never part of a result."""

import logging

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core.stimuli import StimulusSet
from brainscore_vision.activations import Engine, Selection, adapt
from brainscore_vision.activations import recording as recording_module
from brainscore_vision.activations.batches import LARGEST, BatchSizes
from brainscore_vision.activations.memory import is_out_of_memory

pytestmark = pytest.mark.usefixtures("home")
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 4, 4), dtype=np.uint8)


class Network:
    """The pixels; memory suffices for `room` inputs."""

    def __init__(self, room=None, error=MemoryError, where=None):
        self.inner = adapt(lambda batch: batch.reshape(len(batch), -1))
        self.room, self.error, self.where, self.ran, self.freed = room, error, where, [], 0

    def __getattr__(self, name):
        return getattr(self.inner, name)

    @property
    def device(self):
        return self.where

    def record(self, inputs, layers):
        if self.room is not None and len(inputs) > self.room:
            raise self.error("CUDA out of memory. Tried to allocate 2.00 GiB")
        self.ran.append(len(inputs))
        return self.inner.record(inputs, layers)

    def free(self):
        self.freed += 1


def stimuli(count=40):
    table = pd.DataFrame({"stimulus_id": [str(number) for number in range(count)]})
    return StimulusSet(table, identifier="forty", open=pixels)


def pixels(stimulus_id):
    image = IMAGES[int(stimulus_id) % len(IMAGES)].copy()
    image.flat[:2] = divmod(int(stimulus_id), 256)
    return image


def rows(network, count=40, **options):
    batches = Engine(network, keep=False, **options).stream(stimuli(count), [Selection("output")])
    return np.concatenate([blocks[0] for _, blocks in batches])


def truth(count):
    return np.stack([pixels(number) for number in range(count)]).reshape(count, -1)


# --- out of memory -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [1, 2, 7, 15])
@pytest.mark.parametrize("given", [None, 16])
def test_where_memory_does_not_suffice_fewer_are_run_and_no_row_is_lost(room, given, caplog):
    network = Network(room)
    with caplog.at_level(logging.WARNING):
        found = rows(network, batch_size=given)
    np.testing.assert_array_equal(found, truth(len(IMAGES)))
    assert max(network.ran) <= room and sum(network.ran) == len(IMAGES)
    assert "memory does not suffice for" in caplog.text and network.freed


def test_what_did_not_suffice_once_is_not_tried_again():
    network = Network(4)
    one = Engine(network, keep=False, batch_size=16)
    for _ in range(2):
        list(one.stream(stimuli(), [Selection("output")]))
    assert network.freed == 2, "16, then 8"
    assert one.sizes.limit == 4


def test_memory_of_another_device_is_another():
    network = Network(4, where="cuda:0")
    one = Engine(network, keep=False, batch_size=16)
    list(one.stream(stimuli(), [Selection("output")]))
    network.where = "cuda:1"
    assert one.sizes.limit is None and one.next_batch() == 16


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (MemoryError(), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"), True),
        (type("OutOfMemoryError", (RuntimeError,), {})("CUDA"), True),
        (type("ResourceExhaustedError", (Exception,), {})("OOM when allocating tensor"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_errors_of_memory_are_told_from_others(error, is_memory):
    assert is_out_of_memory(error) is is_memory


def test_a_single_input_that_does_not_fit():
    with pytest.raises(MemoryError) as caught:
        rows(Network(0))
    assert "for a single input" in caught.value.__notes__[0]


def test_other_errors_are_not_tried_again():
    network = Network(0, error=ValueError)
    with pytest.raises(ValueError, match="CUDA"):
        rows(network)
    assert not network.freed and not network.ran


# --- the search ----------------------------------------------------------------------------------------------------


def ended(cost, *, usual=16, limit=None):
    """The size that a search ends with, where a batch of n takes cost(n) seconds."""
    sizes, tried = BatchSizes(limit), []
    while sizes.best is None:
        tried.append(sizes.next(None, usual, search=True))
        sizes.ran(tried[-1], cost(tried[-1]))
        assert len(tried) < 50
    return sizes.best, tried


def test_it_grows_while_larger_batches_are_faster():
    best, tried = ended(lambda n: 1.0 + max(0, n - 128))
    assert best == 128
    assert tried == [16, 16, 32, 32, 64, 64, 128, 128, 256, 256], "each once without timing"


def test_it_ends_at_the_largest():
    assert ended(lambda n: 1.0)[0] == LARGEST


def test_the_first_of_a_size_is_not_timed():
    slow_first = iter([9.0, 1.0] * 20)
    assert ended(lambda n: next(slow_first))[0] == LARGEST


@given(st.integers(1, 600), st.integers(1, 64), st.floats(0.1, 10), st.floats(0, 1))
def test_it_ends_within_what_memory_holds(limit, usual, fixed, each):
    best, tried = ended(lambda n: fixed + each * n, usual=min(usual, limit), limit=limit)
    assert 1 <= best <= max(limit, usual) and max(tried) <= limit


def test_on_a_processor_nothing_is_searched():
    network = Network(where="cpu")
    rows(network)
    assert set(network.ran) == {network.batch_size, len(IMAGES) % network.batch_size}


def test_on_an_accelerator_larger_ones_are_tried(monkeypatch):
    clock = iter(np.arange(0.0, 1000.0))
    monkeypatch.setattr(recording_module, "perf_counter", lambda: next(clock))
    network = Network(where="cuda:0")
    found = rows(network, count=1600)
    np.testing.assert_array_equal(found, truth(1600))
    assert max(network.ran) > 4 * network.batch_size and sum(network.ran) == 1600


def test_who_says_a_size_gets_it():
    network = Network(where="cuda:0")
    rows(network, batch_size=11)
    assert network.ran == [11, 11, 11, 7]
