"""The benchmarks on the published recordings: reference numbers of the data, and models whose score is known."""

import numpy as np
import pytest

from brainscore_core import load_benchmark, load_metric, score
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_vision import wrap
from brainscore_vision.benchmarks.recording import checked


class Recorded:
    """A model that answers with a prepared row for each stimulus."""

    identifier, info, digest = "recorded", wrap(lambda b: b, layers={}, visual_degrees=8).info, lambda self: None

    def __init__(self, rows):
        self.rows = rows

    def visual_degrees(self):
        return 11.2

    def configure(self, **options):
        pass

    def reset(self):
        pass

    def start_recording(self, region, **options):
        assert region == "V4"

    def look_at(self, stimuli, number_of_trials=1):
        values = np.array([self.rows[stimulus_id] for stimulus_id in stimuli])
        coords = {
            "stimulus_id": ("presentation", stimuli.ids),
            "neuroid_id": ("neuroid", [str(index) for index in range(values.shape[1])]),
            "region": ("neuroid", ["V4"] * values.shape[1]),
        }
        return checked(NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords), stimuli.ids, model="m")


def answers(values, ids):
    return Recorded(dict(zip(ids.tolist(), values, strict=True)))


@pytest.fixture
def trials(published_files):
    return load_benchmark("Cowley2023.V4-pls").trials()


def test_ceilings_by_every_estimator(trials):
    """.7595 in the order of Brain-Score 2, .7640 by equal halves, .7677 by analysis of variance."""
    assert float(load_metric("internal_consistency")(trials)) == pytest.approx(0.7595, abs=0.003)
    assert load_benchmark("Cowley2023.V4-pls").ceiling == pytest.approx(0.7640, abs=0.003)
    assert float(load_metric("icc")(trials)) == pytest.approx(0.7677, abs=0.003)


def test_dissimilarities_found_again(published_files):
    """Split-half .556; the ceiling is the root of its Spearman-Brown correction."""
    ceiling = load_benchmark("Cowley2023.V4-rdm").ceiling
    rho = ceiling.details["split_half_rho"]
    assert rho == pytest.approx(0.556, abs=0.01)
    assert float(ceiling) == pytest.approx(np.sqrt(2 * rho / (1 + rho)))


@pytest.mark.parametrize("metric", ["pls", "ridge"])
def test_a_model_of_half_the_trials_explains_most_of_the_others_and_noise_nothing(trials, metric):
    benchmark = load_benchmark(f"Cowley2023.V4-{metric}")
    means = benchmark.target()
    ids = means["stimulus_id"].values
    first = trials.isel(presentation=trials["repetition"].values < 4)
    rest = trials.isel(presentation=trials["repetition"].values >= 4)
    half = first.groupby("stimulus_id").mean().sel(stimulus_id=ids).values
    others = load_benchmark(f"Cowley2023.V4-{metric}", data=_entry(rest))
    result = score(answers(half, ids), others)
    assert 0.6 < result.value < 1.05 and result.details["mode"] == "honest"
    noise = score(answers(np.random.default_rng(0).normal(size=half.shape), ids), benchmark)
    assert abs(noise.value) < max(0.01, 3 * noise.error)


def _entry(assembly):
    from dataclasses import replace

    return replace(load_benchmark("Cowley2023.V4-pls").dataset, read=lambda: assembly)


def test_a_perfect_model_reaches_one_in_dissimilarities(published_files):
    """Neurons of the size and noise of these, and a model that is their signal: rho / sqrt(reliability) is about 1."""
    rng = np.random.default_rng(4)
    benchmark = load_benchmark("Cowley2023.V4-rdm")
    recorded = benchmark.trials()
    ids = np.unique(recorded["stimulus_id"].values)
    signal = rng.normal(size=(640, 12)) @ rng.normal(size=(12, 50))
    rows = np.searchsorted(ids, recorded["stimulus_id"].values)
    made = recorded.copy(data=signal[rows] + 2.5 * signal.std() * rng.normal(size=recorded.shape))
    result = score(answers(signal, ids), load_benchmark("Cowley2023.V4-rdm", data=_entry(made)))
    assert result.value == pytest.approx(1, abs=0.03)
    assert result.raw.value / result.details["ceiling_reliability"] > 1.1


def test_the_shown_size_matters_and_is_an_option(published_files):
    eight, stated = load_benchmark("Cowley2023.V4-pls", visual_degrees=8), load_benchmark("Cowley2023.V4-pls")
    assert (stated.visual_degrees, eight.visual_degrees) == (11.2, 8) and eight.digest() != stated.digest()
    assert "11.2 degrees" in stated.info.description
