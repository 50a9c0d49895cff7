"""What a check says when a plugin breaks a promise."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import PluginError


class Nonconformity(PluginError, AssertionError):
    """A plugin does not keep what its contract says."""


class NotApplicable(Exception):
    """A check has nothing to look at here; the message says why."""


def require(holds: Any, what: str, *, expected: str = "", remedy: str = "") -> None:
    """Raise :class:`Nonconformity` unless `holds`."""
    if not holds:
        raise Nonconformity(what, expected=expected, remedy=remedy)


@contextmanager
def promised(what: str, expected: str = "") -> Iterator[None]:
    """Turn whatever is raised inside into a :class:`Nonconformity` that says what was promised.

    Data that cannot be had here stay what they are: that is no fault of the plugin's.
    """
    from ..errors import DataUnavailable

    try:
        yield
    except (Nonconformity, NotApplicable, DataUnavailable):
        raise
    except Exception as error:
        raise Nonconformity(f"{what}: {type(error).__name__}: {error}", expected=expected) from error
