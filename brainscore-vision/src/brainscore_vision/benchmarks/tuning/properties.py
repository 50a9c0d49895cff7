"""The tuning properties by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from . import orientation, size, spatial_frequency
from .grid import GratingGrid

Property = Callable[[np.ndarray, np.ndarray, GratingGrid], tuple[np.ndarray, np.ndarray]]

PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            orientation.preferred_orientation,
            spatial_frequency.peak_spatial_frequency,
            spatial_frequency.spatial_frequency_bandwidth,
            spatial_frequency.spatial_frequency_selective,
            size.grating_summation_field,
            size.strongly_suppressed,
            size.surround_diameter,
            size.surround_grating_summation_field_ratio,
            size.surround_suppression_index,
        )
    }
)
