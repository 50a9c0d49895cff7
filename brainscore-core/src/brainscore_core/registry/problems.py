"""What is wrong with what is installed, for ``brainscore doctor``; nothing here raises."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from ..errors import BrainScoreError
from .catalogue import conflict, distinct_claims
from .compatibility import unmet_requirements, unreadable_requirements
from .editable import stale_entries
from .identifiers import DOMAIN_KINDS, HOOK_GROUP, KINDS, is_valid, kind_of
from .loading import reference
from .preferences import preferences
from .scanning import Entry, Installed, Unreadable, scan


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

    found = [_unreadable(entry) for entry in scan().unreadable]
    for installed in scan().installed.values():
        found += _of_distribution(installed)
    for first, second in scan().shadowed:
        found += _shadowed(first, second)
    entries = [entry for group in scan().groups if group.startswith("brainscore.") for entry in scan().points(group)]
    for entry in entries:
        found += _of_entry(entry)
    for key in sorted({entry.provider for entry in entries}):
        found += _of_plugin(scan().installed[key])
    found += _conflicts()
    found += [Problem("broken-hook", failure.distribution, failure.what, failure.remedy) for failure in failures()]
    return sorted(set(found), key=lambda problem: (problem.distribution, problem.code, problem.what))


def _unreadable(unread: Unreadable) -> Problem:
    lines = [line.strip() for line in unread.lines]
    bad = [line for line in lines if line and line[0] not in "#[" and "=" not in line]
    why = f"{bad[0]!r} is no 'name = module:attribute'" if bad else f"{type(unread.error).__name__}: {unread.error}"
    return Problem(
        "malformed-entry-points",
        unread.name,
        f"its entry_points.txt cannot be read ({why}), so nothing it provides is listed",
        f"reinstall or uninstall {unread.name}",
    )


def _of_distribution(installed: Installed) -> Iterator[Problem]:
    if installed.version is None:
        remedy = f"reinstall {installed.key}, or delete what an interrupted installation left in {installed.location}"
        yield Problem("missing-metadata", installed.key, "it has no METADATA, or one without a version", remedy)
        return
    for what in stale_entries(installed):
        yield Problem("stale-editable", installed.name, what, f"install {installed.name} again: pip install -e FOLDER")


def _shadowed(first: Installed, second: Installed) -> Iterator[Problem]:
    if first.version is not None and second.version is not None and first.version != second.version:
        what = f"{second.version} in {second.location} is hidden by {first.version} in {first.location}"
        yield Problem("shadowed", first.name, what, f"uninstall {first.name} until it is gone, then install it once")


def _of_entry(entry: Entry) -> Iterator[Problem]:
    remedy = f"upgrade {entry.distribution}, or tell its authors"
    written = f"[{entry.group}] {entry.identifier} = {entry.value}"
    if kind_of(entry.group) is not None and not is_valid(entry.identifier):
        yield Problem("invalid-identifier", entry.distribution, f"no identifier is written like {written!r}", remedy)
    if reference(entry.value) is None:
        what = f"{written!r} is no object reference ('module:attribute')"
        yield Problem("no-object-reference", entry.distribution, what, remedy)
    if kind_of(entry.group) is None and entry.group != HOOK_GROUP and (meant := _meant(entry.group)):
        yield Problem("unknown-group", entry.distribution, f"nothing reads {written!r}", f"the group may be {meant!r}")


def _meant(group: str) -> str | None:
    """The group that a misspelt one looks like; apps may have groups of their own."""
    *prefix, last = group.split(".")
    near = get_close_matches(last, [*KINDS, "hooks"], 1, cutoff=0.85)
    if not near or len(prefix) > 2:
        return None
    domain = [prefix[1] if len(prefix) == 2 else "<domain>"] if near[0] in DOMAIN_KINDS else []
    return ".".join(["brainscore", *domain, near[0]])


def _of_plugin(installed: Installed) -> Iterator[Problem]:
    if installed.version is None:
        return
    for text in unreadable_requirements(installed):
        what = f"its requirement {text!r} cannot be understood and was ignored"
        yield Problem("unreadable-requirement", installed.name, what, f"tell the authors of {installed.name}")
    for need in unmet_requirements(installed):
        there = f"{need.package} {need.version} is installed" if need.version else f"{need.package} is not installed"
        remedy = f"install versions that fit: pip install --upgrade {installed.name} {need.package}"
        yield Problem("incompatible", installed.name, f"it needs {need.requirement}, but {there}", remedy)


def _conflicts() -> Iterator[Problem]:
    try:
        preferred = preferences()
    except BrainScoreError as error:
        yield Problem("damaged-preferences", "brainscore-core", error.what, error.remedy)
        preferred = {}
    for kind in KINDS:
        for identifier, claims in scan().by_identifier(kind).items():
            distinct = distinct_claims(claims)
            domains = {entry.domain for entry in distinct}
            chosen = [entry for entry in distinct if entry.provider == preferred.get(identifier)]
            if len(distinct) > max(len(domains), 1) and len(chosen) != 1:
                clash = conflict(kind, identifier, distinct)
                yield Problem("conflict", distinct[0].distribution, clash.what, clash.remedy)
