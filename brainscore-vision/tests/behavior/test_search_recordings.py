"""Recorded fixations by hand: counted until the target, or not at all."""

import numpy as np
import pytest
import xarray as xr

from brainscore_core.errors import InvalidAssembly
from brainscore_vision.behavior.search_path import cumulative_performance
from brainscore_vision.behavior.search_recordings import CENTRE, ITEMS, search_answers


def recorded(paths, targets, **coords):
    values = np.zeros((len(paths), 8, 2), int)
    for row, path in enumerate(paths):
        values[row, : len(path) + 1] = [CENTRE, *(ITEMS[item] for item in path)]
        values[row, 7] = len(path) + 1
    coords = {name: ("presentation", entry) for name, entry in coords.items()}
    coords |= {
        "stimulus_id": ("presentation", [f"array{row}" for row in range(len(paths))]),
        "tar_obj_pos": ("presentation", targets),
    }
    return xr.DataArray(values, dims=["presentation", "fixation", "position"], coords=coords)


def test_items_lie_on_a_circle():
    np.testing.assert_allclose(np.hypot(*(np.array(ITEMS) - CENTRE).T), 550, atol=1)


def test_fixations_are_counted_until_the_target():
    found = search_answers(recorded([[3], [0, 5, 2], [1, 4]], [3, 2, 0], subjects=["a", "a", "b"]))
    assert found.values.tolist() == [1, 3, 0]
    assert found["scanpath"].values.tolist() == ["4", "1|6|3", "2|5"]
    assert found["target_item"].values.tolist() == [4, 3, 1]
    assert found["items"].values.tolist() == [6, 6, 6]
    assert found["subjects"].values.tolist() == ["a", "a", "b"]
    np.testing.assert_allclose(cumulative_performance(found.values, 3), [1 / 3, 1 / 3, 2 / 3])


def test_a_fixation_near_an_item_is_on_it():
    fixations = recorded([[3, 1]], [1])
    fixations[0, 1] += 60
    assert search_answers(fixations)["scanpath"].item() == "4|2"
    fixations[0, 1] = np.array(CENTRE)
    with pytest.raises(InvalidAssembly, match="trial 0 fixates"):
        search_answers(fixations)


def test_other_shapes_counts_and_targets_are_refused():
    good = recorded([[3]], [3])
    with pytest.raises(InvalidAssembly, match="8 x fixation"):
        search_answers(good.isel(fixation=slice(0, 7)))
    with pytest.raises(InvalidAssembly, match="'tar_obj_pos'"):
        search_answers(good.drop_vars("tar_obj_pos"))
    with pytest.raises(InvalidAssembly, match="targets 0 to 5"):
        search_answers(recorded([[3]], [6]))
    none = good.copy()
    none[0, 7] = 0
    with pytest.raises(InvalidAssembly, match="2 to 7"):
        search_answers(none)
