"""How the two files are read: two images stand twice in both."""

from typing import TYPE_CHECKING

from brainscore_core.data import Source

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

DIMS = ("decoder", "presentation")
COORDS = ("stimulus_id", "image_label", "i1")


def read_shown(table: Source, archive: Source) -> "StimulusSet":
    """The images, each once."""
    from brainscore_core.data import fetch, read_stimulus_csv, unpack
    from brainscore_vision.images import image_set

    rows, paths = read_stimulus_csv(fetch(table), unpack(archive), drop_repeated=True)
    return image_set("Kar2019", rows, paths)


def read_times(file: Source) -> "xr.DataArray":
    """Solution times in ms, ``decoder x presentation``.

    Raises
    ------
    DataUnavailable, HashMismatch, InvalidFile
        As :func:`~brainscore_core.data.fetch` and :func:`~brainscore_core.data.open_assembly`.
    InvalidAssembly
        If the file has other dimensions, or lacks a coordinate.
    """
    from brainscore_core.assemblies import DataAssembly
    from brainscore_core.data import fetch, open_assembly
    from brainscore_core.errors import InvalidAssembly

    with open_assembly(fetch(file)) as opened:
        times = opened.load()
    lacking = [name for name in COORDS if name not in times.coords or times[name].dims != ("presentation",)]
    if set(times.dims) != set(DIMS) or lacking:
        raise InvalidAssembly(
            f"{file.filename} has dimensions {times.dims}" + (f" and lacks {', '.join(lacking)}" if lacking else ""),
            expected=f"{DIMS}, and {', '.join(COORDS)} on 'presentation'",
        )
    kept = times.transpose(*DIMS).drop_vars("image_id", errors="ignore")
    kept.attrs = {}
    return DataAssembly.validate(kept)
