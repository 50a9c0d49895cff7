"""A decoder answers to what it was not fitted on."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.errors import InvalidParameter, StimulusMismatch, UnsupportedTask
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.behavior.answers import checked
from brainscore_vision.benchmarks.behavior.held_out import HeldOutComparison
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.trials import GaussianNoise

COUNT = 30
LABELS = np.array(["cat", "dog", "owl"])[np.arange(COUNT) % 3]
IDS = [f"image{number:02}" for number in range(COUNT)]


def images(same=False):
    rng = np.random.default_rng(0)
    drawn = {id: rng.integers(0, 256, (8, 8), np.uint8) for id in IDS}
    if same:
        drawn = dict.fromkeys(IDS, drawn[IDS[0]])
    table = pd.DataFrame({"stimulus_id": IDS, "image_label": LABELS, "pair": np.arange(COUNT) // 6, "size": 1})
    return StimulusSet(table, identifier="drawn", open=lambda id: drawn[id].copy())


def people():
    coords = {"stimulus_id": IDS * 2, "truth": LABELS.tolist() * 2, "condition": ["easy"] * COUNT + ["hard"] * COUNT}
    return BehavioralAssembly(
        np.array(LABELS.tolist() * 2),
        dims=("presentation",),
        coords={k: ("presentation", v) for k, v in coords.items()},
    )


def benchmark(stimuli=images, **options):
    return HeldOutComparison(
        "Drawn-held_out",
        **{
            "data": DataEntry("Drawn", people, DataInfo("people", licence="MIT")),
            "stimuli": DataEntry("Drawn", stimuli, DataInfo("drawn", licence="MIT")),
            "metric": MetricSpec("accuracy"),
            "parent": "behavior_vision",
            "version": 1,
            "visual_degrees": 8,
        }
        | options,
    )


def model(region="IT"):
    """Knows each image, and beside it nothing: what was not fitted cannot be answered."""
    seen = {images().open(id).tobytes(): number for number, id in enumerate(IDS)}

    def network(batch):
        return np.stack([np.eye(COUNT)[seen[image.tobytes()]] for image in batch])

    return wrap(network, layers={region: "output"}, visual_degrees=8, identifier="memory")


def test_folds_are_stratified_and_cover_all_once():
    stimuli = images()
    splits = list(benchmark(folds=5).splits(stimuli))
    assert len(splits) == 5
    assert sorted(np.concatenate([test for _, test in splits]).tolist()) == list(range(COUNT))
    for train, test in splits:
        assert not set(train) & set(test) and len(train) + len(test) == COUNT
        assert np.unique(LABELS[test], return_counts=True)[1].tolist() == [2, 2, 2]


def test_folds_are_drawn_by_their_seed():
    stimuli = images()
    one, same, other = ([test.tolist() for _, test in benchmark(fold_seed=seed).splits(stimuli)] for seed in (0, 0, 1))
    assert one == same != other


def test_a_column_leaves_its_values_out_one_at_a_time():
    pair = images()["pair"].to_numpy()
    for train, test in benchmark(folds="pair").splits(images()):
        assert len(set(pair[test])) == 1 and not set(pair[test]) & set(pair[train])


def test_only_what_is_named_is_fitted_on_and_all_is_tested():
    splits = list(benchmark(folds="pair", fit_where={"pair": [0, 1]}).splits(images()))
    assert sorted(np.concatenate([test for _, test in splits]).tolist()) == list(range(COUNT))
    assert all(set(images()["pair"].to_numpy()[train]) <= {0, 1} for train, _ in splits)


def test_a_model_that_knows_only_what_it_was_fitted_on_is_at_chance():
    """Fitted on the very images it would be right about all; held out, every answer is the same."""
    answers = benchmark(folds=5).answers(model())
    assert answers["stimulus_id"].values.tolist() == IDS
    np.testing.assert_allclose(answers.values, 1 / 3, atol=1e-3)
    assert answers["choice"].values.tolist() == ["cat", "dog", "owl"]


def test_probabilities_of_several_trials_are_their_mean():
    shares = np.array([[0.2, 0.8]] * COUNT + [[0.6, 0.4]] * COUNT)
    coords = {"stimulus_id": ("presentation", IDS * 2), "repetition": ("presentation", [0] * COUNT + [1] * COUNT)}
    answer = BehavioralAssembly(shares, dims=("presentation", "choice"), coords={**coords, "choice": ["cat", "dog"]})
    found = checked(answer, images(), benchmark(number_of_trials=2), "noisy", None)
    assert found["stimulus_id"].values.tolist() == IDS
    np.testing.assert_allclose(found.values, [[0.4, 0.6]] * COUNT)


def test_a_model_whose_trials_differ_is_scored():
    noisy = wrap(
        lambda batch: np.stack(batch).reshape(len(batch), -1).astype(float),
        layers={"IT": "output"},
        visual_degrees=8,
        physiology=Physiology(trials=[GaussianNoise(50.0)]),
    )
    answers = benchmark(number_of_trials=3).answers(noisy)
    assert answers["stimulus_id"].values.tolist() == IDS
    assert benchmark(number_of_trials=3)(noisy).value is not None


def test_trials_are_selected():
    chosen = benchmark(among={"condition": "hard"}).target()
    assert chosen.sizes["presentation"] == COUNT and set(chosen["condition"].values) == {"hard"}


def test_caveats_are_flags():
    warned = benchmark(caveats=("other-samples",))
    assert warned.flags == ("other-samples",) and "other-samples" in warned.info.flags


def test_images_that_stand_on_both_sides_are_refused():
    with pytest.raises(StimulusMismatch, match="tested with"):
        benchmark(lambda: images(same=True)).answers(model())


def test_a_model_without_readout_is_refused():
    with pytest.raises(UnsupportedTask):
        benchmark().answers(model("V1"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"folds": 1}, "folds=1"),
        ({"task": "odd_one_out"}, "task or fitting stimuli"),
        ({"fitting_stimuli": "other"}, "task or fitting stimuli"),
    ],
)
def test_descriptions_that_mean_nothing_are_refused(options, message):
    with pytest.raises(InvalidParameter, match=message):
        benchmark(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"folds": "face"}, "'face'"),
        ({"fit_where": {"level": [1]}}, "'level'"),
        ({"folds": "size"}, "nothing of 'cat'"),
    ],
)
def test_folds_that_cannot_be_made_are_named(options, message):
    with pytest.raises(InvalidParameter, match=message):
        list(benchmark(**options).splits(images()))
