"""Promises of datasets and stimulus sets."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..contracts import DataEntry, DataInfo
from ..errors import DataUnavailable
from ..registry import load
from ..registry.scanning import Entry
from .failure import promised, require

SAMPLE = 6
"""Stimuli that are opened: opening a set of thousands would take minutes."""

_unavailable: dict[tuple[str, str], DataUnavailable] = {}


def is_described(entry: Entry) -> None:
    """Where it comes from, under what licence, and who may have it."""
    data = data_entry(entry)
    info = data.info
    require(isinstance(info, DataInfo), f"info of {entry} is a {type(info).__name__}", expected="a DataInfo")
    require(
        info.licence, f"{entry} states no licence", expected="a licence, or 'not stated' where its source states none"
    )
    require(
        info.access in ("public", "private"), f"access of {entry} is {info.access!r}", expected="'public' or 'private'"
    )
    private = [source.filename for source in info.sources if source.access == "private"]
    require(
        not private or info.access == "private",
        f"{entry} is public and reads the private {', '.join(private)}",
        expected="access='private'",
    )


def dataset_is_valid(entry: Entry) -> None:
    """It loads as a valid assembly of the kind its dimensions say, and its info is true."""
    assembly = loaded(entry)
    kind = kind_of(assembly)
    with promised(f"{entry} loads"):
        kind.validate(assembly)
    info = data_entry(entry).info
    if info.regions and "region" in assembly.coords:
        found = sorted(set(assembly["region"].values.astype(str).ravel().tolist()))
        require(found == sorted(info.regions), f"{entry} has the regions {found}", expected=f"{sorted(info.regions)}")
    if info.stimuli is not None and "stimulus_id" in assembly.coords:
        count = len(set(assembly["stimulus_id"].values.tolist()))
        require(count == info.stimuli, f"{entry} has {count} stimuli", expected=f"{info.stimuli}, as its info says")


def dataset_is_deterministic(entry: Entry) -> None:
    """It loads alike each time, and what one caller does to it no other sees."""
    from ..ceilings import digest_assembly

    first = loaded(entry)
    before = digest_assembly(first)
    require(digest_assembly(loaded(entry)) == before, f"{entry} loads differently the second time", expected="the same")
    if first.values.flags.writeable and first.dtype.kind == "f":
        first.values[...] = 0
        require(
            digest_assembly(loaded(entry)) == before, f"{entry} hands out one array to all", expected="a new one each"
        )


def dataset_is_storable(entry: Entry) -> None:
    """It can be written to a file and read back without loss."""
    import tempfile
    from pathlib import Path

    from ..data.netcdf import open_assembly, save_assembly

    assembly = loaded(entry)
    with promised(f"{entry} stored"), tempfile.TemporaryDirectory() as folder:
        save_assembly(assembly, Path(folder) / "assembly.nc")
        with open_assembly(Path(folder) / "assembly.nc") as read:
            require(
                assembly.load().identical(read.load()), f"{entry} is not what a file gives back", expected="the same"
            )


def stimuli_are_named(entry: Entry) -> None:
    """Stimuli of two loads have the same ids, cheap names and content."""
    one, other = loaded(entry), loaded(entry)
    _is_set(entry, one)
    stated = data_entry(entry).info.stimuli
    require(stated in (None, len(one)), f"{entry} has {len(one)} stimuli", expected=f"{stated}, as its info says")
    require(list(one) == list(other), f"{entry} lists its stimuli differently the second time", expected="one order")
    keys = {id: one.key(id) for id in _sample(one)}
    digests = {id: one.digest_of(id) for id in keys}
    for id, key in keys.items():
        with promised(f"stimulus {id!r} of {entry}"):
            require(isinstance(key, str) and key, f"key of {id!r} in {entry} is {key!r}", expected="text")
            require(other.key(id) == key, f"{id!r} of {entry} has another key the second time", expected="one key")
            require(
                other.digest_of(id) == digests[id], f"{id!r} of {entry} differs the second time", expected="the same"
            )
    for id, key in keys.items():
        twins = [twin for twin in keys if keys[twin] == key and digests[twin] != digests[id]]
        require(not twins, f"{id!r} and {twins} of {entry} have one key and differ", expected="a key for each content")


def stimuli_open_in_threads(entry: Entry) -> None:
    """Several threads may open stimuli at once; what one does to a stimulus no other sees."""
    from ..digests import digest_value

    stimuli = loaded(entry)
    _is_set(entry, stimuli)
    alone = {id: stimuli.digest_of(id) for id in _sample(stimuli)}
    with ThreadPoolExecutor(4) as pool:
        together = dict(zip(alone, pool.map(stimuli.digest_of, alone), strict=True))
    require(together == alone, f"stimuli of {entry} differ when threads open them", expected="the same")
    id = next(iter(alone))
    value = stimuli.open(id)
    if getattr(getattr(value, "flags", None), "writeable", False):
        value[...] = 0
        require(
            digest_value(stimuli.open(id)) == alone[id], f"{entry} hands out one array to all", expected="a new one"
        )


def data_entry(entry: Entry) -> DataEntry:
    """The description that an entry resolves to."""
    found = load(entry)
    require(isinstance(found, DataEntry), f"{entry} resolves to a {type(found).__name__}", expected="a DataEntry")
    return found  # type: ignore[return-value]


def loaded(entry: Entry) -> Any:
    """Loaded anew; data that could not be had are not asked for again."""
    key = (entry.group, entry.identifier)
    if key in _unavailable:
        raise _unavailable[key]
    try:
        return data_entry(entry).load()
    except DataUnavailable as error:
        _unavailable[key] = error
        raise


def kind_of(assembly: Any) -> Any:
    """The kind of assembly that these dimensions belong to."""
    from .. import assemblies

    dims = set(getattr(assembly, "dims", ()))
    for kind in ("NeuroidAssembly", "PropertyAssembly", "DissimilarityAssembly", "BehavioralAssembly"):
        found = getattr(assemblies, kind)
        if set(found.dims) <= dims <= {*found.dims, *found.optional_dims}:
            return found
    return assemblies.DataAssembly


def _is_set(entry: Entry, stimuli: Any) -> None:
    from ..stimuli import StimulusSet

    require(isinstance(stimuli, StimulusSet), f"{entry} loads a {type(stimuli).__name__}", expected="a StimulusSet")


def _sample(stimuli: Any) -> list[str]:
    """First, last and some between."""
    ids = list(stimuli)
    step = max(1, (len(ids) - 1) // (SAMPLE - 1))
    return list(dict.fromkeys([*ids[::step][: SAMPLE - 1], ids[-1]]))
