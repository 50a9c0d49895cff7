"""Events that plugins take part in: pluggy hooks, in modules that the group ``brainscore.hooks`` names.

A hook module is light, is imported when the first event occurs, and marks its functions with :data:`hookimpl`. One
that cannot be loaded, misspells a hook or raises is reported and stops nobody else.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pluggy

from .errors import BrokenPlugin, InvalidParameter
from .registry import Entry, entries_of, load
from .registry.identifiers import HOOK_GROUP
from .registry.scanning import Scan, scan

__all__ = ["Failure", "Specifications", "call_each", "failures", "hookimpl", "hookspec"]

_log = logging.getLogger(__name__)

hookspec = pluggy.HookspecMarker("brainscore")
hookimpl = pluggy.HookimplMarker("brainscore")


class Specifications:
    """The events there are."""

    @hookspec
    def after_score(self, record: Any) -> None:
        """A pair was attempted.

        Parameters
        ----------
        record : brainscore_core.run.Record
            What became of it. Private data are withheld already.
        """

    @hookspec
    def brainscore_commands(self) -> Sequence[Any]:
        """Sub-commands for the ``brainscore`` command.

        Returns
        -------
        list of click.Command
        """
        return ()


@dataclass(frozen=True)
class Failure:
    """What went wrong in one hook module."""

    distribution: str
    what: str
    remedy: str


class _Hooks:
    """The hook modules of one scan."""

    def __init__(self, found: Scan):
        self.scan = found
        self.failures: dict[tuple[str, str], Failure] = {}
        self.entries: dict[str, Entry] = {}
        self.manager = pluggy.PluginManager("brainscore")
        self.manager.add_hookspecs(Specifications)
        for entry in entries_of(HOOK_GROUP):
            self._register(entry)

    def _register(self, entry: Entry) -> None:
        name = f"{entry.provider}::{entry.identifier}"
        try:
            plugin = load(entry)
        except BrokenPlugin as error:
            self._fail(entry, "", error.what, error.remedy)
            return
        try:
            if not self.manager.is_registered(plugin):
                self.manager.register(plugin, name)
            self.manager.check_pending()
            self._check_wrappers(plugin)
        except Exception as error:  # pluggy's own, and whatever a module's attributes raise when looked at
            if self.manager.has_plugin(name):
                self.manager.unregister(name=name)
            self._fail(entry, "", f"{entry} is no valid hook module: {error}", f"tell the authors of {entry.provider}")
            return
        self.entries[name] = entry

    def _check_wrappers(self, plugin: object) -> None:
        for caller in self.manager.get_hookcallers(plugin) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is plugin and (implementation.wrapper or implementation.hookwrapper):
                    raise BrokenPlugin(f"{caller.name} is a wrapper; implementations are called one by one")

    def _fail(self, entry: Entry, hook: str, what: str, remedy: str) -> None:
        _log.warning("%s. %s", what.rstrip("."), remedy)
        self.failures[entry.provider + "::" + entry.identifier, hook] = Failure(entry.distribution, what, remedy)

    def call_each(self, hook: str, arguments: dict[str, Any]) -> list[Any]:
        results = []
        for implementation in reversed(getattr(self.manager.hook, hook).get_hookimpls()):  # pluggy's own order
            try:
                result = implementation.function(*(arguments[name] for name in implementation.argnames))
            except (Exception, SystemExit) as error:
                entry = self.entries[implementation.plugin_name]
                what = f"{entry} failed in {hook}: {type(error).__name__}: {error}"
                self._fail(entry, hook, what, f"tell the authors of {entry.provider}, or uninstall it")
                continue
            if result is not None:
                results.append(result)
        return results


_hooks: _Hooks | None = None


def call_each(hook: str, **arguments: Any) -> list[Any]:
    """Call every implementation of a hook, one by one; one that raises does not stop the others.

    Parameters
    ----------
    hook : str
        Name of a method of :class:`Specifications`.
    **arguments
        What it takes; all of them.

    Returns
    -------
    list
        The results that are not None, implementations marked `tryfirst` first.

    Raises
    ------
    InvalidParameter
        When there is no such hook, or it takes other arguments.
    """
    current = _current()
    caller = getattr(current.manager.hook, hook, None)
    if caller is None or caller.spec is None:
        known = sorted(name for name in vars(Specifications) if not name.startswith("_"))
        raise InvalidParameter(f"there is no hook {hook!r}", expected=f"one of {', '.join(known)}")
    if set(arguments) != set(caller.spec.argnames):
        raise InvalidParameter(
            f"hook {hook!r} was given {sorted(arguments)}", expected=f"the arguments {sorted(caller.spec.argnames)}"
        )
    return current.call_each(hook, arguments)


def failures() -> list[Failure]:
    """What went wrong in hook modules so far, loading included; loads them when that has not happened yet."""
    return list(_current().failures.values())


def _current() -> _Hooks:
    global _hooks
    if _hooks is None or _hooks.scan is not scan():
        _hooks = _Hooks(scan())
    return _hooks
