"""Labelled recordings: plain :class:`xarray.DataArray`, validated by kind.

There is no subclass, on purpose: xarray re-runs a subclass's constructor on every operation and loses the class in
half of them. ``NeuroidAssembly(values, dims=, coords=)`` checks and returns a DataArray;
``NeuroidAssembly.validate(a)`` checks one that is there already.

NaN means "not measured". What a metric does with it stands in that metric's docstring.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from .alignment import WITHIN, align, select
from .errors import InvalidAssembly

__all__ = [
    "WITHIN",
    "AssemblyKind",
    "BehavioralAssembly",
    "DataAssembly",
    "DissimilarityAssembly",
    "NeuroidAssembly",
    "PropertyAssembly",
    "align",
    "check_attrs",
    "select",
]

_PART = 2**20
"""Values that are looked at in one go."""


@dataclass(frozen=True)
class AssemblyKind:
    """What an assembly of one kind must have; calling it makes one.

    Parameters
    ----------
    name : str
        Shown in messages.
    dims : tuple of str
        Dimensions that must be there, in any order.
    optional_dims : tuple of str
        Dimensions that may be there besides. ``("*",)`` allows any.
    coords : mapping of str to str
        Coordinate name to the dimension it lies on; required where that dimension is there.
    """

    name: str
    dims: tuple[str, ...] = ()
    optional_dims: tuple[str, ...] = ()
    coords: Mapping[str, str] = field(default_factory=dict)
    numeric: bool = True

    def __call__(
        self,
        values: Any,
        *,
        dims: Sequence[str],
        coords: Mapping[str, Any],
        attrs: Mapping[str, Any] | None = None,
        name: str | None = None,
    ) -> xr.DataArray:
        """Make a validated DataArray.

        Parameters
        ----------
        values : array_like
            Its dtype is kept.
        dims : sequence of str
            The name of each axis of `values`.
        coords : mapping
            ``{"stimulus_id": ("presentation", ids), ...}``, or ``{"choice": labels}`` for a coordinate named as its
            dimension.

        Raises
        ------
        InvalidAssembly
            Names the dimension or coordinate, what was found and what was expected.
        """
        values = values if hasattr(values, "dtype") else np.asarray(values)
        _check_shape(self.name, values, dims)
        sizes = dict(zip(dims, values.shape, strict=True))
        tidy = {key: _tidy_coord(self.name, key, value, sizes) for key, value in coords.items()}
        return self.validate(xr.DataArray(values, dims=list(dims), coords=tidy, attrs=dict(attrs or {}), name=name))

    def validate(self, assembly: xr.DataArray) -> xr.DataArray:
        """Return `assembly` unchanged, or raise ``InvalidAssembly`` saying what is wrong."""
        if not isinstance(assembly, xr.DataArray):
            raise InvalidAssembly(
                f"{self.name}: got a {type(assembly).__name__}",
                expected="an xarray.DataArray",
                remedy=f"make one with {self.name}(values, dims=..., coords=...)",
            )
        self._check_dims(assembly)
        self._check_coords(assembly)
        _check_text(self.name, assembly, {"stimulus_id", "neuroid_id", *self.coords})
        _check_values(self.name, assembly, self.numeric)
        _check_time_bins(self.name, assembly)
        check_attrs(self.name, assembly.attrs)
        return assembly

    def _check_dims(self, assembly: xr.DataArray) -> None:
        found = set(assembly.dims)
        missing = [dim for dim in self.dims if dim not in found]
        extra = [] if "*" in self.optional_dims else sorted(map(str, found - set(self.dims) - set(self.optional_dims)))
        if missing or extra:
            optional = "".join(f" [, {dim}]" for dim in self.optional_dims if dim != "*")
            raise InvalidAssembly(
                f"{self.name}: dimensions are {tuple(assembly.dims)}"
                + (f", {missing[0]!r} is missing" if missing else f", {extra[0]!r} does not belong"),
                expected=f"({', '.join(self.dims)}{optional})",
            )
        empty = [dim for dim, size in assembly.sizes.items() if size == 0]
        if empty:
            raise InvalidAssembly(f"{self.name}: dimension {empty[0]!r} has length 0", expected="at least one entry")

    def _check_coords(self, assembly: xr.DataArray) -> None:
        for coord, dim in self.coords.items():
            if dim not in assembly.dims:
                continue
            if coord not in assembly.coords:
                raise InvalidAssembly(
                    f"{self.name}: coordinate {coord!r} is missing",
                    expected=f"{coord!r} on dimension {dim!r}; found {sorted(map(str, assembly.coords))}",
                    remedy=f"pass coords={{{coord!r}: ({dim!r}, [...])}}",
                )
            if assembly.coords[coord].dims != (dim,):
                raise InvalidAssembly(
                    f"{self.name}: coordinate {coord!r} lies on {assembly.coords[coord].dims}", expected=f"({dim!r},)"
                )
        for name, values in assembly.coords.items():
            if values.ndim > 1 or type(assembly.indexes.get(name)).__name__ == "MultiIndex":
                raise InvalidAssembly(
                    f"{self.name}: coordinate {name!r} is a MultiIndex or has {values.ndim} dimensions",
                    expected="a plain one-dimensional coordinate",
                    remedy="use assembly.reset_index(...) first",
                )
            if name in assembly.indexes and not assembly.indexes[name].is_unique:
                raise InvalidAssembly(f"{self.name}: labels of dimension {name!r} repeat", expected="unique labels")


def _check_shape(kind: str, values: Any, dims: Sequence[str]) -> None:
    if isinstance(dims, str) or len(dims) != values.ndim or len(set(dims)) != len(dims):
        raise InvalidAssembly(
            f"{kind}: values have {values.ndim} axes, dims are {dims!r}", expected="one distinct name an axis"
        )


def _tidy_coord(kind: str, name: str, value: Any, sizes: Mapping[str, int]) -> tuple[tuple[str, ...], np.ndarray]:
    """(dims, array) of one coordinate; text becomes fixed-width unicode, so that files and indexes agree."""
    dims, data = _split_coord(name, value, sizes)
    array = np.asarray(data)
    if array.dtype.kind == "U" and not hasattr(data, "dtype"):
        array = np.asarray(data, dtype=object)  # numpy turns [1, 'a', nan] into text without a word
    if array.dtype.kind in "OT":
        if not all(isinstance(item, str) for item in array.flat):
            odd = next(item for item in array.flat if not isinstance(item, str))
            raise InvalidAssembly(
                f"{kind}: coordinate {name!r} mixes types or misses a text (found {odd!r})",
                expected="all text, or all numbers",
            )
        array = array.astype(str)
    if array.ndim != len(dims):
        raise InvalidAssembly(
            f"{kind}: coordinate {name!r} has {array.ndim} axes on dimensions {dims}",
            expected="(dimension, list of entries), or a list for a coordinate named as its dimension",
        )
    for dim, size in zip(dims, array.shape, strict=False):
        if dim not in sizes:
            raise InvalidAssembly(
                f"{kind}: coordinate {name!r} lies on unknown dimension {dim!r}", expected=f"one of {tuple(sizes)}"
            )
        if size != sizes[dim]:
            raise InvalidAssembly(
                f"{kind}: coordinate {name!r} has length {size}", expected=f"{sizes[dim]}, the length of {dim!r}"
            )
    return dims, array


def _split_coord(name: str, value: Any, sizes: Mapping[str, int]) -> tuple[tuple[str, ...], Any]:
    """(dims, entries). ``("V1", "V2")`` are two labels, ``("neuroid", [...])`` is a dimension with its entries."""
    if isinstance(value, xr.DataArray):
        return tuple(map(str, value.dims)), value.values
    if isinstance(value, tuple) and len(value) == 2:
        dims, data = value
        if isinstance(dims, (tuple, list)):
            return tuple(dims), data
        if isinstance(dims, str) and (dims in sizes or np.ndim(data)):
            return (dims,), data
    return ((name,) if np.ndim(value) else ()), value


def _check_text(kind: str, assembly: xr.DataArray, complete: Container[str]) -> None:
    for name, coord in assembly.coords.items():
        if coord.dtype.kind == "O":
            if any(not isinstance(item, str) for item in coord.values.flat):
                raise InvalidAssembly(f"{kind}: coordinate {name!r} mixes types", expected="all text, or all numbers")
        if coord.dtype.kind in "OUT" and name in complete and (coord.values == "").any():
            raise InvalidAssembly(f"{kind}: coordinate {name!r} has empty entries", expected="text in every entry")
        if coord.dtype.kind == "f" and name == "stimulus_id":
            raise InvalidAssembly(f"{kind}: stimulus_id is of dtype {coord.dtype}", expected="text or integers")


def _check_values(kind: str, assembly: xr.DataArray, numeric: bool) -> None:
    character = assembly.dtype.kind
    if character not in ("biuf" if numeric else "biufUT"):
        raise InvalidAssembly(
            f"{kind}: values are of dtype {assembly.dtype}", expected="numbers" + ("" if numeric else " or text")
        )
    if character == "f" and not any(np.isfinite(part).any() for part in _parts(assembly)):
        raise InvalidAssembly(f"{kind}: every value is NaN or infinite", expected="at least one measured value")


def _parts(assembly: xr.DataArray) -> Iterator[np.ndarray]:
    """The values piece by piece: the first number settles it, so a lazily opened file is not read as a whole."""
    yield assembly[tuple(0 for _ in assembly.dims)].values
    if not assembly.dims:
        return
    dim = assembly.dims[0]
    step = max(1, _PART * assembly.sizes[dim] // assembly.size)
    for start in range(0, assembly.sizes[dim], step):
        yield assembly.isel({dim: slice(start, start + step)}).values


def _check_time_bins(kind: str, assembly: xr.DataArray) -> None:
    if "time_bin" in assembly.dims and {"time_bin_start", "time_bin_end"} <= set(assembly.coords):
        start, end = assembly["time_bin_start"].values, assembly["time_bin_end"].values
        if not (start < end).all():
            raise InvalidAssembly(
                f"{kind}: a time bin ends before it starts", expected="time_bin_start < time_bin_end, in ms"
            )


def check_attrs(kind: str, attrs: Mapping[Any, Any]) -> None:
    """Refuse attributes that a file would not give back: allowed are str, integers, floats, 1-d arrays of numbers."""
    for key, value in attrs.items():
        scalar = isinstance(value, (str, int, float, np.integer, np.floating)) and not isinstance(value, bool)
        if not scalar and not (isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iuf"):
            raise InvalidAssembly(
                f"{kind}: attribute {key!r} is a {type(value).__name__}",
                expected="str, int, float or a one-dimensional numeric array",
            )


DataAssembly = AssemblyKind("DataAssembly", optional_dims=("*",), numeric=False)
NeuroidAssembly = AssemblyKind(
    "NeuroidAssembly",
    dims=("presentation", "neuroid"),
    optional_dims=("time_bin",),
    coords={
        "stimulus_id": "presentation",
        "neuroid_id": "neuroid",
        "region": "neuroid",
        "time_bin_start": "time_bin",
        "time_bin_end": "time_bin",
    },
)
BehavioralAssembly = AssemblyKind(
    "BehavioralAssembly",
    dims=("presentation",),
    optional_dims=("choice",),
    coords={"stimulus_id": "presentation", "choice": "choice"},
    numeric=False,
)
PropertyAssembly = AssemblyKind(
    "PropertyAssembly",
    dims=("neuroid", "neuronal_property"),
    coords={"region": "neuroid", "neuronal_property": "neuronal_property"},
)
DissimilarityAssembly = AssemblyKind(
    "DissimilarityAssembly",
    dims=("subject", "stimulus_i", "stimulus_j"),
    optional_dims=("time_bin",),
    coords={
        "stimulus_id_i": "stimulus_i",
        "stimulus_id_j": "stimulus_j",
        "subject_id": "subject",
        "region": "subject",
        "time_bin_start": "time_bin",
        "time_bin_end": "time_bin",
    },
)
