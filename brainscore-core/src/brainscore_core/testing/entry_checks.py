"""Promises of every entry, whatever it resolves to."""

import json
from typing import Any

from ..registry import load
from ..registry.identifiers import HOOK_GROUP
from ..registry.scanning import Entry
from .failure import require
from .plugin import Plugin
from .probe import probe


def loads(plugin: Plugin, entry: Entry) -> None:
    """It can be imported where only its package is asked for."""
    found = probe(plugin.key)[entry.group, entry.identifier]
    require(not found.error, f"{entry} cannot be loaded: {found.error}")
    if entry.group == HOOK_GROUP:
        from ..hooks import failures

        failed = [failure.what for failure in failures() if failure.distribution == entry.distribution]
        require(not failed, f"{entry}: {'; '.join(failed)}")


def is_light(plugin: Plugin, entry: Entry) -> None:
    """Loading it imports no framework, reads no file, reaches no network, starts nothing and prints nothing."""
    found = probe(plugin.key)[entry.group, entry.identifier]
    require(
        not found.heavy,
        f"loading {entry} imports {', '.join(found.heavy)}",
        remedy="import it inside the function that needs it",
    )
    require(not found.files, f"loading {entry} opens {', '.join(found.files)}", remedy="read it when it is asked for")
    require(not found.network, f"loading {entry} reaches out: {', '.join(found.network)}")
    require(not found.processes, f"loading {entry} starts {', '.join(found.processes)}")
    require(not found.printed, f"loading {entry} prints {found.printed[:100]!r}", remedy="use the logging module")


def carries_its_name(entry: Entry) -> None:
    """The object's identifier is the entry point's name; a metric is named by its entry point alone."""
    identifier = getattr(load(entry), "identifier", None)
    if identifier is None and entry.kind in ("metrics", "model_families"):
        return
    require(
        identifier == entry.identifier,
        f"{entry} carries the identifier {identifier!r}",
        expected=f"{entry.identifier!r}, the name of its entry point",
    )


def info_is_plain(entry: Entry) -> None:
    """What is known of it without running is JSON that says at least what it is."""
    info = load(entry).info  # type: ignore[attr-defined]
    plain_info(str(entry), info)


def plain_info(owner: str, info: Any) -> None:
    """An info is JSON, and has a description."""
    try:
        content = info.to_dict()
        same = json.loads(json.dumps(content, allow_nan=False)) == content
    except (TypeError, ValueError, AttributeError) as error:
        require(False, f"info of {owner} is no JSON: {error}", expected="text, numbers and lists of them")
        return
    require(same, f"info of {owner} does not come back from JSON as it was", expected="lists for tuples, text for keys")
    require(content.get("description"), f"info of {owner} has no description", expected="one sentence")
