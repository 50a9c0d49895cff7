"""One decoder on recorded and on model units, on made-up recordings: what is fitted on is never tested with."""

import numpy as np
import pytest

from brainscore_core import load_benchmark, load_metric, score
from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import InvalidParameter, StimulusMismatch, UnsupportedRegion
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.behavior import LogisticDecoder
from bs_benchmark_majajhong2015.folds import decoded, folds_of

IDENTIFIER = "MajajHong2015public.IT-decoder_consistency"


@pytest.fixture
def benchmark(data):
    return load_benchmark(IDENTIFIER).with_options(
        data=data["MajajHong2015.public"], stimuli=data["stimuli"], decoder=LogisticDecoder(C=0.01)
    )


def of_sites(batch):
    """The pixels that the sites weigh."""
    return np.stack(batch).reshape(len(batch), -1)[:, :6].astype(float)


def everything(batch):
    """All pixels: objects that the sites cannot tell apart are told apart."""
    return np.stack(batch).reshape(len(batch), -1).astype(float)


def model(values=of_sites, region="IT"):
    return wrap(
        values, layers={region: "output"}, visual_degrees=8, identifier="pixels", preprocessing=lambda image: image
    )


def noise(batch):
    """Units that tell no object from another: each image is a seed."""
    return np.stack([np.random.default_rng(int(image.astype(int).sum())).normal(size=20) for image in batch])


def test_described():
    benchmark = load_benchmark(IDENTIFIER)
    assert benchmark.region == "IT" and benchmark.visual_degrees == 8 and benchmark.folds == 5
    assert "could not be confirmed" in benchmark.info.description
    assert benchmark.info.ceiling.startswith("halves") and "ceiling-unknown" not in benchmark.info.flags


def test_a_model_of_the_sites_is_consistent_with_them_and_noise_is_not(benchmark):
    found = score(model(), benchmark)
    assert found.normalisation == "raw / sqrt(ceiling)" and found.error > 0
    assert found.value == pytest.approx(found.raw.value / np.sqrt(found.ceiling.value))
    assert 0.5 < found.ceiling.value < 1 and 0.8 < found.value < 1.05
    assert found.details["accuracy_of_recorded"] > 1.5 / 16
    assert found.details["compared_with"] == "decoder of recorded IT" and found.details["image_level_r"] > 0
    better = score(model(everything), benchmark)
    assert better.details["accuracy_of_model"] > found.details["accuracy_of_model"] and better.value < found.value - 0.2
    nothing = score(model(noise), benchmark)
    assert abs(nothing.raw.value) < 0.25 and nothing.details["accuracy_of_model"] < 0.15


def test_recorded_units_against_themselves_are_one(benchmark):
    recorded = benchmark.target()
    assert load_metric("O2")(recorded, recorded).value == pytest.approx(1)
    assert recorded.sizes == {"presentation": 240, "choice": 16}
    np.testing.assert_allclose(recorded.sum("choice"), 1)


def test_people_take_the_place_of_recordings(benchmark):
    """People who answer by the decoder of the recorded sites: the decoder is consistent with them, as in the paper."""
    recorded = benchmark.target()
    rng = np.random.default_rng(0)
    image, other = np.repeat(np.arange(240), 300), rng.integers(0, 15, 240 * 300)
    choices, truth = recorded["choice"].values, recorded["truth"].values
    shown = np.searchsorted(choices, truth)[image]
    distractor = other + (other >= shown)
    p = recorded.values
    share = p[image, distractor] / (p[image, distractor] + p[image, shown])
    answer = np.where(rng.random(len(image)) < share, distractor, shown)
    coords = {
        "stimulus_id": recorded["stimulus_id"].values[image],
        "truth": choices[shown],
        "sample_obj": choices[shown],
        "dist_obj": choices[distractor],
    }
    coords = {name: ("presentation", values) for name, values in coords.items()}
    trials = BehavioralAssembly(choices[answer], dims=("presentation",), coords=coords)
    people = DataEntry("people", lambda: trials, DataInfo("made-up people"))
    found = score(model(), benchmark.with_options(people=people))
    assert found.details["compared_with"] == "people" and found.value > 0.8
    of_recorded = found.details["r_of_recorded_with_people"] / np.sqrt(found.ceiling.value)
    assert of_recorded == pytest.approx(1, abs=0.1)
    assert score(model(everything), benchmark.with_options(people=people)).value < 0.6


def test_a_model_without_it_is_refused_before_data_are_fetched(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    with pytest.raises(UnsupportedRegion):
        score(model(region="V1"), IDENTIFIER)


def made(labels, same=()):
    import pandas as pd

    table = pd.DataFrame({"stimulus_id": [f"s{index}" for index in range(len(labels))], "object_name": labels})
    content = {f"s{index}": index for index in range(len(labels))} | dict(same)
    return StimulusSet(table, identifier="made", open=lambda id: np.full((2, 2), content[id], np.uint8))


def test_folds_share_nothing_and_hold_every_object():
    stimuli = made(["a", "b", "c"] * 10)
    splits = folds_of(stimuli, "object_name", 5, 0)
    assert np.array_equal(np.sort(np.concatenate([tested for _, tested in splits])), np.arange(30))
    for fitted, tested in splits:
        assert not set(fitted) & set(tested) and len(tested) == 6
        assert stimuli["object_name"].iloc[tested].value_counts().tolist() == [2, 2, 2]
    again, other = folds_of(stimuli, "object_name", 5, 0), folds_of(stimuli, "object_name", 5, 1)
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(splits, again, strict=True))
    assert not all(np.array_equal(a[1], b[1]) for a, b in zip(splits, other, strict=True))


def test_one_image_under_two_names_is_not_on_both_sides():
    stimuli = made(["a", "b"] * 10, same={"s0": 2})
    seeds = range(20)
    refused = []
    for seed in seeds:
        try:
            folds_of(stimuli, "object_name", 2, seed)
        except StimulusMismatch as error:
            refused.append(str(error))
    assert 0 < len(refused) < len(seeds) and "'s0'" in refused[0] and "'s2'" in refused[0]


def test_what_cannot_be_split_is_refused():
    with pytest.raises(InvalidParameter, match="'rare' has 1 stimuli: expected 3, one a fold"):
        folds_of(made(["a"] * 5 + ["rare"]), "object_name", 3, 0)
    with pytest.raises(InvalidParameter, match="a column 'category'"):
        folds_of(made(["a"] * 5), "category", 3, 0)
    with pytest.raises(InvalidParameter, match="folds=1"):
        load_benchmark(IDENTIFIER).with_options(folds=1)


def test_a_stimulus_without_a_response_is_named():
    from brainscore_core.assemblies import NeuroidAssembly

    stimuli = made(["a", "b"] * 3)
    coords = {
        "stimulus_id": ("presentation", [f"s{index}" for index in range(5)]),
        "neuroid_id": ("neuroid", ["n"]),
        "region": ("neuroid", ["IT"]),
    }
    responses = NeuroidAssembly(np.ones((5, 1)), dims=("presentation", "neuroid"), coords=coords)
    with pytest.raises(StimulusMismatch, match="1 stimuli are on one side only, as 's5'"):
        decoded(responses, stimuli, "object_name", folds_of(stimuli, "object_name", 3, 0), LogisticDecoder())


def test_what_people_do_is_not_at_hand():
    from brainscore_core import load_benchmark

    assert load_benchmark("MajajHong2015public.IT-decoder_consistency").human == {"consistency": "not at hand"}
