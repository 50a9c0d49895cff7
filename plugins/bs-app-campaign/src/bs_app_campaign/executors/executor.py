"""What the campaign asks of an executor, and finding one."""

from collections.abc import Iterator
from inspect import signature
from typing import Any, Protocol

from brainscore_core.errors import InvalidParameter

from ..jobs import Job, Outcome

GROUP = "brainscore.executors"


class Executor(Protocol):
    """Makes attempts, several at a time. It gets folders and identifiers, never objects."""

    @property
    def capacity(self) -> int:
        """How many attempts it should have at once."""

    def submit(self, job: Job) -> None:
        """Begin an attempt, or queue it."""

    def finished(self) -> Iterator[Outcome]:
        """Wait for at least one attempt to end, and give those that have."""

    def close(self, *, kill: bool = False) -> None:
        """Give everything back; `kill`: also what still runs."""


def executor(name: str, **options: Any) -> Executor:
    """The executor of that name.

    Raises
    ------
    InvalidParameter
        Naming those there are.
    """
    from importlib_metadata import entry_points

    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name not in found:
        raise InvalidParameter(f"there is no executor {name!r}", expected=f"one of {sorted(found)}")
    try:
        kind = found[name].load()
        if unknown := sorted(options.keys() - signature(kind).parameters.keys()):
            raise InvalidParameter(
                f"the executor {name!r} takes no {' and no '.join(unknown)}",
                expected=" or ".join(signature(kind).parameters) or "no option",
            )
        return kind(**options)
    except ImportError as error:
        raise InvalidParameter(
            f"the executor {name!r} cannot be used: {error.name} is not installed",
            remedy=f"pip install 'bs-app-campaign[{name}]'",
        ) from error
