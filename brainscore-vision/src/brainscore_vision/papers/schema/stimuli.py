"""``[stimuli]``: a stimulus set by its identifier, a generator with parameters, or why there are none."""

from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import DataUnavailable

from ...geometry import StimulusGeometry
from ..generators.generate import AXES, GENERATORS, Recipe
from ..measurements.measurement import Stimuli
from ..reading import Table

PARAMETERS = {
    "position_y": "position_y_deg",
    "position_x": "position_x_deg",
    "contrast": "contrast",
    "radius": "radius_deg",
    "spatial_frequency": "spatial_frequency_cpd",
    "orientation": "orientation_deg",
    "phase": "phase_deg",
}
"""Axis to the key that states it, unit included."""
OF_BARS = {"radius": "length_deg", "spatial_frequency": "width_deg", "phase": "polarity_deg"}
GRATING_SETS = {
    "blank": "Marques2020_blank",
    "mapping": "Marques2020_receptive_field",
    "calibration": "Marques2020_orientation",
}
MAPPING_DEGREES = 12.0
PIXELS = 672


@dataclass(frozen=True)
class Shown:
    """What ``[stimuli]`` says."""

    stimuli: Stimuli
    visual_degrees: float
    mapping_degrees: float
    sets: dict[str, str]
    geometry: StimulusGeometry


def read_stimuli(table: Table, identifier: str) -> Shown:
    """``[stimuli]``.

    Raises
    ------
    InvalidFile
    """
    degrees = table.number("visual_degrees", low=1e-6)
    ways = [key for key in ("set", "generator", "unavailable") if key in table]
    if not ways:
        table.miss(
            "set", "set = an identifier, generator = a name with [stimuli.parameters], or unavailable = a reason"
        )
    if len(ways) > 1:
        table.refuse(ways[1], expected=f"no {ways[1]!r} beside {ways[0]!r}")
    stimuli: Stimuli
    if ways == ["set"]:
        stimuli = table.text("set")
    elif ways == ["generator"]:
        stimuli = _generated(table, degrees).entry()
    else:
        stimuli = _unavailable(identifier, table.text("unavailable"))
    display = table.table("display", optional=True)
    background = display.integer("background", None)
    geometry = StimulusGeometry(background=background, aperture=display.text("aperture", None))
    display.end()
    sets = {name: table.text(name, default) for name, default in GRATING_SETS.items()}
    return Shown(stimuli, degrees, table.number("mapping_degrees", MAPPING_DEGREES, low=1e-6), sets, geometry)


def _generated(table: Table, degrees: float) -> Recipe:
    generator = table.choice("generator", GENERATORS)
    parameters = table.table("parameters")
    names = PARAMETERS | (OF_BARS if generator == "bars" else {})
    pixels = table.integer("pixels", PIXELS, low=8)
    finest = pixels / degrees / 2
    axes: dict[str, tuple[float, ...]] = {}
    for axis in AXES:
        key = names[axis]
        low, high = (0.0, 1.0) if axis == "contrast" else (1e-6, 1e6) if axis in _POSITIVE else (-1e6, 1e6)
        values = parameters.numbers(key, low=low, high=high)
        if list(values) != sorted(set(values)):
            parameters.refuse(key, expected="increasing values, each once")
        if axis == "spatial_frequency" and generator == "gratings" and values[-1] > finest:
            parameters.refuse(key, expected=f"at most {finest:g}: half of the pixels in a degree")
        axes[axis] = (
            tuple(_OF_BARS[axis](value) for value in values) if generator == "bars" and axis in _OF_BARS else values
        )
    axes["spatial_frequency"] = tuple(sorted(axes["spatial_frequency"]))
    parameters.end(names.values())
    return Recipe(generator, degrees, pixels, axes)


_POSITIVE = ("radius", "spatial_frequency")
_OF_BARS = {"radius": lambda length: length / 2, "spatial_frequency": lambda width: 0.5 / width}


def _unavailable(identifier: str, reason: str) -> DataEntry:
    def refuse(**_: object) -> NoReturn:
        raise DataUnavailable(f"the stimuli of {identifier} cannot be had: {reason}", expected="a stimulus set")

    return DataEntry(f"{identifier}.stimuli", partial(refuse), DataInfo(f"Not available: {reason}", unavailable=reason))
