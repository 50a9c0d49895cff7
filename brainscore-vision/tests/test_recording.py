"""What a model's answer must be, and what becomes of one that is not."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidModelOutput, UnsupportedRegion
from brainscore_core.statistics.averaging import average_repetitions
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.recording import checked, record

IDS = np.array([f"s{i}" for i in range(6)])


def images():
    rng = np.random.default_rng(0)
    pixels = {stimulus_id: rng.integers(0, 256, (10, 10, 3), dtype=np.uint8) for stimulus_id in IDS}
    return StimulusSet(pd.DataFrame({"stimulus_id": IDS}), identifier="six", open=pixels.__getitem__)


def answer(values=None, ids=IDS, time_bins=None, **coords):
    values = np.random.default_rng(1).standard_normal((len(ids), 3)) if values is None else values
    dims = ("presentation", "neuroid")
    coords = {
        "stimulus_id": ("presentation", ids),
        "neuroid_id": ("neuroid", ["a.0", "a.1", "a.2"]),
        "region": ("neuroid", ["IT"] * 3),
        **coords,
    }
    if time_bins:
        dims, values = (*dims, "time_bin"), np.stack([values] * len(time_bins), axis=-1)
        starts, ends = zip(*time_bins, strict=True)
        coords |= {"time_bin_start": ("time_bin", list(starts)), "time_bin_end": ("time_bin", list(ends))}
    return NeuroidAssembly(values, dims=dims, coords=coords)


class Listener:
    """A model that notes how it was asked and returns a prepared answer."""

    identifier = "listener"

    def __init__(self, prepared):
        self.prepared = prepared

    def visual_degrees(self):
        return 8

    def start_recording(self, region, **options):
        self.asked = region, options

    def look_at(self, stimuli, number_of_trials=1):
        self.shown, self.trials = stimuli, number_of_trials
        return self.prepared


def test_stimuli_are_shown_at_their_size_and_only_what_is_given_is_passed_on():
    model = Listener(answer())
    recording = record(model, images(), visual_degrees=4, region="IT", species="human", number_of_trials=3)
    assert recording.identical(answer())
    assert model.asked == ("IT", {"species": "human"})
    assert model.trials == 3
    shown = model.shown.open("s0")
    assert shown.shape == (20, 20, 3)
    assert np.array_equal(shown[5:15, 5:15], images().open("s0")) and (shown[:5] == 128).all()


def test_stimuli_are_loaded_for_a_model_that_accepts_the_region():
    class Refusing(Listener):
        def start_recording(self, region, **options):
            raise UnsupportedRegion("no map")

    loads = []

    def load():
        loads.append("once")
        return images()

    with pytest.raises(UnsupportedRegion):
        record(Refusing(answer()), load, visual_degrees=8, region="IT")
    assert loads == []
    assert record(Listener(answer()), load, visual_degrees=8, region="IT").identical(answer()) and loads == ["once"]


def test_every_option_reaches_the_model():
    bins, units = [(70, 170)], ["a.0", "a.1", "a.2"]
    model = Listener(answer(time_bins=bins))
    options = dict(time_bins=bins, species="macaque", hemisphere="left", units=units, keep=False)
    record(model, images(), visual_degrees=8, region="V1", **options)
    assert model.asked == ("V1", options)


def test_a_wrapped_network_is_recorded():
    model = wrap(lambda batch: batch.reshape(len(batch), -1)[:, ::7], layers={"IT": "output"}, visual_degrees=8)
    recording = record(model, images(), visual_degrees=8, region="IT")
    assert recording.dims == ("presentation", "neuroid") and recording.shape == (6, 43)
    np.testing.assert_array_equal(recording.values[2], images().open("s2").reshape(-1)[::7])
    with pytest.raises(UnsupportedRegion, match="V9"):
        record(model, images(), visual_degrees=8, region="V9")


def test_rows_come_in_the_order_of_the_stimuli():
    order = [3, 1, 0, 5, 4, 2]
    assert checked(answer().isel(presentation=order), IDS, model="m").identical(answer())


def test_trials_of_a_stimulus_stay_in_their_order():
    repetition = {"repetition": ("presentation", np.repeat([0, 1], 6))}
    twice = answer(ids=np.tile(IDS, 2), **repetition)
    found = checked(twice, IDS, model="m", number_of_trials=2)
    assert found["stimulus_id"].values.tolist() == np.repeat(IDS, 2).tolist()
    assert found["repetition"].values.tolist() == [0, 1] * 6
    np.testing.assert_array_equal(found.values[:2], twice.values[[0, 6]])


def with_value(value):
    values = np.random.default_rng(1).standard_normal((6, 3))
    values[4, 1] = value
    return values


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (None, "NoneType"),
        (answer(ids=IDS).rename(neuroid="unit"), "neuroid"),
        (answer(ids=IDS).drop_vars("stimulus_id"), "stimulus_id"),
        (answer(ids=IDS[:5]), "5 rows to 6 stimuli.*0 of them to 's5'"),
        (answer(ids=[*IDS, "s2"]), "7 rows to 6 stimuli.*2 of them to 's2'"),
        (answer(ids=np.tile(IDS, 2), repetition=("presentation", np.repeat([0, 1], 6))), "12 rows"),
        (answer(ids=[*IDS[:5], "other"]), "'other', which was not shown"),
        (answer(time_bins=[(70, 170)]), "time bins.*no dimension"),
        (answer(with_value(np.nan)), "1 values.*'s4' in unit 'a.1'"),
        (answer(with_value(np.inf)), "1 values.*'s4' in unit 'a.1'"),
        (answer().copy(data=np.full((6, 3), np.nan)), "every value is NaN"),
    ],
)
def test_answers_that_are_none(wrong, says):
    with pytest.raises(InvalidModelOutput, match=f"(?s)odd.*{says}"):
        checked(wrong, IDS, model="odd")


def test_trials_that_nothing_tells_apart_are_refused():
    with pytest.raises(InvalidModelOutput, match="repetition"):
        checked(answer(ids=np.tile(IDS, 2)), IDS, model="m", number_of_trials=2)


def test_other_time_bins_or_units_than_asked_for_are_refused():
    with pytest.raises(InvalidModelOutput, match="no dimension .*the time bins 70 to 170 ms"):
        checked(answer(), IDS, model="m", time_bins=[(70, 170)])
    with pytest.raises(InvalidModelOutput, match="units"):
        checked(answer(), IDS, model="m", units=["a.0", "a.2", "a.1"])
    with pytest.raises(InvalidModelOutput, match="units"):
        checked(answer(), IDS, model="m", units=["a.0"])


def test_average_is_over_presentations_of_a_stimulus():
    rng = np.random.default_rng(0)
    ids = rng.permutation(np.repeat(["b", "a", "c"], [3, 1, 2]))
    values = rng.standard_normal((6, 3)).astype(np.float32)
    assembly = answer(values, ids, repetition=("presentation", np.arange(6)), length=("presentation", [len(ids)] * 6))
    averaged = average_repetitions(assembly)
    assert averaged["stimulus_id"].values.tolist() == list(dict.fromkeys(ids.tolist()))
    for row in averaged:
        expected = values[ids == row["stimulus_id"].item()].astype(np.float64).mean(axis=0)
        np.testing.assert_allclose(row.values, expected, rtol=1e-6)
    assert averaged.dtype == np.float32
    assert "repetition" not in averaged.coords and averaged["length"].values.tolist() == [6] * 3


def test_average_keeps_time_bins_and_other_orders_of_dimensions():
    assembly = answer(ids=np.repeat(IDS[:3], 2), time_bins=[(0, 50), (50, 100)]).transpose("neuroid", "time_bin", ...)
    averaged = average_repetitions(assembly)
    assert averaged.dims == ("neuroid", "time_bin", "presentation")
    np.testing.assert_allclose(averaged.values, assembly.values.reshape(3, 2, 3, 2).mean(axis=-1))


def test_average_of_single_presentations_is_the_assembly():
    assert average_repetitions(answer(repetition=("presentation", [0] * 6))).identical(answer())


def test_what_was_not_measured_in_one_trial_is_left_out_of_the_mean():
    values = np.arange(18.0).reshape(6, 3)
    values[0, 0] = values[2:4, 1] = np.nan
    averaged = average_repetitions(answer(values, np.repeat(IDS[:3], 2)))
    assert averaged.values[0, 0] == values[1, 0] and np.isnan(averaged.values[1, 1])
    assert np.isnan(averaged.values).sum() == 1
