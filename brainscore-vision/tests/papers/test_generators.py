"""Generated stimuli: the pixels of the published gratings, bars where they should be, and names that are content."""

import numpy as np
import pytest

from brainscore_vision.papers.generators.bars import bar
from brainscore_vision.papers.generators.field import Field
from brainscore_vision.papers.generators.generate import AXES, Recipe
from brainscore_vision.papers.generators.gratings import grating

FIELD = Field(12, 672)
PLACE = {"position_y": 0.5, "position_x": 0.5, "contrast": 1.0}


@pytest.mark.parametrize("orientation", [0, 30, 105])
@pytest.mark.parametrize(("radius", "frequency", "phase"), [(0.1, 0.77, 0), (1.19, 3.08, 45), (4.76, 14.7, 315)])
def test_gratings_are_those_of_the_data_package(radius, frequency, phase, orientation):
    package = pytest.importorskip("bs_data_v1_tuning.gratings", reason="bs-data-v1-tuning has the published gratings")
    shown = {"radius": radius, "spatial_frequency": frequency, "orientation": orientation, "phase": phase, **PLACE}
    ours, theirs = grating(FIELD, **shown), package.grating(**shown)
    assert ours.dtype == np.uint8
    np.testing.assert_array_equal(ours, theirs)


def test_a_bar_is_as_long_and_wide_as_it_says():
    image = bar(FIELD, radius=1, spatial_frequency=2.5, orientation=0, phase=0, **PLACE)
    rows, columns = np.nonzero(image != 128)
    assert (rows.max() - rows.min()) / 56 == pytest.approx(2, abs=1 / 28)
    assert (columns.max() - columns.min()) / 56 == pytest.approx(0.2, abs=1 / 28)
    assert np.unique(image).tolist() == [128, 255]
    centre = (rows.mean() / 56 - 6, columns.mean() / 56 - 6)
    assert centre == pytest.approx((0.5, 0.5), abs=1 / 28)
    turned = bar(FIELD, radius=1, spatial_frequency=2.5, orientation=90, phase=180, **PLACE)
    rows, columns = np.nonzero(turned != 128)
    assert (columns.max() - columns.min()) / 56 == pytest.approx(2, abs=1 / 28)
    assert np.unique(turned).tolist() == [1, 128]


def recipe(**changes):
    axes = {name: (1.0,) for name in AXES} | {"orientation": (0.0, 90.0), "contrast": (0.5, 1.0)}
    return Recipe("gratings", 4, 64, axes | changes)


def test_a_set_shows_every_combination_in_order():
    stimuli = recipe().stimuli()
    assert stimuli["contrast"].tolist() == [0.5, 0.5, 1.0, 1.0]
    assert stimuli["orientation"].tolist() == [0, 90, 0, 90]
    assert stimuli.open(stimuli.ids[0]).shape == (64, 64)
    assert recipe().entry().info.stimuli == 4


def test_names_are_content():
    one, other = recipe(), recipe(phase=(2.0,))
    assert one.identifier == recipe().identifier != other.identifier
    keys = [{stimuli.key(stimulus_id) for stimulus_id in stimuli} for stimuli in (one.stimuli(), other.stimuli())]
    assert len(keys[0]) == len(keys[1]) == 4
    assert not keys[0] & keys[1]


def test_what_lies_beyond_the_field_is_not_seen():
    outside = {"position_y": 9.0, "position_x": 9.0, "contrast": 1.0}
    shown = {"radius": 0.5, "spatial_frequency": 1, "orientation": 0, "phase": 0}
    assert (grating(FIELD, **shown, **outside) == 128).all()
    assert (bar(FIELD, **shown, **outside) == 128).all()
