"""Assemblies as netCDF files: written lossless, read lazily, ours and those of the existing ecosystem."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import BrainScoreError, DataUnavailable, InvalidAssembly, InvalidFile
from .writing import replacing

if TYPE_CHECKING:
    import xarray as xr

_FORMAT = 1
_VARIABLE = "data"
_VARIABLES = (_VARIABLE, "__xarray_dataarray_variable__")
_OURS = ("brainscore_format", "brainscore_name", "brainscore_one_element")
# names with a meaning in netCDF itself or for those who decode it: as an attribute they would not come back
_RESERVED = (
    *_OURS,
    *("CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS"),
    *("coordinates", "dtype", "grid_mapping", "scale_factor", "add_offset", "missing_value"),
)


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
    if not hasattr(array, "to_dataset"):
        raise InvalidAssembly(f"{type(array).__name__} given to save_assembly", expected="an xarray.DataArray")
    dataset = _storable(array)
    image = _file_image(dataset)
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(image)


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
        array = _ours(dataset, path) if "brainscore_format" in dataset.attrs else _foreign(dataset, path)
    except BrainScoreError:
        dataset.close()
        raise
    array.set_close(dataset.close)
    return array


def _file_image(dataset: "xr.Dataset") -> bytes:
    """The file in memory: HDF5 that runs out of disk cannot close its file and takes the process down with it.

    HDF5's own driver for that, not a Python file object, which crashes when it is collected in the middle of a call.
    """
    import h5netcdf
    import h5py
    from xarray.backends import H5NetCDFStore

    encoding: Any = {name: {"_FillValue": None} for name in dataset.variables}  # not what the array was read with
    with h5py.File("in-memory.nc", "w", driver="core", backing_store=False) as file:
        with h5netcdf.File(file, "w") as netcdf:  # leaves the HDF5 file open: it is not its own
            dataset.dump_to_store(H5NetCDFStore(netcdf), encoding=encoding)
        file.flush()
        return file.id.get_file_image()


def _storable(array: "xr.DataArray") -> "xr.Dataset":
    from ..assemblies import check_attrs

    if array.name is not None and not isinstance(array.name, str):
        raise InvalidAssembly(f"assembly has the name {array.name!r}", expected="text, or None")
    if _VARIABLE in array.coords:
        raise InvalidAssembly(f"a coordinate is named {_VARIABLE!r}", expected="another name: the values have that one")
    for name, index in array.indexes.items():
        if index.nlevels > 1:
            remedy = f"call .reset_index({name!r}) first"
            raise InvalidAssembly(f"coordinate {name!r} is a MultiIndex", expected="plain ones", remedy=remedy)
    coords = {
        name: (coord.dims, _storable_values(coord.values, f"coordinate {name!r}"), coord.attrs)
        for name, coord in array.coords.items()
    }
    values = _storable_values(array.data, "the values")
    dataset = array.drop_vars(list(coords)).copy(data=values).rename(None).to_dataset(name=_VARIABLE)
    dataset = dataset.assign_coords(coords)
    dataset.attrs = {"brainscore_format": _FORMAT} | ({} if array.name is None else {"brainscore_name": array.name})
    for name, variable in dataset.variables.items():
        where = "the assembly" if name == _VARIABLE else f"coordinate {name!r}"
        check_attrs(where, variable.attrs)
        _check_attrs_in_file(where, variable.attrs)
    ones = {
        name: [key for key in one.attrs if np.shape(one.attrs[key]) == (1,)] for name, one in dataset.variables.items()
    }
    if any(ones.values()):  # netCDF cannot tell an array of one from a number
        dataset.attrs["brainscore_one_element"] = json.dumps(ones)
    return dataset


def _storable_values(values: Any, what: str) -> Any:
    kind = values.dtype.kind
    if kind not in "biufU":
        values, items = np.asarray(values, dtype=object), values
        if odd := [item for item in values.flat if not isinstance(item, str)]:
            raise InvalidAssembly(
                f"{what} of dtype {items.dtype} hold {odd[0]!r}",
                expected="bools, integers, floats, or text that is nowhere missing",
                remedy="give missing text a word of its own, such as 'unknown'",
            )
        values, kind = values.astype(str), "U"
    if kind == "U":
        _check_text(what, np.asarray(values).flat)
    return values


def _check_text(what: str, texts: Any) -> None:
    for text in texts:
        if "\0" in text or not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            raise InvalidAssembly(f"{what}: {text!r}", expected="text without NUL and lone surrogates")


def _check_attrs_in_file(where: str, attrs: dict) -> None:
    for key, value in attrs.items():
        if not isinstance(key, str) or not key or key in _RESERVED or key.startswith("_") or "/" in key:
            expected = "a name without leading underscore or slash, not one of netCDF's own"
            raise InvalidAssembly(f"{where}: attribute {key!r}", expected=expected)
        _check_text(f"{where}: attribute {key!r}", [key, value] if isinstance(value, str) else [key])
        if np.asarray(value).dtype.kind == "O":
            raise InvalidAssembly(f"{where}: attribute {key!r} is {value!r}", expected="an integer of at most 64 bits")


def _ours(dataset: "xr.Dataset", path: Path) -> "xr.DataArray":
    version = dataset.attrs["brainscore_format"]
    if version > _FORMAT:
        raise InvalidFile(f"{path} has format {version}", expected=f"up to {_FORMAT}", remedy="update brainscore-core")
    array = _only_variable(dataset, path).rename(dataset.attrs.get("brainscore_name"))
    for name, keys in json.loads(dataset.attrs.get("brainscore_one_element", "{}")).items():
        attrs = array.attrs if name == _VARIABLE else array.coords[name].attrs
        attrs.update({key: np.atleast_1d(attrs[key]) for key in keys})
    return array


def _foreign(dataset: "xr.Dataset", path: Path) -> "xr.DataArray":
    """Others write dates and packed numbers as the CF conventions say; 'ms' is no duration to them either."""
    import xarray as xr

    try:
        dataset = xr.decode_cf(dataset, decode_times=True, decode_timedelta=False)
    except ValueError:  # units that only look like a date
        dataset = xr.decode_cf(dataset, decode_times=False, decode_timedelta=False)
    array = _only_variable(dataset, path).rename(None)
    array.attrs = {**dataset.attrs, **array.attrs}
    array = array.assign_coords({name: c.astype(str) for name, c in array.coords.items() if c.dtype.kind in "OS"})
    for dim in array.dims:
        old = f"{dim}_"
        if dim not in array.coords and old in array.coords and array.coords[old].dims == (dim,):
            array = array.assign_coords({dim: (dim, array.coords[old].values)}).drop_vars(old)
    if "image_id" in array.coords and "stimulus_id" not in array.coords:
        array = array.assign_coords(stimulus_id=(array["image_id"].dims, array["image_id"].values))
    return array


def _only_variable(dataset: "xr.Dataset", path: Path) -> "xr.DataArray":
    names = [name for name in _VARIABLES if name in dataset.data_vars] or list(map(str, dataset.data_vars))
    if not names or (names[0] not in _VARIABLES and len(names) > 1):
        there = ", ".join(names) or "(none)"
        raise InvalidFile(f"{path} holds the variables {there}", expected=f"one, or one named {_VARIABLE!r}")
    return dataset[names[0]]
