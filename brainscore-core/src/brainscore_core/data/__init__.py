"""Files: what a file is, where it can be had, where it lies here, and the formats we read and write.

Nothing is imported until a name is used: describing a dataset costs no more than this module.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .netcdf import open_assembly, save_assembly
    from .shards import Shard, open_shard, write_shard
    from .source import Source, s3_address
    from .stimuli_csv import read_stimulus_csv, read_stimulus_table
    from .store import fetch, fetch_weights, unpack
    from .upkeep import list_stored, prune, verify

__all__ = [
    "Shard",
    "Source",
    "fetch",
    "fetch_weights",
    "list_stored",
    "open_assembly",
    "open_shard",
    "prune",
    "read_stimulus_csv",
    "read_stimulus_table",
    "s3_address",
    "save_assembly",
    "unpack",
    "verify",
    "write_shard",
]

_MODULES = ("source", "store", "upkeep", "netcdf", "shards", "stimuli_csv")  # the heavy ones last


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in map(lambda module: import_module(f"{__name__}.{module}"), _MODULES):
            if name in vars(module):
                return vars(module)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
