"""The metric on assemblies: undefined units, published ceilings, determinism, errors, no side effects."""

import numpy as np
import pytest

from brainscore_core.assemblies import PropertyAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from bs_metric_distributions import KSSimilarity

# Bins and counts as published (Schiller 1976, Cavanaugh 2002, De Valois 1982), neurons recorded, published ceiling.
OCTAVES = [0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16]
PUBLISHED = {
    "pref_or": ([-22.5, 22.5, 67.5, 112.5, 157.5], [110, 83, 100, 92], 385, 0.962),
    "peak_sf": (
        [0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8, 11.2, 16, 22.4],
        [3, 10, 15, 31, 57, 62, 67, 63, 31, 15, 5, 4],
        363,
        0.967,
    ),
    "sf_selective": ([0, 0.5, 1], [14, 73], 87, 0.963),
    "sf_bandwidth": (np.arange(0, 101, 10), [0, 3, 4, 16, 22, 16, 9, 3, 0, 0], 87, 0.933),
    "grating_summation_field": (OCTAVES, [0, 9, 30, 55, 42, 10, 2, 0], 190, 0.956),
    "surround_diameter": (OCTAVES, [0, 0, 2, 20, 33, 49, 40, 4], 190, 0.955),
    "surround_suppression_index": (np.linspace(0, 2, 11), [66, 44, 38, 23, 16, 3, 0, 0, 0, 0], 190, 0.958),
}


def assembly(values, bins=(0.0, 1.0, 2.0, 3.0), name="size"):
    values = np.asarray(values, dtype=float)[:, None]
    coords = {
        "neuroid_id": ("neuroid", [f"unit{index}" for index in range(len(values))]),
        "region": ("neuroid", ["V1"] * len(values)),
        "neuronal_property": [name],
    }
    attrs = {f"{name}_bins": np.asarray(bins, dtype=float)}
    return PropertyAssembly(values, dims=("neuroid", "neuronal_property"), coords=coords, attrs=attrs)


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_self_ceilings_are_the_published(name, seed):
    bins, counts, neurons, published = PUBLISHED[name]
    centres = (np.asarray(bins[1:]) + np.asarray(bins[:-1])) / 2
    values = np.append(np.repeat(centres, counts), np.full(neurons - sum(counts), np.nan))
    recorded = assembly(values, bins, name)
    ceiling = KSSimilarity(name, seed=seed).ceiling(recorded)
    assert float(ceiling) == pytest.approx(published, abs=0.005)
    assert ceiling.details["neurons"] == neurons


def test_same_seed_same_score_and_global_state_untouched():
    rng = np.random.default_rng(0)
    source, target = assembly(rng.uniform(0, 3, 200)), assembly(rng.uniform(0, 2, 90))
    state = np.random.get_state()[1].copy()
    first, second = KSSimilarity("size", seed=3)(source, target), KSSimilarity("size", seed=3)(source, target)
    assert first == second
    assert first != KSSimilarity("size", seed=4)(source, target)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_value_and_error_are_mean_and_spread_of_the_samples():
    rng = np.random.default_rng(0)
    score = KSSimilarity("size", n_bootstrap=300)(assembly(rng.uniform(0, 3, 200)), assembly(rng.uniform(0, 2, 90)))
    assert score.values.dims == ("sample",)
    assert score.values.shape == (300,)
    assert float(score) == pytest.approx(score.values.values.mean())
    assert score.error == pytest.approx(score.values.values.std())


def test_inputs_are_not_changed():
    source, target = assembly([-4.0, 0.5, np.nan, 99.0]), assembly([-1.0, 1.5, 7.0])
    before = source.copy(deep=True), target.copy(deep=True)
    source.values.setflags(write=False)
    target.values.setflags(write=False)
    KSSimilarity("size")(source, target)
    assert source.identical(before[0])
    assert target.identical(before[1])


def test_undefined_units_are_drawn_and_left_out():
    target = assembly(np.repeat([0.5, 1.5, 2.5], 30))
    defined = assembly(np.repeat([0.5, 1.5, 2.5], 30))
    half = assembly(np.append(np.repeat([0.5, 1.5, 2.5], 30), np.full(90, np.nan)))
    full_score, half_score = (KSSimilarity("size", n_bootstrap=4000)(source, target) for source in (defined, half))
    # same distribution, half as many units in each sample: sqrt(2) times the distance
    assert (1 - float(half_score)) / (1 - float(full_score)) == pytest.approx(np.sqrt(2), rel=0.05)
    assert half_score.details == {
        "units": 180,
        "units_undefined": 90,
        "neurons": 90,
        "neurons_undefined": 0,
        "samples_undefined": 0,
    }


@pytest.mark.parametrize(("undefined", "zero"), [(97, True), (70, False)])
def test_more_than_a_tenth_undefined_samples_give_zero(undefined, zero):
    # 10 units drawn: none is defined in .97^10 = 74% or .70^10 = 3% of samples
    source = assembly(np.append(np.full(undefined, np.nan), np.full(100 - undefined, 1.5)))
    score = KSSimilarity("size")(source, assembly(np.full(10, 1.5)))
    assert score.details["samples_undefined"] > 0
    assert (float(score) == 0) is zero
    assert score.flags == (("undefined-samples",) if zero else ())


def test_a_tenth_is_of_the_samples_asked_for():
    """The incumbent compares with a tenth of its default, whatever the number of samples is."""
    source = assembly(np.append(np.full(97, np.nan), np.full(3, 1.5)))
    assert float(KSSimilarity("size", n_bootstrap=50)(source, assembly(np.full(10, 1.5)))) == 0


def test_missing_property_bins_and_units_are_named():
    target = assembly([0.5, 1.5])
    with pytest.raises(InvalidAssembly, match=r"the source has no property 'size'.*'other'"):
        KSSimilarity("size")(assembly([1.0], name="other"), target)
    with pytest.raises(InvalidAssembly, match="no attribute 'size_bins'"):
        KSSimilarity("size")(target, target.drop_attrs())
    with pytest.raises(InvalidAssembly, match="increasing edges"):
        KSSimilarity("size")(target, assembly([0.5], bins=[0, 2, 1]))
    with pytest.raises(InvalidAssembly, match="the source has no unit"):
        KSSimilarity("size")(target.isel(neuroid=slice(0, 0)), target)
    with pytest.raises(InvalidAssembly, match="NaN"):
        KSSimilarity("size")(target, assembly([1.0]).where(False))
    with pytest.raises(InvalidParameter, match="n_bootstrap"):
        KSSimilarity("size", n_bootstrap=0)(target, target)
