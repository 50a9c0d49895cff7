"""What the description says, and the benchmark run on made-up files in the format of the real ones."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from brainscore_core import load_benchmark, score
from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import DataUnavailable, StimulusMismatch, UnsupportedTask
from brainscore_vision import wrap
from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.rehearsal import Rehearsal
from bs_benchmark_hebart2023.triplets import distinct_triplets

COUNT, TRIPLETS = 40, 600
ROLES = ("stimulus_1", "stimulus_2", "stimulus_3")


def pictures():
    """Three kinds of patterns, bright and dark ones."""
    rng = np.random.default_rng(0)
    kinds = rng.normal(size=(3, 8, 8))[np.arange(COUNT) % 3]
    return np.clip(127 + 50 * (kinds + 0.6 * rng.normal(size=(COUNT, 8, 8))), 0, 255).astype(np.uint8)


def seen(batch):
    return {"output": (np.stack(batch).astype(float) - 127) / 50}


def _same(image):
    return image


def model(values=seen, looked=None, **behavior):
    def responses(batch):
        if looked is not None:
            looked.append(len(batch))
        return values(batch)

    return wrap(
        responses,
        layers={"IT": "output"},
        visual_degrees=8,
        identifier="patterns",
        preprocessing=_same,
        behavior=Behavior(readout="output", **behavior),
    )


def odd_by_dot(features, triplets):
    """By hand: the image outside the pair with the largest dot product."""
    odd = []
    for one, two, three in triplets:
        dots = [features[one] @ features[two], features[one] @ features[three], features[two] @ features[three]]
        odd.append([three, two, one][int(np.argmax(dots))])
    return np.array(odd)


@pytest.fixture
def rehearsed(tmp_path, monkeypatch):
    """The benchmark over made-up files; people leave out what the patterns say, in three of four triplets."""
    from bs_data_hebart2023 import _images, _triplets

    mirror = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(mirror.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    images = pictures()
    rng = np.random.default_rng(1)
    triplets = np.array([rng.choice(COUNT, 3, replace=False) for _ in range(TRIPLETS)])
    odd = odd_by_dot((images.reshape(COUNT, -1) - 127.0) / 50, triplets)
    odd = np.where(rng.random(TRIPLETS) < 0.75, odd, triplets[np.arange(TRIPLETS), rng.integers(0, 3, TRIPLETS)])
    others = np.array([[image for image in row if image != one] for row, one in zip(triplets, odd, strict=True)])
    coords = {"image_1": others[:, 0], "image_2": others[:, 1], "image_3": odd, "stimulus_id": odd}
    coords = {name: ("presentation", values) for name, values in coords.items()}
    file = xr.DataArray(odd, dims=["presentation"], coords=coords)
    table = pd.DataFrame({"stimulus_id": range(COUNT)})
    stimuli = _images(*mirror.images("stimulus_Hebart2023", table, {str(i): images[i] for i in range(COUNT)}), COUNT)
    data = _triplets(mirror.assembly("assy_Hebart2023.nc", file), COUNT)
    return load_benchmark("Hebart2023-match").with_options(data=data, stimuli=stimuli)


def test_described_as_brain_score_2():
    benchmark = load_benchmark("Hebart2023-match")
    assert (benchmark.visual_degrees, benchmark.number_of_trials, benchmark.version) == (8, 1, 1)
    assert benchmark.task == "odd_one_out" and benchmark.parent == "behavior_vision" and benchmark.access == "private"
    assert benchmark.ceiling.value == 0.6767 and benchmark.ceiling.flags == ("ceiling-quoted",)
    assert benchmark.info.ceiling == "0.6767, quoted" and "ceiling-quoted" in benchmark.info.flags


def test_score_by_hand(rehearsed):
    """A model that sees the patterns is right where people did not guess otherwise; each image is looked at once."""
    looked = []
    result = rehearsed(model(looked=looked))
    target = rehearsed.target()
    features = (pictures().reshape(COUNT, -1) - 127.0) / 50
    shown = np.stack([target[role].values.astype(int) for role in ROLES], axis=1)
    share = np.mean(odd_by_dot(features, shown) == target.values.astype(int))
    assert 0.75 < share < 0.9 and result.raw.value == pytest.approx(share, abs=1e-12)
    assert result.value == pytest.approx((share - 1 / 3) / (0.6767 - 1 / 3), abs=1e-12) and result.value > 1
    assert result.details["bounded"] == 1 and "above-ceiling" in result.flags and "ceiling-quoted" in result.flags
    assert result.error > 0 and result.details["human_agreement"] == 0.6767
    assert sum(looked) <= COUNT + 2


def test_a_model_against_people_keeps_its_sign(rehearsed):
    """Where the least similar two are taken for a pair."""

    def against(batch):
        rng = np.random.default_rng(3)
        return {"output": rng.normal(size=(len(batch), 9))}

    result = rehearsed(model(lambda batch: {"output": -np.abs(against(batch)["output"])}))
    assert abs(result.raw.value - 1 / 3) < 0.12
    assert result.value == pytest.approx((result.raw.value - 1 / 3) / (0.6767 - 1 / 3))
    assert result.details["bounded"] == max(result.value, 0)


def test_of_private_answers_only_the_score_leaves(rehearsed):
    result = score(model(), rehearsed)
    assert result.raw is None and not result.details and result.values is None and result.value > 1


def test_a_model_without_readout_is_refused_before_anything_is_fetched(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    names = Behavior(scores="output", classes=[f"class-{number}" for number in range(64)])
    subject = wrap(
        seen, layers={"V1": "output"}, visual_degrees=8, identifier="v1", preprocessing=_same, behavior=names
    )
    with pytest.raises(UnsupportedTask):
        score(subject, "Hebart2023-match")


def test_without_data_the_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    with pytest.raises(DataUnavailable, match=r"assy_Hebart2023\.nc"):
        load_benchmark("Hebart2023-match").target()


def answers(triplets):
    first, second, third = np.asarray(triplets).T
    coords = {"stimulus_id": [f"{a}|{b}|{c}" for a, b, c in triplets]}
    coords |= dict(zip(ROLES, (first, second, third), strict=True))
    coords = {name: ("presentation", values) for name, values in coords.items()}
    return BehavioralAssembly(third, dims=("presentation",), coords=coords)


def test_own_triplets_with_a_repeated_image_are_refused(rehearsed):
    own = DataEntry("own", lambda: answers([("0", "1", "2"), ("3", "4", "4")]), DataInfo("own triplets"))
    with pytest.raises(StimulusMismatch, match="trial 1 shows '4' as stimulus_2 and as stimulus_3"):
        rehearsed.with_options(data=own)(model())


def test_a_triplet_that_many_answered_is_asked_once():
    table = distinct_triplets(answers([("a", "b", "c"), ("d", "a", "b"), ("c", "a", "b"), ("a", "b", "c")]))
    assert table.to_numpy().tolist() == [["a", "b", "c"], ["d", "a", "b"]] and list(table) == list(ROLES)
