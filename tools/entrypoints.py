"""Compare a package's entry points with the objects it holds; ``--write`` adds and removes those of its tables.

``python tools/entrypoints.py [--write] FOLDER ...``; ``nox -s entrypoints`` does it for every package. An object is
held when a public name of the top module is a model, benchmark, dataset, stimulus set or domain description.
"""

import argparse
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import tomlkit

from brainscore_core.contracts import Benchmark, DataEntry, ModelEntry
from brainscore_core.domains import Domain
from brainscore_core.registry.identifiers import kind_of

Tables = dict[str, dict[str, str]]


def held(folder: Path, declared: Tables) -> Tables:
    """Group to identifier to ``module:attribute`` of the objects that the top modules hold."""
    found: Tables = {}
    for module in sorted(path.parent.name for path in folder.glob("src/*/__init__.py")):
        for name in dir(import_module(module)):
            thing = getattr(import_module(module), name)
            if not name.startswith("_") and (group := group_of(thing, declared)):
                found.setdefault(group, {}).setdefault(thing.identifier, f"{module}:{name}")
    return found


def group_of(thing: Any, declared: Tables) -> str | None:
    """The group an object belongs in; None where it is no description."""
    if isinstance(thing, Benchmark):
        return f"brainscore.{thing.domain}.benchmarks"
    if isinstance(thing, ModelEntry):
        return next((group for group in declared if group.endswith(".models")), "brainscore.vision.models")
    if isinstance(thing, Domain):
        return "brainscore.domains"
    if isinstance(thing, DataEntry):  # the same type describes both; the one without stimuli of its own is a dataset
        groups = [group for group, rows in declared.items() if thing.identifier in rows and "models" not in group]
        return next(iter(groups), "brainscore.datasets")
    return None


def differences(declared: Tables, found: Tables) -> Iterator[tuple[str, str, str | None, str | None]]:
    """(group, identifier, declared value, held value) of what is not the same on both sides."""
    for group in sorted({*declared, *found}):
        kind = kind_of(group)
        if kind is None or kind[0] in ("metrics", "model_families"):  # factories carry no identifier to compare
            continue
        there, here = declared.get(group, {}), found.get(group, {})
        for identifier in sorted({*there, *here}):
            value, other = there.get(identifier), here.get(identifier)
            if value is None or (other is None and not resolves(value, identifier)):
                yield group, identifier, value, other


def resolves(value: str, identifier: str) -> bool:
    """Whether ``module:attribute`` is there and has this identifier."""
    module, _, attribute = value.partition(":")
    try:
        thing: Any = import_module(module)
        for name in attribute.split("."):
            thing = getattr(thing, name)
    except (ImportError, AttributeError):
        return False
    return getattr(thing, "identifier", None) == identifier


def check(folder: Path, write: bool) -> int:
    """Print what differs, or mend it; returns how much is left."""
    path = folder / "pyproject.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    project: Any = document["project"]
    declared: Tables = {group: dict(rows) for group, rows in project.get("entry-points", {}).items()}
    changes = list(differences(declared, held(folder, declared)))
    for group, identifier, value, other in changes:
        print(f"{folder.name}: [{group}] {identifier}: declared {value or 'nowhere'}, held as {other or 'nothing'}")
    if not (write and changes):
        return len(changes)
    tables = project.setdefault("entry-points", tomlkit.table(is_super_table=True))
    for group, identifier, _, other in changes:
        rows = tables.setdefault(group, tomlkit.table())
        rows.pop(identifier, None)
        if other:
            rows[identifier] = other
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    print(f"{folder.name}: written; install it again, editable installs do not see new entry points")
    return 0


def main() -> int:
    """Check every folder; 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="mend what differs in pyproject.toml")
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    return int(sum(check(folder, arguments.write) for folder in arguments.folders) > 0)


if __name__ == "__main__":
    sys.exit(main())
