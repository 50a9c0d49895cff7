"""Memory of what layers computed: lent again, and never while somebody holds a part of it."""

import gc
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from brainscore_core.stimuli import StimulusSet
from brainscore_vision.activations import Engine, Selection, adapt
from brainscore_vision.activations.lending import Lending


def address(array):
    return array.__array_interface__["data"][0]


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "?", "i8"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4), (0, 5)])
def test_an_array_like_any_other(shape, dtype):
    array = Lending().empty(shape, dtype)
    array[...] = 1
    assert array.shape == shape and array.dtype == dtype and array.flags.c_contiguous and array.flags.writeable
    np.testing.assert_array_equal(array, np.ones(shape, dtype))


def test_memory_is_lent_again_when_the_last_view_is_gone():
    lending = Lending()
    array = lending.empty((4, 5), "f4")
    place, view = address(array), array.reshape(-1)[3:].view("u1")
    del array
    other = lending.empty((4, 5), "f4")
    assert address(other) != place, "a view of it is still there"
    del view
    assert address(lending.empty((20,), "f4")) == place
    assert address(lending.empty((21,), "f4")) != place, "of another size"


def test_what_was_lent_outlives_the_lender():
    array = Lending().empty((1000,), "f8")
    array[:] = np.arange(1000)
    gc.collect()
    np.testing.assert_array_equal(array, np.arange(1000))


def stimuli(count):
    def opened(stimulus_id):
        return np.random.default_rng(int(stimulus_id)).integers(0, 256, (3, 16, 16), dtype=np.uint8)

    table = pd.DataFrame({"stimulus_id": [str(number) for number in range(count)]})
    return StimulusSet(table, identifier="many", open=opened, key=lambda id: f"image {id}")


@pytest.fixture
def engine(home):
    torch = pytest.importorskip("torch", reason="a PyTorch network")
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 16, 3), torch.nn.ReLU(), torch.nn.AvgPool2d(7)).eval()
    return Engine(adapt(network), lambda image: image.astype(np.float32) / 255, batch_size=4, workers=1)


def test_a_stream_lends_the_same_memory_for_every_batch(engine):
    places = {"0": set(), "2": set()}
    for _, blocks in engine.stream(stimuli(100), [Selection("0"), Selection("2")]):
        for found, block in zip(places.values(), blocks, strict=True):
            found.add(address(block))
    assert {layer: len(found) for layer, found in places.items()} == {"0": 2, "2": 2}, "one held, one computed"


def test_a_stream_gives_each_batch_its_own_values(engine):
    held = list(engine.stream(stimuli(10), [Selection("0")]))
    assert len({address(blocks[0]) for _, blocks in held}) == len(held)
    for at, blocks in held:
        again = next(engine.stream(stimuli(10).take(at), [Selection("0")], keep=False))[1]
        np.testing.assert_array_equal(blocks[0], again[0])


def test_little_is_left_of_a_stimulus_in_memory(engine):
    """Its names and the places of its rows; nothing that was computed or decoded (12,544 and 1,024 bytes of it)."""
    tracemalloc.start()
    try:
        left = []
        for count in (100, 500):
            shown = stimuli(count)
            for _, _blocks in engine.stream(shown, [Selection("0"), Selection("2")]):
                pass
            del _blocks
            gc.collect()
            left.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert (left[1] - left[0]) / 400 < 1500


def test_inputs_lie_as_a_stack_of_them_would_with_channels_last():
    torch = pytest.importorskip("torch", reason="a PyTorch network")
    network, rng = adapt(torch.nn.Conv2d(3, 2, 3).eval()), np.random.default_rng(0)
    plain = [rng.random((3, 5, 6), dtype=np.float32) for _ in range(4)]
    read_only = [entry.copy() for entry in plain]
    for entry in read_only:
        entry.flags.writeable = False
    expected = torch.from_numpy(np.stack(plain)).contiguous(memory_format=torch.channels_last)
    kinds = {
        "arrays": plain,
        "doubles": [entry.astype("f8") for entry in plain],
        "flipped": [np.ascontiguousarray(entry[:, ::-1])[:, ::-1] for entry in plain],
        "read only": read_only,
        "tensors": list(map(torch.from_numpy, plain)),
        "parameters": [torch.nn.Parameter(torch.from_numpy(entry)) for entry in plain],
    }
    for kind, inputs in kinds.items():
        batch = network._batch(inputs)
        assert torch.equal(batch, expected) and batch.stride() == expected.stride(), kind
        assert batch.dtype == torch.float32, kind
    whole = network._batch([np.full((3, 5, 6), number, np.uint8) for number in range(2)])
    assert whole.dtype == torch.uint8 and whole[:, 0, 0, 0].tolist() == [0, 1]
    with pytest.raises(ValueError, match="shape"):
        network._batch([plain[0], plain[0][:, :1]])
