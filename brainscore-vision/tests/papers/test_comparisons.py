"""Comparisons on samples whose answers are known: ideal observers get the most there is, others what is computed."""

import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core import load_metric
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_vision.papers.comparisons.bound import PublishedBound
from brainscore_vision.papers.comparisons.point import PublishedPoint
from brainscore_vision.papers.comparisons.profile import PublishedProfile
from brainscore_vision.papers.comparisons.proportion import PublishedProportion
from brainscore_vision.papers.comparisons.ratio import PublishedRatio
from brainscore_vision.papers.comparisons.summary import summarise
from brainscore_vision.papers.numbers import Published


def samples(**values):
    labels = np.concatenate([np.full(len(group), name) for name, group in values.items()])
    return xr.DataArray(
        np.concatenate(list(values.values())).astype(float), dims=["sample"], coords={"condition": ("sample", labels)}
    )


def published(conditions=("V1",), **quantities):
    return Published(conditions, {name: tuple(values) for name, values in quantities.items()}, "deg").assembly()


def test_a_point_is_as_far_as_it_is():
    compare = PublishedPoint(scale=0.5)
    target = published(value=[0.4], error=[0.1])
    assert compare(samples(V1=[0.3, 0.5]), target).value == pytest.approx(1)
    found = compare(samples(V1=[0.5, 0.7, np.nan]), target)
    assert found.value == pytest.approx(1 - 0.2 / 0.5)
    assert found.details["samples_undefined"] == 1
    assert found.details["measured V1"] == pytest.approx(0.6)
    assert found.details["published value V1"] == 0.4
    assert compare(samples(V1=[5, 5]), target).value == 0


def test_the_ceiling_of_a_point_is_that_of_an_error_drawn_again():
    errors = np.random.default_rng(0).normal(0, 0.1, 400_000)
    expected = np.maximum(1 - np.abs(errors) / 0.25, 0).mean()
    found = PublishedPoint(scale=0.25).ceiling(published(value=[0.4], error=[0.1]))
    assert found.value == pytest.approx(expected, abs=2e-3)
    assert PublishedPoint(scale=1).ceiling(published(value=[0.4])).value is None


def test_within_bounds_is_the_share_within():
    compare = PublishedBound()
    assert compare(samples(V1=[0.5, 1, 8, 9]), published(low=[0.5], high=[8.0])).value == 0.75
    assert compare(samples(V1=[-1e9, 3]), published(low=[-math.inf], high=[3.0])).value == 1


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_a_ratio_is_symmetric_and_largest_where_equal(measured, value):
    compare = PublishedRatio(n_bootstrap=0)
    one = compare.similarity(np.array([measured]), {"value": np.array([value])})
    other = compare.similarity(np.array([value]), {"value": np.array([measured])})
    assert one == pytest.approx(other)
    assert 0 < one <= 1
    assert compare.similarity(np.array([value]), {"value": np.array([value])}) == 1
    assert compare.similarity(np.array([-measured]), {"value": np.array([value])}) == 0


def test_contrasts_of_two_conditions():
    target = published(("contrast",), value=[2.0])
    groups = samples(V1=[4.0, 4.0, 8.0], V2=[1.0, 1.0, 1.0])
    options = {"statistic": "median", "of": ["V1", "V2"]}
    assert PublishedPoint(scale=2, contrast="octaves", **options)(groups, target).value == 1
    assert PublishedRatio(contrast="ratio", **options)(groups, target).value == 0.5
    assert PublishedPoint(scale=2, contrast="difference", **options)(groups, target).value == 0.5
    with pytest.raises(InvalidParameter, match="a contrast of"):
        PublishedRatio(contrast="ratio", of=["V1"])


def test_the_error_is_that_of_the_mean():
    values = np.random.default_rng(1).normal(1, 0.2, 500)
    found = PublishedPoint(scale=1, n_bootstrap=2000)(samples(V1=values), published(value=[1.5]))
    assert found.error == pytest.approx(values.std() / np.sqrt(500), rel=0.1)
    assert PublishedPoint(scale=1)(samples(V1=[1.0]), published(value=[1.0])).error is None


@pytest.mark.parametrize(("count", "of"), [(20, 72), (44, 87), (0, 9), (9, 9)])
def test_the_ceiling_of_a_proportion_is_that_of_counts_drawn_again(count, of):
    rng = np.random.default_rng(2)
    q = count / of
    drawn = 1 - np.abs(rng.binomial(of, q, 200_000) / of - q) / max(q, 1 - q)
    compare, target = PublishedProportion(), published(count=[count], of=[of])
    ceiling = compare.ceiling(target)
    assert ceiling.value == pytest.approx(drawn.mean(), abs=1e-3)
    assert ceiling.error == pytest.approx(drawn.std(), abs=1e-3)
    ideal = samples(V1=[1] * count + [0] * (of - count))
    assert compare(ideal, target).value == pytest.approx(1)
    assert compare(ideal, target).details["within interval V1"] == 1


def test_a_share_outside_the_interval_is_said_to_be():
    assert (
        PublishedProportion()(samples(V1=[1, 1, 1]), published(count=[20], of=[72])).details["within interval V1"] == 0
    )


def test_profiles():
    target = published(("a", "b", "c"), value=[0.1, 0.5, 0.9])
    same, scaled = samples(a=[0.1], b=[0.5], c=[0.9]), samples(a=[0.2], b=[1.0], c=[1.8])
    assert PublishedProfile(how="distance")(same, target).value == pytest.approx(1)
    assert PublishedProfile(how="distance")(samples(a=[1], b=[0], c=[0]), target).value == pytest.approx(0)
    assert PublishedProfile()(scaled, target).value == pytest.approx(1)
    assert PublishedProfile(how="spearman")(samples(a=[3], b=[2], c=[1]), target).value == pytest.approx(-1)
    flat = PublishedProfile()(samples(a=[1], b=[1], c=[1]), target)
    assert flat.value is None


def test_a_condition_that_was_not_measured_is_named():
    with pytest.raises(InvalidAssembly, match="nothing was measured in condition 'V2'"):
        PublishedRatio()(samples(V1=[1.0]), published(("V1", "V2"), value=[1, 1]))
    with pytest.raises(InvalidAssembly, match="no 'count' is published"):
        PublishedProportion()(samples(V1=[1.0]), published(value=[1]))


def test_the_geometric_mean():
    value, draws = summarise([np.array([1.0, 4.0])], "geometric mean", "", 50, 0)
    assert value == pytest.approx([2])
    assert draws.shape == (50, 1)
    assert set(np.round(draws.ravel(), 9)) <= {1.0, 2.0, 4.0}
    with pytest.raises(InvalidParameter, match="'mode' is no way to summarise"):
        summarise([np.ones(3)], "mode", "", 0, 0)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("published_point", {"scale": 1}),
        ("published_bound", {}),
        ("published_ratio", {}),
        ("published_proportion", {}),
        ("published_profile", {}),
    ],
)
def test_comparisons_are_metrics(name, options):
    assert load_metric(name, **options).inputs == "pair"


def test_a_scale_that_is_none_is_refused():
    with pytest.raises(InvalidParameter, match="scale is 0"):
        PublishedPoint(scale=0)
    with pytest.raises(InvalidParameter, match="how is 'kendall'"):
        PublishedProfile(how="kendall")
