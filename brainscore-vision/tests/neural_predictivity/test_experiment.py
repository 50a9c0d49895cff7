"""The experiment type on simulated neurons whose explainable share is known, with an oracle for a metric."""

import json

import numpy as np
import pandas as pd
import pytest

from brainscore_core import score as score_pair
from brainscore_core.assemblies import NeuroidAssembly, align
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import (
    DataUnavailable,
    InvalidAssembly,
    InvalidParameter,
    StimulusMismatch,
    UnsupportedRegion,
)
from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import correlate_columns, weighted_correlations
from brainscore_core.statistics.evaluation import Evaluation
from brainscore_core.statistics.reliability import Repetitions, equal_halves, spearman_brown
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity
from brainscore_vision.benchmarks.neural_predictivity.normalisation import INCUMBENT, ROOT
from brainscore_vision.benchmarks.neural_predictivity.recordings import CONSTANT_UNITS, MORE_TRIALS

COUNT, UNITS, TRIALS = 400, 16, 8
IDS = np.array([f"s{index:03d}" for index in range(COUNT)])
SIGNAL = np.random.default_rng(1).integers(0, 256, (COUNT, 4, 4)).astype(np.uint8)
"""Each stimulus is an image of 16 pixels, and each neuron answers to one of them."""


class Oracle:
    """Unit by unit correlation without a fit; several time bins side by side within the one repeat."""

    inputs = "pair"

    def __init__(self, uncertainty=None):
        self.uncertainty = uncertainty

    def evaluate(self, source, target):
        source, target = align(source, target)
        self.source, self.target = source, target
        x, y = (part.values.reshape(len(part), UNITS, -1) for part in (source, target))
        bins = y.shape[-1]

        def resampled(weights):
            return np.stack([weighted_correlations(x[..., index], y[..., index], weights) for index in range(bins)])

        value = float(np.median([correlate_columns(x[..., index], y[..., index]) for index in range(bins)]))
        details = {"interval_low": -1.0, "splits": 1}
        return Evaluation(Score(value, 0.1, details=details), target["stimulus_id"].values, resampled, bins=bins)


class OracleSplit(Oracle):
    inputs = "split"

    def evaluate(self, source_train, source_test, target_train, target_test):
        self.train = target_train
        return super().evaluate(source_test, target_test)


class Halves:
    """Split halves, in each time bin."""

    inputs = "single"

    def __call__(self, assembly):
        return self.evaluate(assembly).score

    def evaluate(self, assembly):
        self.assembly = assembly
        ids, labels = assembly["stimulus_id"].values, assembly["repetition"].values
        values = assembly.values.reshape(len(assembly), UNITS, -1)
        arranged = [Repetitions(values[..., index], ids, labels) for index in range(values.shape[-1])]
        weights = equal_halves(arranged[0].rows >= 0)
        means = [part.mean(weights) for part in arranged]

        def resampled(counts):
            r = [[weighted_correlations(m[i], m[i + 1], counts) for i in range(0, 20, 2)] for m in means]
            return spearman_brown(np.mean(r, axis=1))

        value = float(np.median(resampled(np.ones((1, len(arranged[0].stimuli))))))
        return Evaluation(
            Score(value, details={"estimator": "halves"}), arranged[0].stimuli, resampled, bins=len(means)
        )


@pytest.fixture
def metrics(monkeypatch):
    """Metrics by identifier, as an installed plugin would give them."""
    made = {"oracle": Oracle(), "oracle_split": OracleSplit(), "halves": Halves()}
    monkeypatch.setattr(MetricSpec, "load", lambda self: made[self.identifier])
    monkeypatch.setattr("brainscore_core.registry.resolve", lambda kind, identifier: Oracle)
    monkeypatch.setattr("brainscore_core.registry.origin_of", lambda kind, identifier: None)
    return made


def images(**columns):
    table = pd.DataFrame({"stimulus_id": IDS, **columns})
    pixels = dict(zip(IDS.tolist(), SIGNAL, strict=True))

    def read():
        return StimulusSet(table, identifier="made up", open=lambda id: pixels[id].copy())

    return DataEntry("made up", read, DataInfo("images", access="public"))


def neurons(explained=1.0, noise=1.0, trials=TRIALS, bins=None, drop=(), seed=0, **coords):
    """Trials (repetition after repetition) of neurons: a pixel, the rest of the signal that no model has, noise."""
    rng = np.random.default_rng(seed)
    pixels = SIGNAL.reshape(COUNT, UNITS).astype(float)
    signal = (pixels - pixels.mean(0)) / pixels.std(0)
    hidden = np.sqrt(1 - explained) * rng.standard_normal((COUNT, UNITS))
    signal = np.sqrt(explained) * signal + hidden
    shape = (trials * COUNT, UNITS) + (() if bins is None else (len(bins),))
    values = np.tile(signal, (trials, 1)).reshape(trials * COUNT, UNITS, *[1] * (len(shape) - 2))
    values = values * (1 if bins is None else np.array([gain for _, _, gain in bins]))
    values = values + noise * rng.standard_normal(shape)
    regions = ["V4"] * UNITS + ["IT"]
    extra = np.zeros((trials * COUNT, 1, *shape[2:]))
    made = {
        "stimulus_id": ("presentation", np.tile(IDS, trials)),
        "repetition": ("presentation", np.repeat(np.arange(trials), COUNT)),
        "neuroid_id": ("neuroid", [f"n{index}" for index in range(UNITS + 1)]),
        "region": ("neuroid", regions),
        **coords,
    }
    if bins is not None:
        made |= {"time_bin_start": ("time_bin", [start for start, _, _ in bins])}
        made |= {"time_bin_end": ("time_bin", [end for _, end, _ in bins])}
    dims = ("presentation", "neuroid") + (() if bins is None else ("time_bin",))
    assembly = NeuroidAssembly(np.concatenate([values, extra], axis=1), dims=dims, coords=made)
    keep = np.setdiff1d(np.arange(trials * COUNT), np.asarray(drop, int))
    return assembly.isel(presentation=keep)


def experiment(data=None, **options):
    access = options.pop("access", "public")
    entry = DataEntry(
        "neurons", lambda: neurons() if data is None else data, DataInfo("n", species="macaque", access=access)
    )
    fields = {
        "metric": MetricSpec("oracle"), "ceiling_metric": MetricSpec("halves"), "parent": "V4", "version": 1,
        "stimuli": images(), "region": "V4", "visual_degrees": 8, "number_of_trials": TRIALS,
    } | options  # fmt: skip
    return NeuralPredictivity("Made.V4-oracle", data=entry, **fields)


def model(regions=("V4",)):
    def pixels(batch):
        return batch.reshape(len(batch), -1).astype(float)

    layers = dict.fromkeys(regions, "output")
    return wrap(pixels, layers=layers, visual_degrees=8, digest="pixels", preprocessing=lambda image: image)


def expected_ceiling(noise, trials):
    return 1 / (1 + noise**2 / trials)


def test_an_oracle_explains_all_that_can_be_explained(metrics):
    score = experiment(neurons(noise=2.0))(model())
    assert score.ceiling.value == pytest.approx(expected_ceiling(2.0, TRIALS), abs=0.02)
    assert score.raw.value == pytest.approx(np.sqrt(expected_ceiling(2.0, TRIALS)), abs=0.02)
    assert score.details["interval_low"] < 1 < score.details["interval_high"]
    assert score.value == pytest.approx(1, abs=0.03)


def test_half_of_the_explainable_variance(metrics):
    data = neurons(explained=0.5, noise=1.5)
    assert experiment(data)(model()).value == pytest.approx(0.5, abs=0.05)
    assert experiment(data, normalisation=ROOT)(model()).value == pytest.approx(0.707, abs=0.04)
    assert experiment(data, normalisation=INCUMBENT)(model()).value == pytest.approx(0.5, abs=0.05)


def test_an_unrelated_model_gets_nothing(metrics):
    score = experiment(neurons(explained=0.0))(model())
    assert abs(score.value) < 3 * score.error and abs(score.value) < 0.02


def test_the_interval_covers_what_fresh_noise_gives(metrics):
    """Of 24 recordings the interval misses the true 1 about once."""
    rng = np.random.default_rng(3)
    missed = 0
    for seed in rng.integers(0, 2**31, 24):
        details = experiment(neurons(noise=2.0, trials=4, seed=seed))(model()).details
        missed += not details["interval_low"] <= 1 <= details["interval_high"]
    assert missed <= 4


def test_ragged_and_missing_trials_are_counted(metrics):
    """Stimulus 0 loses two trials; one unit is not measured in some trials, which are left out of its mean."""
    data = neurons(drop=(0, COUNT)).copy()
    data.values[5, 3] = np.nan
    score = experiment(data)(model())
    assert (score.details["trials_min"], score.details["trials_max"]) == (6, 8)
    assert score.details["stimuli_with_fewer_trials"] == 2 and score.details["stimuli_left_out"] == 0
    target = metrics["oracle"].target
    row = data["stimulus_id"].values == data["stimulus_id"].values[5]
    where = target["stimulus_id"].values == data["stimulus_id"].values[5]
    np.testing.assert_allclose(target.values[where, 3], np.nanmean(data.values[row, 3]))


def test_trials_without_a_value_are_no_trials(metrics):
    data = neurons().copy()
    data.values[np.arange(5) * COUNT + 7, 3] = np.nan
    details = experiment(data)(model()).details
    assert (details["trials_min"], details["trials_max"], details["stimuli_with_fewer_trials"]) == (3, 8, 1)


def test_more_trials_than_were_recorded_and_units_that_never_vary_are_flagged(metrics):
    assert not experiment()(model()).flags
    assert experiment(number_of_trials=TRIALS + 1)(model()).flags == (MORE_TRIALS,)
    assert not experiment(number_of_trials=1)(model()).flags
    data = neurons().copy()
    data.values[:, 2] = 0.1
    score = experiment(data)(model())
    assert CONSTANT_UNITS in score.flags and score.details["units_that_never_vary"] == 1
    alone = experiment(data, ceiling_metric=None, no_ceiling_because="made up")(model())
    assert CONSTANT_UNITS in alone.flags


def test_units_of_one_name_are_refused(metrics):
    names = [f"n{index}" for index in range(UNITS + 1)]
    data = neurons(neuroid_id=("neuroid", ["n1", *names[1:]]))
    with pytest.raises(InvalidAssembly, match="1 units of recording 'neurons' share.*'n1': expected a neuroid_id"):
        experiment(data)(model())
    elsewhere = neurons(neuroid_id=("neuroid", [*names[:-1], "n1"]))
    assert experiment(elsewhere)(model()).value is not None


def test_which_side_lacks_a_stimulus_is_said(metrics):
    data = neurons()
    with pytest.raises(StimulusMismatch, match="the recording 'neurons' lacks s399"):
        experiment(data.isel(presentation=data["stimulus_id"].values != "s399"))(model())
    with pytest.raises(StimulusMismatch, match="the stimulus set 'made up', which the model was shown, lacks other"):
        ids = np.where(data["repetition"].values == 0, "other", data["stimulus_id"].values)
        experiment(data.assign_coords(stimulus_id=("presentation", ids)))(model())


def test_stimuli_that_a_unit_never_saw(metrics):
    data = neurons().copy()
    rows = data["stimulus_id"].values == "s007"
    data.values[rows, 2] = np.nan
    data.values[(data["stimulus_id"].values == "s009") & (data["repetition"].values == 1), 4] = np.nan
    dropping = experiment(data, incomplete="drop")
    assert "s007" not in list(dropping.presents()[0].stimuli) and len(dropping.presents()[0].stimuli) == COUNT - 1
    score = dropping(model())
    assert score.details["stimuli"] == COUNT - 1 and score.details["stimuli_left_out"] == 1
    trials = metrics["halves"].assembly
    shown = dict(zip(*np.unique(trials["stimulus_id"].values, return_counts=True), strict=True))
    assert "s007" not in shown and shown["s009"] == TRIALS - 1 and shown["s001"] == TRIALS
    assert dropping.ceiling == score.ceiling.value


def test_one_region_is_compared_in_its_window(metrics):
    bins = [(0, 50, 0.0), (50, 100, 1.0), (100, 150, 1.0)]
    score = experiment(neurons(bins=bins), time_bins=[(50, 150)])(model())
    assert metrics["oracle"].target.dims == ("presentation", "neuroid")
    assert set(metrics["oracle"].target["region"].values) == {"V4"}
    assert score.details["windows_ms"] == "50-150" and score.details["units"] == UNITS
    assert score.value == pytest.approx(1, abs=0.03)


def test_each_time_bin_has_its_own_ceiling(metrics):
    bins = [(0, 50, 0.5), (50, 100, 1.0), (100, 150, 0.0)]
    score = experiment(neurons(bins=bins, noise=2.0), bin_width=50, time_bins=None)(model())
    assert score.details["windows_ms"] == "0-50, 50-100" and score.details["bins"] == 2
    assert score.value == pytest.approx(1, abs=0.05)
    assert "repeats-over-time" in score.flags and set(score.flags) <= {"repeats-over-time", "above-ceiling"}
    explicit = experiment(neurons(bins=bins, noise=2.0), time_bins=[(0, 50), (50, 100), (100, 150)])(model())
    assert "bins-without-ceiling" in explicit.flags and explicit.details["bins_without_ceiling"] == 1
    assert explicit.value == pytest.approx(score.value)
    assert metrics["oracle"].source.sizes["time_bin"] == 3


def test_windows_after_each_sites_latency(metrics):
    bins = [(0, 50, 1.0), (50, 100, 1.0), (100, 150, 1.0)]
    data = neurons(bins=bins, latency=("neuroid", [0.0] * 8 + [50.0] * 9))
    target = experiment(data, time_bins=[(0, 100)], latency_coord="latency").target()
    means = experiment(data, time_bins=[(0, 50), (50, 100), (100, 150)]).target().values
    np.testing.assert_allclose(target.values[:, :8], means[:, :8, :2].mean(-1))
    np.testing.assert_allclose(target.values[:, 8:], means[:, 8:, 1:].mean(-1))
    details = experiment(data, time_bins=[(0, 100)], latency_coord="latency")(model()).details
    assert details["windows_after"] == "latency of each site (latency)"


def test_without_ceiling_the_raw_value_stands_alone(metrics):
    score = experiment(ceiling_metric=None, no_ceiling_because="each was shown once")(model())
    assert score.value is None and score.raw.value > 0.9 and score.flags == ("ceiling-unknown",)
    assert score.details["ceiling"] == "unknown: each was shown once"
    assert experiment(ceiling_metric=None).info.flags == ("ceiling-unknown",)


def test_details_of_raw_and_ceiling_keep_their_own_names(metrics):
    details = experiment()(model()).details
    assert details["raw_interval_low"] == -1.0 and details["splits"] == 1
    assert details["ceiling_estimator"] == "halves"
    assert details["species"] == "macaque" and details["visual_degrees"] == 8.0
    assert details["number_of_trials"] == TRIALS
    assert details["averaging"] == "mean over the trials that were measured"


class TestTransfer:
    where = dict(train_where={"kind": "dog"}, test_where={"kind": ["cat", "cow"]}, metric=MetricSpec("oracle_split"))
    kinds = np.tile(np.repeat(["dog", "cat", "cow"], [200, 150, 50]), TRIALS)

    def test_fits_one_kind_and_tests_the_others(self, metrics):
        score = experiment(neurons(kind=("presentation", self.kinds)), **self.where)(model())
        assert metrics["oracle_split"].train.sizes["presentation"] == 200
        assert metrics["oracle_split"].target.sizes["presentation"] == 200
        assert set(metrics["halves"].assembly["kind"].values) == {"cat", "cow"}
        assert score.value == pytest.approx(1, abs=0.03)

    def test_the_ceiling_alone_is_that_of_the_tested(self, metrics):
        benchmark = experiment(neurons(kind=("presentation", self.kinds)), **self.where)
        assert benchmark.ceiling == benchmark(model()).ceiling.value

    def test_a_metric_that_cannot_is_refused(self, metrics):
        with pytest.raises(InvalidParameter, match="'oracle_split'"):
            options = self.where | {"metric": MetricSpec("oracle")}
            experiment(neurons(kind=("presentation", self.kinds)), **options)(model())

    def test_overlapping_sides_and_other_coordinates_are_refused(self, metrics):
        data = neurons(kind=("presentation", self.kinds))
        with pytest.raises(InvalidParameter, match="fitted and tested"):
            experiment(data, **self.where | {"train_where": {"kind": ["dog", "cat"]}})(model())
        with pytest.raises(InvalidParameter, match="on 'presentation'"):
            experiment(data, **self.where | {"train_where": {"neuroid_id": "n1"}})(model())
        with pytest.raises(InvalidParameter, match="nothing has kind"):
            experiment(data, **self.where | {"train_where": {"kind": "bird"}})(model())


def test_another_stimulus_set_than_the_recorded_is_refused(metrics):
    digest = images().load().digest()
    experiment(stimulus_digest=digest)(model())
    with pytest.raises(StimulusMismatch, match="data verify"):
        experiment(stimulus_digest="0" * 64)(model())


def test_a_model_without_the_region_is_unsupported(metrics):
    with pytest.raises(UnsupportedRegion):
        experiment()(model(regions=("IT",)))


def test_and_that_is_said_before_data_are_fetched(metrics):
    def nowhere():
        raise DataUnavailable("the recordings cannot be had")

    away = DataEntry("neurons", nowhere, DataInfo("n"))
    with pytest.raises(UnsupportedRegion):
        experiment().with_options(data=away)(model(regions=("IT",)))
    with pytest.raises(DataUnavailable):
        experiment().with_options(data=away)(model())


def test_a_region_that_was_not_recorded_is_named(metrics):
    with pytest.raises(InvalidParameter, match=r"recording 'neurons' has region 'V2': expected one of \['IT', 'V4'\]"):
        experiment(region="V2")(model(regions=("V2",)))


def test_of_private_data_only_numbers_leave(metrics):
    score = score_pair(model(), experiment(access="private"))
    text = json.dumps(score.to_dict())
    assert score.value == pytest.approx(1, abs=0.03) and score.ceiling.value > 0.8 and score.raw is None
    assert not score.details and "s000" not in text and "n1" not in text


@pytest.mark.parametrize(("access", "kept"), [("private", {"keep": False}), ("public", {})])
def test_nothing_is_kept_of_private_stimuli_however_the_benchmark_is_called(metrics, monkeypatch, access, kept):
    shown, asked = model(), []
    start = type(shown).start_recording

    def spied(self, region, **options):
        asked.append({name: value for name, value in options.items() if name == "keep"})
        return start(self, region, **options)

    monkeypatch.setattr(type(shown), "start_recording", spied)
    experiment(access=access)(shown)
    assert asked[-1] == kept


def test_a_metric_that_cannot_be_drawn_again_is_refused(metrics):
    class Plain:
        inputs = "pair"

    metrics["oracle"] = Plain()
    with pytest.raises(InvalidParameter, match="drawn again"):
        experiment()(model())


@pytest.mark.parametrize(
    "options",
    [
        {"normalisation": "raw / ceiling"}, {"incomplete": "fill"}, {"visual_degrees": 0}, {"time_bins": [(5, 1)]},
        {"train_where": {"a": 1}}, {"bin_width": 0}, {"bin_width": 10, "time_bins": [(0, 10)]},
    ],
)  # fmt: skip
def test_fields_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidParameter):
        experiment(**options)


def test_bootstrap_is_asked_for_where_the_metric_has_it(monkeypatch):
    asked = []
    monkeypatch.setattr("brainscore_core.registry.resolve", lambda kind, identifier: Oracle)
    monkeypatch.setattr(MetricSpec, "load", lambda self: asked.append(dict(self.parameters)) or Oracle())
    experiment(ceiling_metric=None)(model())
    experiment(ceiling_metric=None, metric=MetricSpec("oracle", uncertainty=None))(model())
    assert asked == [{"uncertainty": "bootstrap"}, {"uncertainty": None}]


@pytest.mark.parametrize("name", ["data", "stimuli"])
def test_arrays_where_descriptions_belong_are_refused_at_once(name):
    described = experiment()
    with pytest.raises(InvalidParameter, match=rf"has {name} of type ndarray.*DataEntry"):
        described.with_options(**{name: np.zeros(3)})


def test_pixels_of_a_set_are_read_once_for_its_digest(monkeypatch):
    named = StimulusSet(
        pd.DataFrame({"stimulus_id": ["a", "b"]}),
        identifier="named",
        open=lambda id: np.full((2, 2), ord(id), np.uint8),
        key=lambda id: f"read-once:{id}",
    )
    entry = DataEntry("named", lambda: named, DataInfo("Two greys"))
    pinned = experiment().with_options(stimuli=entry, stimulus_digest=named.digest())
    pinned.stimulus_set()
    monkeypatch.setattr(StimulusSet, "open", lambda self, id: pytest.fail("read again"))
    pinned.stimulus_set()
    with pytest.raises(StimulusMismatch):
        pinned.with_options(stimulus_digest="0" * 64).stimulus_set()
