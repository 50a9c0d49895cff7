"""Both benchmarks end to end, on models whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_benchmark, load_dataset, load_stimulus_set, score, score_all
from brainscore_vision import wrap

GROUPS = {"controls": 15, "asd": 18}
IDENTIFIERS = [f"Kar2022.{group}-image_level" for group in GROUPS]


def happy(group):
    """Share of happiness, subject by image."""
    trials = load_dataset(f"Kar2022.{group}")
    frame = pd.DataFrame({name: trials[name].values for name in ("subject", "stimulus_id")} | {"answer": trials.values})
    frame = frame[frame["answer"] != "na"]
    return (frame["answer"] == "happiness").groupby([frame["subject"], frame["stimulus_id"]]).mean().unstack()


def model_of(features):
    """A network that looks its answer up by the picture: features (image, unit), in the order of the stimulus set."""
    stimuli = load_stimulus_set("Kar2022")
    place = {stimuli.open(id).tobytes(): number for number, id in enumerate(stimuli)}
    network = lambda batch: np.stack([features[place[image.tobytes()]] for image in batch])  # noqa: E731
    return wrap(network, layers={"IT": "output"}, visual_degrees=8, identifier="known")


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_ceilings_are_those_published(published_files, identifier):
    benchmark = load_benchmark(identifier)
    ceiling = benchmark.ceiling
    published = benchmark.human["split_half_published"]
    assert ceiling.details["split_half"] == pytest.approx(published, abs=0.0015)
    assert ceiling.value == pytest.approx(2 * published / (1 + published), abs=0.001)
    assert ceiling.details["subjects"] == GROUPS[identifier.split(".")[1].split("-")[0]]
    assert 0.88 < ceiling.details["split_half_within_level"] < ceiling.details["split_half"]


@pytest.mark.parametrize("group", GROUPS)
def test_human_reference_points_are_those_of_the_data(published_files, group):
    human = load_benchmark(f"Kar2022.{group}-image_level").human
    people, (other,) = happy(group), [happy(name) for name in GROUPS if name != group]
    alone = [people.loc[name].corr(people.drop(name).mean()) for name in people.index]
    assert np.mean(alone) == pytest.approx(human["one_person"], abs=1e-3)
    assert people.mean().corr(other.mean()) == pytest.approx(human["other_group"], abs=1e-3)


def test_a_model_that_sees_what_people_see_comes_near_the_ceiling(published_files):
    seen = happy("controls").mean()[list(load_stimulus_set("Kar2022"))].to_numpy()
    result = score(model_of(seen[:, None]), IDENTIFIERS[0], cache=False)
    assert result.raw.value > 0.93
    assert result.details["within_level"] > 0.9
    assert result.value == pytest.approx(result.raw.value / np.sqrt(result.ceiling.value))
    assert result.normalisation == "raw / sqrt(ceiling)"
    assert result.details["human_one_person"] == 0.91


def test_a_model_that_sees_the_level_only_says_nothing_about_images(published_files):
    level = load_stimulus_set("Kar2022")["level"].to_numpy(float)
    result = score(model_of(level[:, None]), IDENTIFIERS[0], cache=False)
    assert result.raw.value > 0.8
    assert not abs(result.details["within_level"]) > 0.3


def test_a_model_that_sees_noise_is_at_zero_within_its_wide_interval(published_files):
    noise = np.random.default_rng(0).standard_normal((28, 50))
    result = score(model_of(noise), IDENTIFIERS[1], cache=False)
    assert abs(result.raw.value) < 3 * result.raw.error
    assert result.raw.error > 0.1


def test_no_face_is_fitted_on_that_is_tested(published_files):
    benchmark = load_benchmark(IDENTIFIERS[0])
    stimuli = benchmark.stimulus_set()
    splits = list(benchmark.splits(stimuli))
    assert len(splits) == 4
    for train, test in splits:
        faces = stimuli["face"].to_numpy()
        assert len(test) == 7 and len(set(faces[test])) == 1 and not set(faces[test]) & set(faces[train])
        assert sorted(stimuli["level"].to_numpy()[train].tolist()) == [1, 1, 1, 7, 7, 7]


def test_scores_repeat(published_files):
    noise = np.random.default_rng(1).standard_normal((28, 5))
    first, second = (score(model_of(noise), IDENTIFIERS[0], cache=False).with_(provenance={}) for _ in range(2))
    assert first == second


def unread(region):
    return wrap(lambda batch: batch, layers={region: "output"}, visual_degrees=8)


def test_models_without_a_readout_are_unsupported(published_files):
    assert [record.status for record in score_all([unread("V1")], IDENTIFIERS)] == ["unsupported"] * 2


def test_without_files_and_network_they_are_unavailable(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    assert [record.status for record in score_all([unread("IT")], IDENTIFIERS)] == ["unavailable"] * 2


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_info_says_how_it_was_fitted(identifier):
    info = load_benchmark(identifier).info.to_dict()
    assert info["parent"] == "Kar2022" and info["species"] == "human"
    assert "not stated" in info["description"] and "three faces" in info["description"]
    assert "Kar, Kohitij" in info["bibtex"] and "Adolphs" in info["bibtex"]
