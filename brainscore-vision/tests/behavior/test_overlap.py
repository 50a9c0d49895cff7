"""Fitting stimuli and test stimuli share none, by content, unless the published experiment says so."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import InvalidAssembly, StimulusMismatch
from brainscore_core.stimuli import StimulusSet
from brainscore_vision.benchmarks.behavior import FITTED_ON_TEST, BehavioralComparison
from brainscore_vision.benchmarks.behavior.experiment import require_disjoint

LABELS = np.array(["cat", "dog"])


def images(contents, prefix, keys=False):
    """Images by the number that each is made from."""
    ids = [f"{prefix}{place}" for place in range(len(contents))]
    number = dict(zip(ids, contents, strict=True))
    table = pd.DataFrame({"stimulus_id": ids, "image_label": LABELS[np.asarray(contents) % 2]})

    def image(id):
        return np.random.default_rng(number[id]).integers(0, 256, (8, 8), dtype=np.uint8)

    key = (lambda id: f"made:{number[id]}") if keys else None
    return StimulusSet(table, identifier=f"set-{prefix}", open=image, key=key)


def experiment(fitting, tested, **options):
    answers = BehavioralAssembly(
        np.array(tested["image_label"].tolist()),
        dims=("presentation",),
        coords={"stimulus_id": ("presentation", tested.ids), "truth": ("presentation", tested["image_label"].tolist())},
    )
    return BehavioralComparison(
        "Made-overlap",
        data=DataEntry("made", lambda: answers, DataInfo("answers")),
        stimuli=DataEntry("tested", lambda: tested, DataInfo("tested")),
        fitting_stimuli=DataEntry("fitting", lambda: fitting, DataInfo("fitting")),
        metric=MetricSpec("accuracy"),
        parent="behavior_vision",
        version=1,
        visual_degrees=8,
        **{"task": "probabilities", **options},
    )


@pytest.mark.parametrize("keys", [False, True])
def test_shared_content_is_refused_whatever_it_is_called(subject, keys):
    fitting, tested = images([0, 1, 2, 3], "a", keys), images([7, 6, 2, 1], "b", keys)
    with pytest.raises(StimulusMismatch, match=r"2 fitting stimuli of 'set-a' .* as 'a1', which is 'b3' of 'set-b'"):
        experiment(fitting, tested).behave(subject(readout="features"))


def test_one_picture_in_two_files_is_one_stimulus(subject):
    """Keys are hashes of files: a picture that was stored anew has another."""
    fitting, tested = images([0, 1, 2, 3], "a", keys=True), images([7, 6, 2, 1], "b", keys=True)
    stored_anew = StimulusSet(tested.table, identifier="set-b", open=tested.open, key=lambda id: f"other file:{id}")
    with pytest.raises(StimulusMismatch, match="2 fitting stimuli"):
        experiment(fitting, stored_anew).behave(subject(readout="features"))


def test_it_is_refused_before_anything_is_planned():
    shared = experiment(images([0, 1], "a"), images([1, 2], "b"))
    with pytest.raises(StimulusMismatch, match="1 fitting stimuli"):
        shared.presents()


def test_a_shared_name_is_no_shared_stimulus(subject):
    found = experiment(images([0, 1, 2, 3], "a"), images([4, 5], "a")).behave(subject(readout="features"))
    assert found.sizes == {"presentation": 2, "choice": 2} and found["choice"].values.tolist() == ["cat", "dog"]


def test_where_it_is_published_it_is_done_and_said(subject):
    same = images([0, 1, 2, 3], "a")
    published = experiment(same, same, overlap_published=True)
    assert published.behave(subject(readout="features")).sizes["presentation"] == 4
    assert published.flags == (FITTED_ON_TEST,) and FITTED_ON_TEST == "fitted-on-test-stimuli"
    assert experiment(same, images([8, 9], "b")).flags == ()
    assert [part.stimuli.identifier for part in published.presents()] == ["set-a", "set-a"]


@pytest.mark.parametrize("labels", [(), ("cat", "dog")])
def test_a_model_without_classes_names_by_what_is_fitted(subject, labels):
    model = subject(readout="features")
    assert "label" not in model.info.tasks
    naming = experiment(images(range(8), "a"), images(range(8, 12), "b"), task="label", labels=labels)
    answers = naming.behave(model)
    assert answers.dims == ("presentation",) and set(answers.values.tolist()) <= {"cat", "dog"}


def test_what_is_right_is_one_of_the_labels(subject):
    naming = experiment(images([0, 1], "a"), images([2, 3], "b"), task="label", labels=("Cat", "dog"))
    with pytest.raises(
        InvalidAssembly, match=r"truth 'cat' .*'Made-overlap' is no label: expected one of 'Cat', 'dog'"
    ):
        naming(subject(readout="features"))


def test_disjoint_sets_pass():
    require_disjoint(images(range(5), "a"), images(range(5, 9), "b"))
