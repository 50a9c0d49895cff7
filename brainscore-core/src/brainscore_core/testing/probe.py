"""Load every entry of a distribution in a process of its own, and report what that did besides."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Any

HEAVY = ("jax", "keras", "matplotlib", "sklearn", "tensorflow", "timm", "torch", "torchvision", "transformers")
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")
PROCESSES = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")

_SCRIPT = (
    "import json, sys; path, name = json.loads(sys.stdin.read()); sys.path[:] = path;"
    "from brainscore_core.testing.probe import report; report(name)"
)


@dataclass(frozen=True)
class Loaded:
    """What loading one entry did.

    Parameters
    ----------
    error : str
        What it raised; empty: nothing.
    heavy : tuple of str
        Frameworks that it imported.
    files, network, processes : tuple of str
        What its own code opened, reached and started.
    printed : str
        What it wrote to standard output.
    """

    error: str
    heavy: tuple[str, ...]
    files: tuple[str, ...]
    network: tuple[str, ...]
    processes: tuple[str, ...]
    printed: str


def probe(name: str) -> dict[tuple[str, str], Loaded]:
    """By group and identifier, what loading each entry of a distribution did in a fresh process."""
    return _probe(name, tuple(sys.path))


@cache
def _probe(name: str, path: tuple[str, ...]) -> dict[tuple[str, str], Loaded]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=json.dumps([path, name]),
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"BRAINSCORE_OFFLINE": "1"},
    )
    if done.returncode != 0:
        raise RuntimeError(f"loading {name} in a fresh process ended with {done.returncode}: {done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])  # compiled code may have written before
    fields = ("heavy", "files", "network", "processes")
    return {
        (entry["group"], entry["identifier"]): Loaded(
            error=entry["error"], printed=entry["printed"], **{field: tuple(entry[field]) for field in fields}
        )
        for entry in found
    }


def report(name: str) -> None:
    """In the fresh process: load, watch, and write JSON to standard output."""
    import io
    from contextlib import redirect_stdout

    import brainscore_core.contracts
    import brainscore_core.data  # noqa: F401  what core imports itself is not the plugin's doing

    from .. import registry
    from .plugin import Plugin

    plugin = Plugin(name)
    watch = _Watch(plugin.modules)
    sys.addaudithook(watch)
    rows = []
    for entry in plugin.entries:
        before = {module.partition(".")[0] for module in sys.modules}
        error, printed = "", io.StringIO()
        with redirect_stdout(printed):
            try:
                watch.start()
                registry.load(entry)
            except Exception as raised:
                error = str(raised)
            finally:
                events = watch.stop()
        heavy = sorted({module.partition(".")[0] for module in sys.modules}.intersection(HEAVY) - before)
        rows.append(
            {"group": entry.group, "identifier": entry.identifier, "error": error, "heavy": heavy}
            | events
            | {"printed": printed.getvalue()}
        )
    sys.stdout.write(f"\n{json.dumps(rows)}\n")


class _Watch:
    """An audit hook that notes what a plugin's own code does; reading its source is not noted.

    Source are the modules that are imported, and the descriptions in TOML that lie in the package: one that is asked
    for is read as a module would be.
    """

    def __init__(self, modules: tuple[str, ...]):
        self.modules = modules
        self.events: dict[str, list[str]] | None = None

    def start(self) -> None:
        self.events = {"files": [], "network": [], "processes": []}

    def stop(self) -> dict[str, list[str]]:
        events, self.events = self.events or {}, None
        return events

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.events is None:
            return
        if event.startswith(NETWORK):
            self.events["network"].append(f"{event} {arguments[-1]!r}")
        elif event.startswith(PROCESSES):
            self.events["processes"].append(f"{event} {arguments[0]!r}")
        elif event == "open" and isinstance(arguments[0], (str, bytes)) and self._is_the_plugins(sys._getframe(1)):
            if not self._is_description(os.fsdecode(arguments[0])):
                self.events["files"].append(str(arguments[0]))

    def _is_description(self, path: str) -> bool:
        """Whether this is a TOML file of the package itself."""
        folder, name = os.path.split(path)
        return name.endswith(".toml") and os.path.basename(folder) in self.modules

    def _is_the_plugins(self, frame: FrameType | None) -> bool:
        """Whether the plugin's code asked for it, with no import in between."""
        while frame is not None:
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                return False
            if str(frame.f_globals.get("__name__", "")).partition(".")[0] in self.modules:
                return True
            frame = frame.f_back
        return False
