"""Everything needed to repeat a score."""

import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

LIBRARIES = (
    "brainscore-core",
    "numpy",
    "scipy",
    "scikit-learn",
    "xarray",
    "pandas",
    "h5netcdf",
    "pillow",
    "torch",
    "torchvision",
    "timm",
    "tensorflow-cpu",
    "tensorflow",
    "jax",
)


def environment() -> dict[str, Any]:
    """Interpreter, platform and the versions of the numerical libraries that are loaded."""
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()}-{platform.machine()}",
        "libraries": {name: found for name in LIBRARIES if _module(name) in sys.modules and (found := _version(name))},
    }


def plugin(identifier: str, origin: tuple[str, str] | None) -> dict[str, Any]:
    """Identifier, distribution and version of what a score was made of; what was held in memory has no distribution.

    Parameters
    ----------
    origin : (str, str) or None
        As the registry remembers it of the very object: of its name anybody may make use.
    """
    distribution, version = origin or (None, None)
    return {"identifier": identifier, "distribution": distribution, "version": version}


def peak_memory_mb() -> float | None:
    """Largest resident memory of this process so far, in MB; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024**2 if sys.platform == "darwin" else 1024), 1)


def provenance(parts: Mapping[str, Any], *, started: datetime, seconds: float) -> dict[str, Any]:
    """The record that travels with a score."""
    return {
        **parts,
        "started": started.astimezone(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "peak_memory_mb": peak_memory_mb(),
        **environment(),
    }


def _module(distribution: str) -> str:
    modules = {"scikit-learn": "sklearn", "tensorflow-cpu": "tensorflow", "pillow": "PIL"}
    return modules.get(distribution, distribution.replace("-", "_"))


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
