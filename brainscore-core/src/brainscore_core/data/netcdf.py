"""Assemblies as netCDF files: written lossless, read lazily, ours and those of the existing ecosystem."""

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.data.writing import replacing
from brainscore_core.errors import BrainScoreError, DataUnavailable, InvalidAssembly, InvalidFile

if TYPE_CHECKING:
    import xarray as xr

_FORMAT = 1
_VARIABLE = "data"
_VARIABLES = (_VARIABLE, "__xarray_dataarray_variable__")
_OURS = ("brainscore_format", "brainscore_name", "brainscore_one_element")
# names with a meaning in netCDF itself or for those who decode it: as an attribute they would not come back
_RESERVED = {
    "CLASS",
    "NAME",
    "DIMENSION_LIST",
    "REFERENCE_LIST",
    "DIMENSION_LABELS",
    "coordinates",
    "dtype",
    "grid_mapping",
    "scale_factor",
    "add_offset",
    "missing_value",
    *_OURS,
}
_KINDS = "biufU"


def save_assembly(array: "xr.DataArray", path: Path | str) -> None:
    """Write an assembly so that `open_assembly` returns the same one: values, dtypes, coordinates, attrs and name.

    Parameters
    ----------
    array : xr.DataArray
        Any dims; values and coordinates of bools, integers, floats or text, no MultiIndex. Text may not be missing.
        attrs are str, integers, floats or one-dimensional arrays of these numbers.
    path : Path or str
        Replaced when the whole file is on disk, so whoever has the old one open keeps it. It is made in memory first:
        for what is too large for that there are shards.

    Raises
    ------
    InvalidAssembly
        Something cannot be stored without loss; the message names it. Nothing is written.
    StorageError
        The folder cannot be written, or the disk is full.
    """
    path = Path(path)
    if not hasattr(array, "to_dataset"):
        raise InvalidAssembly(f"{type(array).__name__} given to save_assembly", expected="an xarray.DataArray")
    if array.name is not None and not isinstance(array.name, str):
        raise InvalidAssembly(f"assembly has the name {array.name!r}", expected="text, or None")
    dataset = _storable(array)
    encoding = {name: {"_FillValue": None} for name in dataset.variables}  # replaces what the array was read with
    image = io.BytesIO()  # HDF5 that runs out of disk cannot close its file and takes the process down with it
    dataset.to_netcdf(image, engine="h5netcdf", encoding=encoding)
    with replacing(path) as temporary:
        temporary.write_bytes(image.getbuffer())


def open_assembly(path: Path | str, *, group: str | None = None) -> "xr.DataArray":
    """Open an assembly; values are read from disk when they are touched.

    Reads our files and those of the existing ecosystem, where a MultiIndex was flattened into coordinates: the old
    ``image_id`` is also given as ``stimulus_id``, and ``choice_`` on dimension ``choice`` is called ``choice`` again.

    Parameters
    ----------
    path : Path or str
    group : str, optional
        A netCDF group (the ecosystem keeps further arrays of one experiment there).

    Returns
    -------
    xr.DataArray
        Holds the file open until ``.close()``, or until it is no longer referred to.

    Raises
    ------
    DataUnavailable
        There is no such file.
    InvalidFile
        It is truncated, foreign, or written by a later version.
    """
    import xarray as xr

    path = Path(path)
    if not path.is_file():
        raise DataUnavailable(f"there is no assembly file {path}")
    try:  # undecoded: 'units' of an assembly are no instruction to turn milliseconds into dates
        dataset = xr.open_dataset(
            path, engine="h5netcdf", group=group, mask_and_scale=False, decode_times=False, decode_timedelta=False
        )
    except (OSError, ValueError, KeyError, RuntimeError, TypeError, AttributeError) as error:
        where = f"{path} (group {group!r})" if group else str(path)
        raise InvalidFile(f"{where} cannot be read as netCDF ({error})", remedy="fetch it again") from error
    try:
        if "brainscore_format" not in dataset.attrs:
            dataset = _decoded(dataset)
        array = _array_of(dataset, path)
    except BrainScoreError:
        dataset.close()
        raise
    array.set_close(dataset.close)
    return array


def _storable(array: "xr.DataArray") -> "xr.Dataset":
    indexes = [name for name, index in array.indexes.items() if index.nlevels > 1]
    if indexes:
        raise InvalidAssembly(
            f"coordinate {indexes[0]!r} is a MultiIndex",
            expected="plain coordinates",
            remedy=f"call .reset_index({indexes[0]!r}) first",
        )
    coords = {
        name: (coord.dims, _storable_values(coord.values, f"coordinate {name!r}"), coord.attrs)
        for name, coord in array.coords.items()
    }
    if _VARIABLE in coords:
        raise InvalidAssembly(
            f"a coordinate is named {_VARIABLE!r}",
            expected="another name",
            remedy="the values themselves have that name in the file",
        )
    values = _storable_values(array.data, "the values")
    dataset = array.drop_vars(list(coords)).copy(data=values).rename(None).to_dataset(name=_VARIABLE)
    dataset = dataset.assign_coords(coords)
    dataset.attrs = {"brainscore_format": _FORMAT}
    if array.name is not None:
        dataset.attrs["brainscore_name"] = array.name
    one_element: dict[str, list[str]] = {}
    for name, variable in dataset.variables.items():
        for key, value in variable.attrs.items():
            if _check_attr(str(name), key, value).shape == (1,):
                one_element.setdefault(str(name), []).append(key)
    if one_element:  # netCDF cannot tell an array of one from a number
        dataset.attrs["brainscore_one_element"] = json.dumps(one_element)
    return dataset


def _storable_values(values: Any, what: str) -> Any:
    kind = getattr(values.dtype, "kind", "O")
    if kind not in _KINDS:
        items = np.asarray(values, dtype=object)
        if not all(isinstance(item, str) for item in items.flat):
            odd = next(item for item in items.flat if not isinstance(item, str))
            raise InvalidAssembly(
                f"{what} of dtype {values.dtype} hold {odd!r}",
                expected="bools, integers, floats, or text that is nowhere missing",
                remedy="give missing text a word of its own, such as 'unknown'",
            )
        values, kind = items.astype(str), "U"
    if kind == "U":
        _check_text(what, *np.asarray(values).flat)
    return values


def _check_text(what: str, *texts: str) -> None:
    if not _is_storable("".join(texts)):
        odd = next(text for text in texts if not _is_storable(text))
        raise InvalidAssembly(f"{what}: {odd!r}", expected="text without NUL and lone surrogates")


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _check_attr(owner: str, key: Any, value: Any) -> np.ndarray:
    where = f"attribute {key!r}" if owner == _VARIABLE else f"attribute {key!r} of coordinate {owner!r}"
    if not isinstance(key, str) or not key or key in _RESERVED or key.startswith("_") or "/" in key:
        raise InvalidAssembly(where, expected="a name without leading underscore or slash, not one of netCDF's own")
    array = np.asarray(value)
    if isinstance(value, str):
        _check_text(where, key, value)
    elif not (array.dtype.kind in "iuf" and array.ndim <= 1) or isinstance(value, list | tuple):
        raise InvalidAssembly(
            f"{where} is {value!r}"[:300], expected="str, int, float or a one-dimensional array of numbers"
        )
    return array


def _decoded(dataset: "xr.Dataset") -> "xr.Dataset":
    """Others write dates and packed numbers as the CF conventions say; 'ms' is no duration to them either."""
    import xarray as xr

    try:
        return xr.decode_cf(dataset, mask_and_scale=True, decode_times=True, decode_timedelta=False)
    except ValueError:  # units that only look like a date
        return xr.decode_cf(dataset, mask_and_scale=True, decode_times=False, decode_timedelta=False)


def _array_of(dataset: "xr.Dataset", path: Path) -> "xr.DataArray":
    version = dataset.attrs.get("brainscore_format", 0)
    if version > _FORMAT:
        raise InvalidFile(f"{path} has format {version}", expected=f"up to {_FORMAT}", remedy="update brainscore-core")
    names = [name for name in _VARIABLES if name in dataset.data_vars] or [str(name) for name in dataset.data_vars]
    if not names or (names[0] not in _VARIABLES and len(names) > 1):
        raise InvalidFile(
            f"{path} holds the variables {', '.join(names) or '(none)'}", expected=f"one, or one named {_VARIABLE!r}"
        )
    array = dataset[names[0]]
    _restore_attrs(array, dataset)
    array.name = dataset.attrs.get("brainscore_name")
    return array if version else _modernised(array)


def _restore_attrs(array: "xr.DataArray", dataset: "xr.Dataset") -> None:
    if "brainscore_format" not in dataset.attrs:
        array.attrs = {**dataset.attrs, **array.attrs}
    for owner, keys in json.loads(dataset.attrs.get("brainscore_one_element", "{}")).items():
        attrs = array.attrs if owner == _VARIABLE else array.coords[owner].attrs
        attrs.update({key: np.atleast_1d(attrs[key]) for key in keys})


def _modernised(array: "xr.DataArray") -> "xr.DataArray":
    text = {name: coord.astype(str) for name, coord in array.coords.items() if coord.dtype.kind in "OS"}
    array = array.assign_coords(text)
    for dim in array.dims:
        old = f"{dim}_"
        if dim not in array.coords and old in array.coords and array.coords[old].dims == (dim,):
            array = array.assign_coords({dim: (dim, array.coords[old].values)}).drop_vars(old)
    if "image_id" in array.coords and "stimulus_id" not in array.coords:
        image_id = array.coords["image_id"]
        array = array.assign_coords(stimulus_id=(image_id.dims, image_id.values))
    return array
