"""Descriptions: what they derive, compare by, and refuse."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core.contracts import (
    Benchmark,
    BenchmarkInfo,
    DataEntry,
    DataInfo,
    MetricSpec,
    ModelInfo,
    Presentation,
)
from brainscore_core.data import Source
from brainscore_core.digests import canonical_json, digest_json, digest_sequence
from brainscore_core.errors import InvalidParameter, UnknownIdentifier
from brainscore_core.scores import Score

SOURCE = Source("a.nc", sha256="a" * 64, licence="CC0")


@dataclass(frozen=True)
class Window:
    start: int
    end: int


@dataclass(frozen=True)
class Experiment(Benchmark):
    """Compares something.

    At length.
    """

    domain: ClassVar[str] = "toy"
    region: str = "A"
    window: Window = Window(0, 10)
    bins: tuple = ()
    zero: int = 0
    extra: object = None

    def __call__(self, model):
        return Score(0.5)


def data(**info):
    return DataEntry("Toy2020", lambda: None, DataInfo("Numbers.", **info))


def make(identifier="Toy2020.A-x", **options):
    given = {"data": data(), "metric": MetricSpec("close"), "parent": "A", "version": 1} | options
    return Experiment(identifier, **given)


# --- MetricSpec ----------------------------------------------------------------------------------------------------

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-100, 100) | st.text(max_size=3) | st.floats(allow_nan=False, width=32),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
).filter(lambda value: value not in (float("inf"), float("-inf")) and "inf" not in repr(value))


@given(st.dictionaries(st.from_regex(r"[a-z]{1,4}", fullmatch=True), plain, max_size=4))
def test_specs_are_equal_exactly_when_their_json_is(parameters):
    one = MetricSpec("m", **parameters)
    other = MetricSpec("m", **dict(reversed(parameters.items())))
    assert one == other and hash(one) == hash(other)
    assert one != MetricSpec("n", **parameters) and one != MetricSpec("m", **parameters, zzzzz=1)
    assert json.loads(one.canonical) == {"metric": "m", "parameters": parameters}
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one  # noqa: S301


def test_tuples_lists_and_arrays_are_one():
    specs = {MetricSpec("m", alphas=alphas) for alphas in ((1, 2), [1, 2], np.array([1, 2]))}
    assert len(specs) == 1 and repr(MetricSpec("m", a=1, b="x")) == "MetricSpec('m', a=1, b='x')"


def test_a_parameter_may_have_any_name():
    assert MetricSpec("m", identifier="x").parameters == {"identifier": "x"}


@pytest.mark.parametrize("value", [object(), float("nan"), len, {1: 2, "a": 3}.keys()])
def test_parameters_without_json_form_are_refused(value):
    with pytest.raises(InvalidParameter, match="metric 'm' has a parameter without canonical JSON form"):
        MetricSpec("m", value=value)


def test_specs_are_frozen():
    spec = MetricSpec("m", a=1)
    with pytest.raises(FrozenInstanceError):
        spec.identifier = "n"
    with pytest.raises(TypeError):
        spec.parameters["a"] = 2


def test_canonical_json():
    value = {"b": np.float32(0.5), "a": {1, 2}, "c": (True, None)}
    assert canonical_json(value) == '{"a":[1,2],"b":0.5,"c":[true,null]}'
    assert digest_json({"a": 1, "b": 2}) == digest_json({"b": 2, "a": 1}) != digest_json({"a": 1, "b": "2"})


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_sequences_do_not_collide(one, other):
    assert (digest_sequence(one) == digest_sequence(other)) is (one == other)


# --- infos ---------------------------------------------------------------------------------------------------------


def test_infos_are_json_with_empty_fields_left_out():
    info = ModelInfo("A network.", weights=(("w.pt", "ab"),), non_neural_parts=("a vote",), parameters=0)
    assert info.to_dict() == {
        "description": "A network.",
        "parameters": 0,
        "weights": [["w.pt", "ab"]],
        "non_neural_parts": ["a vote"],
    }
    content = data(sources=(SOURCE,)).info.to_dict()
    assert content["sources"][0]["sha256"] == "a" * 64 and json.loads(json.dumps(content)) == content


# --- benchmarks ----------------------------------------------------------------------------------------------------


def test_a_benchmark_is_frozen_and_takes_no_positional_fields():
    with pytest.raises(FrozenInstanceError):
        make().version = 2
    with pytest.raises(TypeError):
        Experiment("x", data())
    with pytest.raises(TypeError, match="versoin"):
        make(versoin=2)
    with pytest.raises(TypeError, match="abstract"):
        Benchmark("x", data=data(), metric=MetricSpec("m"), parent="A", version=1)


def test_with_options_replaces_fields_and_refuses_others():
    assert make().with_options(region="B").region == "B"
    with pytest.raises(InvalidParameter, match=r"has no option 'regoin': expected one of .*'region'"):
        make().with_options(regoin="B")
    with pytest.raises(InvalidParameter, match="no option 'identifier'"):
        make().with_options(identifier="mine")


def test_info_is_derived():
    info = make(ceiling_metric=MetricSpec("c", n=1), data=data(licence="CC0", doi="10.1/d", species="macaque")).info
    assert info == BenchmarkInfo(
        "Compares something.",
        licence="CC0",
        doi="10.1/d",
        parent="A",
        version=1,
        domain="toy",
        species="macaque",
        metric="MetricSpec('close')",
        ceiling="MetricSpec('c', n=1)",
        data="Toy2020",
        access="public",
        experiment={"region": "A", "window": {"start": 0, "end": 10}, "zero": 0},
    )
    assert json.loads(json.dumps(info.to_dict())) == info.to_dict()
    assert make(doi="10.1/b", data=data(doi="10.1/d")).info.doi == "10.1/b"


def test_access_is_that_of_the_data():
    assert make(data=data(access="private")).access == "private" == make(data=data(access="private")).info.access


def test_data_may_be_an_identifier(toy):
    assert make(data="Toy2020").dataset is toy.data
    with pytest.raises(UnknownIdentifier, match="Toy2021"):
        make(data="Toy2021").dataset  # noqa: B018


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"region": "B"},
        {"window": Window(0, 11)},
        {"metric": MetricSpec("close", scale=2)},
        {"ceiling_metric": MetricSpec("close")},
        {"data": data(sources=(SOURCE,))},
        {"extra": len},
        {"extra": MetricSpec("m")},
        {"bins": (1, 2)},
    ],
)
def test_digest_changes_with_what_decides_the_score(change):
    assert make(**change).digest() == make(**change).digest() != make().digest()


def test_digest_is_not_of_papers_and_does_not_depend_on_addresses():
    assert make(doi="10.1/x", bibtex="@a{b}", released="2020").digest() == make().digest()
    first = make(extra=DataEntry("x", lambda: None, DataInfo())).digest()
    assert make(extra=DataEntry("x", lambda: None, DataInfo())).digest() == first
    with pytest.raises(InvalidParameter, match="object has no JSON form"):
        make(extra=object()).digest()


def test_without_ceiling_metric_there_is_no_ceiling():
    assert make().ceiling is None and make().presents() == ()


def test_presentations_default_to_one_trial_of_everything():
    entry = Presentation("set", 8.0, "V1")
    assert entry.number_of_trials == 1 and entry.whole


@dataclass(frozen=True)
class Shared(Experiment):
    """Of data and stimuli."""

    more: str = "a name"
    stimuli: ClassVar[DataEntry] = data(access="private")

    @property
    def shows(self):
        return (self.stimuli,)


def test_an_experiment_is_as_private_as_its_stimuli():
    shared = Shared("x", data=data(), metric=MetricSpec("m"), parent="A", version=1)
    assert shared.access == "private" == shared.info.access


def test_other_files_of_stimuli_are_another_experiment(monkeypatch):
    shared = Shared("x", data=data(), metric=MetricSpec("m"), parent="A", version=1)
    before = shared.digest()
    monkeypatch.setattr(Shared, "stimuli", data(sources=(SOURCE,)))
    assert shared.digest() != before


def test_data_in_memory_are_given_by_a_function():
    array = np.zeros(3)
    with pytest.raises(InvalidParameter, match="'mine' are given as a ndarray: expected a function.*lambda: array"):
        DataEntry("mine", array, DataInfo())
    assert DataEntry("mine", lambda: array, DataInfo()).load() is array
