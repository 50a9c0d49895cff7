"""Nested selection: it never sees what it is tested on, and reports nothing where there is nothing."""

import numpy as np
import pytest

from brainscore_core.assemblies import DissimilarityAssembly, NeuroidAssembly
from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import correlate_columns
from brainscore_core.statistics.crossvalidation import CrossValidation
from brainscore_core.status import Status
from brainscore_core.tree import SELECTED, Result, aggregate
from brainscore_vision.commitments.selection import commitment_of, nested, rows, stimulus_ids

STIMULI, LAYERS, FEATURES, UNITS = 60, 8, 8, 12
IDS = [f"s{number:02d}" for number in range(STIMULI)]
FOLDS = CrossValidation(splits=5, kfold=True, stratification_coord=None)


def assembly(values):
    units = [f"u{number}" for number in range(values.shape[1])]
    coords = {"stimulus_id": ("presentation", IDS), "neuroid_id": ("neuroid", units)}
    return NeuroidAssembly(
        values, dims=["presentation", "neuroid"], coords={**coords, "region": ("neuroid", ["IT"] * len(units))}
    )


def sources(rng):
    return {f"l{number}": assembly(rng.normal(size=(STIMULI, FEATURES))) for number in range(LAYERS)}


def recorded(layer, rng):
    """Neurons that are driven by one layer: structured data, whose labels are then permuted."""
    weights = rng.normal(size=(FEATURES, UNITS))
    return layer.values @ weights + rng.normal(size=(STIMULI, UNITS)) * 2


def ridge(x, y, new):
    mean_x, mean_y = x.mean(0), y.mean(0)
    centred = x - mean_x
    weights = np.linalg.solve(centred.T @ centred + 10 * np.eye(x.shape[1]), centred.T @ (y - mean_y))
    return (new - mean_x) @ weights + mean_y


def outer(*, source_train, source_test, target_train, target_test):
    predicted = ridge(source_train.values, target_train.values, source_test.values)
    return float(np.median(correlate_columns(predicted, target_test.values)))


def inner(source, target):
    """Correlations within each fold, signed."""
    x, y = source.values, target.values
    folds = FOLDS.split_rows(len(x))
    r = [np.median(correlate_columns(ridge(x[a], y[a], x[b]), y[b])) for a, b in folds]
    return float(np.mean(r))


def selected(features, values):
    target = assembly(values)
    return nested(features, target, FOLDS.split_rows(STIMULI), inner, outer)


def test_permuted_labels_give_zero_nested_and_not_in_hindsight():
    rng = np.random.default_rng(0)
    features = sources(rng)
    values = recorded(features["l3"], rng)
    held, hindsight, best = [], [], []
    for _ in range(120):
        found = selected(features, values[rng.permutation(STIMULI)])
        held.append(float(found.score))
        hindsight.append(found.hindsight)
        best.append(found.best_of_tested)
    error = np.std(held, ddof=1) / np.sqrt(len(held))
    assert abs(np.mean(held)) < 2 * error and error < 0.02
    for rule in (hindsight, best):
        bias = np.std(rule, ddof=1) / np.sqrt(len(rule))
        assert np.mean(rule) > 5 * bias and np.mean(rule) > 0.05


def test_the_layer_that_drives_the_neurons_is_found():
    rng = np.random.default_rng(1)
    features = sources(rng)
    found = selected(features, recorded(features["l5"], rng))
    assert found.layer == "l5" and set(found.chosen) == {"l5"} and list(found.curve) == list(features)
    assert found.score.value == pytest.approx(np.mean(found.held_out)) and found.score.value > 0.5


def test_the_choice_never_sees_the_test_stimuli():
    rng = np.random.default_rng(2)
    features = sources(rng)
    target = assembly(recorded(features["l0"], rng))
    folds = FOLDS.split_rows(STIMULI)
    seen, tested = [], []

    def watched(source, assembly):
        assert stimulus_ids(source).tolist() == stimulus_ids(assembly).tolist()
        assert len(tested) % LAYERS == 0  # a fold is chosen on before any layer is tested there
        seen.append(set(stimulus_ids(assembly).tolist()))
        return inner(source, assembly)

    def watched_outer(**parts):
        trained, held = (set(stimulus_ids(parts[f"target_{side}"]).tolist()) for side in ("train", "test"))
        assert not trained & held and set(stimulus_ids(parts["source_train"]).tolist()) == trained
        tested.append(held)
        return outer(**parts)

    found = nested(features, target, folds, watched, watched_outer)
    assert [set(test) for test in found.tests] == tested[::LAYERS] and set().union(*tested) == set(IDS)
    for number, held in enumerate(tested[::LAYERS]):
        assert tested[number * LAYERS : (number + 1) * LAYERS] == [held] * LAYERS
        assert all(not held & shown for shown in seen[number * LAYERS : (number + 1) * LAYERS])


def test_every_layer_is_tested_where_the_choice_is():
    rng = np.random.default_rng(8)
    features = sources(rng)
    found = selected(features, rng.normal(size=(STIMULI, UNITS)))
    assert found.held_out == tuple(found.tested[layer][fold] for fold, layer in enumerate(found.chosen))
    means = {layer: np.mean(values) for layer, values in found.tested.items()}
    assert found.best_of_tested == pytest.approx(max(means.values())) == found.score.details["best_of_tested"]
    assert found.best_of_tested > float(found.score)


def test_changing_held_out_responses_changes_no_choice():
    rng = np.random.default_rng(3)
    features = sources(rng)
    values = recorded(features["l2"], rng)
    train, test = FOLDS.split_rows(STIMULI)[0]
    other = values.copy()
    other[test] = rng.normal(size=other[test].shape) * 100
    one, two = (nested(features, assembly(part), [(train, test)], inner, outer) for part in (values, other))
    assert one.chosen == two.chosen and one.inner == two.inner and one.held_out != two.held_out


def test_the_score_enters_no_aggregate():
    rng = np.random.default_rng(4)
    features = sources(rng)
    found = selected(features, recorded(features["l1"], rng))
    assert found.score.flags == (SELECTED,)
    results = {"b": Result(Status.OK, found.score), "c": Result(Status.OK, Score(0.25))}
    (node,) = aggregate({"top": ""}, {"b": "top", "c": "top"}, results)
    assert node.value == 0.25 and (node.covered, node.total) == (1, 2)


def test_dissimilarities_are_cut_on_both_sides():
    values = np.random.default_rng(5).random((1, 6, 6))
    ids = {f"stimulus_id_{side}": (f"stimulus_{side}", IDS[:6]) for side in "ij"}
    rdm = DissimilarityAssembly(
        values,
        dims=["subject", "stimulus_i", "stimulus_j"],
        coords={**ids, "subject_id": ("subject", ["a"]), "region": ("subject", ["IT"])},
    )
    part = rows(rdm, np.array([4, 1]))
    assert stimulus_ids(part).tolist() == ["s04", "s01"]
    np.testing.assert_array_equal(part.values, values[:, [4, 1]][:, :, [4, 1]])


def test_nothing_to_choose_from():
    target = assembly(np.random.default_rng(6).normal(size=(STIMULI, UNITS)))
    with pytest.raises(InvalidParameter, match="no layers"):
        nested({}, target, FOLDS.split_rows(STIMULI), inner, outer)
    with pytest.raises(InvalidParameter, match="no layer has a value"):
        nested({"l": target}, target, FOLDS.split_rows(STIMULI), lambda *_: Score(None), outer)


def test_the_map_keeps_what_it_rests_on(tmp_path):
    class Benchmark:
        identifier, version, region = "B.IT", 2, "IT"
        dataset = DataEntry("B", list, DataInfo("Made up."))

    rng = np.random.default_rng(7)
    features = sources(rng)
    found = selected(features, recorded(features["l6"], rng))
    made = commitment_of({"IT": (Benchmark, found)}, {"IT": "macaque"})
    made.to_file(tmp_path / "map.json", model="net")
    read = made.from_file(tmp_path / "map.json")
    assert read == made and read.of("IT", "macaque") == ("l6",) and "B.IT" in read.chosen
    kept = read.evidence["IT"]
    assert kept["curve"] == found.curve and kept["test_stimuli"] == [list(test) for test in found.tests]
    assert (kept["benchmark"], kept["version"], kept["data"]) == ("B.IT", 2, "B")
    assert kept["held_out"] == found.score.value
