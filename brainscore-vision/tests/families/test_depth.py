"""One rule of relative depth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainscore_core.errors import InvalidParameter
from brainscore_vision.families import by_relative_depth
from brainscore_vision.families.depth import REGIONS


@given(st.integers(1, 100))
def test_each_region_stands_at_the_first_stage_that_reaches_its_quarter(count):
    layers = by_relative_depth([f"stage.{index}" for index in range(1, count + 1)])
    assert tuple(layers) == REGIONS
    for quarter, (layer,) in enumerate(layers.values(), start=1):
        depth = int(layer.removeprefix("stage."))
        assert depth * 4 >= quarter * count
        assert (depth - 1) * 4 < quarter * count
    assert layers["IT"] == (f"stage.{count}",)


@pytest.mark.parametrize("stages", [(), ("layer1", "layer1")])
def test_stages_are_distinct(stages):
    with pytest.raises(InvalidParameter, match="named once"):
        by_relative_depth(stages)
