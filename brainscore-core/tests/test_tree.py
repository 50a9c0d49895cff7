"""Aggregation over the benchmark tree."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core.domains import Domain
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.status import Status
from brainscore_core.tree import SELECTED, Result, Weighting, aggregate, leaf_weights

TREE = {
    "average": "",
    "neural": "average",
    "V1": "neural",
    "V1-orientation": "V1",
    "IT": "neural",
    "behaviour": "average",
    "engineering": "",
}
PARENTS = {"a": "V1", "b": "V1-orientation", "c": "V1-orientation", "d": "IT", "e": "behaviour", "f": "engineering"}


def ok(value, error=None, **options):
    return Result(Status.OK, Score(value, error, **options))


def root(results, rule="hierarchical", parents=PARENTS, name="average"):
    return next(node for node in aggregate(TREE, parents, results, rule) if node.identifier == name)


ALL = {"a": ok(0.1), "b": ok(0.2), "c": ok(0.6), "d": ok(0.9), "e": ok(0.3), "f": ok(1.0)}


def test_hierarchical_weighs_children_equally_at_each_node():
    top = root(ALL)
    v1 = (0.1 + (0.2 + 0.6) / 2) / 2
    assert top.find("V1").value == pytest.approx(v1)
    assert top.find("neural").value == pytest.approx((v1 + 0.9) / 2)
    assert top.value == pytest.approx(((v1 + 0.9) / 2 + 0.3) / 2)


def test_flat_weighs_benchmarks_equally_below_each_node():
    top = root(ALL, "flat")
    assert top.find("V1").value == pytest.approx((0.1 + 0.2 + 0.6) / 3)
    assert top.value == pytest.approx((0.1 + 0.2 + 0.6 + 0.9 + 0.3) / 5)


def test_min_takes_the_smallest_child_with_its_error():
    top = root(ALL | {"a": ok(0.1, 0.02), "b": ok(-0.5, 0.03)}, "min")
    assert top.find("V1-orientation").value == -0.5 and top.value == -0.5 and top.error == 0.03


def test_engineering_stands_apart():
    without = {name: result for name, result in ALL.items() if name != "f"}
    assert root(ALL).value == root(without).value
    assert root(ALL, name="engineering").value == 1.0 and root(without, name="engineering").value is None


def test_every_state_is_counted_at_every_level_and_none_is_a_zero():
    results = {
        "a": ok(0.0),
        "b": ok(None, flags=("no-valid-ceiling",)),
        "c": Result(Status.FAILED),
        "d": Result(Status.UNSUPPORTED),
        "f": Result(Status.WITHHELD),
    }
    top = root(results)
    assert top.states == {"ok": 1, "null": 1, "failed": 1, "unsupported": 1, "not attempted": 1}
    assert (top.covered, top.total) == (1, 5) and top.value == 0.0
    assert top.find("V1-orientation").value is None and top.find("V1-orientation").states == {"null": 1, "failed": 1}
    assert top.find("behaviour").value is None and top.find("behaviour").states == {"not attempted": 1}
    assert root(results, name="engineering").states == {"withheld": 1}


def test_what_was_selected_on_the_benchmark_enters_nothing():
    top = root({"a": ok(1.0, flags=(SELECTED,)), "d": ok(0.5)})
    assert top.value == 0.5 and top.states["null"] == 1 and top.find("V1").value is None


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.OK])
def test_a_score_beside_another_status_does_not_count(status):
    assert root({"a": Result(status, Score(1.0))}).value is None


def test_errors_are_those_of_independent_means():
    top = root({"a": ok(0.1, 0.03), "b": ok(0.2, 0.04), "c": ok(0.6, 0.02)})
    below = math.hypot(0.04, 0.02) / 2
    assert top.find("V1-orientation").error == pytest.approx(below)
    assert top.find("V1").error == pytest.approx(math.hypot(0.03, below) / 2)
    assert root({"a": ok(0.1, 0.03), "d": ok(0.2)}).error is None, "an unknown error is not zero"


def test_nodes_without_benchmarks_are_left_out():
    top = root({"d": ok(0.5)}, parents={"d": "IT"})
    assert [node.identifier for _, node in top.walk()] == ["average", "neural", "IT"]
    assert [depth for depth, _ in top.walk()] == [0, 1, 2]
    assert top.find("IT").benchmarks == ("d",) and top.find("V1") is None


def test_results_without_a_place_enter_nothing():
    assert root(ALL | {"elsewhere": ok(100.0)}).value == root(ALL).value


def test_a_benchmark_below_no_node_is_named():
    with pytest.raises(InvalidParameter, match="'x' hangs below 'V9'"):
        aggregate(TREE, {"x": "V9"}, {})
    with pytest.raises(InvalidParameter, match="'mean'"):
        aggregate(TREE, PARENTS, {}, "mean")


valueless = st.sampled_from([None, Result(Status.FAILED), Result(Status.UNSUPPORTED), ok(None)])
outcomes = valueless | st.floats(-1, 1).map(ok)


@given(st.dictionaries(st.sampled_from(sorted(PARENTS)), outcomes), st.sampled_from(["hierarchical", "flat", "min"]))
def test_aggregates_lie_between_what_they_are_made_of(results, rule):
    results = {name: result for name, result in results.items() if result is not None}
    for top in aggregate(TREE, PARENTS, results, rule):
        for _, node in top.walk():
            below = _benchmarks(node)
            counted = [results[name].score.value for name in below if name in results and results[name].state == "ok"]
            assert node.total == len(below) and node.covered == len(counted)
            assert (node.value is None) == (not counted)
            if counted:
                assert min(counted) - 1e-12 <= node.value <= max(counted) + 1e-12
            if counted and rule == "flat":
                assert node.value == pytest.approx(np.mean(counted), abs=1e-12)
            if counted and rule == "min":
                assert node.value == min(counted)


def _benchmarks(node):
    return [*node.benchmarks, *(name for child in node.children for name in _benchmarks(child))]


@pytest.mark.parametrize("tree", [{"a": "b"}, {"a": "a"}, {"a": "b", "b": "a"}])
def test_a_domain_refuses_a_tree_that_is_none(tree):
    with pytest.raises(InvalidParameter, match="without a circle"):
        Domain("x", "x:X", tree)


# --- policies ------------------------------------------------------------------------------------------------------

GAPS = {"a": ok(0.4, 0.1), "b": ok(1.5), "d": Result(Status.FAILED), "e": ok(0.3, 0.1), "f": ok(1.0)}


def nodes(results, **options):
    found = {}
    for top in aggregate(TREE, PARENTS, results, **options):
        found |= {node.identifier: node for _, node in top.walk()}
    return found


def test_available_leaves_out_what_has_no_value():
    found = nodes(GAPS)
    assert found["V1-orientation"].value == 1.5 and found["V1"].value == pytest.approx((0.4 + 1.5) / 2)
    assert found["IT"].value is None and found["neural"].value == found["V1"].value
    assert (found["average"].covered, found["average"].total) == (3, 5)


def test_strict_has_a_value_only_where_all_is_there():
    found = nodes(GAPS, policy="strict")
    assert [found[name].value for name in ("V1-orientation", "V1", "IT", "neural", "average")] == [None] * 5
    assert found["behaviour"].value == 0.3 and found["engineering"].value == 1.0
    whole = nodes(ALL, policy="strict")
    assert whole["average"].value == nodes(ALL)["average"].value


def test_zero_counts_what_is_missing_as_brain_score_2_does():
    """Worked by hand: sum of children that have a value over the number of all children; values within 0 and 1."""
    found = nodes(GAPS, policy="zero")
    assert found["V1-orientation"].value == pytest.approx((1.0 + 0) / 2), "1.5 counts as 1, c is missing"
    assert found["V1"].value == pytest.approx((0.4 + 0.5) / 2)
    assert found["IT"].value is None, "nothing below has a value"
    assert found["neural"].value == pytest.approx((0.45 + 0) / 2)
    assert found["average"].value == pytest.approx((0.225 + 0.3) / 2)


def test_policies_agree_where_nothing_is_missing():
    values = {policy: nodes(ALL, policy=policy)["average"].value for policy in ("available", "strict", "zero")}
    assert len(set(values.values())) == 1


def test_a_policy_that_there_is_not_is_refused():
    with pytest.raises(InvalidParameter, match="'kind'.*available, strict, zero"):
        aggregate(TREE, PARENTS, ALL, policy="kind")


# --- weights -------------------------------------------------------------------------------------------------------

NEURAL_FIRST = Weighting("neural first", {"neural": 3, "V1-orientation": 0.5})


def test_a_weighting_weighs_nodes_among_what_they_are_averaged_with():
    found = nodes(ALL, rule=NEURAL_FIRST)
    v1 = (1 * 0.1 + 0.5 * (0.2 + 0.6) / 2) / 1.5
    assert found["V1"].value == pytest.approx(v1)
    assert found["neural"].value == pytest.approx((v1 + 0.9) / 2), "what is not named weighs 1"
    assert found["average"].value == pytest.approx((3 * (v1 + 0.9) / 2 + 0.3) / 4)


def test_a_weighting_weighs_errors_too_and_counts_what_is_missing_as_the_policy_says():
    results = {"a": ok(0.4, 0.03), "b": ok(0.2, 0.04), "e": ok(0.3, 0.1)}
    found = nodes(results, rule=NEURAL_FIRST)
    assert found["V1"].error == pytest.approx(math.hypot(0.03, 0.5 * 0.04) / 1.5)
    assert found["neural"].value == found["V1"].value and found["average"].value == pytest.approx(
        (3 * found["V1"].value + 0.3) / 4
    )
    zero = nodes(results, rule=NEURAL_FIRST, policy="zero")
    assert zero["V1"].value == pytest.approx((0.4 + 0.5 * 0.1) / 1.5)
    assert zero["average"].value == pytest.approx((3 * zero["V1"].value / 2 + 0.3) / 4), "IT counts as 0"
    assert nodes(results, rule=NEURAL_FIRST, policy="strict")["average"].value is None


def test_equal_weights_are_the_hierarchical_rule_digit_for_digit():
    equal = Weighting("equal", {"neural": 1.0, "behaviour": 1})
    assert nodes(GAPS, rule=equal) == nodes(GAPS)
    assert nodes(GAPS, rule=equal, policy="zero") == nodes(GAPS, policy="zero")


def test_the_digest_of_a_weighting_is_that_of_its_weights():
    assert Weighting("other", {"V1-orientation": 0.5, "neural": 3.0}).digest == NEURAL_FIRST.digest
    assert Weighting("neural first", {"neural": 3}).digest != NEURAL_FIRST.digest


@pytest.mark.parametrize("weight", [0, -1, math.nan, math.inf, "2", True, None])
def test_a_weight_that_is_none_is_refused(weight):
    with pytest.raises(InvalidParameter, match="'mine': node 'V1' weighs .*a number above 0"):
        Weighting("mine", {"V1": weight})


def test_a_weighting_needs_a_name_of_its_own_and_nodes_of_the_tree():
    for name in ("", "flat"):
        with pytest.raises(InvalidParameter, match="a name of its own"):
            Weighting(name, {})
    for node in ("V9", "average"):  # a root is averaged with nothing
        with pytest.raises(InvalidParameter, match=f"'mine' weighs '{node}': expected nodes below another: neural, V1"):
            aggregate(TREE, PARENTS, ALL, Weighting("mine", {node: 2}))


@given(
    st.dictionaries(st.sampled_from(sorted(PARENTS)), outcomes),
    st.sampled_from(["hierarchical", "flat", NEURAL_FIRST]),
    st.sampled_from(["available", "zero", "strict"]),
)
def test_the_value_of_a_node_is_the_sum_of_what_its_benchmarks_weigh(results, rule, policy):
    results = {name: result for name, result in results.items() if result is not None}
    for node in nodes(results, rule=rule, policy=policy).values():
        weights = leaf_weights(node, results, rule, policy)
        assert bool(weights) == (node.value is not None)
        if weights:
            scores = {name: results[name].score.value for name in weights}
            bounded = {name: min(max(v, 0.0), 1.0) if policy == "zero" else v for name, v in scores.items()}
            assert sum(weights[name] * bounded[name] for name in weights) == pytest.approx(node.value, abs=1e-12)
            assert policy == "zero" or sum(weights.values()) == pytest.approx(1.0)
            assert set(weights) == {
                name for name in _benchmarks(node) if name in results and results[name].state == "ok"
            }


def test_the_smallest_value_is_no_sum():
    with pytest.raises(InvalidParameter, match="weights under the rule 'min'"):
        leaf_weights(root(ALL, "min"), ALL, "min")
