"""Promises of the package as a whole: dependencies, documents, metadata."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from .failure import NotApplicable, require
from .plugin import Plugin, providers_of, provides_entries


def metadata_are_right(plugin: Plugin) -> None:
    """``brainscore doctor`` has nothing to say of it (other packages' claims to its names aside)."""
    from ..registry import problems

    found = [problem for problem in problems() if problem.distribution == plugin.installed.name]
    wrong = [problem for problem in found if problem.code not in ("conflict", "shadowed")]
    require(
        not wrong, f"{plugin.key} has problems: {'; '.join(map(str, wrong))}", expected="what `brainscore doctor` likes"
    )
    require(plugin.entries, f"{plugin.key} has no entry point of ours", expected="one in a group brainscore.*")


def dependencies_suffice(plugin: Plugin) -> None:
    """What its source imports is its own, Python's, or of a declared dependency; never another plugin's."""
    for file in plugin.files():
        for module, line in imports_of(file):
            if module in sys.stdlib_module_names or module in plugin.modules or module == "__future__":
                continue
            where, providers = f"{file.name}:{line} imports {module}", providers_of(module)
            require(
                any(plugin.may_use(name) for name in providers),
                f"{where}, which {plugin.key} does not declare",
                expected=f"a dependency on {' or '.join(providers) or 'what provides it'}",
                remedy="declare it in pyproject.toml; what a dependency needs itself may change without notice",
            )
            for name in providers:
                require(
                    name == plugin.key or not provides_entries(name),
                    f"{where}, a module of the plugin {name}",
                    expected="an identifier asked of the registry",
                )


def dependencies_are_bounded(plugin: Plugin) -> None:
    """Each dependency on ours names the majors it works with: public 2.x versions of two of them exist."""
    from packaging.requirements import Requirement

    for name, text in plugin.declared.items():
        if name.startswith("brainscore-") or provides_entries(name):
            operators = {clause.operator for clause in Requirement(text).specifier}
            require(
                operators & {">=", "==", "~="} and operators & {"<", "==", "~="},
                f"{plugin.key} requires {text!r}",
                expected=f"a lower and an upper bound, as {name}>=3,<4",
            )


def documents_are_there(plugin: Plugin) -> None:
    """README, CHANGELOG with this version, tests, licence and Python versions, where there is a source folder."""
    folder = plugin.source
    if folder is None:
        raise NotApplicable("installed without its source folder")
    require(_text(folder / "README.md"), f"{plugin.key} has no README.md", expected="what it is and what it provides")
    project = tomllib.loads(_text(folder / "pyproject.toml")).get("project", {})
    version = str(project.get("version", ""))
    require(
        re.search(rf"(?<![\d.]){re.escape(version)}(?![\d.])", _text(folder / "CHANGELOG.md")),
        f"CHANGELOG.md of {plugin.key} says nothing of {version}",
        expected="an entry for each version",
    )
    require(list((folder / "tests").glob("**/test_*.py")), f"{plugin.key} has no tests", expected="tests/test_*.py")
    for field in ("license", "requires-python", "description"):
        require(project.get(field), f"pyproject.toml of {plugin.key} has no {field!r}", expected=f"project.{field}")


def imports_of(file: Path) -> Iterator[tuple[str, int]]:
    """(top-level module, line) of every absolute import, those for type checkers alone left out."""
    pending: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"), str(file))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            pending += node.orelse
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0], node.lineno
        pending += ast.iter_child_nodes(node)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
