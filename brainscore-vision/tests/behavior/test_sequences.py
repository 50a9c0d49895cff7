"""Tasks whose trials show several stimuli: probabilities and the odd one out, and what their input may not be."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.errors import InvalidParameter, StimulusMismatch, UnsupportedTask
from brainscore_vision.behavior.similarity import similarities

RNG = np.random.default_rng(5)
ROWS = RNG.uniform(-1, 1, (12, 6))


def triplets(stimuli, count=200):
    picks = np.stack([RNG.permutation(len(stimuli))[:3] for _ in range(count)])
    return pd.DataFrame(stimuli.ids[picks], columns=["stimulus_1", "stimulus_2", "stimulus_3"]), picks


@pytest.mark.parametrize("measure", ["dot", "cosine"])
def test_the_odd_one_lies_outside_the_most_similar_pair(subject, shown, measure, seen):
    model, stimuli = subject(similarity=measure), shown(ROWS)
    trials, picks = triplets(stimuli)
    model.start_task("odd_one_out", trials=trials.assign(block=np.arange(len(trials)) % 3))
    answer = model.look_at(stimuli)
    features = seen(stimuli)
    if measure == "cosine":
        features /= np.linalg.norm(features, axis=1, keepdims=True)
    expected = []
    for a, b, c in picks:
        pairs = {c: features[a] @ features[b], b: features[a] @ features[c], a: features[b] @ features[c]}
        expected.append(stimuli.ids[max(pairs, key=pairs.get)])
    assert answer.values.tolist() == expected
    assert answer["stimulus_id"].values[0] == "|".join(trials.iloc[0]) and answer["block"].values[4] == 1


def test_consecutive_stimuli_form_a_triplet(subject, shown):
    model, stimuli = subject(), shown([[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0], [1, 0.1, 0, 0, 0, 0]])
    model.start_task("odd_one_out")
    assert model.look_at(stimuli).values.tolist() == ["s1"]


def test_of_equal_pairs_the_first_counts(subject, shown):
    stimuli = shown(np.zeros((3, 6)))
    model = subject()
    model.start_task("odd_one_out")
    assert model.look_at(stimuli).values.tolist() == ["s2"]


def test_pairs_by_gram_and_one_by_one_agree():
    features = RNG.standard_normal((30, 7))
    positions = RNG.integers(0, 30, (500, 3))
    pairs = ((0, 1), (0, 2), (1, 2))
    many = similarities(features, positions, pairs, "cosine")
    few = np.concatenate([similarities(features, positions[i : i + 5], pairs, "cosine") for i in range(0, 500, 5)])
    assert np.abs(many - few).max() < 1e-14


def test_silence_is_orthogonal_to_everything():
    found = similarities(np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[0, 1]]), ((0, 1),), "cosine")
    assert found.tolist() == [[0.0]]


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        (lambda t: t.drop(columns="stimulus_2"), InvalidParameter, "'stimulus_2' is missing"),
        (lambda t: t.iloc[:0], InvalidParameter, "trials are empty"),
        (lambda t: t.replace("s1", "s99"), StimulusMismatch, "trial .* shows 's99' as"),
        (lambda t: t.assign(stimulus_2=t["stimulus_1"]), StimulusMismatch, "as stimulus_1 and as stimulus_2"),
    ],
)
def test_trials_that_are_none_are_refused(subject, shown, change, kind, says):
    model, stimuli = subject(), shown(ROWS)
    with pytest.raises(kind, match=says):
        model.start_task("odd_one_out", trials=change(triplets(stimuli)[0]))
        model.look_at(stimuli)


def test_stimuli_that_form_no_triplets_are_refused(subject, shown):
    model = subject()
    model.start_task("odd_one_out")
    with pytest.raises(InvalidParameter, match="10 stimuli of 'made': expected a multiple of 3"):
        model.look_at(shown(ROWS[:10]))


def test_probabilities_are_of_each_class_and_sum_to_one(subject, shown):
    kind = np.arange(12) % 3
    rows = ROWS * 0.1 + np.eye(6)[kind]
    model = subject()
    fitting = shown(rows, image_label=np.array(["c", "a", "b"])[kind])
    model.start_task("probabilities", fitting)
    answer = model.look_at(shown(rows[::-1]))
    assert answer.dims == ("presentation", "choice") and answer["choice"].values.tolist() == ["a", "b", "c"]
    assert np.allclose(answer.sum("choice"), 1)
    assert answer["choice"].values[answer.values.argmax(1)].tolist() == np.array(["c", "a", "b"])[kind][::-1].tolist()


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({}, "column 'image_label'"),
        ({"image_label": ["one"] * 12}, "one class only, 'one'"),
        ({"image_label": ["one", None] * 6}, "has gaps"),
    ],
)
def test_fitting_stimuli_that_cannot_be_fitted_on_are_refused(subject, shown, columns, says):
    with pytest.raises(InvalidParameter, match=says):
        subject().start_task("probabilities", shown(ROWS, **columns))


@pytest.mark.parametrize(
    ("task", "options", "says"),
    [
        ("probabilities", {"aggregation": "mean"}, "aggregation= for the task 'probabilities'"),
        ("odd_one_out", {"fitting_stimuli": ["a", "b"]}, "fitting_stimuli= for the task 'odd_one_out'"),
        ("label", {"trials": pd.DataFrame()}, "trials= for the task 'label'"),
    ],
)
def test_what_a_task_does_not_take_is_refused(subject, task, options, says):
    with pytest.raises(InvalidParameter, match=says):
        subject().start_task(task, **options)


def test_behaviour_is_read_from_what_is_committed(subject, shown):
    stimuli = shown(ROWS)
    nothing = subject(layers={"V1": "features"})
    assert "odd_one_out" not in nothing.info.tasks
    with pytest.raises(UnsupportedTask, match="commits no layer to behaviour, and none to IT"):
        nothing.start_task("odd_one_out")
    named = subject(layers={"V1": "features"}, readout="scores")
    named.start_task("odd_one_out")
    assert named.look_at(stimuli).sizes == {"presentation": 4}


def test_another_readout_is_another_model(subject):
    digests = {subject(**options).digest() for options in ({}, {"readout": "scores"}, {"similarity": "cosine"})}
    assert len(digests) == 3


def test_a_lesion_changes_behaviour(shown):
    torch = pytest.importorskip("torch", reason="perturbations need a network that can be intervened on")
    from brainscore_vision import wrap
    from brainscore_vision.perturbation import perturbed, silence

    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Identity())
    model = wrap(net, preprocessing=lambda image: np.float32(image) / 64, layers={"IT": "1"}, visual_degrees=8)
    stimuli = shown([[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0], [1, 0.1, 0, 0, 0, 0]])
    model.start_task("odd_one_out")
    before = model.look_at(stimuli).values.tolist()
    with perturbed(model, silence("IT")):
        assert model.look_at(stimuli).values.tolist() == ["s2"], "all alike"
    assert model.look_at(stimuli).values.tolist() == before != ["s2"]


def test_trials_that_differ_are_answered_one_by_one(subject, shown):
    from brainscore_vision.commitments.physiology import Physiology
    from brainscore_vision.trials import GaussianNoise

    model, stimuli = subject(physiology=Physiology(trials=[GaussianNoise(5.0)])), shown(ROWS)
    model.start_task("odd_one_out")
    answer = model.look_at(stimuli, 50)
    assert answer.sizes["presentation"] == 200 and answer["repetition"].values[-1] == 49
    assert len(set(answer.values[::4].tolist())) > 1, "noise changes what is odd"
