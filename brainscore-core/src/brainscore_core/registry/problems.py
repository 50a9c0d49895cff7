"""What is wrong with what is installed, for ``brainscore doctor``; nothing here raises."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

from ..errors import BrainScoreError
from .catalogue import conflict
from .compatibility import unmet_requirements
from .identifiers import KINDS, is_valid, kind_of
from .preferences import preferences
from .scanning import Installed, scan


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    code : str
        Which kind of problem, for programs: ``malformed-entry-points``.
    distribution : str
        Where it is.
    what : str
        What it is.
    remedy : str
        What to do about it.
    """

    code: str
    distribution: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.distribution}: {self.what}. {self.remedy[:1].upper()}{self.remedy[1:]}."


def problems() -> list[Problem]:
    """Everything wrong with what is installed. Loads the hook modules, and imports no other plugin."""
    from ..hooks import failures

    found = [problem for installed in scan().installed.values() for problem in _of_distribution(installed)]
    entries = [entry for group in scan().groups if group.startswith("brainscore.") for entry in scan().points(group)]
    for entry in entries:
        if kind_of(entry.group) and not is_valid(entry.identifier):
            what = f"no identifier is written like '[{entry.group}] {entry.identifier} = {entry.value}'"
            remedy = f"upgrade {entry.distribution}, or tell its authors"
            found.append(Problem("invalid-identifier", entry.distribution, what, remedy))
    for installed in {entry.provider: entry.installed for entry in entries}.values():
        for need in unmet_requirements(installed) if installed.version else ():
            remedy = f"install versions that fit: pip install --upgrade {installed.name}"
            found.append(Problem("incompatible", installed.name, f"it needs {need}", remedy))
    found += [*_conflicts(), *failures()]
    return sorted(set(found), key=lambda problem: (problem.distribution, problem.code, problem.what))


def _of_distribution(installed: Installed) -> Iterator[Problem]:
    if installed.error:
        what = f"its entry_points.txt cannot be read ({_culprit(installed)}), so nothing it provides is listed"
        yield Problem("malformed-entry-points", installed.name, what, f"reinstall or uninstall {installed.name}")
    if installed.version is None:
        remedy = f"reinstall {installed.key}, or delete its .dist-info folder: an interrupted installation left it"
        yield Problem("missing-metadata", installed.key, "it has no METADATA, or one without a version", remedy)
    elif what := _stale(installed):
        remedy = f"install {installed.name} again: pip install -e FOLDER"
        yield Problem("stale-editable", installed.name, what, remedy)


def _culprit(installed: Installed) -> str:
    try:
        lines = [line.strip() for line in (installed.distribution.read_text("entry_points.txt") or "").splitlines()]
    except ValueError:
        lines = []
    bad = [line for line in lines if line and line[0] not in "#[" and "=" not in line]
    error = installed.error
    return f"{bad[0]!r} is no 'name = module:attribute'" if bad else f"{type(error).__name__}: {error}"


def _stale(installed: Installed) -> str:
    """What differs between an editable install, which does not see new entry points, and its source folder."""
    try:
        url = json.loads(installed.distribution.read_text("direct_url.json") or "{}")
        if not url.get("dir_info", {}).get("editable"):
            return ""
        text = (Path(unquote(urlparse(url["url"]).path)) / "pyproject.toml").read_text(encoding="utf-8")
        project = tomllib.loads(text).get("project", {})
    except (OSError, ValueError, KeyError, AttributeError) as error:
        return f"the folder that it is installed from cannot be read ({type(error).__name__}: {error})"
    tables = project.get("entry-points", {}).items()
    declared = {(group, name, value) for group, rows in tables for name, value in rows.items()}
    differing = {point for point in declared ^ set(installed.points()) if point[0].startswith("brainscore.")}
    if not differing or "entry-points" in project.get("dynamic", ()):
        return ""
    return f"entry points changed in its source folder since: {', '.join(sorted({name for _, name, _ in differing}))}"


def _conflicts() -> Iterator[Problem]:
    try:
        preferred = preferences()
    except BrainScoreError as error:
        yield Problem("damaged-preferences", "brainscore-core", error.what, error.remedy)
        preferred = {}
    for kind in KINDS:
        for identifier, claims in scan().by_identifier(kind).items():
            domains = {entry.domain for entry in claims}
            chosen = [entry for entry in claims if entry.provider == preferred.get(identifier)]
            if len(claims) > len(domains) and len(chosen) != 1:
                clash = conflict(kind, identifier, claims)
                yield Problem("conflict", claims[0].distribution, clash.what, clash.remedy)
