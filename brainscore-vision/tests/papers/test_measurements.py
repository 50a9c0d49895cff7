"""Measurements on models whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import InvalidStimulusSet, UnsupportedRegion, UnsupportedTask
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.commitments.time import Steps, in_time
from brainscore_vision.papers.generators.generate import AXES, Recipe
from brainscore_vision.papers.measurements.dissimilarity import Dissimilarity
from brainscore_vision.papers.measurements.field_size import FieldSize
from brainscore_vision.papers.measurements.images import ImageProperty, prefers_significantly
from brainscore_vision.papers.measurements.solution_time import SolutionTime, solution_times

DEGREES = 8


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))


def images(values, **columns):
    """Images of two pixels a side whose first says which it is; 128 is grey."""
    ids = [f"image-{index}" for index in range(len(values))]
    shown = {name: np.full((4, 4), value, np.uint8) for name, value in zip(ids, values, strict=True)}
    table = pd.DataFrame({"stimulus_id": ids, **columns})
    made = StimulusSet(table, identifier="made", open=shown.__getitem__, key=lambda name: f"made:{shown[name][0, 0]}")
    return DataEntry("made", lambda: made, DataInfo("made up"))


def answering(table, grey=0.0, regions=("IT",)):
    """A model with one row of answers a pixel value; grey fields get `grey`."""

    def network(batch):
        return np.array(
            [table.get(int(image.ravel()[0]), np.full(len(next(iter(table.values()))), grey)) for image in batch]
        )

    return wrap(
        network,
        preprocessing=lambda image: image[:1, :1],
        layers=dict.fromkeys(regions, "output"),
        visual_degrees=DEGREES,
        identifier="answering",
    )


def property_of(name, entry, model, **options):
    measured = ImageProperty(stimuli=entry, property_name=name, regions=("IT",), visual_degrees=DEGREES, **options)
    return measured.measure(model, "")


def test_the_share_above_half_counts_images_above_grey():
    rows = {10: [8.0, 2.0, 1.0], 20: [1.0, 2.0, 1.0], 30: [4.6, 2.0, 1.0], 40: [1.0, 2.0, 1.0]}
    found = property_of("share_above_half", images(rows), answering(rows, grey=1.0))
    assert found.values.tolist() == [0.5, 1.0]  # the third unit never answers more than to grey
    assert found.counts == {"units_recorded": 3, "units_measured": 2}
    sparse = property_of("sparseness", images(rows), answering({k: [v[0] == 8, 1.0] for k, v in rows.items()}))
    assert sparse.values == pytest.approx([1, 0])


def faces(count=8):
    values = list(range(count))
    return images(values, face=[index % 2 == 0 for index in values])


def test_selectivity_is_measured_on_images_that_did_not_localise():
    rows = {index: [3.0 if index % 2 == 0 else 1.0, 1.5 if index % 2 == 0 else 1.0, 1.0, 1.0] for index in range(8)}
    kind = {"column": "face", "kind": "True"}
    everyone = property_of("strongly_selective", faces(), answering(rows), **kind)
    assert everyone.values.tolist() == [1, 0, 0, 0]
    best = property_of("strongly_selective", faces(), answering(rows), localised=0.25, **kind)
    assert best.values.tolist() == [1]
    index = property_of("selectivity_index", faces(), answering(rows), **kind)
    assert index.values == pytest.approx([0.5, 0.2, 0, 0])


def test_a_preference_is_one_beyond_chance():
    rng = np.random.default_rng(0)
    rows = {
        index: np.r_[5.0 + 3 * (index % 2 == 0), 5, 8 - 3 * (index % 2 == 0)] + rng.random(3) for index in range(40)
    }
    found = property_of("prefers_significantly", faces(40), answering(rows), column="face", kind="True")
    assert found.values.tolist() == [1, 0, 0]


def test_the_preference_is_tested_as_scipy_does():
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(1)
    chosen = np.arange(30) < 12
    responses = rng.gamma(1, 1, (30, 200)) + 0.4 * chosen[:, None]
    tested = ttest_ind(responses[chosen], responses[~chosen], equal_var=False)
    expected = (tested.pvalue < 0.05) & (tested.statistic > 0)
    assert 0 < expected.sum() < 200
    assert prefers_significantly(responses, chosen).tolist() == expected.tolist()
    constant = np.repeat([[2.0, 1.0, 1.0], [1.0, 1.0, 2.0]], [12, 18], axis=0)
    assert prefers_significantly(constant, chosen).tolist() == [1, 0, 0]


def test_a_kind_that_no_image_has_is_refused():
    with pytest.raises(InvalidStimulusSet, match="0 of 8 images of 'made' have face 'yes'"):
        property_of("selectivity_index", faces(), answering({0: [1.0]}), column="face", kind="yes")
    with pytest.raises(InvalidStimulusSet, match="has no column 'faces'"):
        property_of("selectivity_index", faces(), answering({0: [1.0]}), column="faces", kind="yes")


def test_a_region_that_a_model_lacks_is_refused_before_images_are_loaded():
    def never():
        raise AssertionError

    entry = DataEntry("never", never, DataInfo("never loaded"))
    with pytest.raises(UnsupportedRegion):
        ImageProperty(stimuli=entry, property_name="sparseness", regions=("TEO",), visual_degrees=8).measure(
            answering({0: [1.0]}), ""
        )


def test_a_field_is_as_large_as_it_is():
    positions = tuple(np.arange(-3.5, 4, 0.5).tolist())
    axes = {name: (1.0,) for name in AXES}
    axes |= {"position_y": positions, "position_x": positions, "radius": (0.2,), "phase": (90.0,)}
    recipe = Recipe("gratings", DEGREES, 64, axes)
    axis = (np.arange(64) - 32) / 8
    distance = np.hypot(axis[:, None], axis[None, :])
    radii = (1.0, 2.0, 3.0)
    masks = np.stack([distance <= radius for radius in radii]).reshape(3, -1).T

    def network(batch):
        return np.abs(np.stack(batch).reshape(len(batch), -1).astype(float) - 128) @ masks

    model = wrap(
        network, preprocessing=lambda image: image, layers={"IT": "output"}, visual_degrees=DEGREES, identifier="fields"
    )
    found = FieldSize(stimuli=recipe.entry(), regions=("IT",), visual_degrees=DEGREES).measure(model, "")
    assert found.values == pytest.approx([2, 4, 6], rel=0.2)  # positions lie half a degree apart


def test_dissimilarities_are_those_of_the_order_that_is_published():
    rows = {1: [0.0, 1, 2], 2: [2.0, 1, 0], 3: [0.0, 1, 3]}
    entry = images(rows)
    order = ("image-2", "image-0", "image-1")
    measured = Dissimilarity(stimuli=entry, regions=("IT",), visual_degrees=DEGREES, order=order)
    found = measured.measure(answering(rows), "")
    expected = 1 - np.corrcoef(np.array([rows[3], rows[1], rows[2]]))[np.triu_indices(3, 1)]
    assert found.values == pytest.approx(expected)
    assert found.conditions.tolist() == ["image-2|image-0", "image-2|image-1", "image-0|image-1"]
    with pytest.raises(InvalidStimulusSet, match="has no stimulus 'image-9'"):
        Dissimilarity(stimuli=entry, regions=("IT",), visual_degrees=8, order=("image-9",)).measure(answering(rows), "")


STEP = 10.0


def timed(known_from):
    """A model whose answers to an image say its label from a known time bin on, and nothing before."""
    count = int(300 / STEP)

    def network(batch):
        found = {f"step-{step}": np.zeros((len(batch), 8)) for step in range(count)}
        for row, image in enumerate(batch):
            number = int(image.ravel()[0])
            for step in range(count):
                rng = np.random.default_rng([number, step])
                code = np.eye(8)[number % 2] * 10 * (step >= known_from.get(number, count))
                found[f"step-{step}"][row] = code + rng.normal(0, 1e-3, 8) * np.array([0, 0, 1, 1, 1, 1, 1, 1])
        return found

    layers = tuple(f"step-{step}" for step in range(count))
    static = wrap(
        network,
        preprocessing=lambda image: image[:1, :1],
        layers={"IT": layers[-1]},
        visual_degrees=DEGREES,
        identifier="timed",
    )
    return in_time(static, {"IT": Steps.regular(layers, 0, STEP)})


def test_known_times_are_found():
    known = {number: 5 if number < 8 else 8 for number in range(16)}
    entry = images(range(16), object=[f"{n % 2}" for n in range(16)], difficulty=["control"] * 8 + ["challenge"] * 8)
    measured = SolutionTime(stimuli=entry, regions=("IT",), visual_degrees=8, labels=("object",), by="difficulty")
    found = measured.measure(timed(known), "")
    times = {name: found.values[found.conditions == name] for name in ("control", "challenge")}
    # before the label is there noise decides, and is right now and then, in two bins in a row
    assert np.nanmedian(times["control"]) <= 50
    assert np.nanmax(found.values) <= 80
    assert found.counts["images_solved"] == 16


def test_solution_times_of_a_hand_made_case():
    labels = np.array(["a", "a", "b", "b"])
    right, wrong = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]), np.array([[0.0, 1], [1, 0], [0, 1], [1, 0]])
    responses = np.stack([wrong, right, wrong, right, right, right])
    assert solution_times(responses, labels, 10).tolist() == [30, 30, 30, 30]
    assert np.isnan(solution_times(responses[:4], labels, 10)).all()
    assert np.isnan(solution_times(responses, np.array(["a", "b", "c", "d"]), 10)).all()


def test_a_model_without_time_is_refused_before_images_are_loaded():
    def never():
        raise AssertionError

    entry = DataEntry("never", never, DataInfo("never loaded"))
    measured = SolutionTime(stimuli=entry, regions=("IT",), visual_degrees=8, labels=("object",))
    with pytest.raises(UnsupportedTask, match="answers alike at all times in IT"):
        measured.measure(answering({0: [1.0, 2.0]}), "")


def test_the_kit_has_a_subject_with_time(point, read):
    from brainscore_core.testing.named import named

    changes = (
        ('"summary statistic"', '"contrast of conditions"'),
        ('"sparseness"', '"solution_time"\nlabels = ["object"]'),
    )
    more = 'by_column = "difficulty"\nof = ["challenge", "control"]\ncontrast = "difference"\n\n[published]'
    benchmark = read(point, *changes, ("\n[published]", more), ('unit = "index"', 'unit = "ms"'))
    entry = images(range(1, 9), object=["a", "b"] * 4, difficulty=["challenge"] * 4 + ["control"] * 4)
    measured = SolutionTime(stimuli=entry, regions=("IT",), visual_degrees=5, labels=("object",))
    subject = named(benchmark.conformance_subject)(benchmark)
    assert len(measured.measure(subject, "macaque").values) == 8
    assert read(point).conformance_subject == ""
