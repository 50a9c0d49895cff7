"""What the descriptions say, and both run on made-up files in the format of the real ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from brainscore_core import load_benchmark, load_metric, score
from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import DataUnavailable, StimulusMismatch, UnsupportedTask
from brainscore_core.scores import Score
from brainscore_vision import wrap
from brainscore_vision.behavior import LogisticDecoder
from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.rehearsal import Rehearsal
from bs_benchmark_rajalingham2018.halves import by_halves

OBJECTS = np.array(["bear", "calc01", "dromedary", "weimaraner", "zebra"])
PIXELS = 6
FITTED, TESTED = 100, 60


def pictures(count, seed):
    """Patterns of five objects in noise."""
    kinds = np.random.default_rng(0).normal(size=(len(OBJECTS), PIXELS, PIXELS))
    rng = np.random.default_rng(seed)
    shown = np.arange(count) % len(OBJECTS)
    found = 127 + 30 * (0.7 * kinds[shown] + rng.normal(size=(count, PIXELS, PIXELS)))
    return np.clip(found, 0, 255).astype(np.uint8), shown


def features(images):
    return (np.stack(images).reshape(len(images), -1).astype(float) - 127) / 30


def subject(**behavior):
    return wrap(
        lambda batch: {"output": features(batch)},
        layers={"IT": "output"},
        visual_degrees=8,
        identifier="patterns",
        preprocessing=lambda image: image,
        behavior=Behavior(readout="output", decoder=LogisticDecoder(C=0.05), **behavior),
    )


def trials_of(images, shown, ids, each=160):
    """People who decode the patterns, and answer with what they find more probable, by chance."""
    fitted, labels = pictures(FITTED, 1)
    decoder = LogisticDecoder(C=0.05).fit(features(fitted), OBJECTS[labels].tolist())
    p = decoder.probabilities(features(images))
    rng = np.random.default_rng(5)
    image = np.repeat(np.arange(len(images)), each)
    other = rng.integers(0, len(OBJECTS) - 1, len(image))
    distractor = other + (other >= shown[image])
    share = p[image, distractor] / (p[image, distractor] + p[image, shown[image]])
    answer = OBJECTS[np.where(rng.random(len(image)) < share, distractor, shown[image])]
    coords = {
        "image_id": np.array(ids)[image],
        "stimulus_id": np.array(ids)[image],
        "truth": OBJECTS[shown[image]],
        "sample_obj": OBJECTS[shown[image]],
        "dist_obj": OBJECTS[distractor],
    }
    coords = {name: ("presentation", values) for name, values in coords.items()}
    made = BehavioralAssembly(answer, dims=("presentation",), coords=coords).drop_vars("stimulus_id")
    order = rng.permutation(len(answer))
    return made[order].assign_coords(choice=("presentation", answer[order]))


@pytest.fixture
def rehearsed(tmp_path, monkeypatch):
    """``rehearsed(identifier)``: the benchmark over made-up files."""
    from bs_data_rajalingham2018 import _images, _trials

    mirror = Rehearsal(tmp_path / "mirror")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(mirror.folder))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    entries = {}
    for part, count, seed in (("public", FITTED, 1), ("private", TESTED, 2)):
        images, shown = pictures(count, seed)
        ids = [f"{part}-{index:03}" for index in range(count)]
        table = pd.DataFrame({"stimulus_id": ids, "image_label": OBJECTS[shown]})
        hashes = mirror.images(f"stimulus_objectome_{part}", table, dict(zip(ids, images, strict=True)))
        stimuli = _images(f"objectome.{part}", *hashes, count, part)
        sha1 = mirror.assembly(f"assy_dicarlo_Rajalingham2018_{part}.nc", trials_of(images, shown, ids))
        entries[part] = stimuli, _trials(f"Rajalingham2018.{part}", sha1, stimuli, 1, part)

    def make(identifier):
        part = "public" if "public" in identifier else "private"
        stimuli, data = entries[part]
        options = {"data": data, "stimuli": stimuli, "fitting_stimuli": entries["public"][0]}
        return load_benchmark(identifier).with_options(**options)

    return make


def test_each_has_its_own_identifier():
    private, public = load_benchmark("Rajalingham2018-i2n"), load_benchmark("Rajalingham2018public-i2n")
    assert private.identifier == "Rajalingham2018-i2n" and public.identifier == "Rajalingham2018public-i2n"
    assert (private.access, public.access) == ("private", "public")
    for benchmark in (private, public):
        assert (benchmark.visual_degrees, benchmark.number_of_trials, benchmark.version) == (8, 2, 2)
        assert benchmark.task == "probabilities" and benchmark.fitting_stimuli == "objectome.public"
    assert private.stimuli == "objectome.private" and not private.overlap_published and public.overlap_published
    assert private.human == {"agreement_of_halves": 0.479}
    assert public.human == {"agreement_of_halves": "not published"}
    assert public.info.flags == ("fitted-on-test-stimuli",) and private.info.flags == ()


def test_by_hand(rehearsed):
    """The r with each half, over the root of the r between the halves, from decoder and metric themselves."""
    benchmark = rehearsed("Rajalingham2018-i2n")
    result = benchmark(subject())
    fitted, labels = pictures(FITTED, 1)
    tested, _ = pictures(TESTED, 2)
    decoder = LogisticDecoder(C=0.05).fit(features(fitted), OBJECTS[labels].tolist())
    coords = {"stimulus_id": ("presentation", [f"private-{index:03}" for index in range(TESTED)])}
    coords["choice"] = list(decoder.labels)
    p = BehavioralAssembly(decoder.probabilities(features(tested)), dims=("presentation", "choice"), coords=coords)
    i2n, trials = load_metric("i2n"), benchmark.target()
    r, halves = i2n(p, trials), i2n.ceiling(trials)
    assert result.raw.value == pytest.approx(r.value, abs=1e-4) and result.ceiling.value == pytest.approx(halves.value)
    expected = np.mean(r.values.values / np.sqrt(halves.values.values))
    assert result.value == pytest.approx(expected, abs=1e-4) and result.normalisation.startswith("mean over halves")
    assert result.value == pytest.approx(1, abs=0.2) and result.details["error"] == "spread over 200 draws of stimuli"
    raw_error = load_metric("i2n", bootstrap_samples=200)(p, trials).error
    assert result.raw.error == pytest.approx(raw_error, rel=0.02) and result.error >= result.raw.error
    assert result.details["human_agreement_of_halves"] == 0.479 and "fitted-on-test-stimuli" not in result.flags


def test_the_public_one_says_that_it_is_fitted_on_what_it_tests_with(rehearsed):
    result = score(subject(), rehearsed("Rajalingham2018public-i2n"))
    assert "fitted-on-test-stimuli" in result.flags and result.value > 0.2 and result.raw.value > 0
    assert result.details["ratio_of_means"] == pytest.approx(result.raw.value / np.sqrt(result.ceiling.value))


def test_a_second_run_from_the_cache_is_the_same(rehearsed):
    benchmark = rehearsed("Rajalingham2018public-i2n")
    one, other = score(subject(), benchmark), score(subject(), benchmark)
    assert one.value == other.value and one.normalisation == other.normalisation
    assert other.normalisation.startswith("mean over halves") and other.ceiling.values.sizes == {"split": 2}


def test_fitting_on_test_images_is_refused_where_it_is_not_published(rehearsed):
    benchmark = rehearsed("Rajalingham2018public-i2n").with_options(overlap_published=False)
    with pytest.raises(StimulusMismatch, match="100 fitting stimuli .* are tested with"):
        benchmark(subject())


def test_an_image_under_another_name_is_found(rehearsed):
    """Overlap is told by content, not by id."""
    benchmark = rehearsed("Rajalingham2018-i2n")
    entry = benchmark.stimuli
    clash = replace(entry, read=lambda: _with_first_of(rehearsed("Rajalingham2018public-i2n").stimuli.load(), entry))
    with pytest.raises(StimulusMismatch, match="1 fitting stimuli .* as 'public-000', which is 'private-007'"):
        benchmark.with_options(stimuli=clash)(subject())


def _with_first_of(other, entry):
    from brainscore_core.stimuli import StimulusSet

    mine = entry.load()
    first = next(iter(other))
    return StimulusSet(
        mine.table,
        identifier=mine.identifier,
        open=lambda id: other.open(first) if id == "private-007" else mine.open(id),
        key=lambda id: other.key(first) if id == "private-007" else mine.key(id),
    )


def test_of_private_trials_only_the_score_leaves(rehearsed):
    result = score(subject(), rehearsed("Rajalingham2018-i2n"))
    assert result.value > 0.5 and result.raw is None and not result.details and result.values is None


def test_a_model_without_readout_is_refused_before_anything_is_fetched(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    blind = wrap(
        lambda batch: {"output": features(batch)},
        layers={"V1": "output"},
        visual_degrees=8,
        identifier="v1",
        preprocessing=lambda image: image,
        behavior=Behavior(scores="output", classes=[f"class-{number}" for number in range(36)]),
    )
    for identifier in ("Rajalingham2018-i2n", "Rajalingham2018public-i2n"):
        with pytest.raises(UnsupportedTask):
            score(blind, identifier)


def test_without_data_the_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    with pytest.raises(DataUnavailable, match=r"assy_dicarlo_Rajalingham2018_private\.nc"):
        load_benchmark("Rajalingham2018-i2n").target()


def test_halves_that_do_not_agree_give_no_score():
    import xarray as xr

    def with_values(value, halves):
        return Score(value, 0.01, values=xr.DataArray(halves, dims=("split",)))

    whole = Score(0.5, 0.1, with_values(0.2, [0.5, -0.1]), with_values(0.3, [0.3, 0.3]))
    assert by_halves(whole).value is None and "no-valid-ceiling" in by_halves(whole).flags
    fine = Score(0.5, 0.1, with_values(0.25, [0.16, 0.36]), with_values(0.3, [0.2, 0.3]))
    assert by_halves(fine).value == pytest.approx((0.2 / 0.4 + 0.3 / 0.6) / 2)
