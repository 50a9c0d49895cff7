"""What the registry says to install is what provides it: its table of known names against the packages here."""

import tomllib
from pathlib import Path

import pytest

from brainscore_core.registry.known import PACKAGES, package_of

FOLDERS = sorted(Path(__file__).parent.parent.glob("plugins/*/pyproject.toml"))


def provided() -> list[tuple[str, str, str]]:
    """Kind, identifier and distribution of every entry point; a family stands for one of its names."""
    found = []
    for path in FOLDERS:
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        for group, entries in project.get("entry-points", {}).items():
            family = group.endswith(".model_families")
            kind = "models" if family else group.rpartition(".")[2]
            names = [f"{name}:any" if family else name for name in entries]
            found += [(kind, name, project["name"]) for name in names if kind in PACKAGES]
    return found


@pytest.mark.parametrize(("kind", "identifier", "distribution"), provided())
def test_the_package_that_provides_it_is_the_one_that_is_named(kind: str, identifier: str, distribution: str) -> None:
    assert package_of(kind, identifier) == distribution


def test_no_package_is_named_that_is_not_here() -> None:
    here = {path.parent.name for path in FOLDERS} | {"brainscore-vision"}
    assert {package for table in PACKAGES.values() for package in table.values()} <= here
