"""Files: what a file is, where it can be had, where it lies here, and the formats we read and write.

Nothing is imported until a name is used: describing a dataset costs no more than this module.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brainscore_core.data.netcdf import open_assembly, save_assembly
    from brainscore_core.data.shards import ShardWriter, open_shards
    from brainscore_core.data.source import Source, ecosystem_filename, s3_address
    from brainscore_core.data.stimuli_csv import load_stimulus_files, read_stimulus_csv
    from brainscore_core.data.store import fetch, fetch_weights, unpack
    from brainscore_core.data.upkeep import list_stored, prune, verify

_HOMES = {
    "Source": "source",
    "ecosystem_filename": "source",
    "s3_address": "source",
    "fetch": "store",
    "fetch_weights": "store",
    "unpack": "store",
    "list_stored": "upkeep",
    "prune": "upkeep",
    "verify": "upkeep",
    "open_assembly": "netcdf",
    "save_assembly": "netcdf",
    "ShardWriter": "shards",
    "open_shards": "shards",
    "load_stimulus_files": "stimuli_csv",
    "read_stimulus_csv": "stimuli_csv",
}

__all__ = [
    "ShardWriter",
    "Source",
    "ecosystem_filename",
    "fetch",
    "fetch_weights",
    "list_stored",
    "load_stimulus_files",
    "open_assembly",
    "open_shards",
    "prune",
    "read_stimulus_csv",
    "s3_address",
    "save_assembly",
    "unpack",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
