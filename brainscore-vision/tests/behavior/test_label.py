"""``label``: by the scores of known classes, by text, by a fitted decoder."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from brainscore_core.errors import InvalidModelOutput, InvalidParameter, UnsupportedTask
from brainscore_vision.behavior.classes import class_names, classes_of, imagenet_classes, label_maps
from brainscore_vision.behavior.decoders import softmax

CLASSES = ("cat", "dog", "boat", "truck")
RNG = np.random.default_rng(0)
ROWS = RNG.uniform(-1, 1, (40, 6))


@pytest.mark.parametrize("aggregation", [None, "mean", "max", "sum"])
def test_the_label_with_the_most_probable_classes_is_given(subject, shown, aggregation, seen, patterns):
    model = subject(scores="scores", classes=CLASSES, labels={"animal": ("cat", "dog"), "vehicle": ("boat", "truck")})
    stimuli = shown(ROWS, image_label=["x"] * len(ROWS))
    model.start_task("label", ["animal", "truck"], aggregation=aggregation)
    answer = model.look_at(stimuli)
    probabilities = softmax(seen(stimuli) @ patterns.T)
    pool = getattr(np, aggregation or "mean")
    expected = np.where(pool(probabilities[:, :2], axis=1) >= probabilities[:, 3], "animal", "truck")
    assert answer.dims == ("presentation",) and answer.values.tolist() == expected.tolist()
    assert answer["stimulus_id"].values.tolist() == stimuli.ids.tolist() and "image_label" in answer.coords
    assert len(set(expected)) == 2


def test_temperature_changes_means_of_probabilities(subject, shown):
    labels = {"animal": ("cat", "dog")}
    stimuli, answers = shown(ROWS), []
    for temperature in (0.01, 100.0):
        model = subject(scores="scores", classes=CLASSES, labels=labels, temperature=temperature)
        model.start_task("label", ["animal", "boat"])
        answers.append(model.look_at(stimuli).values)
    assert (answers[0] != answers[1]).any()


def test_probabilities_of_a_network_are_not_put_through_a_softmax_again(subject, shown):
    stimuli = shown(ROWS)
    one, other = (subject(scores="scores", classes=CLASSES, outputs=form) for form in ("logits", "probabilities"))
    for model in (one, other):
        model.start_task("label", CLASSES)
    assert (one.look_at(stimuli).values == other.look_at(stimuli).values).all(), "one class a label: both are monotone"


def test_large_scores_do_not_overflow():
    assert softmax(np.array([[1e4, 0.0], [-1e4, 0.0]])).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_text_names_what_it_is_closest_to(subject, shown, seen, patterns):
    vectors = dict(zip(CLASSES, patterns, strict=True))
    model = subject(text=lambda labels: np.stack([vectors[label] for label in labels]), embedding="features")
    stimuli = shown(ROWS)
    model.start_task("label", CLASSES[:3])
    features = seen(stimuli)
    cosine = features @ patterns[:3].T / np.linalg.norm(patterns[:3], axis=1)
    assert model.look_at(stimuli).values.tolist() == [CLASSES[index] for index in cosine.argmax(axis=1)]
    assert model.info.non_neural_parts == ("text encoder",) and model.digest() is None, "a closure cannot be read"


def test_an_image_without_any_response_is_as_close_to_every_text(subject, shown):
    model = subject(text=lambda labels: np.eye(6)[: len(labels)], embedding="features")
    model.start_task("label", CLASSES[:2])
    answer = model.look_at(shown(np.vstack([np.zeros(6), np.eye(6)[1]])))
    assert answer.values.tolist() == list(CLASSES[:2])
    np.testing.assert_allclose(answer["evidence"].values, [0.5, np.e / (1 + np.e)])


def test_text_of_another_space_is_refused(subject, shown):
    model = subject(text=lambda labels: np.ones((len(labels), 5)), embedding="features")
    model.start_task("label", CLASSES)
    with pytest.raises(InvalidModelOutput, match="text of known has 5 features: expected 6"):
        model.look_at(shown(ROWS))


def test_labels_of_fitting_stimuli_are_named_by_a_decoder(subject, shown):
    kind = np.arange(60) % 2
    rows = RNG.normal(0, 0.1, (60, 6)) + np.where(kind[:, None], 1, -1) * [1, 0, 0, 0, 0, 0]
    names = np.array(["left", "right"])[kind]
    model = subject()
    model.start_task("label", shown(rows[:40], image_label=names[:40]))
    assert model.look_at(shown(rows[40:])).values.tolist() == names[40:].tolist()


def test_imagenet_labels_are_wordnet_ids(shown):
    from brainscore_vision import wrap
    from brainscore_vision.commitments.behavior import Behavior

    def network(inputs):
        return {"out": np.eye(1000)[[int(image[0, 0]) * 3 for image in inputs]]}

    model = wrap(
        network, layers={"IT": "out"}, visual_degrees=8, behavior=Behavior(scores="out", classes="imagenet-1k")
    )
    model.start_task("label", "imagenet")
    rows = np.zeros((2, 6))
    rows[:, 0] = (-2, 1)
    assert model.look_at(shown(rows)).values.tolist() == ["n01440764", imagenet_classes()[192 * 3]]


@pytest.mark.parametrize(
    ("labels", "kind", "says"),
    [
        (["cat", "cat"], InvalidParameter, "label 'cat' stands twice"),
        (["cat", " Cat "], InvalidParameter, "label 'cat' stands twice: expected distinct labels, whatever their case"),
        (["cat"], InvalidParameter, "at least two"),
        ("cat", InvalidParameter, "a sequence of labels, or 'imagenet'"),
        (None, InvalidParameter, "without labels"),
        (["cat", "zebra"], UnsupportedTask, "known cannot name 'zebra'.*Commit a map"),
        ("imagenet", UnsupportedTask, "no scores of ImageNet classes"),
    ],
)
def test_labels_that_cannot_be_named_are_refused_at_once(subject, shown, labels, kind, says):
    model = subject(scores="scores", classes=CLASSES)
    model.start_recording("IT")
    with pytest.raises(kind, match=says):
        model.start_task("label", labels)
    assert model.look_at(shown(ROWS)).dims == ("presentation", "neuroid"), "a refusal changes nothing"


@pytest.mark.parametrize(
    ("commitment", "says"),
    [
        ({"scores": "scores"}, "both or neither"),
        ({"classes": CLASSES}, "both or neither"),
        ({"scores": "scores", "classes": "imagenet-21k"}, "'imagenet-1k', or the names"),
        ({"scores": "scores", "classes": ("cat", "cat")}, "class 'cat' stands twice"),
        ({"similarity": "euclid"}, "one of \\['dot', 'cosine'\\]"),
        ({"outputs": "odds"}, "one of \\['logits', 'probabilities'\\]"),
        ({"temperature": 0.0}, "above 0"),
        ({"penalty": -1.0}, "above 0"),
        ({"criterion": float("nan")}, "a number that evidence can meet"),
        ({"embedding": "features"}, "both or neither"),
    ],
)
def test_commitments_that_mean_nothing_are_refused(subject, commitment, says):
    with pytest.raises(InvalidParameter, match=says):
        subject(**commitment)


def test_scores_of_another_number_of_classes_are_refused(subject, shown):
    model = subject(scores="scores", classes=(*CLASSES, "bird"))
    model.start_task("label", ["cat", "bird"])
    with pytest.raises(InvalidModelOutput, match="layer 'scores' of known has 4 units: expected 5"):
        model.look_at(shown(ROWS))


def test_a_label_mapped_to_no_class_is_refused(subject):
    model = subject(scores="scores", classes=CLASSES, labels={"animal": ("cat", "bird")})
    with pytest.raises(InvalidParameter, match="label 'animal' is mapped to 'bird'"):
        model.start_task("label", ["animal", "boat"])


def test_sixteen_categories_are_those_of_geirhos():
    names = imagenet_classes()
    assert len(names) == len(set(names)) == 1000 and names == tuple(sorted(names)) == class_names("imagenet-1k")
    first = label_maps()[0]
    assert first.identifier == "Geirhos2021" and len(first.labels) == 16
    members = np.concatenate([list(found) for found in first.labels.values()])
    assert len(members) == len(set(members)) == 207
    assert classes_of(["Airplane", "sewing machine"], "imagenet-1k", {}, "x")[1].tolist() == [786]


def test_sixteen_categories_are_those_of_the_file():
    mirrors = os.environ.get("BRAINSCORE_MIRRORS", "")
    found = [Path(place) / "geirhos2021" / "imagenet_to_16.json" for place in mirrors.split(os.pathsep) if place]
    found = [path for path in found if path.exists()]
    if not found:
        pytest.skip("the map of Geirhos et al. is in no mirror here")
    theirs = json.loads(found[0].read_text(encoding="utf-8"))["indices"]
    assert {label: tuple(numbers) for label, numbers in theirs.items()} == dict(label_maps()[0].labels)
