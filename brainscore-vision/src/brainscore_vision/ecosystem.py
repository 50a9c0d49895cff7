"""Datasets and image sets of the existing ecosystem, from a row of its registry: identifier, bucket, hashes, version.

:func:`recordings`, :func:`trials` and :func:`images` describe; nothing is fetched before what they describe is loaded.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.data import Source, s3_address
from brainscore_core.errors import InvalidAssembly, StimulusMismatch

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

BUCKET = "brainscore-storage/brainio-brainscore"
"""Where most of it lies."""

EAGER = 2**30
"""Bytes of values up to which a recording is read at once."""

_PREFIX = {"nc": "assy_", "csv": "stimulus_", "zip": "stimulus_"}
_OF_FILES = ("filename", "stimulus_path_within_store", "image_path_within_store", "image_file_path")


def recordings(
    identifier: str,
    name: str,
    sha1: str,
    version_id: str | None = None,
    *,
    stimuli: DataEntry | None = None,
    bucket: str = BUCKET,
    region: str | None = None,
    renamed: Mapping[str, str] | None = None,
    adapt: "Callable[[xr.DataArray], xr.DataArray] | None" = None,
    **info: Any,
) -> DataEntry:
    """Description of a recording.

    Parameters
    ----------
    identifier : str
        Of the dataset here.
    name, sha1, version_id, bucket : str
        As the ecosystem's registry states them; `name` as ``"dicarlo.MajajHong2015.public"``.
    stimuli : DataEntry, optional
        As :func:`images` makes it: its table is merged into the recording.
    region, renamed
        See :func:`read_recordings`.
    adapt : callable, optional
        What else brings the file to its form here.
    **info
        Fields of :class:`~brainscore_core.contracts.DataInfo`. Private files are also asked for with the credentials of
        the environment.
    """
    read = partial(_read, region, dict(renamed or {}), adapt)
    return _assembly_entry(identifier, _filename(name, "nc"), sha1, version_id, bucket, stimuli, read, info)


def trials(
    identifier: str,
    name: str,
    sha1: str,
    version_id: str | None = None,
    *,
    stimuli: DataEntry | None = None,
    bucket: str = BUCKET,
    adapt: "Callable[[xr.DataArray], xr.DataArray] | None" = None,
    **info: Any,
) -> DataEntry:
    """Description of what subjects answered, one row a trial; parameters as for :func:`recordings`."""
    read = partial(_read_trials, adapt)
    return _assembly_entry(identifier, _filename(name, "nc"), sha1, version_id, bucket, stimuli, read, info)


def images(
    identifier: str,
    csv_sha1: str,
    zip_sha1: str,
    csv_version_id: str | None = None,
    zip_version_id: str | None = None,
    *,
    bucket: str = BUCKET,
    prefix: str | None = None,
    **info: Any,
) -> DataEntry:
    """Description of an image set; parameters as for :func:`recordings`.

    Parameters
    ----------
    prefix : str, optional
        Of the files, instead of ``stimulus_``; old sets have ``image_``.
    """
    about = _about(info)
    table = _source(_filename(identifier, "csv", prefix), csv_sha1, csv_version_id, bucket, about)
    archive = _source(_filename(identifier, "zip", prefix), zip_sha1, zip_version_id, bucket, about)
    described = DataInfo(**info, licence=about["licence"], sources=(table, archive))
    return DataEntry(identifier, partial(read_images, identifier, table, archive), described)


def _about(info: dict[str, Any]) -> dict[str, Any]:
    """What the files share with what is made of them."""
    licence = info.pop("licence", "not stated")
    return {"licence": licence, "citation": info.get("bibtex", ""), "access": info.get("access", "public")}


def _assembly_entry(
    identifier: str,
    filename: str,
    sha1: str,
    version_id: str | None,
    bucket: str,
    stimuli: DataEntry | None,
    read: "Callable[[Source, Source | None], xr.DataArray]",
    info: dict[str, Any],
) -> DataEntry:
    about = _about(info)
    file = _source(filename, sha1, version_id, bucket, about)
    table = None if stimuli is None else stimuli.info.sources[0]
    files = (file,) if table is None else (file, table)
    count = None if stimuli is None else stimuli.info.stimuli
    described = DataInfo(**{"stimuli": count, **info}, licence=about["licence"], sources=files)
    return DataEntry(identifier, partial(read, file, table), described)


def _read(
    region: str | None,
    renamed: dict[str, str],
    adapt: "Callable[[xr.DataArray], xr.DataArray] | None",
    file: Source,
    table: Source | None,
) -> "xr.DataArray":
    assembly = read_recordings(file, table, region=region, **renamed)
    return assembly if adapt is None else adapt(assembly)


def _read_trials(
    adapt: "Callable[[xr.DataArray], xr.DataArray] | None", file: Source, table: Source | None
) -> "xr.DataArray":
    assembly = read_trials(file, table)
    return assembly if adapt is None else adapt(assembly)


def _filename(identifier: str, kind: str, prefix: str | None = None) -> str:
    """``assy_dicarlo_MajajHong2015_public.nc``."""
    return f"{_PREFIX[kind] if prefix is None else prefix}{identifier.replace('.', '_')}.{kind}"


def _source(filename: str, sha1: str, version_id: str | None, bucket: str, about: Mapping[str, Any]) -> Source:
    places = [s3_address(bucket, filename, version_id)]
    if about["access"] == "private":
        places.append(s3_address(bucket, filename, version_id, signed=True))
    return Source(filename, tuple(places), sha1=sha1, **about)


def read_images(identifier: str, table: Source, archive: Source) -> "StimulusSet":
    """Fetch table and archive of an image set, and open it under the name `identifier`."""
    from brainscore_core.data import fetch, read_stimulus_csv, unpack

    from .images import image_set

    rows, paths = read_stimulus_csv(fetch(table), unpack(archive))
    return image_set(identifier, rows, paths)


def read_recordings(
    source: Source, table: Source | None = None, *, region: str | None = None, **renamed: str
) -> "xr.DataArray":
    """Fetch and open a recording, with the metadata of its stimuli as the ecosystem merges them.

    Of more than :data:`EAGER` bytes the values stay on disk until they are used.

    Parameters
    ----------
    source : Source
    table : Source, optional
        Table (csv) of the stimulus set: columns that the recording lacks become coordinates on ``presentation``,
        matched by ``stimulus_id``. No image is fetched for that.
    region : str, optional
        For files that do not say from where it was recorded.
    **renamed
        New name of a coordinate to the old one, as ``neuroid_id="neuroid"``, for files that lack the new one.

    Returns
    -------
    xarray.DataArray
        NeuroidAssembly.

    Raises
    ------
    DataUnavailable, HashMismatch, InvalidFile
        As :func:`~brainscore_core.data.fetch` and :func:`~brainscore_core.data.open_assembly`.
    StimulusMismatch
        If a stimulus that was recorded is not in the table.
    InvalidAssembly
        If the file is no recording.
    """
    from brainscore_core.assemblies import NeuroidAssembly

    assembly = _opened(source)
    for new, old in renamed.items():
        assembly = _renamed(assembly, new, old, source.filename)
    if region is not None and "region" not in assembly.coords:
        assembly = assembly.assign_coords(region=("neuroid", np.full(assembly.sizes["neuroid"], region)))
    return NeuroidAssembly.validate(_described(assembly, table))


def read_trials(source: Source, table: Source | None = None) -> "xr.DataArray":
    """Fetch and open answers of subjects, with the metadata of the stimuli; parameters as for :func:`read_recordings`.

    Returns
    -------
    xarray.DataArray
        BehavioralAssembly, dimension ``presentation``, one row a trial.

    Raises
    ------
    DataUnavailable, HashMismatch, InvalidFile, StimulusMismatch, InvalidAssembly
        As for :func:`read_recordings`.
    """
    from brainscore_core.assemblies import BehavioralAssembly

    answers = _opened(source)
    if answers.dtype.kind in "OS":
        answers = answers.astype(str)
    return BehavioralAssembly.validate(_described(answers, table))


def _opened(source: Source) -> "xr.DataArray":
    from brainscore_core.data import fetch, open_assembly

    opened = open_assembly(fetch(source))
    if opened.nbytes > EAGER:
        return opened
    assembly = opened.load()
    opened.close()
    return assembly


def _described(assembly: "xr.DataArray", table: Source | None) -> "xr.DataArray":
    """With the columns of the stimulus table, and attributes that a file can hold."""
    from brainscore_core.data import fetch, read_stimulus_table

    if table is not None:
        assembly = merge_stimuli(assembly, read_stimulus_table(fetch(table)))
    assembly = assembly.copy(deep=False)
    assembly.attrs = _plain(assembly.attrs)
    return assembly


def merge_stimuli(assembly: "xr.DataArray", table: "pd.DataFrame") -> "xr.DataArray":
    """Columns of a stimulus table as coordinates on ``presentation``; what the assembly has already stays.

    Missing text becomes ``''``, as netCDF gives it back. Columns about files are left out.

    Raises
    ------
    StimulusMismatch
        If a stimulus of the assembly is not in the table.
    """
    ids = assembly["stimulus_id"].values.astype(str)
    positions = {str(name): row for row, name in enumerate(table["stimulus_id"])}
    missing = sorted(set(ids.tolist()) - positions.keys())
    if missing:
        raise StimulusMismatch(
            f"{len(missing)} recorded stimuli are not in the stimulus table, as {missing[0]!r}",
            expected="the table of the set that was shown",
        )
    rows = np.array([positions[name] for name in ids.tolist()])
    new = [name for name in table.columns if name not in (*assembly.coords, *assembly.dims, *_OF_FILES)]
    merged = {str(name): ("presentation", _values(table[name])[rows]) for name in new}
    return assembly.assign_coords(merged)


def _values(column: "pd.Series") -> np.ndarray:
    """Numbers as they are, everything else as text; a gap in text is ''."""
    values = column.to_numpy()
    if values.dtype.kind in "biuf":
        return values
    return column.astype(object).where(column.notna(), "").astype(str).to_numpy().astype(str)


def _renamed(assembly: "xr.DataArray", new: str, old: str, filename: str) -> "xr.DataArray":
    if new in assembly.coords:
        return assembly
    if old not in assembly.coords:
        raise InvalidAssembly(
            f"{filename} has no coordinate {old!r}", expected=f"one of {sorted(map(str, assembly.coords))}"
        )
    coord = assembly[old]
    return assembly.drop_vars(old).assign_coords({new: (coord.dims, coord.values)})


def _plain(attrs: Mapping[Any, Any]) -> dict[str, Any]:
    """Attributes without those that only a copy of the ecosystem's own objects could hold."""
    return {str(key): value for key, value in attrs.items() if isinstance(value, (str, int, float, np.number))}
