"""What is known of one installed thing, as plain values, without running it."""

import os
from dataclasses import asdict, is_dataclass
from typing import Any

from .. import registry
from ..description_files import is_read
from ..errors import UnknownIdentifier
from ..loading import load_benchmark
from ..options import REQUIRED, accepted, made_with_defaults
from ..registry import Entry
from ..registry.identifiers import parse
from ..registry.suggestions import closest
from .docstrings import explained_by, first_line, meanings
from .kinds import spelled


def found_kinds(identifier: str) -> list[str]:
    """Kinds that have this identifier.

    Raises
    ------
    InvalidIdentifier, IdentifierConflict
        As the registry says.
    UnknownIdentifier
        When none has it, with the closest there are.
    """
    found, reasons = [], []
    for kind in registry.KINDS:
        try:
            registry.locate(kind, identifier)
        except UnknownIdentifier as error:
            reasons.append(error)
        else:
            found.append(kind)
    if found:
        return found
    near = closest(
        parse(identifier).identifier, {entry.identifier for kind in registry.KINDS for entry in registry.entries(kind)}
    )
    packages = [reason.remedy for reason in reasons if "pip install" in reason.remedy]
    if near:
        remedy = f"the closest there are: {', '.join(map(repr, near))}"
    else:
        remedy = packages[0] if packages else "`brainscore list` shows what is installed"
    raise UnknownIdentifier(f"nothing installed is called {identifier!r}", remedy=remedy)


def describe(kind: str, identifier: str) -> dict[str, Any]:
    """Kind, origin and description of one thing; imports the plugin that provides it.

    Raises
    ------
    PluginError
        When it cannot be loaded.
    """
    entry = registry.locate(kind, identifier)
    about = {
        "kind": spelled(kind),
        "identifier": parse(identifier).identifier,
        "domain": entry.domain,
        "distribution": entry.distribution,
        "version": entry.version,
    }
    return about | _details(kind, registry.resolve(kind, identifier), entry)


def described_file(name: str) -> list[dict[str, Any]]:
    """What a file says of the benchmark that it describes; empty where no such file is there to read."""
    if not os.path.isfile(name) or not is_read(name):
        return []
    benchmark = load_benchmark(name)
    file, digest = registry.origin(benchmark) or (name, "")
    about = {"kind": "benchmarks", "identifier": benchmark.identifier, "domain": benchmark.domain}
    return [about | {"file": file, "digest": digest} | _of_benchmark(benchmark)]


def _of_benchmark(benchmark: Any) -> dict[str, Any]:
    about = benchmark.info.to_dict()
    found: dict[str, Any] = _plain({"scores": f"version {about.pop('version', 1)}", **about})
    return found


def _details(kind: str, thing: Any, entry: Entry) -> dict[str, Any]:
    match kind:
        case "domains":
            return _plain(thing.to_dict())
        case "metrics":
            return {"description": first_line(thing), **_options(thing)}
        case "model_families":
            return {"description": first_line(thing), "members": len(registry.members(entry.identifier))}
        case "benchmarks":
            return _of_benchmark(thing)
    return _plain(thing.info.to_dict())


def _options(factory: Any) -> dict[str, Any]:
    """Parameters of a metric's factory with their defaults, and what is written of them."""
    found = accepted(factory)
    said: dict[str, str] = {}
    for source in explained_by(factory, made_with_defaults(factory)):
        said = meanings(source) | said
    return {
        "parameters": {name: "required" if value is REQUIRED else _plain(value) for name, value in found.items()},
        "meanings": {name: said[name] for name in found if name in said},
    }


def _plain(value: Any) -> Any:
    """JSON-ready, with the descriptions of files taken apart."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(entry) for name, entry in asdict(value).items() if entry not in (None, "", ())}
    if isinstance(value, dict):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)
