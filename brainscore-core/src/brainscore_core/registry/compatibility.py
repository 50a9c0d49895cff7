"""Whether a plugin was made for the core and the domain that are installed, known from metadata before any import."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import importlib_metadata

from ..errors import BrokenPlugin, IncompatiblePlugin
from .identifiers import canonical_name
from .scanning import Entry, Installed, scan

if TYPE_CHECKING:
    from packaging.requirements import Requirement

CORE = "brainscore-core"


class Unmet(NamedTuple):
    """A requirement on core or a domain, and the version there is (None: not installed)."""

    requirement: str
    package: str
    version: str | None


def check(entry: Entry) -> None:
    """Refuse a plugin made for another major version of core or of its domain.

    Raises
    ------
    IncompatiblePlugin
        Naming the specifier and the version there is.
    BrokenPlugin
        When the distribution has no METADATA to tell.
    """
    if entry.version is None:
        raise BrokenPlugin(
            f"{entry} cannot be used: its METADATA is missing or has no version",
            remedy=f"install it anew: pip install --force-reinstall {entry.provider}",
        )
    if unmet := list(unmet_requirements(entry.installed)):
        needs = " and ".join(
            f"{need.requirement}, but {need.package} {need.version} is installed"
            if need.version
            else f"{need.requirement}, but {need.package} is not installed"
            for need in unmet
        )
        raise IncompatiblePlugin(
            f"{entry} was not imported: it needs {needs}",
            remedy=f"install versions that fit: pip install --upgrade {entry.distribution} "
            f"{' '.join(sorted({need.package for need in unmet}))}",
        )


def unmet_requirements(installed: Installed) -> Iterator[Unmet]:
    """Requirements on core and on domain packages that do not hold here."""
    from packaging.version import InvalidVersion, Version

    for text in installed.requires:
        requirement, applies = _parse(text)
        if requirement is None or not applies or not _is_api(package := canonical_name(requirement.name)):
            continue
        version = _version(package)
        if version is None:
            if package != CORE:  # core that runs from a source tree has no metadata, yet it runs
                yield Unmet(text, package, None)
            continue
        try:
            holds = requirement.specifier.contains(Version(version), prereleases=True)
        except InvalidVersion:
            holds = False
        if not holds:
            yield Unmet(text, package, version)


def unreadable_requirements(installed: Installed) -> list[str]:
    """Requirements that no tool understands; they are reported and otherwise ignored."""
    return [text for text in installed.requires if _parse(text)[0] is None]


def _parse(text: str) -> "tuple[Requirement | None, bool]":
    """The requirement (None where it cannot be understood), and whether it applies here without extras."""
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
        return requirement, requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    except (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName):
        return None, False


def _is_api(package: str) -> bool:
    """Core, and what declares a domain or is named like one that is not installed."""
    return package.startswith("brainscore-") or any(
        entry.provider == package for entries in scan().by_identifier("domains").values() for entry in entries
    )


def _version(package: str) -> str | None:
    known = scan().installed.get(package)
    if known is not None:
        return known.version
    try:
        return importlib_metadata.version(package)
    except importlib_metadata.PackageNotFoundError:
        return None
