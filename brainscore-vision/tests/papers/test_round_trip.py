"""The numbers of a file reach what a model is compared with, to the last digit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.tuning.experiment import TextureProperties, TuningProperties
from brainscore_vision.papers.paper import parse

numbers = st.floats(-1e6, 1e6, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-6)


@given(value=numbers, error=st.floats(1e-3, 1e3), scale=st.floats(1e-3, 1e3))
def test_a_point(value, error, scale):
    from .conftest import POINT

    text = POINT.replace("value = 0.4", f"value = {value!r}").replace("error = 0.1", f"error = {error!r}")
    benchmark = parse(text.replace("scale = 0.5", f"scale = {scale!r}"), "mine.toml")
    target = benchmark.target()
    assert target.sel(condition="IT", quantity="value").item() == value
    assert target.sel(condition="IT", quantity="error").item() == error
    assert benchmark.metric == benchmark.ceiling_metric == MetricSpec("published_point", scale=scale, statistic="mean")


@given(counts=st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(any), undefined=st.integers(0, 9))
def test_a_histogram(counts, undefined):
    from .conftest import HISTOGRAM

    total = sum(counts)
    text = HISTOGRAM.replace("[110, 83, 100, 92]", str(counts)).replace(
        "counted = 385", f"neurons = {total + undefined}"
    )
    benchmark = parse(text, "mine.toml")
    target = benchmark.target()
    values = target.values[:, 0]
    assert len(values) == total + undefined
    assert np.isnan(values).sum() == undefined
    edges = target.attrs["preferred_orientation_bins"]
    assert np.histogram(values[~np.isnan(values)], edges)[0].tolist() == counts


def test_a_histogram_is_the_experiment_that_it_describes(histogram, read):
    benchmark = read(histogram)
    assert type(benchmark) is TuningProperties
    assert benchmark.property_name == "preferred_orientation"
    assert (benchmark.region, benchmark.parent, benchmark.species) == ("V1", "V1-orientation", "macaque")
    assert benchmark.info.doi == "10.1000/mine"
    assert "10.1000/mine" in benchmark.info.bibtex
    assert float(benchmark.ceiling) == pytest.approx(0.962, abs=0.005)


def test_textures_have_their_own_width(histogram, read):
    changes = ("preferred_orientation", "texture_sparseness"), ('unit = "deg"', 'unit = "index"')
    benchmark = read(histogram, *changes, ("visual_degrees = 12", "visual_degrees = 8"))
    assert type(benchmark) is TextureProperties
    assert (benchmark.texture_degrees, benchmark.visual_degrees) == (8, 12)


def test_other_numbers_are_another_benchmark(point, read):
    one, other = read(point), read(point, ("value = 0.4", "value = 0.5"))
    assert one.digest() == read(point).digest() != other.digest()
    assert one.dataset.identifier != other.dataset.identifier


@pytest.mark.parametrize("flag", [True, False])
def test_what_is_unconfirmed_is_flagged(point, read, flag):
    benchmark = read(point, ("quote =", f"unconfirmed = {str(flag).lower()}\nquote ="))
    assert ("unconfirmed" in benchmark.info.flags) is flag


def test_an_unknown_ceiling_says_why(point, read):
    benchmark = read(point, ('kind = "replication"', 'kind = "unknown"\nbecause = "nobody knows"'))
    assert benchmark.ceiling is None
    assert benchmark.info.ceiling == "unknown: nobody knows"
    assert "ceiling-unknown" in benchmark.info.flags
