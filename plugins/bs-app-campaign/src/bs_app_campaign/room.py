"""Whether there is room to write where campaigns write: asked by writing, since quotas are told in no other way."""

import os
import tempfile
from pathlib import Path

from brainscore_core.data.home import home

NEEDED_MB = 16
"""With less than that, nothing is attempted."""


def has_room(folder: Path) -> bool:
    """Whether some can be written in `folder`, in ``BRAINSCORE_HOME`` and where temporary files go."""
    return all(_can_write(place) for place in dict.fromkeys((folder, home(), Path(tempfile.gettempdir()))))


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            for _ in range(NEEDED_MB):
                file.write(os.urandom(2**20))  # zeros cost nothing where files are compressed
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True
