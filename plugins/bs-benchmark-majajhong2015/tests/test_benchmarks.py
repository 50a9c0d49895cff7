"""What the descriptions say, and each of them run on made-up files in the format of the real ones."""

import numpy as np
import pytest

from brainscore_core import load_benchmark, score
from brainscore_core.contracts import MetricSpec
from brainscore_core.errors import DataUnavailable
from brainscore_vision import wrap
from brainscore_vision.benchmarks.neural_predictivity.normalisation import INCUMBENT, PER_UNIT
from brainscore_vision.benchmarks.representational_similarity import ROOT

PUBLIC = [f"MajajHong2015public.{region}-{kind}" for region in ("V4", "IT") for kind in ("pls", "ridge", "rdm")]
REVERSE = [f"MajajHong2015public.{region}-reverse_pls" for region in ("V4", "IT")]
TEMPORAL = [f"MajajHong2015public.{region}-temporal-pls" for region in ("V4", "IT")]
PRIVATE = [f"MajajHong2015.{region}-pls" for region in ("V4", "IT")]


@pytest.fixture
def pixels():
    """A model that sees what the sites weigh."""

    def values(batch):
        return batch.reshape(len(batch), -1).astype(float)

    layers = {"V4": "output", "IT": "output"}
    return wrap(values, layers=layers, visual_degrees=8, identifier="pixels", preprocessing=lambda image: image)


def rehearsed(identifier, data):
    benchmark = load_benchmark(identifier)
    return benchmark.with_options(data=data[benchmark.data], stimuli=data["stimuli"])


@pytest.mark.parametrize("identifier", [*PUBLIC, *REVERSE, *TEMPORAL, *PRIVATE])
def test_described_as_brain_score_2(identifier):
    benchmark = load_benchmark(identifier)
    region = identifier.split(".")[1][:2]
    assert benchmark.identifier == identifier and benchmark.region == benchmark.parent == region
    assert (benchmark.visual_degrees, benchmark.number_of_trials, benchmark.species) == (8, 50, "macaque")
    ours = identifier.endswith(("ridge", "rdm"))
    assert benchmark.version == (1 if ours else 4)
    if not ours:
        assert benchmark.metric.parameters == {"crossvalidation_kwargs": {"stratification_coord": "object_name"}}
    assert benchmark.access == ("private" if identifier in PRIVATE else "public")


@pytest.mark.parametrize("identifier", PUBLIC)
def test_a_model_of_the_sites_explains_them(identifier, data, pixels):
    result = score(pixels, rehearsed(identifier, data))
    formula = {"pls": INCUMBENT, "ridge": PER_UNIT, "rdm": ROOT}[identifier.rsplit("-", 1)[1]]
    assert result.normalisation == formula and 0 < result.raw.value < 1 and 0.3 < result.ceiling.value < 1
    assert result.value > (0.05 if identifier.endswith("rdm") else 0.5) and result.error > 0
    if identifier.endswith("-pls"):
        assert result.value == pytest.approx(result.raw.value**2 / result.ceiling.value)
        assert "per_unit" in result.details and result.details["windows_ms"] == "70-170"
    if identifier.endswith("ridge"):
        assert result.details["generalises_over"] == "object_name"
    if identifier.endswith("rdm"):
        objects = len(np.unique(data["MajajHong2015.public"].load()["object_name"].values))
        assert result.details["error_estimator"] == "bootstrap over groups of stimuli, drawn with the ceiling"
        assert result.draws.levels == result.raw.draws.levels == objects


@pytest.mark.parametrize("identifier", TEMPORAL)
def test_each_bin_by_its_own_ceiling(identifier, data, pixels):
    result = score(pixels, rehearsed(identifier, data))
    assert result.details["windows_ms"].startswith("0-10, 10-20") and result.details["bins"] == 11
    assert "repeats-over-time" in result.flags  # pixels know no time
    assert "bins-without-ceiling" in result.flags and result.details["bins_without_ceiling"] >= 6
    assert result.details["ceiling_ceiling_80_90_ms"] > 0.3 > result.details["ceiling_ceiling_0_10_ms"]
    assert 0.4 < result.value < 1.2 and result.normalisation == INCUMBENT


@pytest.mark.parametrize("identifier", REVERSE)
def test_reverse_is_raw(identifier, data, pixels):
    few = MetricSpec("reverse_pls", n_components=8, crossvalidation_kwargs={"stratification_coord": "object_name"})
    benchmark = rehearsed(identifier, data).with_options(metric=few)
    result = score(pixels, benchmark)
    assert result.value is None and 0 < result.raw.value < 1
    assert result.flags == ("ceiling-unknown", "more-trials-than-recorded")  # the generated recording has fewer than 50
    assert "not bounded" in result.details["ceiling"]


def test_parity_with_the_formula_by_hand(data, pixels):
    """(median r)^2 / median ceiling from the metrics themselves."""
    from brainscore_core import load_metric

    benchmark = rehearsed("MajajHong2015public.IT-pls", data)
    result = score(pixels, benchmark)
    r = load_metric("pls", crossvalidation_kwargs={"stratification_coord": "object_name"})(
        benchmark.record(pixels), benchmark.target()
    )
    ceiling = load_metric("internal_consistency")(benchmark.trials())
    assert result.value == pytest.approx(float(r) ** 2 / float(ceiling), abs=1e-12)
    assert benchmark.ceiling == pytest.approx(float(ceiling), abs=1e-12)


def test_private_refuses_politely_without_access(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    with pytest.raises(DataUnavailable, match=r"MajajHong2015_private\.nc.*access from its owners"):
        load_benchmark("MajajHong2015.IT-pls").target()


def test_private_runs_the_same_path_and_keeps_its_values(data, pixels):
    from dataclasses import replace

    entry = data["MajajHong2015.public"]
    private = replace(entry, info=replace(entry.info, access="private"))
    benchmark = load_benchmark("MajajHong2015.IT-pls").with_options(data=private, stimuli=data["stimuli"])
    public = score(pixels, rehearsed("MajajHong2015public.IT-pls", data))
    hidden = score(pixels, benchmark)
    assert hidden.value == public.value and hidden.ceiling.value == public.ceiling.value
    assert hidden.raw is None and not hidden.details and hidden.values is None


def test_sites_of_one_region_only(data):
    target = rehearsed("MajajHong2015public.V4-pls", data).target()
    assert set(target["region"].values) == {"V4"} and target.dims == ("presentation", "neuroid")
    assert not np.isnan(target.values).any() and "object_name" in target.coords


def test_a_model_with_time_is_compared_moment_by_moment(data):
    """Nothing before 70 ms: a network that answers from then on, read at its own clock."""
    from brainscore_vision.analysis.time_course import time_courses
    from brainscore_vision.commitments.time import Steps, in_time

    class Awakes:
        layer_names = ("late", "IT@0", "IT@70")

        def __call__(self, batch):
            seen = batch.reshape(len(batch), -1).astype(float)
            return {"late": seen, "IT@0": np.random.default_rng(0).normal(size=seen.shape), "IT@70": seen}

    plain = wrap(Awakes(), layers={"IT": "late"}, visual_degrees=8, identifier="awakes", preprocessing=lambda i: i)
    model = in_time(plain, {"IT": Steps.clock(("IT@0", "IT@70"), (0, 70, 120))})
    result = score(model, rehearsed("MajajHong2015public.IT-temporal-pls", data))
    assert "repeats-over-time" not in result.flags and set(result.raw.values.dims) == {"split", "neuroid", "time_bin"}
    (curve,) = time_courses(result)
    sees = curve.edges[:, 0] >= 80
    assert (curve.values[sees] > 0.5).all() and (np.abs(curve.values[~sees]) < 0.2).all()
    for (start, end), value in zip(curve.edges, curve.values, strict=True):
        assert result.details[f"value_{start:g}_{end:g}_ms"] == pytest.approx(value, abs=1e-12)
