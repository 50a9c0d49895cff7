"""Where units look and where they lie: receptive fields, eccentricity and tissue position, committed as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from brainscore_core.digests import digest_value
from brainscore_core.errors import InvalidParameter

from ..activations.form import Form


@dataclass(frozen=True)
class LogPolar:
    """Position of a point of the visual field in early visual cortex: ``k (log(z + a) - log(a))``, Schwartz 1980.

    The vertical meridian lies at x = 0; the right half of the field, which the left hemisphere sees, at positive
    ``x_mm``. Units that look at the same point lie at the same place.

    Parameters
    ----------
    k_mm : float
        Millimetres a log unit; about 15 in macaque V1 (Schwartz 1980, Vision Research 20:645).
    a_degrees : float
        Where magnification levels off, in degrees; about 0.7 there.
    """

    k_mm: float = 15.0
    a_degrees: float = 0.7

    def __post_init__(self) -> None:
        if not (self.k_mm > 0 and self.a_degrees > 0):
            raise InvalidParameter(f"{self}", expected="k_mm and a_degrees above 0")

    def positions(self, x_degrees: np.ndarray, y_degrees: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(x_mm, y_mm) of points, y upwards in the field."""
        z = np.log(np.abs(x_degrees) + self.a_degrees + 1j * np.asarray(y_degrees)) - np.log(self.a_degrees)
        return np.where(np.asarray(x_degrees) < 0, -1.0, 1.0) * self.k_mm * z.real, self.k_mm * z.imag


@dataclass(frozen=True)
class UnitSpace:
    """What is committed of the units of layers; becomes coordinates on ``neuroid``.

    Parameters
    ----------
    receptive_fields : mapping of layer to float or (float, float)
        Diameter in degrees: one number, or (intercept, slope) over eccentricity in degrees.
    tissue : LogPolar or mapping of layer to array (unit, 2)
        A rule from the visual field to mm, or measured or optimised positions in mm, (x, y) of each unit.
    fixation : (float, float)
        Where the model fixates relative to the centre of its field, (x, y) in degrees, y upwards.

    Notes
    -----
    ``x_degrees``, ``y_degrees`` and ``eccentricity`` are those of the centre of a unit's column in its layer; NaN where
    a layer has no ``x`` and ``y``. ``receptive_field_size``, ``x_mm``, ``y_mm`` are there where they are committed.
    """

    receptive_fields: Mapping[str, float | tuple[float, float]] = field(default_factory=dict)
    tissue: LogPolar | Mapping[str, np.ndarray] | None = None
    fixation: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        sizes = {layer: _line(layer, size) for layer, size in self.receptive_fields.items()}
        object.__setattr__(self, "receptive_fields", sizes)
        if isinstance(self.tissue, Mapping):
            object.__setattr__(self, "tissue", {layer: _places(layer, at) for layer, at in self.tissue.items()})

    def coords(self, layer: str, numbers: np.ndarray, form: Form, visual_degrees: float) -> dict[str, np.ndarray]:
        """Coordinates of units of one layer.

        Parameters
        ----------
        layer : str
        numbers : array of int, shape (unit,)
        form : Form
            Of the layer.
        visual_degrees : float
            Width of the model's field of view.

        Returns
        -------
        {name: array of float, shape (unit,)}

        Raises
        ------
        InvalidParameter
            If positions are committed for another number of units.
        """
        x, y = self._centres(numbers, form, visual_degrees)
        eccentricity = np.hypot(x - self.fixation[0], y - self.fixation[1])
        found = {"x_degrees": x, "y_degrees": y, "eccentricity": eccentricity}
        if self.receptive_fields:
            intercept, slope = cast(tuple[float, float], self.receptive_fields.get(layer, (np.nan, 0.0)))
            found["receptive_field_size"] = intercept + (slope * eccentricity if slope else 0.0) + np.zeros(len(x))
        if self.tissue is not None:
            found["x_mm"], found["y_mm"] = self._tissue(layer, numbers, form, x, y)
        return found

    def described(self) -> dict[str, Any]:
        """As plain values, for the digest."""
        if isinstance(self.tissue, Mapping):
            tissue: Any = {layer: digest_value(at) for layer, at in self.tissue.items()}
        else:
            tissue = None if self.tissue is None else [self.tissue.k_mm, self.tissue.a_degrees]
        sizes = {layer: list(size) for layer, size in self.receptive_fields.items()}  # type: ignore[arg-type]
        return {"receptive_fields": sizes, "tissue": tissue, "fixation": list(self.fixation)}

    def _centres(self, numbers: np.ndarray, form: Form, degrees: float) -> tuple[np.ndarray, np.ndarray]:
        """Centre of each unit's place on the field, in degrees, y upwards."""
        if not {"x", "y"} <= set(form.dims):
            nowhere = np.full(len(numbers), np.nan)
            return nowhere, nowhere.copy()
        at, sizes = form.positions(numbers), dict(zip(form.dims, form.shape, strict=True))
        height = degrees * sizes["y"] / sizes["x"]
        x = ((at["x"] + 0.5) / sizes["x"] - 0.5) * degrees
        return x, (0.5 - (at["y"] + 0.5) / sizes["y"]) * height

    def _tissue(
        self, layer: str, numbers: np.ndarray, form: Form, x: np.ndarray, y: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        if isinstance(self.tissue, LogPolar):
            return self.tissue.positions(x - self.fixation[0], y - self.fixation[1])
        places = (self.tissue or {}).get(layer)
        if places is None:
            return np.full(len(numbers), np.nan), np.full(len(numbers), np.nan)
        if len(places) != form.units:
            raise InvalidParameter(
                f"tissue positions of {len(places)} units for layer {layer!r}", expected=f"its {form.units} units"
            )
        return places[numbers, 0], places[numbers, 1]


def _line(layer: str, size: Any) -> tuple[float, float]:
    intercept, slope = size if isinstance(size, (tuple, list)) else (size, 0.0)
    if not (np.isfinite([intercept, slope]).all() and intercept >= 0 and intercept + slope > 0):
        raise InvalidParameter(f"receptive fields of {layer!r} are {size!r}", expected="degrees above 0")
    return float(intercept), float(slope)


def _places(layer: str, positions: Any) -> np.ndarray:
    places = np.asarray(positions, np.float64)
    if places.ndim != 2 or places.shape[1] != 2 or not np.isfinite(places).all():
        raise InvalidParameter(
            f"tissue positions of {layer!r} have shape {places.shape}", expected="finite mm, shape (unit, 2)"
        )
    return places
