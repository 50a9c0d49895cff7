"""Where everything that is stored lies, and what the environment says about it. Read at each call, never at import."""

import os
import re
from pathlib import Path

from ..errors import InvalidParameter

_BETWEEN_MIRRORS = re.compile(r"[,;\n]|:(?!//|\\|\d)")  # the colons of https://host:8080/data separate nothing


def home() -> Path:
    """``BRAINSCORE_HOME``: the folder of all that is stored; ``~/.brainscore`` where it is not set."""
    return Path(os.environ.get("BRAINSCORE_HOME") or "~/.brainscore").expanduser().absolute()


def data_folder() -> Path:
    """Fetched files, as ``<digest>/<filename>``."""
    return home() / "data"


def cache_folder() -> Path:
    """Results that can be computed again."""
    return home() / "cache"


def config_folder() -> Path:
    """Choices of the user."""
    return home() / "config"


def offline() -> bool:
    """Whether ``BRAINSCORE_OFFLINE`` forbids every access that leaves this machine."""
    value = os.environ.get("BRAINSCORE_OFFLINE", "").strip().lower()
    if value not in ("", "0", "1", "no", "yes", "false", "true", "off", "on"):
        raise InvalidParameter(f"BRAINSCORE_OFFLINE={value!r}", expected="1 or 0")
    return value in ("1", "yes", "true", "on")


def mirrors() -> list[str]:
    """The entries of ``BRAINSCORE_MIRRORS``, in order: folders (absolute) and URLs (without trailing slash).

    Entries are separated by commas, semicolons, line ends or colons.
    """
    entries = map(str.strip, _BETWEEN_MIRRORS.split(os.environ.get("BRAINSCORE_MIRRORS", "")))
    return [
        entry.rstrip("/") if "://" in entry else str(Path(entry).expanduser().absolute()) for entry in entries if entry
    ]
