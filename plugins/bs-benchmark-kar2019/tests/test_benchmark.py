"""What the description says, and the whole experiment on made-up files in the format of the real ones."""

from dataclasses import replace

import numpy as np
import pytest

from brainscore_core import load_benchmark, load_model, score
from brainscore_core.contracts import MetricSpec
from brainscore_core.errors import DataUnavailable, InvalidParameter
from brainscore_vision import wrap
from brainscore_vision.commitments.time import Steps, in_time

QUICK = MetricSpec("ost", draws=50, honest_beside=True)
STEPS = [f"IT@{start}" for start in range(0, 260, 10)]


class Sees:
    """Units that weigh pixels at random; before the moment that the corner of an image states, of noise instead."""

    layer_names = ("IT", *STEPS)

    def __call__(self, batch):
        seen = batch.reshape(len(batch), -1).astype(np.float64)
        onsets, signal = seen[:, :1], (seen - 127) / 30
        signal[:, 0] = 0
        weights = np.random.default_rng(0).normal(size=(64, 24)) / 8
        seeds = (np.random.default_rng(int(row.sum())).normal(size=(len(STEPS), 24)) for row in seen)
        noise = np.stack(list(seeds))
        responses = {
            name: np.where(onsets < 10 * number, signal @ weights, 0) + 0.3 * noise[:, number]
            for number, name in enumerate(STEPS)
        }
        return {"IT": responses[STEPS[-1]], **responses}


def seer(alignment="nearest"):
    plain = wrap(Sees(), layers={"IT": "IT"}, visual_degrees=8, identifier="seer", preprocessing=lambda image: image)
    return in_time(plain, {"IT": Steps.clock(STEPS, range(0, 270, 10), alignment)})


def rehearsed(data, **options):
    return load_benchmark("Kar2019-ost").with_options(data=data[0], stimuli=data[1], metric=QUICK, **options)


def test_described_as_brain_score_2():
    benchmark = load_benchmark("Kar2019-ost")
    assert (benchmark.region, benchmark.parent, benchmark.version, benchmark.species) == ("IT", "IT", 2, "macaque")
    assert (benchmark.visual_degrees, benchmark.number_of_trials, benchmark.decoder) == (8, 44, "svm")
    assert benchmark.time_bins == tuple((start, start + 10) for start in range(70, 250, 10))
    assert benchmark.metric == MetricSpec("ost", honest_beside=True) and float(benchmark.ceiling) == 0.79
    assert "0.79, quoted" in benchmark.info.ceiling and "ceiling-quoted" in benchmark.info.flags
    assert "not published" in benchmark.info.description
    assert "ceiling-unknown" not in benchmark.info.flags and benchmark.access == "private"


@pytest.mark.parametrize("alignment", ["nearest", "overlap"])
def test_a_model_that_sees_as_late_as_the_monkeys(data, alignment):
    result = score(seer(alignment), rehearsed(data))
    assert result.value == result.raw.value / 0.79 and result.error == result.raw.error / 0.79
    assert result.normalisation == "raw / ceiling" and result.flags == ("ceiling-quoted",)
    assert result.raw.value > 0.7 and result.details["censored_concordance"] > 0.75
    assert result.details["stimuli"] == 120 and result.details["decoder"] == "svm"
    assert result.details["solved_by_target"] == pytest.approx(0.95, abs=0.02)
    assert result.raw.values.sizes["time_bin"] == 18
    assert result.details["mode"] == "parity" and result.details["honest_rho"] > 0.7
    assert 0 < result.details["honest_error"] < 0.2 and abs(result.details["honest_median_difference_ms"]) < 30
    early, late = result.raw.values.isel(time_bin=0).mean(), result.raw.values.isel(time_bin=-1).mean()
    assert early < late


def test_the_other_decoder_is_an_option(data):
    backwards = score(seer(), rehearsed(data, decoder="logistic"))
    assert backwards.raw.value < -0.5
    with pytest.raises(InvalidParameter, match="no decoder 'lda'"):
        rehearsed(data, decoder="lda").target()


def test_images_that_stand_twice_are_used_once(data):
    benchmark = rehearsed(data)
    assert benchmark.dataset.load().sizes["presentation"] == 122
    target = benchmark.target()
    assert target.dims == ("presentation",) and target.sizes["presentation"] == len(benchmark.stimulus_set()) == 120


def test_a_model_without_time_gets_nothing_and_is_told_why(data):
    still = wrap(
        lambda batch: batch.reshape(len(batch), -1).astype(float),
        layers={"IT": "output"},
        visual_degrees=8,
        identifier="still",
        preprocessing=lambda image: image,
    )
    result = score(still, rehearsed(data))
    assert result.value is None and result.raw is None and float(result.ceiling) == 0.79
    assert result.flags == ("ceiling-quoted", "repeats-over-time")
    assert "one response at all times" in result.details["reason"]


@pytest.mark.parametrize("name", ["cornet:RT-untrained", "convrnn:timedecay-shallow-untrained"])
def test_recurrent_networks_run(data, name):
    """Weights are random, and labels shuffled, so that nothing is too easy: i1 changes as steps become bins."""
    benchmark = rehearsed(data, time_bins=[(70, 90), (90, 110), (110, 130), (130, 150), (150, 170), (170, 190)])
    few = benchmark.target()["stimulus_id"].values[:24].tolist()
    stimuli, times = data[1].load(), data[0].load()
    kept = stimuli.take([index for index, stimulus_id in enumerate(stimuli) if stimulus_id in few])
    part = times.isel(presentation=np.isin(times["stimulus_id"].values, few))
    shuffled = np.random.default_rng(5).permutation(part["image_label"].values)
    part = part.assign_coords(image_label=("presentation", shuffled))
    quick = MetricSpec("ost", draws=20, mode="honest", crossvalidation_kwargs={"splits": 3})
    small = benchmark.with_options(
        data=replace(data[0], read=lambda: part), stimuli=replace(data[1], read=lambda: kept), metric=quick
    )
    result = score(load_model(name), small)
    assert "repeats-over-time" not in result.flags and result.raw.values.shape == (24, 6)
    assert 0 <= result.details["solved_by_model"] <= 1 and result.details["stimuli"] == 24
    assert result.raw.values.std("time_bin").max() > 0


def test_private_data_keep_their_values(data):
    private = rehearsed((replace(data[0], info=replace(data[0].info, access="private")), data[1]))
    hidden = score(seer(), private)
    assert hidden.value == score(seer(), rehearsed(data)).value
    assert hidden.raw is None and not hidden.details and float(hidden.ceiling) == 0.79


def test_without_access_it_is_unavailable(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    with pytest.raises(DataUnavailable, match="Kar2019"):
        load_benchmark("Kar2019-ost").target()


def test_wrong_descriptions_are_refused(data):
    with pytest.raises(InvalidParameter, match="several"):
        rehearsed(data, time_bins=[(70, 170)])
    with pytest.raises(InvalidParameter, match="above 0"):
        rehearsed(data, quoted_ceiling=0)
