"""The experiment type on made-up data, with a metric of its own: what it selects, averages, says and refuses."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from brainscore_core.assemblies import DissimilarityAssembly, NeuroidAssembly
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.evaluation import Evaluation
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.representational_similarity import ROOT, RepresentationalSimilarity
from brainscore_vision.geometry import StimulusGeometry
from brainscore_vision.screen import place_on_screen

COUNT = 8
IDS = [f"s{i}" for i in range(COUNT)]


class Seen:
    """A metric that keeps what it is given; the ceiling is a prepared score."""

    inputs = "pair"

    def __init__(self, raw=0.25):
        self.raw = raw

    def __call__(self, source, target):
        self.source, self.target = source, target
        return Score(self.raw, values=getattr(self, "values", None), details={"stimuli": len(source)})


@pytest.fixture
def metric(monkeypatch):
    seen = Seen()
    monkeypatch.setattr(MetricSpec, "load", lambda self: seen)
    return seen


def images(access="public"):
    rng = np.random.default_rng(0)
    pixels = {stimulus_id: rng.integers(0, 256, (6, 6), dtype=np.uint8) for stimulus_id in IDS}
    table = pd.DataFrame({"stimulus_id": IDS})
    return DataEntry(
        "eight", lambda: StimulusSet(table, identifier="eight", open=pixels.__getitem__), DataInfo(access=access)
    )


def matrices():
    values = np.abs(np.subtract.outer(np.arange(COUNT), np.arange(COUNT))).astype(float)
    return DissimilarityAssembly(
        np.stack([values, values * 2]),
        dims=("subject", "stimulus_i", "stimulus_j"),
        coords={
            "subject_id": ("subject", ["a", "b"]),
            "region": ("subject", ["V4", "IT"]),
            "stimulus_id_i": ("stimulus_i", IDS),
            "stimulus_id_j": ("stimulus_j", IDS),
        },
    )


def responses(bins=((50, 100),)):
    values = np.random.default_rng(0).standard_normal((2 * COUNT, 4, len(bins)))
    starts, ends = zip(*bins, strict=True)
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid", "time_bin"),
        coords={
            "stimulus_id": ("presentation", IDS * 2),
            "repetition": ("presentation", [0] * COUNT + [1] * COUNT),
            "neuroid_id": ("neuroid", list("abcd")),
            "region": ("neuroid", ["IT", "V4", "IT", "V4"]),
            "time_bin_start": ("time_bin", list(starts)),
            "time_bin_end": ("time_bin", list(ends)),
        },
    )


def experiment(data=None, **options):
    read = matrices if data is None else lambda: data
    entry = DataEntry("data", read, DataInfo("made up", species="human", access=options.pop("access", "public")))
    defaults = dict(metric=MetricSpec("seen"), parent="IT", version=1, stimuli=images(), region="IT", visual_degrees=4)
    return RepresentationalSimilarity("Test.IT-rdm", data=entry, **(defaults | options))


def model(**layers):
    network = lambda batch: batch.reshape(len(batch), -1).astype(float)  # noqa: E731
    return wrap(network, layers=layers or {"IT": "output"}, visual_degrees=8, digest="test")


def test_region_is_selected_and_the_model_sees_the_experiment(metric):
    result = experiment()(model())
    assert metric.target["subject_id"].values.tolist() == ["b"]
    assert metric.source.dims == ("presentation", "neuroid") and metric.source.shape == (COUNT, 12 * 12)
    assert metric.source["stimulus_id"].values.tolist() == IDS
    assert result.raw.value == 0.25 and result.value is None and result.normalisation == ""


def test_without_ceiling_it_says_so(metric):
    result = experiment(no_ceiling_because="nobody measured twice")(model())
    assert result.flags == ("ceiling-unknown",)
    assert dict(result.details) == {"stimuli": COUNT, "ceiling": "unknown: nobody measured twice"}


def with_ceiling(monkeypatch, ceiling, **options):
    monkeypatch.setattr(RepresentationalSimilarity, "ceiling", property(lambda self: ceiling))
    return experiment(ceiling_metric=MetricSpec("ceiling"), **options)(model())


def test_position_between_bounds(metric, monkeypatch):
    ceiling = Score(0.7, details={"lower": 0.3, "noise_only_upper": 0.5})
    result = with_ceiling(monkeypatch, ceiling)
    assert result.details["position"] == pytest.approx(-0.125)
    assert result.details["noise_only_upper"] == 0.5 and result.flags == ()
    assert result.ceiling is ceiling and result.value is None


@pytest.mark.parametrize("details", [{}, {"lower": 0.7}, {"lower": 0.8}])
def test_no_position_without_bounds_that_are_apart(metric, monkeypatch, details):
    assert "position" not in with_ceiling(monkeypatch, Score(0.7, details=details)).details


def test_no_position_where_raw_is_null(metric, monkeypatch):
    metric.raw = None
    assert "position" not in with_ceiling(monkeypatch, Score(0.7, details={"lower": 0.3})).details


def test_recorded_responses_are_averaged_over_repetitions_in_their_only_time_bin(metric):
    data = responses()
    experiment(data)(model())
    expected = data.values[:, [0, 2], 0].reshape(2, COUNT, 2).mean(axis=0)
    np.testing.assert_allclose(metric.target.values, expected)
    assert metric.target.dims == metric.source.dims == ("presentation", "neuroid")


def test_one_time_bin_is_chosen_on_both_sides(metric):
    data = responses(((50, 100), (100, 150)))
    experiment(data, time_bins=[(100, 150)])(model())
    np.testing.assert_allclose(metric.target.values, data.values[:, [0, 2], 1].reshape(2, COUNT, 2).mean(axis=0))
    assert metric.source.dims == ("presentation", "neuroid")
    for bins in (None, [(0, 50)]):
        with pytest.raises(InvalidParameter, match="time_bins"):
            experiment(data, time_bins=bins)(model())


def test_presents_what_it_records():
    (presentation,) = experiment(number_of_trials=3).presents()
    assert (presentation.visual_degrees, presentation.region, presentation.number_of_trials) == (4, "IT", 3)
    assert presentation.whole and presentation.stimuli.ids.tolist() == IDS


def test_each_subject_has_its_correlation_among_the_details(metric, monkeypatch):
    values = xr.DataArray([0.1, 0.4], dims=["subject"], coords={"subject_id": ("subject", ["BE", "KO"])})
    monkeypatch.setattr(metric, "values", values, raising=False)
    details = experiment()(model()).details
    assert (details["subject_BE"], details["subject_KO"]) == (0.1, 0.4)


def test_planned_images_are_the_ones_shown(metric, monkeypatch):
    """A runner that places what is planned gets the keys of what will be shown."""
    (planned,) = experiment().presents()
    placed = place_on_screen(planned.stimuli, 8, planned.visual_degrees)
    subject, shown = model(), []
    look_at = subject.look_at

    def watched(stimuli, number_of_trials=1):
        shown.extend(stimuli.key(stimulus_id) for stimulus_id in stimuli)
        return look_at(stimuli, number_of_trials)

    monkeypatch.setattr(subject, "look_at", watched)
    experiment()(subject)
    assert shown == [placed.key(stimulus_id) for stimulus_id in placed]


def test_as_private_as_recordings_or_stimuli():
    assert experiment().access == "public"
    assert experiment(access="private").access == "private"
    private = experiment(stimuli=images("private"))
    assert private.access == private.info.access == "private"


def test_info_tells_the_display_and_the_notes():
    info = experiment(notes="As quoted.", geometry=StimulusGeometry(background=128)).info
    assert info.description.endswith("As quoted.")
    assert info.experiment["stimuli"] == "eight"
    geometry = info.experiment["geometry"]
    assert (geometry["visual_degrees"], geometry["background"], geometry["gamma"]) == (4, 128, "not stated")
    assert info.ceiling == "unknown" and info.flags == ("ceiling-unknown",)
    assert experiment(ceiling_metric=MetricSpec("c")).info.flags == ()


@pytest.mark.parametrize("options", [{"visual_degrees": 0}, {"time_bins": [(0, 1), (1, 2)]}, {"time_bins": [(2, 1)]}])
def test_fields_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidParameter):
        experiment(**options)


class Drawn(Seen):
    """The prepared metric, whose correlation moves with the weight of the first stimulus."""

    def evaluate(self, source, target):
        ids = np.asarray(IDS)
        return Evaluation(Score(self.raw), ids, lambda w: self.raw + 0.01 * (w[None, :, :1] - w.mean()))


class Reliability:
    """Prepared, and moving with the same weight; its stimuli are noted."""

    inputs = "single"
    value = 0.64
    step = 0.0

    def __call__(self, assembly):
        self.assembly = assembly
        return Score(self.value, details={"estimator": "prepared"})

    def evaluate(self, assembly, stimuli):
        self.stimuli = stimuli.tolist()
        return Evaluation(self(assembly), stimuli, lambda w: self.value + self.step * (w[None, :, :1] - w.mean()))


@pytest.fixture
def single(monkeypatch):
    """An animal with repetitions: ``(raw, reliability)`` by identifier."""
    made = {"seen": Drawn(0.4), "reliability": Reliability()}
    monkeypatch.setattr(MetricSpec, "load", lambda self: made[self.identifier])
    monkeypatch.setattr("brainscore_core.registry.origin_of", lambda kind, identifier: None)
    return made


def divided(**options):
    fields = {"metric": MetricSpec("seen", bootstrap_samples=300), "normalisation": ROOT}
    fields |= {"ceiling_metric": MetricSpec("reliability")} | options
    return experiment(fields.pop("data", responses()), **fields)


def test_one_recording_is_divided_by_the_root_of_its_reliability(single, home):
    result = divided()(model())
    assert result.value == pytest.approx(0.4 / 0.8) and result.normalisation == ROOT
    assert result.ceiling.value == pytest.approx(0.8) and result.details["ceiling_reliability"] == 0.64
    assert single["reliability"].assembly.sizes["presentation"] == 2 * COUNT
    assert single["reliability"].stimuli == IDS
    assert divided().ceiling == pytest.approx(0.8)


def test_error_and_interval_come_from_shared_draws(single, home):
    alone = divided()(model())
    assert alone.error == pytest.approx(alone.raw.error / 0.8)
    assert alone.details["interval_low"] < 0.5 < alone.details["interval_high"]
    single["reliability"].step = 2 * 0.01 * 0.64 / 0.4
    together = divided(data=responses() + 1e-9)(model())
    assert together.error < 0.05 * alone.error  # root and correlation rise and fall alike


def test_without_draws_the_error_is_that_of_the_correlation(single, home):
    result = divided(metric=MetricSpec("seen"))(model())
    assert result.value == pytest.approx(0.5) and result.error is None
    assert result.details["error_estimator"] == "that of rho / ceiling"


def test_negative_above_one_and_no_valid_ceiling(single, home):
    single["seen"].raw = -0.4
    assert divided()(model()).value == pytest.approx(-0.5)
    single["seen"].raw = 0.9
    assert divided()(model()).flags == ("above-ceiling",)


@pytest.mark.parametrize(("value", "step"), [(0.0, 0.0), (-0.1, 0.0), (0.02, 0.05)])
def test_nothing_is_divided_by_a_reliability_that_may_be_zero(single, home, value, step):
    single["reliability"].value, single["reliability"].step = value, step
    result = divided()(model())
    assert result.value is None and result.flags == ("no-valid-ceiling",) and result.raw.value == 0.4


@pytest.mark.parametrize("options", [{"normalisation": "rho / ceiling"}, {"ceiling_metric": None}])
def test_a_division_that_is_none_is_refused(options):
    with pytest.raises(InvalidParameter):
        divided(**options)
