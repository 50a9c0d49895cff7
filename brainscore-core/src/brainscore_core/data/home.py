"""Where everything that is stored lies, and what the environment says about it. Read at each call, never at import."""

import os
import re
from pathlib import Path

from brainscore_core.errors import InvalidParameter

# a URL ends at a blank, comma, semicolon or colon, unless the colon stands before a port
_URL = r"[A-Za-z][A-Za-z0-9+.-]+://[^\s,;/:]*(?::\d+)?[^\s,;:]*"
_FOLDER = r"[A-Za-z]:[\\/][^,;\n:]*?" if os.name == "nt" else r"[^\s,;:][^,;\n:]*?"
_MIRROR = re.compile(rf"{_URL}|{_FOLDER}(?=\s+[A-Za-z][A-Za-z0-9+.-]+://|[,;\n:]|$)")


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

    Entries are separated by commas, semicolons, line ends or the system's path separator, and a URL also ends at a
    blank. The colon of ``https://host:8080/data`` separates nothing.
    """
    entries = (match.strip() for match in _MIRROR.findall(os.environ.get("BRAINSCORE_MIRRORS", "")))
    return [
        entry.rstrip("/") if "://" in entry else str(Path(entry).expanduser().absolute()) for entry in entries if entry
    ]
