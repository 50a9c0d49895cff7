"""Reaction times: the first step at which evidence meets the criterion, by hand and on a model with time."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.behavior import LogisticDecoder
from brainscore_vision.behavior.reaction_times import first_met, reaction_times
from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.commitments.time import Steps, in_time

pytestmark = pytest.mark.usefixtures("home")
BINS = ((0, 50), (50, 120), (120, 200))


def test_times_by_hand():
    evidence = np.array([[0.9, 0.1, 0.95], [0.1, 0.5, 0.9], [0.1, np.nan, 0.5], [0.1, 0.2, 0.3]])
    np.testing.assert_array_equal(first_met(evidence, 0.5), [0, 1, 2, -1])
    steps, times = reaction_times(evidence, BINS, 0.5)
    np.testing.assert_array_equal(steps, [0, 1, 2, -1])
    np.testing.assert_array_equal(times, [50, 120, 200, np.nan])
    with pytest.raises(InvalidParameter, match="2 time bins"):
        reaction_times(evidence, BINS[:2], 0.5)


class Growing:
    """At each step more of the first pixels, the second pixel coming in late and with the other sign."""

    layer_names = ("IT", "t0", "t1", "t2")

    def __call__(self, batch):
        first, second = batch.reshape(len(batch), -1)[:, :2].T.astype(np.float32)
        steps = [first * share - second * late for share, late in ((0.25, 0), (0.5, 0.5), (1, 1))]
        return {"IT": steps[-1][:, None], **{f"t{index}": step[:, None] for index, step in enumerate(steps)}}


def model(criterion=None, **behavior):
    plain = wrap(
        Growing(),
        layers={"IT": "IT"},
        visual_degrees=8,
        identifier="growing",
        behavior=Behavior(criterion=criterion, penalty=1e-9, **behavior),
    )
    plain.configure(cache=False)
    return in_time(plain, {"IT": Steps(("t0", "t1", "t2"), BINS)})


def images(pairs, **columns):
    shown = {f"s{index}": np.array([pair, (0, 0)], np.uint8) for index, pair in enumerate(pairs)}
    table = pd.DataFrame({"stimulus_id": list(shown), "degrees": 8.0, **columns})
    return StimulusSet(table, identifier="given", open=shown.__getitem__)


FITTING = images([(index, 0) for index in range(0, 200, 10)], value=np.arange(0.0, 200, 10))
SHOWN = images([(160, 0), (20, 0), (60, 0), (20, 0), (20, 0), (24, 0), (100, 90), (12, 0)])
"""Differences of decoded values, steps 1 to 3: 35 70 140; 10 20 40; -1 -2 -4; 22 -1 -2."""


def test_a_model_answers_when_its_evidence_suffices():
    subject = model(criterion=19.0)
    subject.start_task("discrimination", FITTING)
    found = subject.look_at(SHOWN)
    assert found["reaction_time"].values[:2].tolist() == [50, 120]
    assert np.isnan(found["reaction_time"].values[2])
    assert found["reaction_time"].values[3] == 50
    np.testing.assert_allclose(found["evidence"], [35, 20, -4, 22], rtol=1e-4)
    assert found.values.tolist() == [1, 1, 2, 1]
    assert found["interval_1"].values.tolist() == ["s0", "s2", "s4", "s6"]


def test_without_a_criterion_it_answers_at_the_last_step():
    subject = model()
    subject.start_task("discrimination", FITTING)
    found = subject.look_at(SHOWN)
    assert "reaction_time" not in found.coords
    assert found.values.tolist() == [1, 1, 2, 2]


def test_probabilities_are_those_of_the_step():
    labels = ["low" if value < 100 else "high" for value in range(0, 200, 10)]
    fitting = StimulusSet(FITTING.table.assign(image_label=labels), identifier="labelled", open=FITTING.open)
    shown = images([(190, 0), (0, 0), (198, 198)])
    decoder = LogisticDecoder(C=10.0)
    answers = []
    for subject in (model(decoder=decoder), model(criterion=0.9, decoder=decoder)):
        subject.start_task("probabilities", fitting)
        answers.append(subject.look_at(shown))
    late, early = answers
    assert early.dims == ("presentation", "choice")
    assert early["choice"].values.tolist() == ["high", "low"]
    # a quarter of a high response looks low: an answer in haste
    assert early["reaction_time"].values.tolist() == [50, 50, 50]
    np.testing.assert_array_equal(early.argmax("choice"), [1, 1, 1])
    np.testing.assert_array_equal(late.argmax("choice"), [0, 1, 1])
    np.testing.assert_allclose(early.sum("choice"), 1)
    slow = model(criterion=0.9999999, decoder=decoder)
    slow.start_task("probabilities", fitting)
    found = slow.look_at(shown)
    assert np.isnan(found["reaction_time"]).all()
    np.testing.assert_allclose(found, late)


def test_labels_and_odd_ones_are_named_in_time_too():
    labels = ["low" if value < 100 else "high" for value in range(0, 200, 10)]
    fitting = StimulusSet(FITTING.table.assign(image_label=labels), identifier="labelled", open=FITTING.open)
    subject = model(criterion=0.9, decoder=LogisticDecoder(C=10.0))
    subject.start_task("label", fitting)
    found = subject.look_at(images([(190, 0), (0, 0)]))
    assert found.values.tolist() == ["low", "low"]
    assert found["reaction_time"].values.tolist() == [50, 50]
    assert (found["evidence"] >= 0.9).all()
    # products of responses, by hand: 12 8 6, 48 32 24, 192 128 96 at the three steps
    subject = model(criterion=16.0)
    subject.start_task("odd_one_out")
    found = subject.look_at(images([(16, 0), (12, 0), (8, 0)]))
    assert found.values.tolist() == ["s2"]
    assert found["evidence"].values.tolist() == [16]
    assert found["reaction_time"].values.tolist() == [120]


def test_tasks_without_evidence_have_no_reaction_times():
    subject = model(criterion=1.0)
    subject.start_task("rating")
    assert "reaction_time" not in subject.look_at(SHOWN).coords
