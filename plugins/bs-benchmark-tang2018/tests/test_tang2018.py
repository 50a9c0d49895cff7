"""The benchmarks end to end, on models whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_benchmark, load_dataset, load_stimulus_set, score, score_all
from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.contracts import ModelInfo
from brainscore_core.errors import UnsupportedTask
from brainscore_vision import wrap
from brainscore_vision.commitments.time import Steps, in_time

VISIBILITY, AGREEMENT, ONSET = (f"Tang2018-{name}" for name in ("accuracy_visibility", "image_agreement", "mask_onset"))
CATEGORIES = ["animals", "chairs", "faces", "fruits", "vehicles"]
ONSETS = (25, 50, 75, 100, 150)


class Told:
    """A brain model that gives the probabilities it was told."""

    info = ModelInfo()
    identifier = "told"

    def __init__(self, probabilities):
        self.probabilities, self.fitted = probabilities, []

    def visual_degrees(self):
        return 5

    def configure(self, **settings):
        self.settings = settings

    def reset(self):
        self.task = None

    def digest(self):
        return None

    def start_task(self, task, fitting_stimuli=None):
        self.task = task
        self.fitted.append(set(fitting_stimuli))

    def look_at(self, stimuli, number_of_trials=1):
        assert self.task == "probabilities" and not self.fitted[-1] & set(stimuli)
        return BehavioralAssembly(
            self.probabilities.loc[list(stimuli)].to_numpy(),
            dims=("presentation", "choice"),
            coords={
                "stimulus_id": ("presentation", stimuli.ids),
                "visible_pixels": ("presentation", stimuli["visible_pixels"].to_numpy()),
                "choice": ("choice", CATEGORIES),
            },
        )


def told(right):
    """Probability `right` (by image) of the right category, the rest shared by the others."""
    stimuli = load_stimulus_set("Tang2018")
    table = pd.DataFrame({name: (1 - right) / 4 for name in CATEGORIES}, index=list(stimuli))
    for stimulus_id, label in zip(stimuli, stimuli["image_label"], strict=True):
        table.loc[stimulus_id, label] = right[stimulus_id]
    return Told(table)


def people(condition):
    trials = load_dataset("Tang2018")
    frame = pd.DataFrame({str(name): coord.values for name, coord in trials.coords.items()})
    frame["right"] = (trials.values == frame["truth"]).astype(float)
    return frame[frame["condition"] == condition]


def everywhere(value):
    return pd.Series(value, index=list(load_stimulus_set("Tang2018")))


def test_ceilings_are_those_published(published_files):
    ceiling = load_benchmark(AGREEMENT).ceiling
    assert ceiling.details["split_half"] == pytest.approx(0.629, abs=0.006)
    assert ceiling.value == pytest.approx(0.772, abs=0.006)
    assert ceiling.details["split_half_within_truth"] < ceiling.details["split_half"]
    for identifier in (VISIBILITY, ONSET):
        assert 0.9 < load_benchmark(identifier).ceiling.value < 1


def test_human_reference_points_are_those_of_the_data(published_files):
    unmasked, masked = people("unmasked"), people("masked")
    human = load_benchmark(VISIBILITY).human
    fifth = unmasked["right"].groupby(pd.qcut(unmasked["visibility"], 5, labels=False)).mean()
    assert unmasked["right"].mean() == pytest.approx(human["accuracy"], abs=1e-3)
    assert fifth[0] == pytest.approx(human["accuracy_least_visible_fifth"], abs=1e-3)
    assert fifth[4] == pytest.approx(human["accuracy_most_visible_fifth"], abs=1e-3)
    human = load_benchmark(ONSET).human
    assert masked.groupby("soa")["right"].mean()[25] == pytest.approx(human["accuracy_25_ms"], abs=1e-3)
    assert masked.groupby("soa")["right"].mean()[150] == pytest.approx(human["accuracy_150_ms"], abs=1e-3)
    assert unmasked.groupby("soa")["right"].mean()[150] == pytest.approx(human["accuracy_150_ms_unmasked"], abs=1e-3)


def test_a_model_that_is_as_sure_as_people_are_right_agrees_fully(published_files):
    frame = people("unmasked")
    model = told(frame.groupby("stimulus_id")["right"].mean())
    result = score(model, AGREEMENT)
    assert result.raw.value == pytest.approx(1)
    assert result.value == pytest.approx(1 / np.sqrt(result.ceiling.value)) and "above-ceiling" in result.flags
    assert {"fitted-on-occluded", "other-bubbles"} < set(result.flags)
    assert len(model.fitted) == 5 and all(len(fitted) == 260 for fitted in model.fitted)


def test_a_model_that_is_always_right_is_too_right_to_be_human(published_files):
    frame = people("unmasked")
    result = score(told(everywhere(1.0)), VISIBILITY)
    fifth = frame["right"].groupby(pd.qcut(frame["visibility"], 5, labels=False)).mean()
    expected = np.mean(1 - (1 - fifth) / np.maximum(fifth, 1 - fifth))
    assert result.raw.value == pytest.approx(expected, abs=1e-3)
    assert result.details["accuracy_model"] == 1
    assert result.value == pytest.approx(result.raw.value / result.ceiling.value)


def test_a_model_that_is_never_right_is_farther_away(published_files):
    wrong, right = (score(told(everywhere(value)), VISIBILITY).raw.value for value in (0.0, 1.0))
    assert wrong < right


def steps(good):
    """A network in time that knows the category of an image with probability `good` at each step."""
    stimuli = load_stimulus_set("Tang2018")
    place = {stimuli.open(id).tobytes(): number for number, id in enumerate(stimuli)}
    labels = np.array([CATEGORIES.index(label) for label in stimuli["image_label"]])
    rng = np.random.default_rng(0)
    layers = {}
    for number, share in enumerate(good):
        known = rng.random(len(labels)) < share
        layers[f"step{number}"] = np.where(known, labels, rng.integers(0, 5, len(labels)))

    def network(batch):
        rows = [place[image.tobytes()] for image in batch]
        return {layer: np.eye(5)[found[rows]] for layer, found in layers.items()}

    model = wrap(network, layers={"IT": "step4"}, visual_degrees=5, identifier="timed")
    bins = tuple((75 + onset, 100 + onset) for onset in ONSETS)
    return in_time(model, {"IT": Steps(tuple(layers), bins)})


def test_a_model_that_gathers_evidence_as_fast_as_people_comes_near_the_ceiling(published_files):
    accuracy = people("masked").groupby("soa")["right"].mean().to_numpy()
    human = score(steps((accuracy - 0.2) / 0.8), ONSET, cache=False)
    late = score(steps(np.array([0, 0, 0, 0, 1.0])), ONSET, cache=False)
    assert human.raw.value > 0.9 > late.raw.value
    assert human.details["model_150"] == pytest.approx(accuracy[-1], abs=0.06)
    assert late.details["model_25"] < 0.35 and late.details["model_150"] > 0.95


def test_models_that_are_alike_at_all_times_are_unsupported(published_files):
    static = wrap(lambda batch: batch.reshape(len(batch), -1)[:, ::997], layers={"IT": "output"}, visual_degrees=5)
    with pytest.raises(UnsupportedTask, match="alike in all time bins"):
        score(static, ONSET, cache=False)


def test_time_bins_end_when_a_mask_would_arrive():
    assert load_benchmark(ONSET).time_bins == ((100, 125), (125, 150), (150, 175), (175, 200), (225, 250))


def test_what_cannot_be_had_or_asked(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    v1, it = (wrap(lambda batch: batch, layers={region: "output"}, visual_degrees=8) for region in ("V1", "IT"))
    assert [record.status for record in score_all([v1], [ONSET])] == ["unsupported"]
    assert [record.status for record in score_all([it], [VISIBILITY, AGREEMENT, ONSET])] == ["unavailable"] * 3


@pytest.mark.parametrize("identifier", [VISIBILITY, AGREEMENT, ONSET])
def test_info_says_what_the_score_is_not(identifier):
    info = load_benchmark(identifier).info.to_dict()
    assert info["parent"] == "Tang2018" and info["species"] == "human"
    assert "not published" in info["description"] and "other bubbles" in info["description"]
    assert "Kreiman" in info["bibtex"]
