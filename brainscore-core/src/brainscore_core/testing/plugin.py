"""One installed distribution, as the checks see it."""

import json
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import importlib_metadata

from .. import registry
from ..errors import UnknownIdentifier
from ..registry.identifiers import canonical_name
from ..registry.scanning import Entry, Installed, scan


class Plugin:
    """A distribution that provides something of ours.

    Parameters
    ----------
    name : str
        Of the distribution.

    Raises
    ------
    UnknownIdentifier
        When it is not installed.
    """

    def __init__(self, name: str):
        self.key = canonical_name(name)
        if self.key not in scan().installed:
            raise UnknownIdentifier(
                f"no distribution {name!r} is installed", remedy="install it: pip install -e FOLDER"
            )

    @property
    def installed(self) -> Installed:
        """What its metadata say."""
        return scan().installed[self.key]

    @cached_property
    def entries(self) -> list[Entry]:
        """Its entry points of ours, hooks included."""
        groups = [group for group in scan().groups if group.startswith("brainscore.")]
        return [entry for group in groups for entry in registry.entries_of(group) if entry.provider == self.key]

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """Top-level modules that its entry points name."""
        names = (entry.value.partition(":")[0].partition(".")[0].strip() for entry in self.entries)
        return tuple(sorted(set(names)))

    @cached_property
    def declared(self) -> dict[str, str]:
        """Distributions that it requires, in their canonical spelling, to the requirement; those of extras included."""
        from packaging.requirements import Requirement

        return {canonical_name(Requirement(text).name): text for text in self.installed.requires}

    @cached_property
    def source(self) -> Path | None:
        """The folder that holds pyproject.toml, where it is installed from one."""
        try:
            url: Any = json.loads(self.installed.distribution.read_text("direct_url.json") or "{}")
            folder = Path(unquote(urlparse(url["url"]).path))
        except (ValueError, KeyError):
            return None
        return folder if (folder / "pyproject.toml").is_file() else None

    def files(self) -> Iterator[Path]:
        """Its Python files."""
        from importlib.util import find_spec

        for module in self.modules:
            spec = find_spec(module)
            if spec is not None and spec.submodule_search_locations:
                for folder in spec.submodule_search_locations:
                    yield from sorted(Path(folder).rglob("*.py"))
            elif spec is not None and spec.origin:
                yield Path(spec.origin)

    def may_use(self, distribution: str) -> bool:
        """Whether it may rely on what this distribution provides: its own, or a declared dependency."""
        return canonical_name(distribution) in {self.key, *self.declared}


def providers_of(module: str) -> tuple[str, ...]:
    """Distributions that provide a top-level module; none where nothing installed does.

    An editable install does not list its modules: uv_build asks that they are named as the distribution is.
    """
    listed = {canonical_name(name) for name in _listed().get(module, ())}
    return tuple(sorted(listed | ({canonical_name(module)} & set(scan().installed))))


@cache
def _listed() -> Mapping[str, list[str]]:
    return importlib_metadata.packages_distributions()


def provides_entries(distribution: str) -> bool:
    """Whether a distribution is a plugin: it has entries, and is no domain (which may add commands as well)."""
    domains = {entry.provider for entry in registry.entries_of("brainscore.domains")}
    groups = [group for group in scan().groups if group.startswith("brainscore.")]
    return distribution not in domains and any(
        entry.provider == distribution for group in groups for entry in registry.entries_of(group)
    )
