"""Models whose score is known from the trials alone."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_benchmark, load_dataset, score
from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import InvalidParameter, UnsupportedTask
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from bs_benchmark_geirhos2021 import CATEGORIES

pytestmark = pytest.mark.usefixtures("published_files")


class Answering:
    """Answers to each stimulus what it was given."""

    identifier, digest = "answering", lambda self: None

    def __init__(self, answers):
        self.answers, self.info = answers, SimpleNamespace(tasks=("label",), flags=(), non_neural_parts=(), weights=())
        self.info = wrap(lambda batch: batch, layers={}, visual_degrees=8).info
        self.degrees = []

    def visual_degrees(self):
        return 8

    def configure(self, **options):
        pass

    def reset(self):
        pass

    def start_task(self, task, fitting_stimuli=None, **options):
        assert task == "label" and tuple(fitting_stimuli) == CATEGORIES
        self.options = options

    def look_at(self, stimuli, number_of_trials=1):
        self.degrees.append(stimuli.key(stimuli.ids[0]))
        table = stimuli.table
        names = ["stimulus_id", *({"truth", "texture", "condition"} & set(table.columns))]
        coords = {name: ("presentation", table[name].to_numpy(dtype=str)) for name in names}
        return BehavioralAssembly(
            np.array([self.answers[name] for name in stimuli]), dims=("presentation",), coords=coords
        )


def person(trials, number):
    """One person's answers; 'na', which no model may answer, is another wrong answer."""
    own = trials[trials["subject"].values == np.unique(trials["subject"].values)[number]]
    wrong = {truth: CATEGORIES[CATEGORIES.index(truth) - 1] for truth in CATEGORIES}
    rows = zip(own["stimulus_id"].values.tolist(), own.values.tolist(), own["truth"].values.tolist(), strict=True)
    return {name: wrong[truth] if answer == "na" else answer for name, answer, truth in rows}


def grey(name, conditions="published"):
    """Grey squares with the names of an experiment's images."""
    trials = load_dataset(f"Geirhos2021_{name}", conditions=conditions)
    columns = [column for column in ("truth", "condition", "texture") if column in trials.coords]
    table = pd.DataFrame({column: trials[column].values for column in ("stimulus_id", *columns)})
    return StimulusSet(
        table.drop_duplicates("stimulus_id"),
        identifier=name,
        open=lambda stimulus_id: np.full((8, 8), 128, np.uint8),
        key=lambda stimulus_id: f"grey-{stimulus_id}",
    )


def benchmark(name, kind, **options):
    entry = DataEntry(f"grey-{name}", lambda conditions="published": grey(name, conditions), DataInfo("grey"))
    return load_benchmark(f"Geirhos2021{name.replace('-', '')}-{kind}", stimuli=entry, **options)


@pytest.mark.parametrize("name", ["contrast", "rotation", "edge"])
def test_a_person_as_a_model(name):
    """Kappa with oneself is 1 and with each other person the ceiling's: (1 + sum of those) / people."""
    trials = load_dataset(f"Geirhos2021_{name}")
    found = score(Answering(person(trials, 0)), benchmark(name, "error_consistency"))
    pairs = found.ceiling.values
    with_others = pairs.isel(subject=[str(pair).startswith("subject-01|") for pair in pairs["subject"].values])
    people = len(np.unique(trials["subject"].values))
    expected = (1 + with_others.mean("condition").values.sum()) / people
    assert found.raw.value == pytest.approx(expected, abs=1e-9)
    assert found.value == pytest.approx(expected / found.ceiling.value, abs=1e-9)
    assert found.normalisation == "raw / ceiling" and found.error > 0


def test_the_truth_is_right_and_its_consistency_undefined():
    answers = dict(zip(grey("edge").ids.tolist(), grey("edge")["truth"], strict=True))
    consistency, top1 = (score(Answering(answers), benchmark("edge", kind)) for kind in ("error_consistency", "top1"))
    assert top1.value == 1 and top1.details["human_accuracy"] == 0.8713
    assert consistency.value is None and consistency.details["undefined"] == 10
    assert "undefined-kappa" in consistency.flags


def test_a_model_that_errs_on_the_opposite_images_is_below_zero():
    trials = load_dataset("Geirhos2021_edge")
    wrong = {truth: CATEGORIES[CATEGORIES.index(truth) - 1] for truth in CATEGORIES}
    truth = dict(zip(trials["stimulus_id"].values.tolist(), trials["truth"].values.tolist(), strict=True))
    opposite = {
        name: wrong[truth[name]] if answer == truth[name] else truth[name] for name, answer in person(trials, 0).items()
    }
    assert score(Answering(opposite), benchmark("edge", "error_consistency")).value < -0.1


def test_size_is_three_degrees_for_consistency_and_the_whole_field_for_top1():
    answers = dict.fromkeys(grey("edge").ids.tolist(), "dog")
    models = [Answering(answers), Answering(answers)]
    for model, kind in zip(models, ("error_consistency", "top1"), strict=True):
        score(model, benchmark("edge", kind))
        assert model.options["aggregation"] == "mean"
    assert models[0].degrees[0].startswith("grey-") and "on-screen" in models[0].degrees[0]
    assert models[1].degrees[0].startswith("grey-") and "on-screen" not in models[1].degrees[0]


def test_shape_bias_counts_answers_by_shape_and_texture():
    images = grey("cue-conflict")
    truth, texture = images["truth"].tolist(), images["texture"].tolist()
    by_turns = [shape if row % 4 else other for row, (shape, other) in enumerate(zip(truth, texture, strict=True))]
    found = score(
        Answering(dict(zip(images.ids.tolist(), by_turns, strict=True))), benchmark("cue-conflict", "shape_bias")
    )
    differ = np.array(truth) != np.array(texture)
    expected = (np.arange(len(truth)) % 4 > 0)[differ].mean()
    assert found.value == pytest.approx(expected) and found.details["human_shape_bias"] == 0.9587
    assert found.details["same_category"] == (~differ).sum() and found.ceiling is None


def test_all_conditions_is_an_option_of_stimuli_and_trials():
    answers = dict.fromkeys(grey("contrast", "all").ids.tolist(), "dog")
    found = score(Answering(answers), benchmark("contrast", "top1", conditions="all"))
    assert found.value == pytest.approx(1 / 16) and found.details["stimuli"] == 1280
    assert "human_accuracy" not in found.details
    with pytest.raises(InvalidParameter, match="conditions='some'"):
        benchmark("contrast", "top1", conditions="some")


def test_a_model_without_names_for_the_categories_is_refused_before_data_are_fetched(monkeypatch):
    monkeypatch.delenv("BRAINSCORE_MIRRORS")
    nameless = wrap(lambda batch: np.stack(batch), preprocessing=np.ravel, layers={}, visual_degrees=8)
    for kind in ("error_consistency", "top1"):
        with pytest.raises(UnsupportedTask):
            score(nameless, replace(load_benchmark(f"Geirhos2021colour-{kind}")))
