"""Ceilings: known reliability, ragged and missing trials, draws that a score can share, and what they refuse."""

from dataclasses import dataclass

import numpy as np
import pytest

from brainscore_core import load_metric
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch
from brainscore_core.statistics.bootstrap import counts
from brainscore_core.statistics.correlation import correlate_columns

SINGLE = ["internal_consistency", "split_half_reliability", "icc", "voxel_noise_ceiling"]


def _recording(stimuli=300, units=16, trials=8, reliability=0.6, seed=0, keep=1.0, bins=0):
    rng = np.random.default_rng(seed)
    noise = np.sqrt(trials * (1 / reliability - 1))
    shape = (stimuli, units) + ((bins,) if bins else ())
    values = rng.normal(size=(1, *shape)) + noise * rng.normal(size=(trials, *shape))
    repetition = np.repeat(np.arange(trials), stimuli)
    kept = np.flatnonzero((rng.random(trials * stimuli) < keep) | (repetition < 2))
    starts = 10 * np.arange(bins)
    coords = {
        "stimulus_id": ("presentation", np.tile([f"s{i:03d}" for i in range(stimuli)], trials)[kept]),
        "repetition": ("presentation", repetition[kept]),
        "neuroid_id": ("neuroid", [f"n{i}" for i in range(units)]),
        "region": ("neuroid", ["V4"] * units),
    }
    if bins:
        coords |= {"time_bin_start": ("time_bin", starts), "time_bin_end": ("time_bin", starts + 10)}
    dims = ("presentation", "neuroid", "time_bin")[: 3 if bins else 2]
    return NeuroidAssembly(values.reshape(-1, *shape[1:])[kept], dims=dims, coords=coords)


@pytest.mark.parametrize("metric", SINGLE)
@pytest.mark.parametrize("reliability", [0.3, 0.8])
def test_known_reliability(metric, reliability):
    found = [float(load_metric(metric)(_recording(reliability=reliability, seed=s))) for s in range(8)]
    assert np.mean(found) == pytest.approx(reliability, abs=0.025)


@pytest.mark.parametrize("metric", ["split_half_reliability", "icc", "voxel_noise_ceiling"])
def test_ragged_trials_give_the_reliability_of_the_means_as_they_are(metric):
    found, truth = [], []
    for seed in range(8):
        assembly = _recording(reliability=0.6, keep=0.5, seed=seed)
        trials = np.unique(assembly["stimulus_id"].values, return_counts=True)[1]
        truth.append(1 / (1 + 8 * (1 / 0.6 - 1) * (1 / trials).mean()))
        score = load_metric(metric)(assembly)
        found.append(float(score))
        assert score.details["trials_min"] == trials.min() and score.details["trials_max"] == trials.max()
        assert score.details["stimuli_with_fewer_trials"] == (trials < trials.max()).sum() > 0
    assert np.mean(found) == pytest.approx(np.mean(truth), abs=0.02)


def test_the_ceiling_is_what_a_perfect_model_gets():
    """r^2 of the signal with the trial mean, in a recording with many stimuli."""
    assembly = _recording(stimuli=3000, units=8)
    signal = np.random.default_rng(0).normal(size=(1, 3000, 8))[0]
    mean = assembly.values.reshape(8, 3000, 8).mean(0)
    r2 = np.median(correlate_columns(signal, mean) ** 2)
    for metric in SINGLE:
        assert float(load_metric(metric)(assembly)) == pytest.approx(r2, abs=0.02)


@pytest.mark.parametrize("metric", SINGLE)
def test_invariances(metric):
    assembly = _recording(60, 5, 6, keep=0.8)
    expected = load_metric(metric)(assembly)
    rng = np.random.default_rng(1)
    shuffled = assembly.isel(presentation=rng.permutation(assembly.sizes["presentation"]), neuroid=[3, 1, 4, 0, 2])
    again = load_metric(metric)(shuffled.transpose("neuroid", "presentation"))
    if metric != "split_half_reliability":  # which draws halves in the order of the trials
        assert float(again) == pytest.approx(float(expected))
    scaled = load_metric(metric)(assembly * [1.0, 2, 3, 4, 5] + 100)
    np.testing.assert_allclose(scaled.values, expected.values, rtol=1e-6)


@pytest.mark.parametrize("metric", SINGLE)
def test_constant_neuroids_are_undefined_and_counted(metric):
    assembly = _recording(60, 5)
    assembly.values[:, 2] = 0.1
    score = load_metric(metric)(assembly)
    assert np.isfinite(float(score)) and score.details["undefined"] >= 1
    assert np.isnan(score.values.values[..., 2]).all()
    assert float(score) == pytest.approx(float(load_metric(metric)(assembly.isel(neuroid=[0, 1, 3, 4]))))
    assembly.values[:] = 0.1
    with pytest.raises(InvalidAssembly, match="no neuroid varies"):
        load_metric(metric)(assembly)


@pytest.mark.parametrize("metric", SINGLE)
def test_missing_trials_of_single_units(metric):
    assembly = _recording(200, 5)
    holes = assembly.copy(deep=True)
    holes.values[np.random.default_rng(2).random(len(holes)) < 0.1, 1] = np.nan
    whole, some = load_metric(metric)(assembly), load_metric(metric)(holes)
    np.testing.assert_allclose(some.values.values[..., 0], whole.values.values[..., 0])
    assert some.values.values[..., 1].mean() == pytest.approx(whole.values.values[..., 1].mean(), abs=0.08)


@pytest.mark.parametrize("metric", SINGLE)
def test_one_neuroid(metric):
    score = load_metric(metric)(_recording(100, 1))
    assert float(score) == pytest.approx(0.6, abs=0.15)


@pytest.mark.parametrize("metric", SINGLE)
def test_draws_of_all_stimuli_once_give_the_ceiling(metric):
    assembly = _recording(80, 6, keep=0.8)
    measure = load_metric(metric)
    evaluation = measure.evaluate(assembly)
    there = evaluation.resampled(np.ones((1, 80)))[:, 0]
    np.testing.assert_allclose(np.squeeze(there), evaluation.score.values.values, rtol=1e-10)
    assert float(evaluation.score) == float(measure(assembly))


@pytest.mark.parametrize("metric", SINGLE)
def test_draws_are_in_the_order_that_was_asked_for(metric):
    assembly = _recording(50, 4)
    wanted = np.random.default_rng(3).permutation(np.unique(assembly["stimulus_id"].values))[:30]
    evaluation = load_metric(metric).evaluate(assembly, wanted)
    np.testing.assert_array_equal(evaluation.stimuli, wanted)
    weights = counts(30, 5, seed=4)
    whole = load_metric(metric).evaluate(assembly)
    spread = np.zeros((5, 50))
    spread[:, np.searchsorted(whole.stimuli, wanted)] = weights
    np.testing.assert_allclose(evaluation.resampled(weights), whole.resampled(spread))
    with pytest.raises(StimulusMismatch, match="lacks 1 stimuli, as 'other'"):
        load_metric(metric).evaluate(assembly, np.array(["other"]))


def test_each_time_bin_has_its_ceiling():
    assembly = _recording(60, 4, 6, bins=3)
    score = load_metric("internal_consistency_temporal")(assembly)
    single = [load_metric("internal_consistency")(assembly.isel(time_bin=i)) for i in range(3)]
    assert score.values.dims == ("time_bin", "split", "neuroid")
    for index, one in enumerate(single):
        assert score.details[f"ceiling_{10 * index}_{10 * index + 10}_ms"] == float(one)
        np.testing.assert_array_equal(score.values[index], one.values)
    assert float(score) == pytest.approx(np.mean([float(one) for one in single]))
    evaluation = load_metric("internal_consistency_temporal").evaluate(assembly)
    assert evaluation.bins == 3
    drawn = evaluation.resampled(np.ones((1, 60)))[:, 0].reshape(10, 3, 4)
    np.testing.assert_allclose(drawn.swapaxes(0, 1), score.values)


def test_errors_shrink_with_units():
    few, many = (load_metric("icc")(_recording(units=units)).error for units in (10, 160))
    assert many < few / 2.5
    assert load_metric("icc")(_recording(units=1)).error is None


def test_seeds():
    assembly = _recording(40, 4)
    for metric in ("internal_consistency", "split_half_reliability"):
        first, again, other = (float(load_metric(metric, seed=seed)(assembly)) for seed in (1, 1, 2))
        assert first == again != other


@pytest.mark.parametrize("metric", SINGLE)
def test_nothing_is_shown_again(metric):
    assembly = _recording(20, 3, 4)
    once = assembly.isel(presentation=slice(20))
    with pytest.raises(InvalidAssembly, match="shown once.*unknown"):
        load_metric(metric)(once)


def test_single_trials_of_some_stimuli():
    assembly = _recording(20, 3, 4)
    few = assembly.isel(
        presentation=np.flatnonzero((assembly["stimulus_id"] != "s003") | (assembly["repetition"] == 0))
    )
    with pytest.raises(InvalidAssembly, match="1 stimuli have a single trial, as 's003'"):
        load_metric("split_half_reliability")(few)
    assert np.isfinite(float(load_metric("icc")(few)))


@pytest.mark.parametrize("metric", SINGLE)
def test_time_bins_are_refused_where_they_do_not_belong(metric):
    with pytest.raises(InvalidAssembly, match="time bin"):
        load_metric(metric)(_recording(20, 3, bins=2))


@pytest.mark.parametrize(
    "metric", ["internal_consistency", "internal_consistency_temporal", "split_half_reliability", "icc"]
)
def test_arrays_without_labels_are_told_to_become_assemblies(metric):
    with pytest.raises(InvalidAssembly, match="is a ndarray.*Make it a NeuroidAssembly"):
        load_metric(metric)(_recording(20, 3).values)


def test_time_bins_that_are_not_there():
    with pytest.raises(InvalidAssembly, match="time_bin dimension"):
        load_metric("internal_consistency_temporal")(_recording(20, 3))


@pytest.mark.parametrize("metric", ["internal_consistency", "split_half_reliability"])
def test_absent_coordinate_is_named_with_those_there_are(metric):
    with pytest.raises(InvalidAssembly, match="'trial'.*'repetition', 'stimulus_id'"):
        load_metric(metric, split_coord="trial")(_recording(20, 3))
    with pytest.raises(InvalidParameter, match="splits=0"):
        load_metric(metric, splits=0)


def test_a_repetition_that_stands_twice():
    assembly = _recording(20, 3)
    with pytest.raises(InvalidParameter, match="repetition 0 2 times"):
        load_metric("internal_consistency")(assembly.isel(presentation=[0, 0, 20, 21]))


def test_trials_of_the_voxel_ceiling():
    assembly = _recording(2000, 10, 4, reliability=0.5)
    assert float(load_metric("voxel_noise_ceiling", trials=1)(assembly)) == pytest.approx(0.2, abs=0.02)
    with pytest.raises(InvalidParameter):
        load_metric("voxel_noise_ceiling", trials=0)


@pytest.mark.parametrize("keep", [1.0, 0.5], ids=["full", "ragged"])
def test_trials_without_noise_are_said_to_be_so(keep):
    """They vary over stimuli: that none does would be the wrong complaint."""
    assembly = _recording(60, 5, 4, keep=keep)
    stimulus = np.unique(assembly["stimulus_id"].values, return_inverse=True)[1]
    signal = np.random.default_rng(4).normal(size=(60, 5))
    assembly.values[:] = signal[stimulus]
    assembly.values[:, 3] = 0.1
    with pytest.raises(InvalidAssembly, match="alike, in every neuroid that varies, so that no noise"):
        load_metric("voxel_noise_ceiling")(assembly)
    noisy = assembly.copy(deep=True)
    noisy.values[:, 0] += np.random.default_rng(5).normal(size=len(noisy))
    score = load_metric("voxel_noise_ceiling")(noisy)
    assert np.isfinite(score.values.values).tolist() == [True, False, False, False, False]
    assert score.details["undefined"] == 4


class _Mean:
    """A pair metric that needs no other plugin."""

    inputs = "pair"

    def __call__(self, source, target):
        from brainscore_core.scores import Score

        r = correlate_columns(source.values.mean(1, keepdims=True), target.values.mean(1, keepdims=True))
        return Score(float(r[0]))


@pytest.fixture
def mean_metric(monkeypatch):
    from brainscore_core.contracts import MetricSpec

    monkeypatch.setattr(MetricSpec, "load", lambda self: _Mean())


def _subjects(names):
    rng = np.random.default_rng(5)
    shared = rng.normal(size=(200, 1))
    values = shared + rng.normal(size=(200, 4 * len(names)))
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid"),
        coords={
            "stimulus_id": ("presentation", [f"s{i}" for i in range(200)]),
            "neuroid_id": ("neuroid", [f"n{i}" for i in range(values.shape[1])]),
            "region": ("neuroid", ["IT"] * values.shape[1]),
            "subject": ("neuroid", np.repeat(names, 4)),
        },
    )


def test_subjects_are_predicted_from_each_other(mean_metric):
    score = load_metric("between_subjects")(_subjects(["x", "y", "z"]))
    assert score.values["subject"].values.tolist() == ["x", "y", "z"]
    assert float(score) == pytest.approx(0.85, abs=0.05)
    assert score.error > 0


@dataclass(frozen=True)
class _Moded(_Mean):
    mode: str = "parity"


@pytest.mark.parametrize(("options", "mode"), [({}, "honest"), ({"mode": "parity"}, "parity")])
def test_subjects_are_predicted_in_honest_folds_unless_told_otherwise(monkeypatch, options, mode):
    from brainscore_core.contracts import MetricSpec

    monkeypatch.setattr(MetricSpec, "load", lambda self: _Moded(**self.parameters))
    score = load_metric("between_subjects", metric_kwargs=options)(_subjects(["x", "y"]))
    assert score.details["mode"] == mode


def test_the_default_tests_every_stimulus_once():
    pytest.importorskip("bs_metric_regression", reason="its pls is the default")
    assembly = _subjects(["x", "y", "z"])
    folds = {"crossvalidation_kwargs": {"stratification_coord": None}, "n_components": 2}
    score = load_metric("between_subjects", metric_kwargs=folds)(assembly)
    others, own = (assembly.isel(neuroid=part) for part in (slice(4, None), slice(4)))
    assert float(score.values[0]) == float(load_metric("pls", mode="honest", **folds)(others, own))
    assert score.details["mode"] == "honest"


def test_two_subjects_have_no_error_over_subjects(mean_metric):
    score = load_metric("between_subjects")(_subjects(["x", "y"]))
    assert score.error is None and "two subjects" in score.details["error_estimator"]


def test_subjects_that_cannot_be_compared(mean_metric, monkeypatch):
    with pytest.raises(InvalidAssembly, match="one subject"):
        load_metric("between_subjects")(_subjects(["x"]))
    with pytest.raises(InvalidAssembly, match="'animal' on 'neuroid'"):
        load_metric("between_subjects", subject_coord="animal")(_subjects(["x", "y"]))
    monkeypatch.setattr(_Mean, "inputs", "split")
    with pytest.raises(InvalidParameter, match="a metric of a pair"):
        load_metric("between_subjects")(_subjects(["x", "y"]))
