"""Distributions made of a few files, for tests of discovery: no installer takes part, and a test owns ``sys.path``."""

import base64
import importlib
import json
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["fake_site", "isolated_path", "make_distribution", "make_many"]


def make_distribution(
    folder: Path,
    name: str,
    version: str = "1.0.0",
    *,
    entry_points: Mapping[str, Mapping[str, str]] | None = None,
    requires: Sequence[str] = (),
    modules: Mapping[str, str] | None = None,
    metadata: bool = True,
    entry_points_text: str | None = None,
    editable: Path | None = None,
) -> Path:
    """Write a distribution into a folder, as an installer would leave it.

    Parameters
    ----------
    folder : Path
        To be on ``sys.path``; made if need be.
    name, version : str
        Of the distribution.
    entry_points : mapping of group to mapping of name to value, optional
    requires : sequence of str
        ``Requires-Dist`` lines, written as they are.
    modules : mapping of str to str, optional
        Source by dotted module name; ``"pkg.__init__"`` for a package.
    metadata : bool
        Whether there is a METADATA file.
    entry_points_text : str, optional
        Written in place of `entry_points`, as it is: for malformed ones.
    editable : Path, optional
        The source folder that an editable install points to.

    Returns
    -------
    Path
        The ``.dist-info`` folder.
    """
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    if metadata:
        lines = ["Metadata-Version: 2.3", f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {requirement}" for requirement in requires]
        (info / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = entry_points_text if entry_points_text is not None else _entry_points(entry_points or {})
    if text:
        (info / "entry_points.txt").write_text(text, encoding="utf-8")
    if editable is not None:
        direct = {"url": editable.as_uri(), "dir_info": {"editable": True}}
        (info / "direct_url.json").write_text(json.dumps(direct), encoding="utf-8")
    for module, source in (modules or {}).items():
        path = folder.joinpath(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    importlib.invalidate_caches()
    return info


def make_many(folder: Path, count: int, *, group: str = "brainscore.vision.models") -> list[str]:
    """Write `count` distributions with one entry point each, about as large as real ones; returns their identifiers."""
    padding = base64.b64encode(b"a description as packages have them " * 60).decode()
    identifiers = [f"fake-{index:04d}" for index in range(count)]
    for index, identifier in enumerate(identifiers):
        module = f"bs_fake_{index:04d}"
        info = make_distribution(
            folder,
            f"bs-fake-{index:04d}",
            entry_points={group: {identifier: f"{module}:entry"}},
            requires=["brainscore-core>=3,<4", "brainscore-vision>=3,<4"],
        )
        with (info / "METADATA").open("a", encoding="utf-8") as file:
            file.write(f"\n{padding}\n")
    return identifiers


@contextmanager
def isolated_path(*folders: Path) -> Iterator[None]:
    """Let ``sys.path`` hold these folders and the standard library only, and forget their modules afterwards.

    What is installed beside the test is then not discovered; modules that are imported already stay usable.
    """
    path, paths, modules = sys.path, list(sys.path), set(sys.modules)
    standard = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    path[:] = [*map(str, folders), *(entry for entry in paths if _is_standard(entry, standard))]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        path[:] = paths  # the list itself, which a test may have put another in the place of
        sys.path = path
        for name in set(sys.modules) - modules:
            origin = getattr(sys.modules[name], "__file__", None) or ""
            if any(Path(folder) in Path(origin).parents for folder in folders):
                del sys.modules[name]
        importlib.invalidate_caches()


@contextmanager
def fake_site(folder: Path) -> Iterator[Callable[..., Path]]:
    """An environment that holds core 3.0.0, a vision domain 3.1.0, and what the test installs into it.

    Yields
    ------
    callable
        :func:`make_distribution` into `folder`, seen by the registry at once.
    """
    from .. import registry

    def install(name: str, version: str = "1.0.0", **options: Any) -> Path:
        info = make_distribution(folder, name, version, **options)
        registry.refresh()
        return info

    with isolated_path(folder):
        install("brainscore-core", "3.0.0")
        install(
            "brainscore-vision",
            "3.1.0",
            entry_points={"brainscore.domains": {"vision": "fake_vision:domain"}},
            modules={"fake_vision": "domain = object()"},
        )
        yield install
    registry.refresh()


def _is_standard(path: str, standard: set[str]) -> bool:
    return path.endswith(".zip") or path in standard or Path(path).name == "lib-dynload"


def _entry_points(groups: Mapping[str, Mapping[str, str]]) -> str:
    sections = (
        "\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in rows.items())])
        for group, rows in groups.items()
    )
    return "\n\n".join(sections) + "\n" if groups else ""
