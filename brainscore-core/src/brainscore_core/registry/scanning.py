"""Read the entry points of all installed distributions, one distribution at a time, importing none."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import importlib_metadata

from .identifiers import canonical_name, is_valid, kind_of

_ABSENT = (OSError, KeyError, TypeError, ValueError)  # what unreadable or missing metadata raises, across providers


class Installed:
    """One installed distribution. METADATA is opened when first asked for: it costs more than the entry points."""

    def __init__(self, distribution: "importlib_metadata.IDistribution"):
        self.distribution = distribution
        self.error: Exception | None = None
        """Why its entry points cannot be read."""
        try:  # entry_points() of the library relies on this attribute too: the folder's name says it, unopened
            normalized = getattr(distribution, "_normalized_name", None)
            self.key = normalized.replace("_", "-") if normalized else canonical_name(distribution.name)
        except _ABSENT:
            self.key = str(getattr(distribution, "_path", distribution))

    @cached_property
    def name(self) -> str:
        """As METADATA spells it; the folder's name where METADATA cannot be read."""
        return self._field("Name") or self.key

    @cached_property
    def version(self) -> str | None:
        """None where METADATA cannot be read."""
        return self._field("Version")

    @cached_property
    def requires(self) -> tuple[str, ...]:
        """The requirements it declares, as written."""
        return tuple(self.distribution.requires or ())

    def points(self) -> list[tuple[str, str, str]]:
        """(group, name, value) of its entry points, each once; none where they cannot be read."""
        try:
            points = [(point.group, point.name, point.value) for point in self.distribution.entry_points]
            return list(dict.fromkeys(points))
        except Exception as error:  # one malformed line raises TypeError; undecodable text, UnicodeDecodeError; ...
            self.error = error
            return []

    def _field(self, name: str) -> str | None:
        try:
            return str(self.distribution.metadata[name]) or None
        except _ABSENT:
            return None

    def __str__(self) -> str:
        return f"{self.name} {self.version or '(version unknown)'}"


@dataclass(frozen=True)
class Entry:
    """One entry point: what is known of a plugin's object before it is imported.

    Parameters
    ----------
    identifier : str
        Name of the entry point.
    kind : str
        One of the registry's kinds; for other groups the group itself.
    domain : str or None
        As ``"vision"``; None for what every domain shares.
    group : str
        Entry-point group.
    value : str
        ``"module:attribute"``.
    provider : str
        The distribution's name in its canonical spelling.
    """

    identifier: str
    kind: str
    domain: str | None
    group: str
    value: str
    provider: str
    installed: Installed = field(repr=False, compare=False)

    @property
    def distribution(self) -> str:
        """Name of the distribution; read from its METADATA when first asked for."""
        return self.installed.name

    @property
    def version(self) -> str | None:
        """Version of the distribution."""
        return self.installed.version

    @property
    def origin(self) -> tuple[str, str]:
        """(distribution, version)."""
        return self.installed.name, self.installed.version or "unknown"

    def __str__(self) -> str:
        return f"{self.installed} ({self.identifier} = {self.value})"


class Scan:
    """What was installed on ``sys.path`` when it was read."""

    def __init__(self) -> None:
        self.installed: dict[str, Installed] = {}
        """By name: the first on the path hides the others, unless it lost its METADATA."""
        for installed in map(Installed, importlib_metadata.distributions()):
            first = self.installed.setdefault(installed.key, installed)
            if first is not installed and first.version is None and installed.version is not None:
                self.installed[installed.key] = installed
        self._points: dict[str, list[tuple[str, str, Installed]]] = {}
        for installed in self.installed.values():
            for group, name, value in installed.points():
                self._points.setdefault(group, []).append((name, value, installed))
        self._kinds: dict[str, dict[str, list[Entry]]] = {}

    @property
    def groups(self) -> list[str]:
        """All entry-point groups there are."""
        return sorted(self._points)

    def points(self, group: str) -> Iterator[Entry]:
        """Every entry of a group, malformed names included."""
        kind, domain = kind_of(group) or (group, None)
        for name, value, installed in self._points.get(group, ()):
            yield Entry(name, kind, domain, group, value, installed.key, installed)

    def by_identifier(self, kind: str) -> Mapping[str, list[Entry]]:
        """Entries of a kind with valid names; more than one an identifier where distributions collide."""
        if kind not in self._kinds:
            index = self._kinds[kind] = {}
            groups = [group for group in self.groups if (kind_of(group) or ("",))[0] == kind]
            for entry in (entry for group in groups for entry in self.points(group) if is_valid(entry.identifier)):
                index.setdefault(entry.identifier, []).append(entry)
        return self._kinds[kind]


_cache: dict[tuple[str, ...], Scan] = {}


def scan() -> Scan:
    """What is installed, read once a process and path."""
    key = tuple(sys.path)
    if key not in _cache:
        _cache.clear()
        _cache[key] = Scan()
    return _cache[key]


def refresh() -> None:
    """Forget what was read: distributions installed or removed since are seen by the next call."""
    _cache.clear()
    importlib_metadata.MetadataPathFinder.invalidate_caches()


def sort_key(entry: Entry) -> tuple[str, ...]:
    """Alphabetical without regard to case, then reproducible."""
    return entry.identifier.casefold(), entry.identifier, entry.group, entry.provider, entry.value
