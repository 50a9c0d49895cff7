"""What the campaign asks of an executor, and finding one."""

from collections.abc import Iterator
from inspect import signature
from typing import Any, Protocol

from brainscore_core.errors import BrainScoreError, InvalidParameter

from ..jobs import Job, Limits, Outcome

GROUP = "brainscore.executors"


class ExecutorLost(BrainScoreError):
    """What makes the attempts is gone: a scheduler ended, or processes cannot be started. Pairs still wait."""


class Executor(Protocol):
    """Makes attempts, several at a time. It gets folders and identifiers, never objects."""

    separate: bool
    """Whether each attempt has a process of its own: only then can it have limits, and an environment."""

    @property
    def capacity(self) -> int:
        """How many attempts it should have at once."""

    def submit(self, job: Job) -> None:
        """Begin an attempt, or queue it."""

    def finished(self, timeout: float | None = None) -> Iterator[Outcome]:
        """Wait for at least one attempt to end, `timeout` seconds at most, and give those that have."""

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
        raise InvalidParameter(
            f"there is no executor {name!r}",
            expected=f"one of {sorted(found)}",
            remedy="others are plugins with an entry point in the group brainscore.executors",
        )
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


def refuse_unkept(chosen: Executor, limits: Limits, isolated: bool) -> None:
    """Refuse limits and environments where attempts share a process with the campaign.

    Raises
    ------
    InvalidParameter
    """
    if chosen.separate or (limits == Limits() and not isolated):
        return
    raise InvalidParameter(
        f"{type(chosen).__name__} makes attempts in the process of the campaign, which keeps no limit",
        expected="no limit of time, memory or threads, and no environment of their own",
        remedy="choose the executor local, or leave those out",
    )
