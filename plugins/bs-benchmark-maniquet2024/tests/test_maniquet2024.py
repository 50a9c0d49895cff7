"""The benchmarks end to end, on models whose answer is known, and the human reference points."""

import numpy as np
import pytest

from brainscore_core import load_benchmark, load_dataset, load_stimulus_set, score, score_all
from brainscore_core.scores import Score
from brainscore_vision import wrap
from bs_benchmark_maniquet2024.people import with_attainable

CONFUSION, REASSIGNED, TASKS = (
    "Maniquet2024-confusion_similarity",
    "Maniquet2024reassigned-confusion_similarity",
    "Maniquet2024-tasks_consistency",
)
OFF = ~np.eye(8, dtype=bool)


def model_of(features):
    """A network that looks its features up by the picture: (image, unit), in the order of the stimulus set."""
    stimuli = load_stimulus_set("Maniquet2024")
    place = {stimuli.open(id).tobytes(): number for number, id in enumerate(stimuli)}
    network = lambda batch: np.stack([features[place[image.tobytes()]] for image in batch])  # noqa: E731
    return wrap(network, layers={"IT": "output"}, visual_degrees=8, identifier="known")


def one_hot(labels):
    return (labels[:, None] == np.unique(labels)).astype(float)


@pytest.mark.parametrize(
    ("identifier", "expected", "quoted", "attainable"),
    [(CONFUSION, 0.5355, 0.53526, 0.835), (REASSIGNED, 0.948, None, 0.987), (TASKS, 0.9914, 0.99810, 0.998)],
)
def test_ceilings(published_files, identifier, expected, quoted, attainable):
    benchmark = load_benchmark(identifier)
    assert float(benchmark.ceiling) == pytest.approx(expected, abs=1e-3)
    assert benchmark.human.get("split_half_published") == quoted
    assert benchmark.ceiling.details["attainable"] == pytest.approx(attainable, abs=1e-3)
    if quoted:
        assert float(benchmark.ceiling) == pytest.approx(quoted, abs=0.01)


@pytest.mark.parametrize(("identifier", "data"), [(CONFUSION, ""), (REASSIGNED, "-reassigned")])
def test_human_reference_points_of_confusions(published_files, identifier, data):
    counts = load_dataset(f"Maniquet2024.confusions{data}").values.astype(float)
    human = load_benchmark(identifier).human
    alone = [np.corrcoef(one[OFF], (counts.sum(0) - one)[OFF])[0, 1] for one in counts]
    assert np.mean(alone) == pytest.approx(human["one_person"], abs=1e-3)
    assert np.trace(counts.sum(0)) / counts.sum() == pytest.approx(human["accuracy"], abs=1e-3)


def test_human_reference_points_of_tasks(published_files):
    people = load_dataset("Maniquet2024.tasks").values
    human, alone = load_benchmark(TASKS).human, []
    for number, own in enumerate(people):
        did = ~np.isnan(own)
        others = np.nanmean(np.delete(people, number, axis=0), axis=0)
        alone.append(np.corrcoef(own[did], others[did])[0, 1])
    assert np.mean(alone) == pytest.approx(human["one_person"], abs=1e-3)
    assert np.nanmean(people, axis=0).mean() == pytest.approx(human["accuracy"], abs=1e-3)


def test_no_image_is_fitted_on_that_is_tested(published_files):
    benchmark = load_benchmark(TASKS)
    stimuli = benchmark.stimulus_set()
    exemplar, task = stimuli["exemplar"].to_numpy(), stimuli["task"].to_numpy()
    tested = []
    for train, test in benchmark.splits(stimuli):
        assert set(task[train]) == {"control"} and len(train) == 72 and len(test) == 136
        assert not set(exemplar[train]) & set(exemplar[test])
        tested += test.tolist()
    assert sorted(tested) == list(range(1360))


def test_a_model_that_errs_as_people_do(published_files):
    """It is wrong twice as often as people are in each task, and takes a category for what people take it for."""
    rng = np.random.default_rng(0)
    table = load_stimulus_set("Maniquet2024").table
    counts = load_dataset("Maniquet2024.confusions-reassigned").sum("subject")
    right = load_dataset("Maniquet2024.tasks").mean("subject").to_series()
    seen = []
    for truth, task in zip(table["image_label"], table["task"], strict=True):
        errors = counts.sel(truth=truth).drop_sel(choice=truth)
        p = errors.values / errors.values.sum()
        wrong = task != "control" and rng.random() < 2 * (1 - right[task])
        seen.append(rng.choice(errors["choice"].values, p=p) if wrong else truth)
    model = model_of(one_hot(np.array(seen)))
    benchmarks = {identifier: load_benchmark(identifier) for identifier in (CONFUSION, REASSIGNED, TASKS)}
    answers = benchmarks[TASKS].answers(model)
    raw = {name: benchmark.metric.load()(answers, benchmark.target()) for name, benchmark in benchmarks.items()}
    assert raw[TASKS].value > 0.95
    assert raw[REASSIGNED].value > 0.65 > raw[CONFUSION].value > 0.4
    assert all(score.error > 0 and score.draws is not None for score in raw.values())


def test_a_model_that_sees_nothing_is_at_zero(published_files):
    noise = np.random.default_rng(0).standard_normal((1360, 20))
    result = score(model_of(noise), REASSIGNED, cache=False)
    assert abs(result.raw.value) < 3 * result.raw.error
    assert result.value == pytest.approx(result.raw.value / result.ceiling.value)
    attainable = result.details["attainable_r"]
    assert attainable == pytest.approx(np.sqrt(2 * result.ceiling.value / (1 + result.ceiling.value)))
    assert result.details["raw_over_attainable_r"] == pytest.approx(result.raw.value / attainable)
    assert result.details["accuracy_source"] == pytest.approx(1 / 8, abs=0.03)


def test_a_model_that_is_always_right_has_no_errors_to_compare(published_files):
    labels = load_stimulus_set("Maniquet2024").table["image_label"].to_numpy(str)
    result = score(model_of(one_hot(labels)), CONFUSION, cache=False)
    assert result.value is None and "constant-confusions" in result.flags


def test_a_perfect_model_is_at_one_of_what_can_be_reached():
    """People are truth and noise of their own; the truth correlates with their mean by the attainable r."""
    from bs_metric_behavior.confusion import split_half_score

    rng = np.random.default_rng(0)
    truth, half = rng.normal(size=50000), np.repeat([True, False], 10)
    people = truth + 4 * rng.normal(size=(20, 50000))
    r = np.corrcoef(people[half].mean(0), people[~half].mean(0))[0, 1]
    ceiling = split_half_score(np.array([r]), "constant", 20)
    raw = Score(np.corrcoef(truth, people.mean(0))[0, 1])
    told = with_attainable(Score(raw.value / ceiling.value, raw=raw, ceiling=ceiling))
    assert told.value > 1.1 and told.details["raw_over_attainable_r"] == pytest.approx(1, abs=0.02)
    null = with_attainable(Score(None, ceiling=ceiling))
    assert "raw_over_attainable_r" not in null.details and null.details["attainable_r"] < 1


def test_without_files_and_network_they_are_unavailable(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    model = wrap(lambda batch: batch.reshape(len(batch), -1), layers={"IT": "output"}, visual_degrees=8)
    assert [record.status for record in score_all([model], [CONFUSION, TASKS])] == ["unavailable"] * 2
