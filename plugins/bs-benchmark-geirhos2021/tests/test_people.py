"""What people score: published ceilings, and the human reference points that are shipped."""

import numpy as np
import pytest

from brainscore_core import load_benchmark, load_dataset, load_metric
from bs_benchmark_geirhos2021.human import PEOPLE, SHAPE_BIAS

pytestmark = pytest.mark.usefixtures("published_files")

PUBLISHED = {
    "colour": 0.415,
    "contrast": 0.437,
    "cue-conflict": 0.331,
    "edge": 0.318,
    "eidolonI": 0.386,
    "eidolonII": 0.454,
    "eidolonIII": 0.460,
    "false-colour": 0.444,
    "high-pass": 0.440,
    "low-pass": 0.469,
    "phase-scrambling": 0.447,
    "power-equalisation": 0.511,
    "rotation": 0.439,
    "silhouette": 0.476,
    "sketch": 0.370,
    "stylized": 0.501,
    "uniform-noise": 0.434,
}
"""Ceilings that Brain-Score 2 tests for."""


def benchmark(name, kind="error_consistency", **options):
    return load_benchmark(f"Geirhos2021{name.replace('-', '')}-{kind}", **options)


@pytest.mark.parametrize("name", PUBLISHED)
def test_ceilings_are_the_published_ones(name):
    ceiling = benchmark(name).ceiling
    assert ceiling.value == pytest.approx(PUBLISHED[name], abs=0.001)
    assert ceiling.details["attainable_maximum"] > ceiling.value
    assert 0 < ceiling.error < 0.05
    assert ceiling.value == pytest.approx(PEOPLE[name].kappa, abs=5.1e-5)


def test_mean_ceiling_is_that_of_the_paper():
    """Brain-Score 2 tests for .43122."""
    ceilings = [benchmark(name).ceiling.value for name in PUBLISHED]
    assert np.mean(ceilings) == pytest.approx(0.43122, abs=5e-5)


@pytest.mark.parametrize("name", PEOPLE)
def test_accuracies_of_people_are_those_of_the_trials(name):
    trials = load_dataset(f"Geirhos2021_{name}")
    right = trials.values == trials["truth"].values
    each = [right[trials["subject"].values == who].mean() for who in np.unique(trials["subject"].values)]
    assert PEOPLE[name][1:] == pytest.approx((np.mean(each), min(each), max(each)), abs=5.1e-5)


def test_shape_bias_of_people_is_the_published_one():
    pooled = load_metric("shape_bias")(load_dataset("Geirhos2021_cue-conflict"))
    assert pooled.value == pytest.approx(SHAPE_BIAS, abs=5e-5)


def test_all_conditions_give_another_ceiling_and_no_reference_points():
    whole, published = benchmark("contrast", conditions="all"), benchmark("contrast")
    assert whole.ceiling.details["conditions"] == 8 and published.ceiling.details["conditions"] == 5
    assert whole.digest() != published.digest()
    assert not whole.human_details and published.human_details["human_kappa"] == PEOPLE["contrast"].kappa
