"""Every way to run anything. ``nox -l`` lists the sessions; no list of packages is kept anywhere.

A package is a folder ``brainscore-*`` or ``plugins/*`` with a ``pyproject.toml``. What tests need beyond the package's
own dependencies stands in its dependency group ``test`` (pytest alone where there is none).
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import nox
from nox.command import CommandFailed

ROOT = Path(__file__).parent
CONSTRAINTS = ROOT / "constraints.txt"
OUT = ROOT / "dist"
# without the bound on boto3, uv goes back to one of 2014 that no Python of today imports
INCUMBENT = ("brainscore-vision==2.4.2", "boto3>=1.40")
NEWEST_PYTHON = "3.13"
# the CPU build of torch that constraints.txt asks for exists for this Python only; on others torch is CUDA's, 3 GB
TORCH_PYTHON = "3.11"
# 1.5 GB: only the sessions of packages that ask for it install it; where all are together, Keras runs on PyTorch
LEFT_OUT = ("tensorflow-cpu",)

# nox looks for interpreters before a session can say anything; where one is missing, uv would go and fetch it
os.environ.setdefault("UV_PYTHON_DOWNLOADS", "never")

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["tests"]
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = "CI" in os.environ


# --- packages ------------------------------------------------------------------------------------------------------


def canonical(requirement: str) -> str:
    """The distribution a requirement is about, in its canonical spelling."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name.group()).lower() if name else ""


@cache
def packages() -> dict[str, Path]:
    """Name of each of our distributions, to its folder relative to the root."""
    folders = sorted(
        path.parent for glob in ("brainscore-*", "plugins/*") for path in ROOT.glob(f"{glob}/pyproject.toml")
    )
    return {canonical(project(folder)["project"]["name"]): folder.relative_to(ROOT) for folder in folders}


@cache
def project(folder: Path) -> dict[str, Any]:
    """The content of a folder's pyproject.toml."""
    return nox.project.load_toml(ROOT / folder / "pyproject.toml")


def test_requirements(folder: Path) -> tuple[str, ...]:
    """What the tests of a package need beyond its dependencies."""
    has_group = "test" in project(folder).get("dependency-groups", {})
    return nox.project.dependency_groups(project(folder), "test") if has_group else ("pytest",)


def with_extras(name: str) -> str:
    """One of ours with all its extras."""
    extras = project(packages()[name])["project"].get("optional-dependencies", {})
    return f"{name}[{','.join(extras)}]" if extras else name


def requirements_of(requirement: str) -> list[str]:
    """The direct requirements of one of ours, those of the extras it is asked with included."""
    content = project(packages()[canonical(requirement)])["project"]
    asked = re.search(r"\[(.*?)\]", requirement)
    extras = [extra.strip() for extra in asked.group(1).split(",")] if asked else []
    optional = content.get("optional-dependencies", {})
    return [*content.get("dependencies", []), *(entry for extra in extras for entry in optional.get(extra, []))]


def closure(requirements: Iterable[str]) -> list[str]:
    """The requirements and, for each that is one of ours, those below it."""
    found: list[str] = []
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop(0)
        if requirement not in found:
            found.append(requirement)
            waiting += requirements_of(requirement) if canonical(requirement) in packages() else []
    return found


# --- environments --------------------------------------------------------------------------------------------------


def prepare(session: nox.Session) -> None:
    """Make uv and pip see the same things, and let environments keep compiled modules."""
    session.env["PYTHONDONTWRITEBYTECODE"] = ""  # set to 1, every process compiles everything anew
    session.env["UV_CONSTRAINT"] = session.env["PIP_CONSTRAINT"] = str(CONSTRAINTS)
    if "UV_FIND_LINKS" not in os.environ and (links := pip_find_links()):
        session.env["UV_FIND_LINKS"] = ",".join(links)


@cache
def pip_find_links() -> tuple[str, ...]:
    """Where pip is told to look for files; uv reads none of pip's settings, and writes lists with commas."""
    if "PIP_FIND_LINKS" in os.environ:
        return tuple(os.environ["PIP_FIND_LINKS"].split())
    for python in filter(None, (sys.executable, shutil.which("python3"))):
        asked = [python, "-m", "pip", "config", "get", "global.find-links"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return tuple(answer.stdout.split())
    return ()


def install(session: nox.Session, *requirements: str, without: Collection[str] = ()) -> None:
    """Install requirements; ours come from this checkout, editable, and so do those of ours that they need.

    Distributions `without` stay away, whoever asks for them.
    """
    prepare(session)
    needed = dict.fromkeys(closure(requirements))
    ours = dict.fromkeys(canonical(entry) for entry in needed if canonical(entry) in packages())
    editable = [part for name in ours for part in ("-e", f"./{packages()[name].as_posix()}")]
    if without:
        session.install(*(entry for entry in needed if canonical(entry) not in {*ours, *without}), silent=True)
        session.install("--no-deps", *editable, silent=True)
        return
    # one of ours without extras is named by its folder already
    named = [entry for entry in requirements if canonical(entry) not in ours or "[" in entry]
    session.install(*editable, *dict.fromkeys(named), silent=True)


def pytest(session: nox.Session, *places: str) -> None:
    """Run pytest under the configuration of the root, whatever folder the tests lie in."""
    options = [argument for argument in session.posargs if not asked([argument])]
    session.run("pytest", "-c", "pyproject.toml", "--rootdir", ".", *options, *places)


# --- sessions ------------------------------------------------------------------------------------------------------


@nox.session(reuse_venv=True)
def demo(session: nox.Session) -> None:
    """Score four models on nine benchmarks: a table, demo-results.json, demo.png and a leaderboard."""
    install(session, *nox.project.load_toml(ROOT / "demo" / "demo.py")["dependencies"])
    session.run("python", "demo/demo.py", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Everything but TensorFlow in one environment: the tests of every package, and those that cross packages."""
    extras = {
        name: ",".join(project(folder)["project"].get("optional-dependencies", {}))
        for name, folder in packages().items()
    }
    everything = [f"{name}[{extra}]" if extra else name for name, extra in extras.items()]
    folders = (*packages().values(), Path("."))
    needed = dict.fromkeys(entry for folder in folders for entry in test_requirements(folder))
    install(session, *everything, *needed, without=LEFT_OUT)
    # a file of tests stays in one process, for what its tests share; each process does its arithmetic in one thread
    session.env["OMP_NUM_THREADS"] = "1"
    parallel = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
    pytest(session, *parallel, *(f"{folder}/tests" for folder in packages().values()), "tests")


@nox.session(reuse_venv=True)
def browser(session: nox.Session) -> None:
    """Pages of the leaderboard in Chromium, offline, with axe: needs Chromium (``apt-get install chromium``)."""
    folder = packages()["bs-app-leaderboard"]
    needed = nox.project.dependency_groups(project(folder), "test", "browser")
    install(session, with_extras("bs-app-leaderboard"), *needed)
    pytest(session, f"{folder}/tests")


def asked(arguments: Iterable[str]) -> list[str]:
    """Those of the arguments that name one of ours."""
    return [name for argument in arguments if (name := canonical(argument)) in packages()]


def matrix() -> list[Any]:
    """Each package with each Python it can be tested on; only the packages named after ``--``, where some are."""
    cells = []
    chosen = asked(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else ())
    for name, folder in packages().items():
        if chosen and name not in chosen:
            continue
        needs_torch = "torch" in map(canonical, closure([name, *test_requirements(folder)]))
        versions = nox.project.python_versions(project(folder), max_version=NEWEST_PYTHON)
        usable = [version for version in versions if version == TORCH_PYTHON or not needs_torch]
        cells += [nox.param(version, name, id=f"{name}-{version}") for version in usable]
    return cells


@nox.session
@nox.parametrize("python,package", matrix())
def plugin(session: nox.Session, package: str) -> None:
    """One package alone, with nothing but what it declares, against its own tests: ``-- NAME ...`` for some."""
    folder = packages()[package]
    install(session, package, *test_requirements(folder))
    pytest(session, f"{folder}/tests")


CAMPAIGN = "plugins/bs-app-campaign/tests"


def install_campaign(session: nox.Session) -> None:
    """What the tests of campaigns need."""
    install(session, with_extras("bs-app-campaign"), *test_requirements(packages()["bs-app-campaign"]))
    session.env["OMP_NUM_THREADS"] = "1"


@nox.session(reuse_venv=True)
def faults(session: nox.Session) -> None:
    """Every fault that campaigns must survive, injected in all its trials: half an hour."""
    install_campaign(session)
    session.env["BRAINSCORE_ALL_FAULTS"] = "1"
    pytest(session, f"{CAMPAIGN}/test_faults.py")


@nox.session(reuse_venv=True)
def postgresql(session: nox.Session) -> None:
    """The tests of campaigns once more, on a PostgreSQL of their own instead of SQLite."""
    install_campaign(session)
    options = [argument for argument in session.posargs if not asked([argument])]
    pytest_here = ("python", "-m", "pytest", "-c", "pyproject.toml", "--rootdir", ".")
    session.run("python", "tools/with_postgresql.py", *pytest_here, *options, CAMPAIGN)


@nox.session(reuse_venv=True)
def lint(session: nox.Session) -> None:
    """Ruff and its format, types of core and vision."""
    install(session, *nox.project.dependency_groups(nox.project.load_toml(ROOT / "pyproject.toml"), "lint"))
    typed = [f"{folder}/src" for name, folder in packages().items() if name.startswith("brainscore-")]
    failed = []
    for command in (
        ["ruff", "check", "--output-format", "concise", "."],
        ["ruff", "format", "--check", "--quiet", "."],
        ["mypy", *typed],
    ):
        try:
            session.run(*command)
        except CommandFailed:  # the others have something to say too
            failed.append(" ".join(command[:2]))
    if failed:
        session.error(f"not clean: {', '.join(failed)}")


@nox.session
def build(session: nox.Session) -> None:
    """Build every sdist, every wheel from its sdist, install the wheels and import what they hold."""
    prepare(session)
    shutil.rmtree(OUT, ignore_errors=True)
    uv = session.venv_backend == "uv"
    if not uv:
        session.install("build")
    for folder in packages().values():
        tool = ("uv", "build", "--quiet", "--out-dir") if uv else ("python", "-m", "build", "--outdir")
        session.run(*tool, str(OUT), str(folder))
    if lacking := [text for sdist in sorted(OUT.glob("*.tar.gz")) if (text := lacks(sdist))]:
        session.error(f"{'; '.join(lacking)}: see source-include in their pyproject.toml")
    session.install(*map(str, sorted(OUT.glob("*.whl"))))
    modules = [path.parent.name for folder in packages().values() for path in (ROOT / folder).glob("src/*/__init__.py")]
    session.run("python", "-c", f"import {', '.join(modules)}")
    session.run("brainscore", "doctor")


def lacks(sdist: Path) -> str:
    """What an sdist has not: whoever packages from it runs the tests and reads what changed."""
    with tarfile.open(sdist) as archive:
        inside = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    missing = {"README.md", "CHANGELOG.md", "tests"} - inside
    return f"{sdist.name} lacks {', '.join(sorted(missing))}" if missing else ""


@nox.session(reuse_venv=True)
def bench(session: nox.Session) -> None:
    """Speed and memory, the incumbent and ours in one run; ``-- --write`` keeps it in bench/RESULTS.md."""
    scripts = sorted(ROOT.glob("bench/bench_*.py"))
    needed = [entry for path in scripts for entry in nox.project.load_toml(path)["dependencies"]]
    install(session, *dict.fromkeys(needed))
    session.env["INCUMBENT_PYTHON"] = incumbent(session)
    session.env["BS_INSTALL_DEPENDENCIES"] = "no"
    printed = []
    for path in scripts:
        title = path.read_text().split('"""')[1].partition("\n")[0]
        text = str(session.run("python", str(path.relative_to(ROOT)), silent=True)).strip()
        text = f"```json\n{text}\n```" if text.startswith("{") else text
        printed.append(f"## {path.name}\n\n{title}\n\n{text}\n")
        sys.stdout.write(f"{printed[-1]}\n")
    if "--write" in session.posargs:
        head = f"# Speed and size\n\nPrinted by `nox -s bench -- --write` on {date.today()}: {machine()}.\n"
        (ROOT / "bench" / "RESULTS.md").write_text("\n".join([head, *printed]))


def machine() -> str:
    """The machine in words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {version}"


def incumbent(session: nox.Session) -> str:
    """The Python of an environment that holds Brain-Score 2; INCUMBENT_PYTHON names one that is there already."""
    if given := os.environ.get("INCUMBENT_PYTHON"):
        return given
    folder = Path(session.create_tmp()) / "incumbent"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists():
        return str(python)
    if session.venv_backend == "uv":
        session.run("uv", "venv", "--quiet", "--python", f"{session.bin}/python", str(folder))
        session.run("uv", "pip", "install", "--quiet", "--python", str(python), *INCUMBENT)
    else:
        session.run("python", "-m", "venv", str(folder))
        session.run(str(python), "-m", "pip", "install", "--quiet", *INCUMBENT, external=True)
    return str(python)


@nox.session(reuse_venv=True)
def entrypoints(session: nox.Session) -> None:
    """Compare entry points with what the packages hold; ``-- --write`` writes those of packages with tables."""
    install(session, *packages(), "tomlkit", without=LEFT_OUT)
    session.run("python", "tools/entrypoints.py", *session.posargs, *map(str, packages().values()))
