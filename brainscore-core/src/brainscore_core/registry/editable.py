"""Editable installs whose entry points are not those of their source folder any more: they do not see new ones."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from .scanning import Installed


def stale_entries(installed: Installed) -> Iterator[str]:
    """What differs between an editable install and its source folder; nothing for other installs."""
    folder = _source(installed)
    if folder is None:
        return
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
        declared = _ours(project.get("entry-points", {}))
    except (OSError, ValueError, AttributeError) as error:
        yield f"it is installed from {folder}, which cannot be read any more ({type(error).__name__}: {error})"
        return
    if "entry-points" in project.get("dynamic", ()):
        return
    try:
        points = list(installed.distribution.entry_points)
    except Exception:  # reported as malformed already
        return
    present = {(point.group, point.name, point.value.replace(" ", "")) for point in points}
    present = {point for point in present if point[0].startswith("brainscore.")}
    if missing := sorted(declared - present):
        yield f"entry points added in {folder} are not seen: {', '.join(name for _, name, _ in missing)}"
    if gone := sorted(present - declared):
        yield f"entry points that {folder} has no more are still seen: {', '.join(name for _, name, _ in gone)}"


def _source(installed: Installed) -> Path | None:
    try:
        url: Any = json.loads(installed.distribution.read_text("direct_url.json") or "{}")
        editable = url.get("dir_info", {}).get("editable", False)
        return Path(unquote(urlparse(url["url"]).path)) if editable else None
    except (ValueError, KeyError, AttributeError):
        return None


def _ours(tables: dict[str, dict[str, str]]) -> set[tuple[str, str, str]]:
    return {
        (group, name, value.replace(" ", ""))
        for group, rows in tables.items()
        if group.startswith("brainscore.")
        for name, value in rows.items()
    }
