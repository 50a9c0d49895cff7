"""Search: arrays, orders of fixations, chance, and a model that knows what it looks for."""

import numpy as np
import pandas as pd
import pytest

from brainscore_core.errors import InvalidParameter, InvalidStimulusSet
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import place_on_screen, wrap
from brainscore_vision.behavior.search_arrays import Circle, item_windows, search_arrays
from brainscore_vision.behavior.search_path import (
    chance_fixations,
    chance_performance,
    cumulative_performance,
    fixations_to,
    fixations_until_near,
    search_paths,
)
from brainscore_vision.commitments.behavior import Behavior

pytestmark = pytest.mark.usefixtures("home")
CIRCLE = Circle(items=6, eccentricity=4.0, item_degrees=2.0, visual_degrees=12.0, pixels=48)


def objects(count=24, categories=8, seed=0, side=16):
    """Images of one colour a category, with some noise."""
    rng = np.random.default_rng(seed)
    colours = rng.integers(0, 256, (categories, 3))
    shown = {
        f"o{index:02d}": np.clip(colours[index % categories] + rng.normal(0, 8, (side, side, 3)), 0, 255).astype(
            np.uint8
        )
        for index in range(count)
    }
    table = pd.DataFrame({"stimulus_id": list(shown), "kind": [f"k{index % categories}" for index in range(count)]})
    return StimulusSet(table, identifier="blobs", open=shown.__getitem__, key=lambda id: f"blob-{seed}-{id}")


def searcher(network, degrees=12.0, **behavior):
    subject = wrap(
        network,
        layers={"IT": "features"},
        visual_degrees=degrees,
        identifier="searcher",
        behavior=Behavior(readout="features", similarity="cosine", **behavior),
    )
    subject.configure(cache=False)
    return subject


class Colour:
    """The mean colour of what is not grey."""

    layer_names = ("features",)

    def __call__(self, batch):
        shown = (batch != 128).any(-1)[..., None]
        return {"features": ((batch.astype(np.float32) - 128) * shown).sum((1, 2)) / shown.sum((1, 2))}


class Noise:
    """Random features, of what is shown alone."""

    layer_names = ("features",)

    def __call__(self, batch):
        seeds = [int(image.astype(np.int64).sum()) for image in batch]
        return {"features": np.stack([np.random.default_rng(seed).normal(size=16) for seed in seeds])}


def search(subject, made):
    subject.start_task("visual_search", trials=made.trials)
    return subject.look_at(place_on_screen(made.stimuli, subject.visual_degrees()))


def test_a_path_goes_from_the_most_attractive_to_the_least_and_never_back():
    attraction = np.array([[0.1, 0.9, 0.5], [2.0, 2.0, 3.0]])
    paths = search_paths(attraction)
    np.testing.assert_array_equal(paths, [[1, 2, 0], [2, 0, 1]])
    np.testing.assert_array_equal(fixations_to(paths, np.array([0, 2])), [3, 1])


@pytest.mark.parametrize("items", [2, 6, 9])
def test_random_attraction_needs_half_the_items(items):
    rng = np.random.default_rng(items)
    found = fixations_to(search_paths(rng.normal(size=(20_000, items))), rng.integers(items, size=20_000))
    assert found.mean() == pytest.approx(chance_fixations(items), rel=0.02)
    assert chance_fixations(items) == (items + 1) / 2
    np.testing.assert_allclose(cumulative_performance(found, items), chance_performance(items), atol=0.015)


def test_cumulative_performance_counts_failures():
    np.testing.assert_allclose(cumulative_performance(np.array([1, 2, 2, 0, 7]), 3), [0.2, 0.6, 0.6])


def test_recorded_fixations_are_counted_until_one_is_on_the_target():
    paths = np.array([[[0, 5], [4, 4], [9, 9]], [[0, 1], [np.nan, np.nan], [np.nan, np.nan]]])
    np.testing.assert_array_equal(fixations_until_near(paths, np.array([[4, 4.5], [9, 9]]), 1.0), [2, 0])


def test_a_model_that_sees_the_category_finds_it_at_once_and_one_that_does_not_searches_by_chance():
    made = search_arrays(objects(), circle=CIRCLE, number=60, category="kind", seed=1)
    found = search(searcher(Colour()), made)
    assert found.mean() < 1.3
    first = [int(path.split("|")[-1]) for path in found["scanpath"].values]
    assert first == made.trials["target_item"].tolist()
    assert [len(path.split("|")) for path in found["scanpath"].values] == found.values.tolist()
    many = search_arrays(objects(count=400), circle=CIRCLE, number=1200, category="kind", seed=2)
    assert float(search(searcher(Noise()), many).mean()) == pytest.approx(3.5, abs=0.15)


def test_items_at_their_places_are_found_by_what_does_not_mind_the_place():
    made = search_arrays(objects(), circle=CIRCLE, number=40, category="kind", centred=False, seed=1)
    assert "o00@1" in set(made.stimuli.ids) or any("@" in id for id in made.stimuli.ids)
    assert search(searcher(Colour()), made).mean() < 1.3
    assert search(searcher(Colour(), degrees=20.0), made).mean() < 1.3  # on a larger field


def test_arrays_hold_the_target_once_and_are_seeded():
    made = search_arrays(objects(), circle=CIRCLE, number=50, category="kind", seed=3)
    kind_of = objects().table.set_index("stimulus_id")["kind"]
    kinds = {id: kind_of[object_id] for id, object_id in zip(made.stimuli.ids, made.stimuli["object"], strict=True)}
    for _, trial in made.trials.iterrows():
        shown = [kinds[trial[f"item_{item}"]] for item in range(1, 7)]
        assert [item + 1 for item, kind in enumerate(shown) if kind == kinds[trial["target"]]] == [trial["target_item"]]
        assert trial["target"] != trial[f"item_{trial['target_item']}"]
        assert len({trial[f"item_{item}"] for item in range(1, 7)}) == 6
    again = search_arrays(objects(), circle=CIRCLE, number=50, category="kind", seed=3)
    pd.testing.assert_frame_equal(made.trials, again.trials)
    assert not made.trials.equals(search_arrays(objects(), circle=CIRCLE, number=50, category="kind", seed=4).trials)
    # over many arrays the target lies everywhere
    assert set(made.trials["target_item"]) == set(range(1, 7))


def test_items_lie_where_they_should():
    made = search_arrays(objects(), circle=CIRCLE, number=1, category="kind", centred=False)
    array = made.arrays.open("array-0000")
    assert array.shape == (48, 48, 3)
    for item, (x, y) in enumerate(CIRCLE.positions):
        alone = made.stimuli.open(made.trials.loc[0, f"item_{item + 1}"])
        inside = np.argwhere((alone != 128).any(-1))
        np.testing.assert_allclose(inside.mean(0), [23.5 - 4 * y, 23.5 + 4 * x], atol=0.75)
        np.testing.assert_array_equal(array[tuple(inside.T)], alone[tuple(inside.T)])
    assert CIRCLE.positions[0].tolist() == [4, 0]


def test_windows_of_given_arrays_are_what_was_put_there():
    made = search_arrays(objects(), circle=CIRCLE, number=2, category="kind", centred=False)
    in_place = item_windows(made.arrays, CIRCLE, centred=False)
    centred = item_windows(made.arrays, CIRCLE)
    assert in_place.ids[:2].tolist() == ["array-0000/item_1", "array-0000/item_2"]
    for item in range(1, 7):
        expected = made.stimuli.open(made.trials.loc[1, f"item_{item}"])
        np.testing.assert_array_equal(in_place.open(f"array-0001/item_{item}"), expected)
    side = CIRCLE.side
    middle = slice((48 - side) // 2, (48 + side) // 2)
    row, column = CIRCLE.corner(2)
    np.testing.assert_array_equal(
        centred.open("array-0001/item_3")[middle, middle],
        made.arrays.open("array-0001")[row : row + side, column : column + side],
    )
    assert len({centred.key(id) for id in centred} | {in_place.key(id) for id in in_place}) == 24


def test_names_of_what_is_composed_differ_when_the_pixels_do():
    made = search_arrays(objects(), circle=CIRCLE, number=10, centred=False)
    keys = [made.stimuli.key(id) for id in made.stimuli] + [made.arrays.key(id) for id in made.arrays]
    assert len(set(keys)) == len(keys)
    other = search_arrays(objects(seed=5), circle=CIRCLE, number=10, centred=False)
    assert set(keys).isdisjoint(other.stimuli.key(id) for id in other.stimuli)


def test_grey_and_oblong_objects_are_shown_too():
    shown = {"wide": np.zeros((10, 40), np.uint8), "high": np.full((40, 20, 3), 255, np.uint8)}
    table = pd.DataFrame({"stimulus_id": list(shown)})
    few = StimulusSet(table, identifier="two", open=shown.__getitem__)
    circle = Circle(items=2, eccentricity=3.0, item_degrees=4.0, visual_degrees=12.0, pixels=48)
    made = search_arrays(few, circle=circle, number=3)
    assert made.arrays.open("array-0000").shape == (48, 48, 3)
    wide = made.stimuli.open("wide")
    assert wide.shape == (48, 48)
    rows, columns = np.nonzero(wide != 128)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (4, 16)
    assert made.stimuli.key("wide") == made.stimuli.digest_of("wide")


@pytest.mark.parametrize(
    "wrong",
    [{"items": 1}, {"eccentricity": 5.5}, {"item_degrees": 0.0}, {"items": 20}, {"pixels": 0}],
)
def test_circles_that_cannot_be_are_refused(wrong):
    fields = {"items": 6, "eccentricity": 4.0, "item_degrees": 2.0, "visual_degrees": 12.0, "pixels": 48}
    with pytest.raises(InvalidParameter):
        Circle(**{**fields, **wrong})


def test_objects_that_do_not_suffice_are_refused():
    with pytest.raises(InvalidParameter, match="'sort'"):
        search_arrays(objects(), circle=CIRCLE, category="sort")
    with pytest.raises(InvalidParameter, match="distractors"):
        search_arrays(objects(count=6, categories=3), circle=CIRCLE, category="kind")
    with pytest.raises(InvalidParameter, match="0 of them"):
        search_arrays(objects(count=8, categories=8), circle=CIRCLE, category="kind")
    with pytest.raises(InvalidStimulusSet, match="24 x 24"):
        made = search_arrays(objects(), circle=CIRCLE, number=1)
        item_windows(made.arrays, Circle(eccentricity=4, item_degrees=2, visual_degrees=12, pixels=24)).open(
            "array-0000/item_1"
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda trials: None, "without trials"),
        (lambda trials: trials.drop(columns="item_3"), "item_1, item_2"),
        (lambda trials: trials.drop(columns="target"), "'target' is missing"),
        (lambda trials: trials.assign(target_item=0), "from 1 to 6"),
        (lambda trials: trials.assign(target_item=1.5), "from 1 to 6"),
    ],
)
def test_tables_of_trials_that_are_none_are_refused(change, message):
    made = search_arrays(objects(), circle=CIRCLE, number=3)
    with pytest.raises(InvalidParameter, match=message):
        searcher(Colour()).start_task("visual_search", trials=change(made.trials))
