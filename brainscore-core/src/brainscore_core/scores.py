"""Score: one number, how sure we are of it, and everything it was made of."""

import json
import math
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .errors import InvalidFile, InvalidParameter

if TYPE_CHECKING:
    import xarray as xr

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Score:
    """How close a model is to the data, relative to what the noise in the data allows.

    Not an array: attributes carried through arithmetic would lie. It works with ``float`` and comparisons and has no
    arithmetic; averages over benchmarks are made by :mod:`brainscore_core.tree`.

    Parameters
    ----------
    value : float or None
        None where nothing honest can be said, for instance without a valid ceiling. ``float(score)`` is then NaN.
    error : float, optional
        Standard error of `value`.
    ceiling : Score, optional
        What a perfect model would get.
    raw : Score, optional
        Before normalisation, in the metric's own unit, sign kept.
    values : xarray.DataArray, optional
        Unaggregated and labelled.
    normalisation : str
        Names the formula from `raw` and `ceiling` to `value`, as ``"raw / ceiling"``; empty: none.
    flags : tuple of str
        Short words that a reader must not miss, as ``"few-units"``.
    details : mapping of str to str, int or float
        Bounds, counts, second values. Empty for private data.
    provenance : mapping
        What is needed to repeat it; JSON.
    """

    value: float | None
    error: float | None = None
    ceiling: "Score | None" = None
    raw: "Score | None" = None
    values: "xr.DataArray | None" = None
    normalisation: str = ""
    flags: tuple[str, ...] = ()
    details: Mapping[str, str | int | float] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("value", "error"):
            number = getattr(self, name)
            number = None if number is None or math.isnan(float(number)) else float(number)
            object.__setattr__(self, name, number)
        for key, entry in self.details.items():
            if not isinstance(entry, (str, int, float)) or isinstance(entry, bool):
                raise InvalidParameter(f"detail {key!r} is a {type(entry).__name__}", expected="str, int or float")
        object.__setattr__(self, "flags", tuple(self.flags))
        object.__setattr__(self, "details", MappingProxyType(dict(self.details)))
        object.__setattr__(self, "provenance", MappingProxyType(dict(self.provenance)))

    def __float__(self) -> float:
        return math.nan if self.value is None else self.value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy as np

        return np.asarray(float(self), dtype=dtype)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Score):
            return self.to_dict() == other.to_dict() and _same_values(self.values, other.values)
        return float(self) == other

    def __hash__(self) -> int:
        return hash((self.value, self.error, self.flags))

    def __lt__(self, other: Any) -> bool:
        return float(self) < float(other)

    def __le__(self, other: Any) -> bool:
        return float(self) <= float(other)

    def __gt__(self, other: Any) -> bool:
        return float(self) > float(other)

    def __ge__(self, other: Any) -> bool:
        return float(self) >= float(other)

    def __repr__(self) -> str:
        number = "null" if self.value is None else f"{self.value:.4f}"
        error = "" if self.error is None else f" ± {self.error:.4f}"
        parts = [f"{name} {float(part):.4f}" for name in ("raw", "ceiling") if (part := getattr(self, name))]
        return f"Score({', '.join([number + error, *parts, *self.flags])})"

    def __bool__(self) -> bool:
        return True

    @property
    def attrs(self) -> Mapping[str, Any]:
        """Read-only view under the names of Brain-Score 2: ``attrs['raw' | 'ceiling' | 'error']``."""
        shown = {"error": self.error, "ceiling": self.ceiling, "raw": self.raw}
        return MappingProxyType({key: value for key, value in shown.items() if value is not None})

    def with_(self, **changes: Any) -> "Score":
        """A copy with these fields replaced."""
        return replace(self, **changes)

    def withheld(self) -> "Score":
        """Value, error and ceiling only: all that may leave the process for private data."""
        ceiling = None if self.ceiling is None else Score(self.ceiling.value, self.ceiling.error)
        return Score(
            self.value, self.error, ceiling, normalisation=self.normalisation, flags=self.flags, provenance=self.provenance
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything but `values`, as JSON-ready types."""
        return {
            "value": self.value,
            "error": self.error,
            "ceiling": self.ceiling.to_dict() if self.ceiling else None,
            "raw": self.raw.to_dict() if self.raw else None,
            "normalisation": self.normalisation,
            "flags": list(self.flags),
            "details": dict(self.details),
            "provenance": dict(self.provenance),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Score":
        """The inverse of :meth:`to_dict`."""
        nested = {name: cls.from_dict(content[name]) if content.get(name) else None for name in ("ceiling", "raw")}
        plain = {
            name: content[name] for name in ("value", "error", "normalisation", "details", "provenance") if name in content
        }
        return cls(**plain, **nested, flags=tuple(content.get("flags", ())))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write ``PATH`` (JSON) and, where there are `values` at any level, netCDF beside it; whole or not at all.

        Values of nested scores (raw, ceiling) are kept too.
        """
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        for name, values in _levels(self):
            if values is not None:
                from .data.netcdf import save_assembly

                save_assembly(values, _beside(path, name))
        content = {"format": FORMAT, "values": [name for name, values in _levels(self) if values is not None]}
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(content | self.to_dict(), file, indent=1)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        return path

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Score":
        """Read what :meth:`save` wrote.

        Raises
        ------
        InvalidFile
            If the file is no score, or of a later format.
        """
        path = Path(path)
        try:
            content = json.loads(path.read_text())
            known = content["format"] <= FORMAT
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidFile(f"{path.name} is no score file", expected="JSON written by Score.save") from error
        if not known:
            raise InvalidFile(f"{path.name} has format {content['format']}", remedy="upgrade brainscore-core")
        score = cls.from_dict(content)
        for name in content["values"]:
            from .data.netcdf import open_assembly

            score = _put(score, name, open_assembly(_beside(path, name)).load())
        return score


def _levels(score: Score, name: str = "values") -> list[tuple[str, Any]]:
    """(dotted place, values) of the score and of what it contains."""
    found = [(name, score.values)]
    for part in ("raw", "ceiling"):
        nested = getattr(score, part)
        if nested is not None:
            found += _levels(nested, f"{part}.{name}")
    return found


def _put(score: Score, name: str, values: Any) -> Score:
    part, _, rest = name.partition(".")
    return replace(score, values=values) if not rest else replace(score, **{part: _put(getattr(score, part), rest, values)})


def _beside(path: Path, name: str) -> Path:
    return path.with_name(f"{path.stem}.{name}.nc")


def _same_values(one: Any, other: Any) -> bool:
    return one is other if one is None or other is None else bool(one.identical(other))


def normalise(raw: Score, ceiling: Score, **rest: Any) -> Score:
    """``raw / ceiling``, with the error of both by the delta method.

    sd(r/c)^2 = (sd(r)/c)^2 + (r sd(c)/c^2)^2, the two taken as independent; a missing error counts as 0.

    Where the ceiling is not above zero, or its interval (1.96 sd) includes zero, nothing is divided: the value is null
    and the flag ``no-valid-ceiling`` says so.
    """
    c, sd_c = float(ceiling), ceiling.error or 0.0
    flags = tuple(rest.pop("flags", ()))
    if raw.value is None or not c - 1.96 * sd_c > 0:
        return Score(None, ceiling=ceiling, raw=raw, flags=(*flags, "no-valid-ceiling"), **rest)
    value = raw.value / c
    error = None if raw.error is None else math.hypot(raw.error / c, raw.value * sd_c / c**2)
    if value > 1:
        flags = (*flags, "above-ceiling")
    return Score(value, error, ceiling, raw, normalisation="raw / ceiling", flags=flags, **rest)
