"""Whether a plugin was made for the core and the domain that are installed, known from metadata before any import."""

from collections.abc import Iterator

import importlib_metadata

from ..errors import BrokenPlugin, IncompatiblePlugin
from .identifiers import canonical_name
from .scanning import Entry, Installed, scan


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
        what = f"{entry} cannot be used: its METADATA is missing or has no version"
        raise BrokenPlugin(what, remedy=f"install it anew: pip install --force-reinstall {entry.provider}")
    if needs := " and ".join(unmet_requirements(entry.installed)):
        remedy = f"install versions that fit: pip install --upgrade {entry.distribution}"
        raise IncompatiblePlugin(f"{entry} was not imported: it needs {needs}", remedy=remedy)


def unmet_requirements(installed: Installed) -> Iterator[str]:
    """Requirements on core and on domain packages that do not hold here, each with what there is instead."""
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
    from packaging.requirements import InvalidRequirement, Requirement

    for text in installed.requires:
        try:
            requirement = Requirement(text)
            applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        except (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName):
            continue  # what no tool understands is asked of nobody
        package = canonical_name(requirement.name)
        if not applies or not _is_api(package):
            continue
        version = _version(package)
        if version is None and package != "brainscore-core":  # core in a source tree has no metadata, yet it runs
            yield f"{text}, but {package} is not installed"
        elif version is not None and not requirement.specifier.contains(version, prereleases=True):
            yield f"{text}, but {package} {version} is installed"


def _is_api(package: str) -> bool:
    """Core, and what declares a domain or is named like one that is not installed."""
    domains = scan().by_identifier("domains").values()
    return package.startswith("brainscore-") or any(entry.provider == package for each in domains for entry in each)


def _version(package: str) -> str | None:
    if package in scan().installed:
        return scan().installed[package].version
    try:
        return importlib_metadata.version(package)
    except importlib_metadata.PackageNotFoundError:
        return None
