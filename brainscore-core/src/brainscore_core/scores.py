"""Score: one number, how sure we are of it, and everything it was made of."""

import json
import math
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .digests import canonical_json
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
        None where nothing honest can be said, for instance without a valid ceiling; NaN becomes None.
        ``float(score)`` is then NaN.
    error : float, optional
        Standard error of `value`, not negative; None: unknown.
    ceiling : Score, optional
        What a perfect model would get.
    raw : Score, optional
        Before normalisation, in the metric's own unit, sign kept.
    values : xarray.DataArray, optional
        Unaggregated and labelled.
    draws : xarray.DataArray, optional
        `value` under resampled stimuli, dimension ``draw`` [x ``subject``]; the attributes name the draw
        (:mod:`brainscore_core.statistics.pairing`), so that scores of models drawn alike can be compared in pairs.
    normalisation : str
        Names the formula from `raw` and `ceiling` to `value`, as ``"raw / ceiling"``; empty: none.
    flags : tuple of str
        Short words that a reader must not miss, as ``"few-units"``.
    details : mapping of str to str, int or float
        Bounds, counts, second values; NaN where one is undefined. Empty for private data.
    provenance : mapping
        What is needed to repeat it; JSON.

    Raises
    ------
    InvalidParameter
        For a number that is infinite or is none, a negative error, or details and provenance that JSON does not hold.
    """

    value: float | None
    error: float | None = None
    ceiling: "Score | None" = None
    raw: "Score | None" = None
    values: "xr.DataArray | None" = None
    draws: "xr.DataArray | None" = None
    normalisation: str = ""
    flags: tuple[str, ...] = ()
    details: Mapping[str, str | int | float] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("value", "error"):
            object.__setattr__(self, name, _number(name, getattr(self, name)))
        if self.error is not None and self.error < 0:
            raise InvalidParameter(f"error of a score is {self.error}", expected="a standard error, not negative")
        details = {str(key): _detail(str(key), entry) for key, entry in self.details.items()}
        flags: Any = self.flags
        object.__setattr__(self, "flags", (flags,) if isinstance(flags, str) else tuple(flags))
        object.__setattr__(self, "details", MappingProxyType(details))
        object.__setattr__(self, "provenance", MappingProxyType(_json(self.provenance) if self.provenance else {}))

    def __reduce__(self) -> tuple[Any, ...]:
        values = [getattr(self, entry.name) for entry in fields(self)]
        return type(self), tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in values)

    def __float__(self) -> float:
        return math.nan if self.value is None else self.value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy as np

        return np.asarray(float(self), dtype=dtype)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Score):
            mine, theirs = dict(_levels(self)), dict(_levels(other))
            same = self.to_dict() == other.to_dict() and mine.keys() == theirs.keys()
            return same and all(_same_values(mine[level], theirs[level]) for level in mine)
        return float(self) == other

    def __hash__(self) -> int:
        return hash(float(self)) if self.value is not None else 0

    def __lt__(self, other: Any) -> bool:
        return float(self) < float(other)

    def __le__(self, other: Any) -> bool:
        return float(self) <= float(other)

    def __gt__(self, other: Any) -> bool:
        return float(self) > float(other)

    def __ge__(self, other: Any) -> bool:
        return float(self) >= float(other)

    def __repr__(self) -> str:
        parts = [f"{name} {part._number()}" for name in ("raw", "ceiling") if (part := getattr(self, name))]
        return f"Score({', '.join([self._number(), *parts, *self.flags])})"

    def _number(self) -> str:
        number = "null" if self.value is None else f"{self.value:.4f}"
        return number if self.error is None else f"{number} ± {self.error:.4f}"

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
        return Score(self.value, self.error, ceiling, normalisation=self.normalisation, flags=self.flags)

    def to_dict(self) -> dict[str, Any]:
        """Everything but `values` and `draws`, as strict JSON: NaN among the details is null."""
        return {
            "value": self.value,
            "error": self.error,
            "ceiling": self.ceiling.to_dict() if self.ceiling else None,
            "raw": self.raw.to_dict() if self.raw else None,
            "normalisation": self.normalisation,
            "flags": list(self.flags),
            "details": {key: None if entry != entry else entry for key, entry in self.details.items()},
            "provenance": dict(self.provenance),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Score":
        """The inverse of :meth:`to_dict`."""
        given = {name: content[name] for name in ("value", "error", "normalisation", "flags", "provenance")}
        for part in ("ceiling", "raw"):
            given[part] = cls.from_dict(content[part]) if content.get(part) else None
        details = {key: math.nan if entry is None else entry for key, entry in content["details"].items()}
        return cls(**given, details=details)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write ``PATH`` (JSON), and netCDF beside it for `values` and `draws` at any level; whole or not at all.

        A score that was there before stays what it was until the new one is complete.
        """
        from .data.netcdf import save_assembly
        from .data.writing import discard, write_json

        path = Path(path)
        token = secrets.token_hex(4)
        levels = {level: values for level, values in _levels(self) if values is not None}
        files = {level: f"{path.stem}.{token}.{level}.nc" for level in levels}
        before = _files(path)
        try:
            for level, values in levels.items():
                save_assembly(values, path.with_name(files[level]))
            write_json(path, {"format": FORMAT, "values": files} | self.to_dict())
        except BaseException:
            before = list(files.values())
            raise
        finally:
            for name in before:
                discard(path.with_name(name))
        return path

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Score":
        """Read what :meth:`save` wrote.

        Raises
        ------
        InvalidFile
            If the file is no score, of a later format, or one that belongs to it is damaged.
        """
        from .data.netcdf import open_assembly

        path = Path(path)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] > FORMAT:
                raise InvalidFile(f"{path.name} has format {content['format']}", remedy="upgrade brainscore-core")
            score = cls.from_dict(content)
            for level, name in content["values"].items():
                with open_assembly(path.with_name(Path(name).name)) as values:
                    score = _put(score, level.split("."), values.load())
            return score
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, InvalidFile):
                raise
            raise InvalidFile(f"{path.name} is no score file", expected="JSON written by Score.save") from error


def _files(path: Path) -> list[str]:
    """The netCDF files that a score file refers to; none where there is no (readable) one."""
    try:
        return [Path(name).name for name in json.loads(path.read_text(encoding="utf-8"))["values"].values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _number(name: str, number: Any) -> float | None:
    if isinstance(number, str):
        raise InvalidParameter(f"{name} of a score is {number!r}", expected="a number or None")
    try:
        number = math.nan if number is None else float(number)
    except (TypeError, ValueError) as error:
        what = f"{name} of a score is a {type(number).__name__}"
        raise InvalidParameter(what, expected="a number or None") from error
    if math.isinf(number):
        raise InvalidParameter(f"{name} of a score is {number}", expected="a finite number, or None for undefined")
    return None if math.isnan(number) else number


def _detail(key: str, entry: Any) -> str | int | float:
    entry = entry.item() if hasattr(entry, "item") and getattr(entry, "ndim", None) == 0 else entry
    if not isinstance(entry, (str, int, float)) or isinstance(entry, bool) or entry in (math.inf, -math.inf):
        what = entry if isinstance(entry, float) else f"a {type(entry).__name__}"
        raise InvalidParameter(f"detail {key!r} of a score is {what}", expected="str, int or finite float")
    return entry


def _json(provenance: Mapping[str, Any]) -> dict[str, Any]:
    """As it will be read back: plain JSON types, a copy nobody else changes."""
    try:
        return json.loads(canonical_json(dict(provenance)))
    except (TypeError, ValueError) as error:
        raise InvalidParameter(f"provenance of a score has no JSON form ({error})", expected="plain values") from error


def _levels(score: Score, prefix: str = "") -> list[tuple[str, Any]]:
    """(place, array) of the score and of what it contains: ``values``, ``draws``, ``raw.values``, ``ceiling.draws``."""
    found = [(f"{prefix}values", score.values), (f"{prefix}draws", score.draws)]
    for part in ("raw", "ceiling"):
        nested = getattr(score, part)
        if nested is not None:
            found += _levels(nested, f"{prefix}{part}.")
    return found


def _put(score: Score, level: list[str], values: Any) -> Score:
    part, *rest = level
    changed: dict[str, Any] = {part: _put(getattr(score, part), rest, values) if rest else values}
    return replace(score, **changed)


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
    valid = c - 1.96 * sd_c > 0
    if raw.value is None or not valid:
        flags = flags if valid else (*flags, "no-valid-ceiling")
        return Score(None, ceiling=ceiling, raw=raw, flags=flags, **rest)
    value = raw.value / c
    error = None if raw.error is None else math.hypot(raw.error / c, raw.value * sd_c / c**2)
    if value > 1:
        flags = (*flags, "above-ceiling")
    return Score(value, error, ceiling, raw, normalisation="raw / ceiling", flags=flags, **rest)
