"""The engine: every placed image through the network once, whatever asks, and nothing ever under a wrong name."""

import errno
import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brainscore_core.cache import digest_memo, entries
from brainscore_core.cache import rows as rows_module
from brainscore_core.data import open_shard, write_shard
from brainscore_core.errors import InvalidModelOutput, InvalidParameter, UnknownLayer, UnreadableStimulus
from brainscore_core.stimuli import StimulusSet
from brainscore_vision.activations import Engine, Selection, adapt
from brainscore_vision.activations import recording as recording_module
from brainscore_vision.activations.callable_network import CallableNetwork

pytestmark = pytest.mark.usefixtures("home")
seen = Counter()
"""How often each image went through a network."""


class Units:
    """Layer `a`: the first pixels; layer `b`: the mean; both times a gain."""

    layer_names = ("a", "b")

    def __init__(self, gain=1.0):
        self.gain = gain

    def __call__(self, batch):
        flat = batch.reshape(len(batch), -1).astype(np.float32)
        return {"a": flat[:, :6] * self.gain, "b": flat.mean(axis=1, keepdims=True) * self.gain}


@pytest.fixture(autouse=True)
def _count(monkeypatch):
    """Count outside the network: what a network counts itself is part of what it is."""
    record = CallableNetwork.record

    def counted(self, inputs, layers):
        answer = record(self, inputs, layers)
        seen.update(int(np.asarray(entry).flat[0]) for entry in inputs)
        return answer

    seen.clear()
    monkeypatch.setattr(CallableNetwork, "record", counted)


def image(number, side=4):
    pixels = np.random.default_rng(number).integers(0, 256, (side, side), dtype=np.uint8)
    pixels.flat[0] = number
    return pixels


def shown(numbers, *, keys=True, identifier="set", opened=None):
    """A set of images named after their first pixel; ids tell copies of one image apart."""
    ids = [f"{place}-{number}" for place, number in enumerate(numbers)]

    def open_image(stimulus_id):
        if opened is not None:
            opened.append(stimulus_id)
        return image(int(stimulus_id.split("-")[1]))

    key = (lambda id: f"image {id.split('-')[1]}") if keys else None
    return StimulusSet(pd.DataFrame({"stimulus_id": ids}), identifier=identifier, open=open_image, key=key)


def engine(network=None, **options):
    return Engine(adapt(network or Units()), **{"batch_size": 3, "workers": 2} | options)


def record(engine, stimuli, *selections, keep=True):
    """Everything that a stream hands over, one array a selection."""
    wanted = [Selection(entry) if isinstance(entry, str) else entry for entry in selections]
    batches = list(engine.stream(stimuli, wanted, keep=keep))
    assert np.concatenate([np.arange(len(stimuli))[at] for at, _ in batches]).tolist() == list(range(len(stimuli)))
    return [np.concatenate(blocks) for blocks in zip(*(blocks for _, blocks in batches), strict=True)]


def truth(numbers, layer, gain=1.0):
    flat = np.stack([image(number) for number in numbers]).reshape(len(numbers), -1).astype(np.float32)
    return (flat[:, :6] if layer == "a" else flat.mean(axis=1, keepdims=True)) * gain


def files(home):
    return [path for path in home.rglob("*") if path.is_file()]


# --- rows ----------------------------------------------------------------------------------------------------------

ASKED = st.lists(
    st.tuples(
        st.lists(st.integers(0, 12), min_size=1, max_size=10),
        st.lists(st.sampled_from(["a", "b", (0, 3), (5, 1, 0)]), min_size=1, max_size=3),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ASKED, st.integers(1, 7), st.integers(1, 3), st.booleans(), st.booleans())
def test_always_the_same_rows_and_no_image_twice(tmp_path_factory, asked, batch_size, workers, keys, fresh_engines):
    """Whatever was asked before, in whatever batches, by one engine or by new ones."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path_factory.mktemp("home")))
        one = engine(batch_size=batch_size, workers=workers)
        for numbers, selections, keep in asked:
            one = engine(batch_size=batch_size, workers=workers) if fresh_engines else one
            wanted = [Selection("a", np.array(s)) if isinstance(s, tuple) else Selection(s) for s in selections]
            found = record(one, shown(numbers, keys=keys), *wanted, keep=keep)
            for selection, block in zip(wanted, found, strict=True):
                np.testing.assert_array_equal(block, selection.of(truth(numbers, selection.layer)))


def test_no_image_twice_within_a_recording():
    numbers = [1, 2, 1, 3, 3, 4, 1, 5, 2, 6, 4]
    [a] = record(engine(), shown(numbers), "a")
    np.testing.assert_array_equal(a, truth(numbers, "a"))
    assert seen == Counter(range(1, 7))


@pytest.mark.parametrize("keys", [True, False])
def test_no_image_twice_between_recordings(keys):
    one = engine()
    record(one, shown([1, 2, 3, 4], keys=keys), "a")
    record(one, shown([4, 3, 5, 1], keys=keys, identifier="other"), "a")
    assert seen == Counter(range(1, 6))


def test_what_is_remembered_is_not_decoded():
    opened = []
    one = engine()
    record(one, shown([1, 2, 3], opened=opened), "a")
    assert len(opened) == 3
    record(one, shown([3, 2, 1, 1], opened=opened), "a")
    assert len(opened) == 4, "one, to see that keys stand for the same pixels"


def test_keys_that_do_not_name_the_content(caplog):
    def lying(numbers):
        table = pd.DataFrame({"stimulus_id": [str(place) for place in range(len(numbers))]})
        return StimulusSet(
            table, identifier="lying", open=lambda id: image(numbers[int(id)]), key=lambda id: f"key {id}"
        )

    one = engine()
    record(one, lying([1, 2, 3, 4, 5]), "a")
    [a] = record(one, lying([9, 2, 8, 4, 1]), "a")
    np.testing.assert_array_equal(a, truth([9, 2, 8, 4, 1], "a"))
    assert caplog.text.count("the key of stimulus '0' of 'lying' stood for other pixels") == 1
    caplog.clear()
    record(engine(), lying([9, 2, 8, 4, 1]), "a")
    assert not caplog.text


def test_a_new_layer_runs_again_and_an_old_one_does_not():
    one = engine()
    record(one, shown([1, 2]), "a")
    record(one, shown([1, 2]), "a", "b")
    assert seen == {1: 2, 2: 2}
    record(one, shown([1, 2]), "b")
    assert seen == {1: 2, 2: 2}


def test_without_keeping_nothing_is_stored_but_what_is_stored_is_read(home):
    record(engine(), shown([1, 2, 3]), "a", keep=False)
    assert not list(home.rglob("*.npy")) and seen == {1: 1, 2: 1, 3: 1}
    record(engine(), shown([1, 2, 3]), "a")
    record(engine(), shown([1, 2, 3]), "a", keep=False)
    assert seen == {1: 3, 2: 2, 3: 3}, "two of the disk hit are run again"


@pytest.mark.parametrize("numbers", [[1, 2, 3], [7, 7, 7, 7]])
def test_without_a_cache_nothing_is_left(home, numbers):
    one = engine(keep=False)
    for _ in range(2):
        [a] = record(one, shown(numbers), "a")
        np.testing.assert_array_equal(a, truth(numbers, "a"))
    assert not home.exists()
    record(engine(), shown([9]), "a")
    assert len(digest_memo()._known) == 1, "and nothing is remembered that is written later"


def test_selections_come_from_whole_rows():
    one = engine()
    record(one, shown([1, 2, 3]), "a")
    [part] = record(one, shown([3, 1]), Selection("a", np.array([4, 0])))
    np.testing.assert_array_equal(part, truth([3, 1], "a")[:, [4, 0]])
    assert max(seen.values()) == 1
    assert [entry.recipe["units"] for entry in entries() if entry.kind == "rows"] == [None]


def test_selections_are_stored_by_themselves(home):
    one = engine()
    columns = np.array([4, 0])
    record(one, shown([1, 2]), Selection("a", columns))
    [part] = record(one, shown([1, 2, 3]), Selection("a", columns))
    np.testing.assert_array_equal(part, truth([1, 2, 3], "a")[:, columns])
    record(one, shown([1]), Selection("a", columns[::-1].copy()))
    assert seen == {1: 2, 2: 1, 3: 1}, "another order is another selection"
    assert sum(path.stat().st_size for path in home.rglob("*.npy")) < 1000


@pytest.mark.parametrize("stored", [True, False])
def test_a_unit_that_does_not_exist(stored):
    one = engine()
    if stored:
        record(one, shown([1]), "a")
    with pytest.raises(InvalidParameter, match=r"unit 'a\.6' does not exist.*below 6"):
        record(one, shown([1]), Selection("a", np.array([0, 6])))


def test_layers_are_checked_before_anything_runs():
    opened = []
    with pytest.raises(UnknownLayer, match="Closest: b, a|Closest: a, b"):
        record(engine(), shown([1], opened=opened), "ab")
    assert not opened and not seen


# --- the plan ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [True, False])
def test_one_pass_records_what_later_ones_will_ask_for(keys):
    one, stimuli = engine(), shown([1, 2, 3, 4], keys=keys)
    one.expected = {stimuli.key(id): frozenset("ab") for id in ("0-1", "2-3")}
    record(one, stimuli, "a")
    [b] = record(one, shown([1, 3], keys=keys), "b")
    assert seen == Counter([1, 2, 3, 4])
    np.testing.assert_array_equal(b, truth([1, 3], "b"))
    record(one, shown([2], keys=keys), "b")
    assert seen[2] == 2, "of what nobody had announced nothing was recorded"


def test_copies_of_an_image_are_recorded_for_all_that_any_needs():
    one, stimuli = engine(), shown([1, 1])
    plan = {"0": frozenset(), "1": frozenset("b")}
    numbered = StimulusSet(stimuli.table, identifier="s", open=stimuli.open, key=lambda id: id[0])
    one.expected = plan
    record(one, numbered, "a")
    record(one, numbered, "b")
    assert seen == {1: 1}


def test_without_keeping_no_plan_is_followed(home):
    one, stimuli = engine(), shown([1])
    one.expected = {stimuli.key("0-1"): frozenset("b")}
    record(one, stimuli, "a", keep=False)
    assert not list(home.rglob("*.npy"))


# --- names ---------------------------------------------------------------------------------------------------------


def test_two_networks_share_nothing_and_one_network_shares_all():
    record(engine(), shown([1]), "a")
    [a] = record(engine(Units(2.0)), shown([1]), "a")
    np.testing.assert_array_equal(a, truth([1], "a", 2.0))
    assert seen == {1: 2}
    record(engine(batch_size=1, workers=1), shown([1], identifier="another name"), "a")
    assert seen == {1: 3}, "run again once, as the check of a disk hit"
    assert len({entry.recipe["network"] for entry in entries() if entry.kind == "rows"}) == 2


def halved(image):
    return image // 2


def quartered(image):
    return image // 4


def test_preprocessing_is_part_of_the_name():
    found = [record(engine(preprocessing=f), shown([8]), "a")[0] for f in (halved, quartered, None)]
    np.testing.assert_array_equal(found[1], np.stack([image(8) // 4]).reshape(1, -1)[:, :6])
    assert len({block.tobytes() for block in found}) == 3
    assert not any(entry.set_aside for entry in entries()), "they never met"


def test_networks_that_cannot_be_read_stay_in_this_process_and_apart(home):
    def network(gain):
        units = Units(gain)
        return lambda batch: units(batch)

    one, other = engine(network(1.0)), engine(network(2.0))
    for _ in range(2):
        np.testing.assert_array_equal(record(one, shown([1, 2]), "a")[0], truth([1, 2], "a"))
        np.testing.assert_array_equal(record(other, shown([1, 2]), "a")[0], truth([1, 2], "a", 2.0))
    assert seen == {1: 2, 2: 2} and not list(home.rglob("*.npy")) and one.network_digest() is None
    assert "lambda" in one.unreadable()


def test_a_change_within_what_cannot_be_read():
    network = Units()
    one = engine(lambda batch: network(batch))
    record(one, shown([1]), "a")
    network.gain = 2.0
    one.look()
    [a] = record(one, shown([1]), "a")
    np.testing.assert_array_equal(a, truth([1], "a", 2.0))
    record(one, shown([1]), "a")
    assert seen == {1: 2}


def test_preprocessing_that_cannot_be_read(home):
    one, other = engine(preprocessing=lambda image: image), engine(preprocessing=lambda image: image // 2)
    record(one, shown([8]), "a")
    [a] = record(other, shown([8]), "a")
    np.testing.assert_array_equal(a, np.stack([image(8) // 2]).reshape(1, -1)[:, :6])
    assert not list(home.rglob("*.npy")) and one.preprocessing_digest() is None


def test_a_digest_that_is_stated():
    lambdas = [lambda image: image, lambda image: image]
    for prepare in lambdas:
        record(engine(lambda batch: Units()(batch), digest="mine", preprocessing=prepare), shown([1, 2, 3, 4]), "a")
    assert seen[2] == 1 and engine(digest="mine").network_digest() == "mine"


def test_a_network_that_was_changed_is_another_one():
    network = Units()
    one = engine(network)
    record(one, shown([1]), "a")
    network.gain = 3.0
    one.look()
    [a] = record(one, shown([1]), "a")
    np.testing.assert_array_equal(a, truth([1], "a", 3.0))


class Counting(Units):
    """Changes itself when it runs, as networks with caches do."""

    calls = 0

    def __call__(self, batch):
        self.calls += 1
        return super().__call__(batch)


def test_a_network_that_changes_when_it_runs_is_the_same():
    one = engine(Counting())
    for _ in range(3):
        one.look()
        record(one, shown([1, 2, 3, 4]), "a")
    assert seen == Counter([1, 2, 3, 4])


# --- disk hits -----------------------------------------------------------------------------------------------------


def test_a_disk_hit_runs_two_stimuli_again_once():
    numbers = list(range(1, 8))
    record(engine(), shown(numbers), "a", "b")
    seen.clear()
    one = engine()
    for layers in (["a"], ["b", "a"], ["a"]):
        record(one, shown(numbers), *layers)
    assert sum(seen.values()) <= 4 and seen[1] <= 2, "two for each entry"


def test_what_the_network_contradicts_is_set_aside_and_recorded_again(home, caplog):
    numbers = list(range(1, 8))
    record(engine(), shown(numbers), "a", "b")
    for path in home.rglob("*.npy"):
        rows = np.load(path)
        if rows.shape[1] == 6:
            write_shard(path, open_shard(path).keys, rows * 1.01)
    caplog.set_level(logging.WARNING)
    seen.clear()
    a, b = record(engine(), shown(numbers), "a", "b")
    np.testing.assert_array_equal(a, truth(numbers, "a"))
    np.testing.assert_array_equal(b, truth(numbers, "b"))
    assert "stored activations of layer 'a' and the network now disagree" in caplog.text and "'b'" not in caplog.text
    aside = [entry for entry in entries() if entry.set_aside]
    assert len(aside) == 1 and aside[0].recipe["layer"] == "a" and "disagree" in aside[0].set_aside
    caplog.clear()
    record(engine(), shown(numbers), "a", "b")
    assert not caplog.text


def test_rows_within_the_tolerance_are_kept(monkeypatch):
    record(engine(), shown([1, 2]), "a")
    honest = Units.__call__
    monkeypatch.setattr(
        Units, "__call__", lambda self, batch: {k: v * (1 + 1e-5) for k, v in honest(self, batch).items()}
    )
    [a] = record(engine(digest=engine().network_digest()), shown([1, 2]), "a")
    assert not any(entry.set_aside for entry in entries())
    assert a.shape == (2, 6)


def test_rows_of_an_own_pass_are_not_checked():
    one = engine()
    for _ in range(3):
        record(one, shown([1, 2, 3]), "a")
    assert max(seen.values()) == 1


def test_damaged_rows_are_recorded_again(home, caplog):
    record(engine(), shown([1, 2]), "a")
    [shard] = home.rglob("*.npy")
    shard.write_bytes(shard.read_bytes()[:-8] + b"12345678")
    [a] = record(engine(), shown([1, 2]), "a")
    np.testing.assert_array_equal(a, truth([1, 2], "a"))
    assert "unreadable and is computed again" in caplog.text


def test_rows_that_vanish_while_they_are_read(home):
    numbers = list(range(1, 8))
    record(engine(), shown(numbers), "a")
    stream = engine(batch_size=2).stream(shown(numbers), [Selection("a")])
    with closing(stream):
        rows = [next(stream)[1][0]]
        for path in home.rglob("*.npy"):
            path.unlink()
        rows += [blocks[0] for _, blocks in stream]
    np.testing.assert_array_equal(np.concatenate(rows), truth(numbers, "a"))


# --- what goes wrong -----------------------------------------------------------------------------------------------


def test_errors_of_workers_surface_and_stop_the_rest():
    opened = []

    def open_image(stimulus_id):
        opened.append(stimulus_id)
        if stimulus_id == "s2":
            raise UnreadableStimulus("cannot decode s2.png")
        return image(1, side=64)

    ids = [f"s{number}" for number in range(500)]
    stimuli = StimulusSet(pd.DataFrame({"stimulus_id": ids}), identifier="set", open=open_image, key=str)
    before = threading.active_count()
    with pytest.raises(UnreadableStimulus, match=r"s2\.png") as failure:
        record(engine(batch_size=100), stimuli, "a")
    assert "while stimulus 's2' of 'set' was prepared" in failure.value.__notes__
    # how many of the three batches that were coming had been opened by then is a matter of threads
    assert len(opened) <= 300 and threading.active_count() == before


def test_errors_of_preprocessing_say_of_which_stimulus():
    with pytest.raises(ZeroDivisionError) as failure:
        record(engine(preprocessing=lambda image: 1 // 0), shown([5]), "a")
    assert "while stimulus '0-5' of 'set' was prepared" in failure.value.__notes__


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_keeps_what_was_recorded(error):
    class Interrupted(Units):
        left = 2

        def __call__(self, batch):
            if not Interrupted.left:
                raise error
            Interrupted.left -= 1
            return super().__call__(batch)

    numbers = list(range(1, 10))
    network, before = Interrupted(), threading.active_count()
    with pytest.raises(error):
        record(engine(network, digest="x"), shown(numbers), "a")
    assert threading.active_count() == before and seen == Counter(range(1, 7))
    Interrupted.left = 99
    seen.clear()
    record(engine(network, digest="x"), shown(numbers), "a")
    assert set(seen) == {1, 3, 7, 8, 9}, "the rest, and two of the disk hit"


def test_a_consumer_that_stops(home):
    before = threading.active_count()
    with closing(engine().stream(shown(range(1, 100)), [Selection("a")])) as stream:
        next(stream)
    assert threading.active_count() == before and list(home.rglob("*.npy"))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none(wrong):
    class Broken(Units):
        def __call__(self, batch):
            layers = super().__call__(batch)
            layers["a"][[int(image.flat[0]) == 5 for image in batch], 2] = wrong
            return layers

    with pytest.raises(InvalidModelOutput, match=r"layer 'a' computed NaN or infinity for stimulus '3-5' of 'set'"):
        record(engine(Broken()), shown([1, 2, 3, 5, 6]), "a")


def test_too_few_rows():
    with pytest.raises(InvalidModelOutput, match=r"one row for each of 3 inputs"):
        record(engine(lambda batch: batch[:-1].reshape(len(batch) - 1, -1)), shown([1, 2, 3]), "output")


def cut(image):
    return image[: 2 + int(image.flat[0]) % 2]


def test_inputs_of_different_sizes():
    with pytest.raises(
        InvalidModelOutput, match=r"stimulus '1-3' has shape \(3, 4\), that of '0-2' has \(2, 4\).*preproc"
    ):
        record(engine(preprocessing=cut), shown([2, 3]), "a")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_disk_costs_the_cache_only(home, monkeypatch, caplog, number):
    def refuse(*arguments, **options):
        raise OSError(number, os.strerror(number))

    numbers = list(range(1, 30))
    monkeypatch.setattr(rows_module, "SHARD_BYTES", 100)
    with monkeypatch.context() as patched:
        patched.setattr("brainscore_core.data.writing.os.replace", refuse)
        one = engine()
        for _ in range(2):
            [a] = record(one, shown(numbers), "a")
            np.testing.assert_array_equal(a, truth(numbers, "a"))
    assert caplog.text.count("rows of layer 'a' are computed but not kept") == 1 and os.strerror(number) in caplog.text
    assert not list(home.rglob("*.npy"))
    record(engine(), shown(numbers), "a")
    assert list(home.rglob("*.npy")), "the next run keeps again"


def test_disagreement_where_nothing_can_be_set_aside(home, monkeypatch, caplog):
    record(engine(), shown([1, 2]), "a")
    monkeypatch.setattr(
        Units, "__call__", lambda self, batch: {"a": np.ones((len(batch), 6)), "b": np.ones((len(batch), 1))}
    )
    monkeypatch.setattr("pathlib.Path.rename", lambda *_: (_ for _ in ()).throw(OSError(errno.EROFS, "read-only")))
    [old] = [entry.recipe["network"] for entry in entries() if entry.kind == "rows"]
    [a] = record(engine(digest=old), shown([1, 2]), "a")
    assert (a == 1).all() and "could not be set aside" in caplog.text


KILLED = """
    import os, signal, sys
    sys.path.insert(0, {tests!r})
    import numpy as np
    from brainscore_core.cache import rows
    import engine_inputs

    rows.SHARD_BYTES = 1
    stream = engine_inputs.engine().stream(engine_inputs.shown(range(1, 13)), [engine_inputs.Selection("a")])
    for number, _ in enumerate(stream):
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
"""

INPUTS = """
import numpy as np, pandas as pd
from brainscore_core.stimuli import StimulusSet
from brainscore_vision.activations import Engine, Selection, adapt

def network(batch):
    return {"a": batch.reshape(len(batch), -1).astype(np.float32)}

def image(number):
    return np.full((4, 4), number, np.uint8)

def shown(numbers):
    ids = [str(number) for number in numbers]
    table = pd.DataFrame({"stimulus_id": ids})
    return StimulusSet(table, identifier="set", open=lambda id: image(int(id)), key=lambda id: "k" + id)

def engine():
    return Engine(adapt(network), digest="killed network", batch_size=3, workers=1)
"""


def test_killed_in_the_middle_it_resumes_where_it_was(tmp_path, home, monkeypatch):
    (tmp_path / "engine_inputs.py").write_text(INPUTS)
    script = textwrap.dedent(KILLED).format(tests=str(tmp_path))
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    shards = list(home.rglob("*.npy"))
    assert len(shards) == 2 and not list(home.rglob("*.tmp"))
    monkeypatch.syspath_prepend(str(tmp_path))
    import engine_inputs

    [a] = record(engine_inputs.engine(), engine_inputs.shown(range(1, 13)), "a")
    np.testing.assert_array_equal(a, np.repeat(np.arange(1.0, 13)[:, None], 16, axis=1))
    assert sorted(seen.elements()) == [1, 3, *range(7, 13)], "six were stored; two of them are compared"


def test_two_engines_at_once_share_what_either_records():
    one, other = engine(), engine()
    record(one, shown([1, 2, 3]), "a")
    record(other, shown([4, 5]), "a")
    record(other, shown([1, 2, 3, 4, 5]), "a")
    record(one, shown([4, 5]), "a")
    assert sum(seen.values()) == 5 + 2 + 2, "each checks two of what the other recorded"


# --- cost ----------------------------------------------------------------------------------------------------------


def test_decoding_stays_a_few_batches_ahead(monkeypatch):
    monkeypatch.setattr(recording_module, "AHEAD", 2)
    opened = []
    with closing(engine(workers=1).stream(shown(range(1, 61), opened=opened), [Selection("a")])) as stream:
        next(stream)
        assert len(opened) <= 3 * 3


def test_memory_does_not_grow_with_the_stimuli():
    import tracemalloc

    def big(number):
        return np.full((64, 64), number % 250, np.uint16) + np.uint16(number)

    def peak(count):
        ids = [str(number) for number in range(count)]
        stimuli = StimulusSet(pd.DataFrame({"stimulus_id": ids}), identifier="s", open=lambda id: big(int(id)), key=str)
        one = Engine(adapt(lambda batch: batch.reshape(len(batch), -1)), batch_size=8, workers=1, digest=f"x{count}")
        tracemalloc.start()
        for _, blocks in one.stream(stimuli, [Selection("output")], keep=False):
            assert blocks[0].shape[1] == 4096
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(32)
    assert peak(512) < 1.5 * peak(64)


@pytest.mark.parametrize("count", [9_000])
def test_a_cached_recording_is_fast(count):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (count, 8, 8), dtype=np.uint8)
    ids = [str(number) for number in range(count)]
    stimuli = StimulusSet(
        pd.DataFrame({"stimulus_id": ids}),
        identifier="s",
        open=lambda id: pixels[int(id)],
        key=lambda id: f"pixels {id}",
    )
    one = Engine(adapt(lambda batch: np.repeat(batch.reshape(len(batch), -1), 7, axis=1)[:, :400] * 1.0), digest="fast")
    [first] = record(one, stimuli, "output")
    started = time.process_time()
    [second] = record(one, stimuli, "output")
    assert time.process_time() - started < 1.0, "measured: 0.1 s"
    np.testing.assert_array_equal(first, second)


def test_settings_of_an_engine_do_not_name_rows():
    one = engine()
    assert engine(workers=7, batch_size=1).store(Selection("a")).own.recipe == one.store(Selection("a")).own.recipe
    assert replace(one, keep=False).network_digest() == one.network_digest()
