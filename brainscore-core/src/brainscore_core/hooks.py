"""Events that plugins take part in: pluggy hooks, in modules that the group ``brainscore.hooks`` names.

A hook module is light, is imported when the first event occurs, and marks its functions with :data:`hookimpl`. One
that cannot be loaded, misspells a hook or raises is reported and stops nobody else.
"""

import logging
from collections.abc import Sequence
from typing import Any

import pluggy

from .errors import BrokenPlugin, InvalidParameter
from .registry import Entry, Problem, entries_of, load
from .registry.identifiers import HOOK_GROUP
from .registry.scanning import Scan, scan

__all__ = ["Specifications", "call_each", "failures", "hookimpl", "hookspec"]

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


class _Hooks:
    """The hook modules of one scan."""

    def __init__(self, found: Scan):
        self.scan = found
        self.failures: dict[tuple[Entry, str], Problem] = {}
        self.entries: dict[str, Entry] = {}
        self.manager = pluggy.PluginManager("brainscore")
        self.manager.add_hookspecs(Specifications)
        for entry in entries_of(HOOK_GROUP):
            self._register(entry, f"{entry.provider}::{entry.identifier}")

    def _register(self, entry: Entry, name: str) -> None:
        try:
            plugin = load(entry)
            if self.manager.is_registered(plugin):
                return
            self.manager.register(plugin, name)
            self.manager.check_pending()
            callers = self.manager.get_hookcallers(plugin) or ()
            own = [each for caller in callers for each in caller.get_hookimpls() if each.plugin is plugin]
            if any(each.wrapper or each.hookwrapper for each in own):
                raise InvalidParameter("it holds a wrapper", expected="implementations, which are called one by one")
        except Exception as error:  # ours, pluggy's, and whatever a module's attributes raise when looked at
            if self.manager.has_plugin(name):
                self.manager.unregister(name=name)
            no_module = f"{entry} is no valid hook module: {error}"
            self.fail(entry, "", error.what if isinstance(error, BrokenPlugin) else no_module)
        else:
            self.entries[name] = entry

    def fail(self, entry: Entry, hook: str, what: str) -> None:
        remedy = f"tell the authors of {entry.provider}, or uninstall it"
        _log.warning("%s. %s", what.rstrip("."), remedy)
        self.failures[entry, hook] = Problem("broken-hook", entry.distribution, what, remedy)


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
    hooks = _current()
    caller = getattr(hooks.manager.hook, hook, None)
    if caller is None or caller.spec is None:
        known = sorted(name for name in vars(Specifications) if not name.startswith("_"))
        raise InvalidParameter(f"there is no hook {hook!r}", expected=f"one of {', '.join(known)}")
    if set(arguments) != set(caller.spec.argnames):
        expected = f"the arguments {sorted(caller.spec.argnames)}"
        raise InvalidParameter(f"hook {hook!r} was given {sorted(arguments)}", expected=expected)
    results = []
    for implementation in reversed(caller.get_hookimpls()):  # pluggy's own order
        try:
            results.append(implementation.function(*(arguments[name] for name in implementation.argnames)))
        except (Exception, SystemExit) as error:
            entry = hooks.entries[implementation.plugin_name]
            hooks.fail(entry, hook, f"{entry} failed in {hook}: {type(error).__name__}: {error}")
    return [result for result in results if result is not None]


def failures() -> list[Problem]:
    """What went wrong in hook modules so far, loading included; loads them when that has not happened yet."""
    return list(_current().failures.values())


def _current() -> _Hooks:
    global _hooks
    if _hooks is None or _hooks.scan is not scan():
        _hooks = _Hooks(scan())
    return _hooks
