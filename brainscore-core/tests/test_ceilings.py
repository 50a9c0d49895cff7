"""Ceilings are computed once a content, and kept whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import brainscore_core as bs
from brainscore_core.assemblies import DataAssembly
from brainscore_core.cache import results
from brainscore_core.ceilings import cached_ceiling, digest_assembly
from brainscore_core.errors import InvalidParameter, UnknownIdentifier


@pytest.fixture
def anew():
    """Forget what this process knows, as a new one would."""
    return results._at.cache_clear


def test_once_a_content(toy, anew):
    spec = bs.MetricSpec("close")
    first = cached_ceiling(spec, toy.data.load())
    anew()
    again = cached_ceiling(spec, toy.data.load())
    assert toy.ceilings_computed == [1.0]
    assert again == first and again.values.identical(first.values) and again.raw.values.identical(first.raw.values)


def test_another_content_is_another_ceiling(toy, site, anew):
    spec, target = bs.MetricSpec("close"), toy.data.load()
    cached_ceiling(spec, target)
    cached_ceiling(spec, target * 2)
    cached_ceiling(bs.MetricSpec("close", scale=3.0), target)
    cached_ceiling(bs.MetricSpec("close", scale=1.0), target)
    assert toy.ceilings_computed == [1.0, 1.0, 3.0, 1.0]


def test_another_version_of_the_metric_computes_anew(toy, tmp_path, anew):
    spec, target = bs.MetricSpec("close"), toy.data.load()
    cached_ceiling(spec, target)
    info = tmp_path / "site" / "bs_toy-1.2.3.dist-info"
    info.rename(info.with_name("bs_toy-1.2.4.dist-info"))
    metadata = tmp_path / "site" / "bs_toy-1.2.4.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("1.2.3", "1.2.4"))
    bs.load_metric  # noqa: B018
    from brainscore_core import registry

    registry.refresh()
    anew()
    cached_ceiling(spec, target)
    assert toy.ceilings_computed == [1.0, 1.0]


def test_what_is_returned_is_the_callers(toy):
    spec, target = bs.MetricSpec("close"), toy.data.load()
    cached_ceiling(spec, target).values[:] = 7
    assert (cached_ceiling(spec, target).values.values != 7).all()


def test_single_metrics_are_called_with_the_target(toy):
    assert cached_ceiling(bs.MetricSpec("alone"), toy.data.load()) == bs.Score(0.5)


def test_a_metric_without_ceiling_and_an_unknown_one(toy, home):
    with pytest.raises(InvalidParameter, match=r"metric 'ceilingless' has no ceiling"):
        cached_ceiling(bs.MetricSpec("ceilingless"), toy.data.load())
    with pytest.raises(UnknownIdentifier):
        cached_ceiling(bs.MetricSpec("claws"), toy.data.load())
    assert not list(home.rglob("*.json"))


def assembly(values=(1.0, 2.0), ids=("a", "b"), attr=1, dims=("x",), **coords):
    coords = {"stimulus_id": ("x", list(ids)), **coords}
    return DataAssembly(np.array(values), dims=dims, coords=coords, attrs={"n": attr})


@pytest.mark.parametrize(
    "other",
    [
        assembly((1.0, 2.5)),
        assembly((2.0, 1.0), ("b", "a")),
        assembly(ids=("a", "c")),
        assembly(attr=2),
        assembly(attr=np.array([1])),
        assembly(subject=("x", ["s", "t"])),
        assembly(np.array([1, 2], np.float32)),
        assembly((1.0, np.nan)),
        assembly(dims=("y",), stimulus_id=("y", ["a", "b"])),
    ],
)
def test_the_digest_sees_everything(other):
    assert digest_assembly(other) != digest_assembly(assembly())


@given(st.permutations(["subject", "condition", "repetition"]))
def test_the_order_of_coordinates_is_no_content(order):
    made = {name: ("x", [name, "z"]) for name in ("subject", "condition", "repetition")}
    assert digest_assembly(assembly(**{name: made[name] for name in order})) == digest_assembly(assembly(**made))


def test_text_of_any_storage_is_the_same_text():
    one = DataAssembly(np.array(["a", "bb"]), dims=("x",), coords={"y": ("x", ["k", "l"])})
    other = one.astype(object)
    other["y"] = other["y"].astype(object)
    assert digest_assembly(one) == digest_assembly(other)
