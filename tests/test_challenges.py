"""What later experiments bring, held against the contracts: each either fits, or is refused by a typed error.

Every test is a sketch of a kind of experiment that no plugin here makes yet.
"""

import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from brainscore_core import (
    BehavioralAssembly,
    Benchmark,
    DissimilarityAssembly,
    MetricSpec,
    NeuroidAssembly,
    Score,
    StimulusSet,
    align,
    score,
    score_all,
)
from brainscore_core.assemblies import DataAssembly, select
from brainscore_core.ceilings import digest_assembly
from brainscore_core.contracts import DataEntry, DataInfo, ModelInfo, Presentation
from brainscore_core.data.netcdf import open_assembly, save_assembly
from brainscore_core.digests import digest_value
from brainscore_core.errors import InvalidAssembly, InvalidStimulusSet, StimulusMismatch


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def stored(assembly, tmp_path):
    """The assembly as its file gives it back, after it was found lossless."""
    save_assembly(assembly, tmp_path / "assembly.nc")
    with open_assembly(tmp_path / "assembly.nc") as read:
        read.load()
    assert read.identical(assembly)
    return read


def neuroid(values, ids, *, dims=("presentation", "neuroid"), **coords):
    units = values.shape[1]
    given = {
        "stimulus_id": ("presentation", list(ids)),
        "neuroid_id": ("neuroid", [f"n{index}" for index in range(units)]),
        "region": ("neuroid", ["IT"] * units),
    }
    return NeuroidAssembly(values, dims=dims, coords=given | coords)


# --- recordings ----------------------------------------------------------------------------------------------------


def test_ragged_repetitions_are_rows(rng, tmp_path):
    """Each stimulus as often as it was shown: rows, told apart by `repetition`; what was lost is NaN."""
    counts = {"a": 3, "b": 1, "c": 2}
    ids = [id for id, count in counts.items() for _ in range(count)]
    repetition = [index for count in counts.values() for index in range(count)]
    values = rng.normal(size=(6, 4))
    values[1, 2] = np.nan
    assembly = stored(neuroid(values, ids, repetition=("presentation", repetition)), tmp_path)
    same, _ = align(assembly.isel(presentation=[5, 3, 0, 1, 4, 2]), assembly)
    assert same.identical(assembly)
    with pytest.raises(StimulusMismatch, match="more than once"):
        align(neuroid(values[:3], ["a", "b", "c"]), assembly)
    means = assembly.groupby("stimulus_id").mean()
    assert means.sizes["stimulus_id"] == 3 and not np.isnan(means).any()


def test_ragged_time_bins_need_only_start_and_end(rng, tmp_path):
    """Bins of different width, overlapping, one for the whole response."""
    bounds = {"time_bin_start": ("time_bin", [50.0, 70.0, 0.0]), "time_bin_end": ("time_bin", [60.0, 170.0, 400.0])}
    values = rng.normal(size=(3, 2, 3)).astype(np.float32)
    timed = neuroid(values, "abc", dims=("presentation", "neuroid", "time_bin"), **bounds)
    assert stored(timed, tmp_path).dtype == np.float32
    assert select(timed, time_bin_start=70.0).shape == (3, 2, 1)


def test_units_that_were_not_shown_everything(rng):
    """Sites of different days saw different images: NaN is 'not measured', and no site needs to be complete."""
    values = rng.normal(size=(4, 3))
    values[:2, 0] = values[2:, 1] = np.nan
    assembly = neuroid(values, "abcd", day=("neuroid", [1, 2, 3]))
    assert NeuroidAssembly.validate(assembly) is assembly
    with pytest.raises(InvalidAssembly, match="every value is NaN"):
        neuroid(np.full((4, 3), np.nan), "abcd")


def test_several_regions_and_subjects_at_once(rng, tmp_path):
    regions, subjects = ["V4", "IT", "V4", "IT", "IT"], ["m1", "m1", "m2", "m2", "m3"]
    assembly = neuroid(rng.normal(size=(3, 5)), "abc", region=("neuroid", regions), subject=("neuroid", subjects))
    stored(assembly, tmp_path)
    assert select(assembly, region="V4", subject="m2").shape == (3, 1)
    values = DataAssembly(
        rng.uniform(size=5),
        dims=("neuroid",),
        coords={"region": ("neuroid", regions), "subject": ("neuroid", subjects)},
    )
    per_region = values.groupby("region").median()
    result = Score(
        float(per_region.mean()),
        values=values,
        details={f"median {r}": float(per_region.sel(region=r)) for r in ("V4", "IT")},
    )
    assert Score.load(result.save(tmp_path / "score.json")) == result


def test_voxels_are_neuroids_with_places(rng, tmp_path):
    grid = np.array([(x, y, z) for x in range(3) for y in range(3) for z in range(2)])
    coords = {f"voxel_{axis}": ("neuroid", grid[:, number] * 3.0) for number, axis in enumerate("xyz")}
    coords |= {"hemisphere": ("neuroid", ["L", "R"] * 9), "noise_ceiling": ("neuroid", rng.uniform(size=18))}
    voxels = stored(neuroid(rng.normal(size=(4, 18)).astype(np.float32), "abcd", **coords), tmp_path)
    assert select(voxels, hemisphere="L", voxel_x=[0.0, 3.0]).sizes["neuroid"] == 6
    assert select(voxels, noise_ceiling=voxels["noise_ceiling"].values > 0.5).sizes["neuroid"] < 18


def test_latency_of_each_site_is_a_coordinate(rng, tmp_path):
    """Numbers may be missing (NaN), text may not."""
    latencies = [71.5, np.nan, 93.0]
    sites = stored(neuroid(rng.normal(size=(2, 3)), "ab", latency_ms=("neuroid", latencies)), tmp_path)
    assert select(sites, latency_ms=(sites["latency_ms"] < 80).values).shape == (2, 1)
    with pytest.raises(InvalidAssembly, match="'layer' mixes types or misses a text"):
        neuroid(rng.normal(size=(2, 3)), "ab", layer=("neuroid", ["2/3", None, "5"]))


# --- folds ---------------------------------------------------------------------------------------------------------


def test_folds_over_stimuli_units_or_subjects(rng):
    """A coordinate names what is held out; metrics get rows or columns, never positions to guess from."""
    from brainscore_core.statistics.crossvalidation import CrossValidation

    subjects = np.repeat(["m1", "m2", "m3"], 4)
    assembly = neuroid(
        rng.normal(size=(6, 12)),
        [f"s{i}" for i in range(6)],
        subject=("neuroid", subjects),
        movie=("presentation", list("aabbcc")),
    )
    for name, dim, groups in (("subject", "neuroid", subjects), ("movie", "presentation", np.array(list("aabbcc")))):
        unit = "neuroid_id" if dim == "neuroid" else "stimulus_id"
        plan = CrossValidation(splits=3, kfold=True, split_coord=unit, stratification_coord=None, group_coord=name)
        folds = plan.folds(assembly, dim)
        assert sorted(np.concatenate([test for _, test in folds]).tolist()) == list(range(assembly.sizes[dim]))
        for train, test in folds:
            assert not set(groups[train]) & set(groups[test])
            assert assembly.isel({dim: test}).sizes[dim] == len(test)
        assert plan.generalises_over == name


# --- behaviour -----------------------------------------------------------------------------------------------------


def test_choices_out_of_24(rng, tmp_path):
    labels = [f"object-{index:02d}" for index in range(24)]
    probabilities = rng.dirichlet(np.ones(24), size=48)
    truth = labels * 2
    coords = {
        "stimulus_id": ("presentation", [f"s{i}" for i in range(48)]),
        "truth": ("presentation", truth),
        "choice": labels,
    }
    answers = stored(BehavioralAssembly(probabilities, dims=("presentation", "choice"), coords=coords), tmp_path)
    hit = answers.sel(choice=answers["truth"])  # one index coordinate: what is true of each presentation
    assert hit.sizes == {"presentation": 48}
    with pytest.raises(InvalidAssembly, match="labels of dimension 'choice' repeat"):
        BehavioralAssembly(
            probabilities, dims=("presentation", "choice"), coords=coords | {"choice": ["x", *labels[1:-1], "x"]}
        )
    with pytest.raises(InvalidAssembly, match="'choice' is missing"):
        BehavioralAssembly(
            probabilities, dims=("presentation", "choice"), coords={"stimulus_id": coords["stimulus_id"]}
        )


def test_triplets_show_one_image_many_times_and_open_it_once(rng, tmp_path):
    """A presentation has an id of its own; the key names the image, so that a network sees each image once."""
    images = {f"image-{index}": rng.integers(0, 256, (4, 4, 3), dtype=np.uint8) for index in range(5)}
    triplets = [(0, 1, 2), (2, 1, 4), (3, 0, 1)]
    rows = [
        (f"t{t}.{place}", f"image-{image}", t) for t, shown in enumerate(triplets) for place, image in enumerate(shown)
    ]
    table = pd.DataFrame(rows, columns=["stimulus_id", "image", "triplet"])
    of = dict(zip(table["stimulus_id"], table["image"], strict=True))
    shown = StimulusSet(
        table, identifier="triplets", open=lambda id: images[of[id]], key=lambda id: f"images-1:{of[id]}"
    )
    assert len(shown) == 9 and len({shown.key(id) for id in shown}) == len({shown.digest_of(id) for id in shown}) == 5
    coords = {"stimulus_id": ("presentation", ["t0", "t1", "t2"])}
    coords |= {f"image_{place}": ("presentation", [f"image-{t[place]}" for t in triplets]) for place in range(3)}
    odd = BehavioralAssembly(np.array([2, 0, 0]), dims=("presentation",), coords=coords)
    assert stored(odd, tmp_path)["image_2"].values[0] == "image-2"
    similarity = DissimilarityAssembly(
        rng.uniform(size=(2, 5, 5)),
        dims=("subject", "stimulus_i", "stimulus_j"),
        coords={
            "stimulus_id_i": ("stimulus_i", list(images)),
            "stimulus_id_j": ("stimulus_j", list(images)),
            "subject_id": ("subject", ["one", "one"]),
            "session": ("subject", [1, 2]),
            "region": ("subject", ["behaviour"] * 2),
        },
    )
    assert stored(similarity, tmp_path).shape == (2, 5, 5)


# --- stimuli -------------------------------------------------------------------------------------------------------


def test_generated_stimuli_are_named_without_being_made():
    made = []

    def generate(id):
        made.append(id)
        phase = float(id.removeprefix("phase="))
        wave = 127.5 + 127.5 * np.sin(np.linspace(0, 20, 64) + np.deg2rad(phase))
        return np.rint(np.round(np.tile(wave, (64, 1)), 6)).astype(np.uint8)

    table = pd.DataFrame({"stimulus_id": [f"phase={phase}" for phase in range(0, 360, 30)], "degrees": 4.0})
    gratings = StimulusSet(table, identifier="gratings", open=generate, key=lambda id: f"grating-1:{id}")
    inverted = gratings.take(slice(0, 6)).map(
        lambda image, id: 255 - image, key=lambda before, id: f"{before}|inverted"
    )
    assert [inverted.key(id) for id in inverted][0] == "grating-1:phase=0|inverted" and made == []
    assert gratings.digest_of("phase=30") == gratings.digest_of("phase=30") != inverted.digest_of("phase=30")


def test_movies_are_stimuli_like_any_other(rng):
    """(frames, height, width, 3): core does not look inside, and vision refuses to take a movie for an image."""
    from brainscore_vision import place_on_screen

    movie = rng.integers(0, 256, (8, 12, 16, 3), dtype=np.uint8)
    table = pd.DataFrame({"stimulus_id": ["m"], "frames_per_second": [24.0]})
    movies = StimulusSet(table, identifier="movies", open={"m": movie}.__getitem__)
    assert movies.digest_of("m") == digest_value(movie) != digest_value(movie[:, :, :, 0])
    slowed = movies.map(
        lambda frames, id: frames[::2], key=lambda before, id: f"{before}|12 Hz", frames_per_second=12.0
    )
    assert slowed.open("m").shape == (4, 12, 16, 3) and slowed["frames_per_second"].tolist() == [12.0]
    placed = place_on_screen(movies, 8.0, 4.0)
    with pytest.raises(InvalidStimulusSet):
        placed.open("m")


def test_fifty_thousand_stimuli_in_two_seconds(rng):
    ids = [f"n{index:08d}_{index % 50}" for index in range(50_000)]
    values = np.zeros((50_000, 2), np.float32)
    started = time.perf_counter()
    stimuli = StimulusSet(
        pd.DataFrame({"stimulus_id": ids}), identifier="large", open=str, key=lambda id: f"large-1:{id}"
    )
    keys = {stimuli.key(id) for id in stimuli}
    target = neuroid(values, ids)
    source = neuroid(values, ids).isel(presentation=rng.permutation(50_000))
    aligned, _ = align(source, target)
    batches = [stimuli.take(slice(start, start + 1000)) for start in range(0, 50_000, 1000)]
    seconds = time.perf_counter() - started
    assert len(keys) == 50_000 and len(batches) == 50
    assert aligned["stimulus_id"].values.tolist() == ids
    assert seconds < 2


# --- other domains -------------------------------------------------------------------------------------------------


class Arm:
    """A motor model: shown a target, it moves there; its answer is a trajectory over time."""

    identifier, info = "arm", ModelInfo("Moves straight, with a minimum-jerk profile.")

    def configure(self, *, seed=0, device=None, batch_size=None, cache=True):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        pass

    def digest(self):
        return None

    def reach(self, stimuli, time_ms):
        tau = np.asarray(time_ms) / time_ms[-1]
        profile = 10 * tau**3 - 15 * tau**4 + 6 * tau**5
        goals = np.array([stimuli.open(id) for id in stimuli])
        return trajectories(goals[:, None, :] * profile[:, None], stimuli.ids, time_ms)


def trajectories(values, ids, time_ms):
    coords = {
        "stimulus_id": ("presentation", list(ids)),
        "time_ms": ("time", list(time_ms)),
        "effector": ["x", "y"],
    }
    return DataAssembly(values, dims=("presentation", "time", "effector"), coords=coords)


GOALS = {"left": np.array([-10.0, 0.0]), "up": np.array([0.0, 10.0])}
TIME = (0.0, 100.0, 200.0, 300.0)


class Reaching(Benchmark):
    """Distance of two trajectories."""

    domain = "motor"

    def stimuli(self):
        return StimulusSet(pd.DataFrame({"stimulus_id": list(GOALS)}), identifier="goals", open=GOALS.__getitem__)

    def presents(self):
        return (Presentation(self.stimuli(), None, None),)

    def __call__(self, model):
        target = self.target()
        source, target = align(model.reach(self.stimuli(), target["time_ms"].values), target)
        distance = np.sqrt(((source - target) ** 2).sum("effector")).mean("time")
        return Score(float(1 / (1 + distance.mean())), values=distance)


def test_a_model_whose_output_is_a_trajectory(tmp_path):
    recorded = trajectories(np.zeros((2, 4, 2)), ["up", "left"], TIME)
    data = DataEntry("Reach", lambda: stored(recorded, tmp_path), DataInfo("Nobody moved.", licence="CC0"))
    result = score(Arm(), Reaching("Reach-distance", data=data, metric=MetricSpec("none"), parent="motor", version=1))
    assert 0 < result.value < 1 and result.values["stimulus_id"].values.tolist() == ["up", "left"]
    assert result.provenance["model"]["digest"] is None and result.provenance["domain"]["distribution"] is None


def test_private_data_stay_in_the_process(home, caplog):
    """Whatever an experiment puts into its score: outside are value, error and ceiling."""

    class Careless(Reaching):
        def __call__(self, model):
            told = super().__call__(model)
            secrets = {"details": {"worst": "left"}, "ceiling": Score(1.0, 0.1, values=told.values), "raw": told}
            return told.with_(error=0.1, provenance={"subject": "left"}, **secrets)

    data = DataEntry(
        "Reach",
        lambda: trajectories(np.zeros((2, 4, 2)), ["up", "left"], TIME),
        DataInfo(access="private", licence="x"),
    )
    [record] = score_all([Arm()], [Careless("Reach", data=data, metric=MetricSpec("none"), parent="motor", version=1)])
    told = record.to_dict()
    assert (told["score"], told["error"], told["ceiling"]) == (record.score.value, 0.1, 1.0)
    assert told["raw"] is None and told["details"] == {} and "left" not in repr(record) + str(told) + caplog.text
    assert not [path for path in home.rglob("*") if path.is_file()]


def test_an_unfamiliar_kind_of_data_needs_no_new_class(rng, tmp_path):
    """Any labelled array is a DataAssembly: eye movements, say, or a spectrogram of a local field potential."""
    coords = {
        "stimulus_id": ("presentation", ["a", "b"]),
        "frequency_hz": ("frequency", [4.0, 8.0, 30.0]),
        "channel": [1, 2],
    }
    spectra = DataAssembly(rng.normal(size=(2, 3, 2)), dims=("presentation", "frequency", "channel"), coords=coords)
    assert digest_assembly(stored(spectra, tmp_path)) == digest_assembly(spectra)
    assert isinstance(select(spectra, frequency_hz=[4.0, 8.0]), xr.DataArray)
