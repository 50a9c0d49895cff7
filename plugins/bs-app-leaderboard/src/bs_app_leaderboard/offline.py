"""No network while sample stimuli are read: building a leaderboard downloads nothing."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from brainscore_core.errors import DataUnavailable

ASKING = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"}
)
"""What Python tells its audit hooks before it asks for anything outside."""
_VARIABLE = "BRAINSCORE_OFFLINE"
_state = {"installed": False, "depth": 0}


@contextmanager
def without_network() -> Iterator[None]:
    """Refuse connections of this process: by the data store, and by plugins that go past it.

    Python's own sockets are refused, which is what plugins use; connections that are open stay so. What another thread
    opens meanwhile is refused too.

    Raises
    ------
    DataUnavailable
        In whoever asks for the network.
    """
    if not _state["installed"]:  # a hook stays for good, and does nothing outside
        sys.addaudithook(_refuse)
        _state["installed"] = True
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = "1"
    _state["depth"] += 1
    try:
        yield
    finally:
        _state["depth"] -= 1
        if before is None:
            os.environ.pop(_VARIABLE, None)
        else:
            os.environ[_VARIABLE] = before


def _refuse(event: str, _arguments: Any) -> None:
    if event in ASKING and _state["depth"]:
        raise DataUnavailable("a leaderboard is built without the network", remedy="fetch data before building")
