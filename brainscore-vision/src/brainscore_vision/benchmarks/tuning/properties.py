"""The tuning properties by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from . import orientation, orientation_selectivity, size, spatial_frequency, summation, texture
from .grid import GratingGrid

if TYPE_CHECKING:
    import pandas as pd

Property = Callable[[np.ndarray, np.ndarray, Any], tuple[np.ndarray, np.ndarray]]
Grid = GratingGrid | texture.TextureGrid


def _named(*functions: Property) -> Mapping[str, Property]:
    return MappingProxyType({function.__name__: function for function in functions})


GRATING_PROPERTIES = _named(
    orientation.preferred_orientation,
    orientation_selectivity.bandwidth,
    orientation_selectivity.circular_variance,
    orientation_selectivity.circular_variance_bandwidth_ratio,
    orientation_selectivity.max_dc,
    orientation_selectivity.modulation_ratio,
    orientation_selectivity.orientation_selective,
    orientation_selectivity.orthogonal_preferred_ratio,
    orientation_selectivity.orthogonal_preferred_ratio_circular_variance_difference,
    spatial_frequency.peak_spatial_frequency,
    spatial_frequency.spatial_frequency_bandwidth,
    spatial_frequency.spatial_frequency_selective,
    size.grating_summation_field,
    size.strongly_suppressed,
    size.surround_diameter,
    size.surround_grating_summation_field_ratio,
    size.surround_suppression_index,
    summation.spatial_frequency_bandwidth_octaves,
    summation.summation_diameter,
)
"""Measured on gratings (:class:`GratingGrid`)."""

TEXTURE_PROPERTIES = _named(
    texture.absolute_texture_modulation_index,
    texture.max_noise,
    texture.max_texture,
    texture.texture_modulation_index,
    texture.texture_selectivity,
    texture.texture_sparseness,
    texture.variance_ratio,
)
"""Measured on textures and noise (:class:`~.texture.TextureGrid`)."""

PROPERTIES: Mapping[str, Property] = MappingProxyType({**GRATING_PROPERTIES, **TEXTURE_PROPERTIES})

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "preferred_orientation": "deg",
        "bandwidth": "deg",
        "circular_variance": "index",
        "circular_variance_bandwidth_ratio": "1/deg",
        "max_dc": "spikes/s",
        "modulation_ratio": "ratio",
        "orientation_selective": "0/1",
        "orthogonal_preferred_ratio": "ratio",
        "orthogonal_preferred_ratio_circular_variance_difference": "index",
        "peak_spatial_frequency": "cycles/deg",
        "spatial_frequency_bandwidth": "percent",
        "spatial_frequency_selective": "0/1",
        "grating_summation_field": "deg",
        "strongly_suppressed": "0/1",
        "surround_diameter": "deg",
        "surround_grating_summation_field_ratio": "ratio",
        "surround_suppression_index": "index",
        "spatial_frequency_bandwidth_octaves": "octaves",
        "summation_diameter": "deg",
        "absolute_texture_modulation_index": "index",
        "max_noise": "spikes/s",
        "max_texture": "spikes/s",
        "texture_modulation_index": "index",
        "texture_selectivity": "index",
        "texture_sparseness": "index",
        "variance_ratio": "ratio",
    }
)
"""Unit of each property's values."""


def grid_of(name: str, table: "pd.DataFrame") -> Grid:
    """The stimuli of a property, as the grid that it is measured on.

    Raises
    ------
    InvalidStimulusSet
        If they are none.
    """
    return texture.TextureGrid.of(table) if name in TEXTURE_PROPERTIES else GratingGrid.of(table)
