"""Time steps in ms: which step a bin gets, one unit at several times, and what names such a model."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.contracts import Plan, Presentation
from brainscore_core.errors import InvalidModelOutput, InvalidParameter, UnknownLayer, UnsupportedRegion
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.recording import repeats
from brainscore_vision.commitments.layers import LayerCommitment
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.commitments.rates import Calibration
from brainscore_vision.commitments.time import Steps, in_time
from brainscore_vision.testing import check_model
from brainscore_vision.trials import GaussianNoise

pytestmark = pytest.mark.usefixtures("home")
IMAGES = {f"s{n}": np.random.default_rng(n).integers(0, 256, (4, 4), dtype=np.uint8) for n in range(40)}
STEPS = Steps.regular(("IT0", "IT1", "IT2"), onset_ms=100, step_ms=50)


class Network:
    """Responses that fade: at each step half of what they were, of 6 units."""

    layer_names = ("V1", "IT", "IT0", "IT1", "IT2", "few")
    passes = 0

    def __call__(self, batch):
        Network.passes += 1
        flat = batch.reshape(len(batch), -1)[:, :16].astype(np.float32)
        return {
            "V1": flat,
            "few": flat[:, :2],
            "IT": flat[:, :6] / 4,
            **{f"IT{n}": flat[:, :6] / 2**n for n in range(3)},
        }


def model(steps=STEPS, **options):
    plain = wrap(Network(), layers={"V1": "V1", "IT": "IT"}, visual_degrees=8, identifier="fading", **options)
    plain.configure(cache=False)
    return in_time(plain, {"IT": steps})


def stimuli(count=40):
    table = pd.DataFrame({"stimulus_id": list(IMAGES)[:count], "degrees": 8.0})
    return StimulusSet(table, identifier="forty", open=IMAGES.__getitem__)


def record(subject, region="IT", count=40, trials=1, **options):
    subject.start_recording(region, **options)
    return subject.look_at(stimuli(count), trials)


FLAT = np.stack([image.reshape(-1) for image in IMAGES.values()]).astype(np.float32)


@pytest.mark.parametrize(
    ("start", "step"), [(-500, 0), (70, 0), (124.9, 0), (125, 0), (125.1, 1), (150, 1), (176, 2), (9000, 2)]
)
def test_a_bin_gets_the_step_whose_start_is_nearest(start, step):
    assert STEPS.at(start) == step
    found = record(model(), time_bins=[(start, start + 10)])
    np.testing.assert_array_equal(found.values[..., 0], FLAT[:, :6] / 2**step)


def test_bins_come_as_asked_and_repeat_steps():
    bins = [(200, 210), (100, 200), (110, 120)]
    found = record(model(), time_bins=bins)
    assert found.dims == ("presentation", "neuroid", "time_bin")
    assert found["time_bin_end"].values.tolist() == [210, 200, 120]
    for index, step in enumerate([2, 0, 0]):
        np.testing.assert_array_equal(found.values[..., index], FLAT[:, :6] / 2**step)


def test_without_bins_the_last_step_is_recorded():
    found = record(model())
    assert found.dims == ("presentation", "neuroid")
    np.testing.assert_array_equal(found.values, FLAT[:, :6] / 4)


def test_it_is_one_unit_at_several_times():
    found = record(model(), time_bins=[(100, 150), (150, 200)])
    assert found["neuroid_id"].values.tolist() == [f"IT.{n}" for n in range(6)]
    assert set(found["layer"].values.tolist()) == {"IT"}
    part = record(model(), time_bins=[(100, 150), (150, 200)], units=["IT.4", "IT.1"])
    np.testing.assert_array_equal(part.values, found.values[:, [4, 1]])


def test_all_steps_are_recorded_in_one_pass():
    subject = model()
    subject.configure(cache=False, batch_size=40)
    record(subject)
    before = Network.passes
    record(subject, time_bins=[(100, 150), (150, 200), (200, 250)])
    assert Network.passes == before + 1


def test_regions_without_steps_answer_alike_at_all_times():
    found = record(model(), "V1", time_bins=[(100, 150), (150, 200)])
    np.testing.assert_array_equal(found.values[..., 0], found.values[..., 1])


def test_rates_noise_and_samples_go_with_it():
    calibration = Calibration("affine", stimuli=stimuli(), visual_degrees=8.0, mean=20.0, sd=5.0)
    subject = model(physiology=Physiology(rates={"IT": calibration}))
    first, last = np.moveaxis(record(subject, time_bins=[(100, 150), (200, 250)]).values, -1, 0)
    np.testing.assert_allclose(last.mean(), 20, rtol=1e-3)
    slope = 5 / (FLAT[:, :6] / 4).std()
    np.testing.assert_allclose(first - last, slope * FLAT[:, :6] * 0.75, rtol=1e-4)
    sampled = record(model(physiology=Physiology(units={"IT": 3})), time_bins=[(100, 150)])
    assert sampled.sizes["neuroid"] == 3
    numbers = sampled["neuroid_num"].values
    np.testing.assert_array_equal(sampled.values[..., 0], FLAT[:, numbers])
    noisy = record(
        model(physiology=Physiology(trials=GaussianNoise(sd=1))), time_bins=[(100, 150), (110, 160)], trials=2
    )
    assert noisy.sizes["presentation"] == 80
    difference = noisy.values[..., 0] - noisy.values[..., 1]
    assert 1 < difference.std() < 2  # two draws of standard deviation 1


def grey(image):
    return image if image.ndim == 2 else image[..., 0]


def test_it_keeps_every_promise_of_a_model():
    check_model(model(preprocessing=grey))


def test_times_name_the_model():
    one, same, later = model(), model(), model(Steps.regular(STEPS.layers, 110, 50))
    plain = wrap(Network(), layers={"V1": "V1", "IT": "IT"}, visual_degrees=8, identifier="fading")
    assert one.digest() == same.digest() is not None
    assert len({one.digest(), later.digest(), plain.digest()}) == 3


def test_another_map_keeps_the_times_of_what_it_keeps():
    kept = model().committed_to(LayerCommitment({"V1": "few", "IT": "IT"}))
    assert set(kept.steps) == {"IT"}
    moved = model().committed_to(LayerCommitment({"V1": "V1", "IT": "few"}))
    assert not moved.steps
    found = record(moved, time_bins=[(100, 150), (150, 200)])
    np.testing.assert_array_equal(found.values[..., 0], FLAT[:, :2])


def test_a_plan_records_the_steps_and_not_the_layer():
    subject = model()
    subject.expect(Plan([Presentation(stimuli(2), 8.0, "IT"), Presentation(stimuli(2), 8.0, "V1")]))
    assert {frozenset(layers) for layers in subject.engine.expected.values()} == {
        frozenset({"IT0", "IT1", "IT2", "V1"})
    }


def test_wrong_commitments_are_refused():
    plain = wrap(Network(), layers={"V1": ["V1", "few"], "IT": "IT"}, visual_degrees=8)
    with pytest.raises(InvalidParameter, match="one layer"):
        in_time(plain, {"V1": STEPS})
    with pytest.raises(UnsupportedRegion, match="MT"):
        in_time(plain, {"MT": STEPS})
    with pytest.raises(UnknownLayer, match="IT7"):
        in_time(plain, {"IT": Steps.regular(["IT0", "IT7"], 100, 50)})
    with pytest.raises(InvalidParameter, match="a time bin for each"):
        Steps(("IT0", "IT1"), ((100, 150),))
    with pytest.raises(InvalidParameter, match="start < end"):
        Steps(("IT0",), ((100, 100),))
    with pytest.raises(InvalidModelOutput, match="the same units"):
        record(model(Steps.regular(["IT0", "few"], 100, 50)), time_bins=[(100, 150), (150, 200)])


class Rates:
    """A simulation at its own clock: steps of 5, 20 and 15 ms from 100 ms on, of 6 units."""

    layer_names = ("IT", "IT@100", "IT@105", "IT@125")

    def __call__(self, batch):
        flat = batch.reshape(len(batch), -1)[:, :6].astype(np.float32)
        return {"IT": flat, "IT@100": flat, "IT@105": 3 * flat, "IT@125": -2 * flat}


def simulated(steps):
    plain = wrap(Rates(), layers={"IT": "IT"}, visual_degrees=8, identifier="simulation")
    plain.configure(cache=False)
    return in_time(plain, {"IT": steps})


CLOCK = Steps.clock(("IT@100", "IT@105", "IT@125"), (100, 105, 125, 140))


@pytest.mark.parametrize(
    ("asked", "factor"),
    [
        ((100, 105), 1),
        ((110, 120), 3),
        ((100, 110), (5 * 1 + 5 * 3) / 10),
        ((100, 140), (5 * 1 + 20 * 3 - 15 * 2) / 40),
        ((120, 130), (5 * 3 - 5 * 2) / 10),
        ((90, 105), 1),  # nothing is known before 100 ms
        ((130, 200), -2),
    ],
)
def test_overlap_is_the_mean_over_the_bin(asked, factor):
    found = record(simulated(CLOCK), time_bins=[asked])
    np.testing.assert_allclose(found.values[..., 0], factor * FLAT[:, :6], rtol=1e-6)
    assert found.dtype == np.float32


def test_weights_of_equal_steps_are_the_covered_portions():
    """As Brain-Score 2 aligns movies: portion of each step that a bin covers, in shares of their sum."""
    steps = Steps.regular(("a", "b", "c"), 0, 100, "overlap")
    asked = [(0, 50), (50, 150), (50, 250), (180, 260)]
    portions = np.array([[0.5, 0, 0], [0.5, 0.5, 0], [0.5, 1, 0.5], [0, 0.2, 0.6]])
    np.testing.assert_allclose(steps.weights(asked), portions / portions.sum(1, keepdims=True))


def test_spikes_are_read_at_any_clock_as_the_same_rate():
    """Counts of 1 ms, read in bins of 10 ms, are spikes in 10 ms / 10."""
    rng = np.random.default_rng(0)
    spikes = rng.poisson(0.3, size=(60, 6)).astype(np.float32)

    class Spiking:
        layer_names = ("IT", *(f"IT@{ms}" for ms in range(60)))

        def __call__(self, batch):
            fired = {f"IT@{ms}": np.tile(spikes[ms], (len(batch), 1)) for ms in range(60)}
            return {"IT": fired["IT@59"], **fired}

    plain = wrap(Spiking(), layers={"IT": "IT"}, visual_degrees=8, identifier="spiking")
    plain.configure(cache=False)
    subject = in_time(plain, {"IT": Steps.clock(Spiking.layer_names[1:], range(61))})
    found = record(subject, time_bins=[(start, start + 10) for start in range(0, 60, 10)], count=2)
    np.testing.assert_allclose(found.values[0].T, spikes.reshape(6, 10, 6).mean(1), rtol=1e-6)


def test_where_time_comes_from_is_said():
    bins = [(100, 110), (110, 140)]
    assert "repeated" in record(model(), "V1", time_bins=bins).attrs["over_time"]
    assert "nearest" in record(model(), time_bins=bins).attrs["over_time"]
    assert "overlap" in record(simulated(CLOCK), time_bins=bins).attrs["over_time"]
    assert "over_time" not in record(model()).attrs


def test_alignment_names_the_model():
    nearest = Steps(CLOCK.layers, CLOCK.bins)
    assert nearest.alignment == "nearest" and len({simulated(steps).digest() for steps in (nearest, CLOCK)}) == 2


def test_steps_that_are_no_clock_are_named():
    with pytest.raises(InvalidParameter, match="'b', 10 to 22 ms, and 'c', 20 to 30 ms, overlap"):
        Steps(("a", "b", "c"), ((0, 10), (10, 22), (20, 30)), "overlap")
    with pytest.raises(InvalidParameter, match="'a', 0 to 10 ms, and 'b', 12 to 20 ms, leave a gap"):
        Steps(("a", "b"), ((0, 10), (12, 20)), "overlap")
    assert Steps(("a", "b"), ((0, 10), (12, 20))).at(12) == 1  # published commitments leave gaps
    with pytest.raises(InvalidParameter, match="one of"):
        Steps(("a",), ((0, 10),), "portion")
    with pytest.raises(InvalidParameter, match="one edge more"):
        Steps.clock(("a", "b"), (0, 10))
    with pytest.raises(UnsupportedRegion, match="from 150 to 160 ms"):
        record(simulated(CLOCK), time_bins=[(100, 110), (150, 160)])


def test_answers_that_repeat_are_found():
    bins = [(100, 110), (150, 160)]
    assert repeats(record(model(), "V1", time_bins=bins)) and not repeats(record(model(), time_bins=bins))
    assert repeats(record(model(), time_bins=[(0, 10), (10, 20)]))  # both get the first step
    assert not repeats(record(model(), "V1", time_bins=bins[:1])) and not repeats(record(model(), "V1"))
