"""Models that do what models do to those who run them, and benchmarks that cost nothing. No import of any domain."""

import atexit
import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import ClassVar

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.contracts import Benchmark, DataEntry, DataInfo, MetricSpec, ModelEntry, ModelInfo, Presentation
from brainscore_core.domains import Domain
from brainscore_core.errors import DataUnavailable, UnsupportedTask
from brainscore_core.scores import Score

COUNT = os.environ.get("TROUBLE_COUNT")
"""A file that gets a line for each computation, where somebody counts them."""

domain = Domain("trouble", "trouble:Subject", {"average": "", "easy": "average", "hard": "average"}, ("numbers",))


class Subject:
    """Answers with a number; what else it does is in its name."""

    info = ModelInfo("A number.", released="2020-01-01")

    def __init__(self, identifier):
        self.identifier = identifier

    def configure(self, *, seed=0, device=None, batch_size=None, cache=True):
        self.seed = seed

    def reset(self): ...

    def expect(self, plan):
        if PLANS := os.environ.get("TROUBLE_PLANS"):
            shown = [presentation.region for presentation in plan]
            with open(PLANS, "a", encoding="utf-8") as file:
                file.write(f"{' '.join(shown)}\n")

    def digest(self):
        if self.identifier.startswith("illegible"):
            raise RuntimeError("no digest")
        return self.identifier.replace("twin", "good").encode().hex().ljust(64, "0")[:64]

    def answer(self):
        if COUNT:
            with open(COUNT, "a", encoding="utf-8") as file:
                file.write(f"{self.identifier}\n")
        act = {
            "exits": lambda: os._exit(3),
            "leaves": lambda: sys.exit("gone"),
            "hangs": lambda: time.sleep(600),
            "eats": _eat,
            "prints": _print,
            "threads": _raise_in_a_thread,
            "raises": lambda: 1 / 0,
            "refuses": _refuse,
            "misses": _miss,
            "garbles": _garble,
            "forges": _forge,
            "leaves_children": _leave_a_child,
            "fills": _fill,
            "turns": _turn,
            "tells": _tell,
            "grows": lambda: _raise(OSError(errno.EFBIG, "File too large")),
            "swells": lambda: _raise(OSError(errno.ENOSPC, "No space left on device")),
            "lingers": _linger,
            "falls": lambda: atexit.register(os.kill, os.getpid(), signal.SIGSEGV),
            "copies": _copy,
        }.get(self.identifier.split("-")[0].replace(".", "_"), float)
        act()
        time.sleep(float(os.environ.get("TROUBLE_SECONDS", "0")))
        return float(sum(map(ord, self.identifier)) % 97) / 97


def _eat():
    held = []
    while True:
        held.append(bytearray(b"x") * 2**24)


def _print():
    print('{"status": "ok", "score": 1e9}' * 100)
    sys.stderr.write("\x00\xff garbage \n" * 100)


def _raise_in_a_thread():
    def work():
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def _refuse():
    raise UnsupportedTask("it does not do that")


def _miss():
    raise DataUnavailable("recordings are nowhere")


def _garble():
    raise ValueError("\x00 and \udcff, " + "and more, " * 10_000)


def _forge():
    """A result that is none, and an end that looks well."""
    with open(os.path.join(sys.argv[1], "result.json"), "w", encoding="utf-8") as file:
        file.write('{"run": "other", "status": "ok", "score": 1e9}')
    os._exit(0)


def _leave_a_child():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


def _turn():
    """As much work as TROUBLE_TURNS says, on one processor: a million are about a third of a second."""
    hashlib.pbkdf2_hmac("sha256", b"", b"", int(os.environ.get("TROUBLE_TURNS", "1000")))


def _fill():
    """Writes where TROUBLE_FILL says, as activations are written; a limit stands for a disk, which says ENOSPC."""
    try:
        with open(os.environ.get("TROUBLE_FILL", os.devnull), "wb") as file:
            file.write(bytes(2**23))
            file.flush()
    except OSError as error:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
    os.unlink(os.environ["TROUBLE_FILL"])


def _raise(error):
    raise error


def _tell():
    raise ValueError("input File too large for the context: No space left on device")


def _linger():
    """A thread that outlives the result for ever."""
    threading.Thread(target=lambda: time.sleep(600)).start()


def _copy():
    """A result of the right attempt, of a pair that it was not asked for, and an end that looks well."""
    folder = sys.argv[1]
    with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:
        job = json.load(file)
    described = {"model": {"identifier": "good-0"}, "benchmark": {"identifier": job["benchmark"], "version": "last"}}
    with open(os.path.join(folder, "score.json"), "w", encoding="utf-8") as file:
        json.dump(Score(1e9).to_dict(), file)
    with open(os.path.join(folder, "result.json"), "w", encoding="utf-8") as file:
        json.dump({"run": job["run"], "status": "ok", "seconds": "long", "provenance": "mine"} | described, file)
    os._exit(0)


@dataclass(frozen=True)
class Number(Benchmark):
    """The number, as it is."""

    domain: ClassVar[str] = "trouble"

    def presents(self):
        return (Presentation(None, None, self.identifier),)

    def __call__(self, model):
        value = model.answer() * self.version
        return Score(value, 0.1, raw=Score(value, 0.1), details={"process": os.getpid()})


class Nothing:
    """A metric that is never called."""

    inputs = "single"

    def __call__(self, assembly):
        return Score(None)


def _none():
    return BehavioralAssembly([1.0], dims=["presentation"], coords={"stimulus_id": ("presentation", ["a"])})


ACCESS = os.environ.get("TROUBLE_ACCESS", "public")
data = DataEntry("numbers", _none, DataInfo("None.", licence="CC0", access=ACCESS))
VERSION = int(os.environ.get("TROUBLE_VERSION", "1"))
one, two, three = (
    Number(name, data="numbers", metric=MetricSpec("nothing"), parent=parent, version=VERSION, released="2021-01-01")
    for name, parent in (("one", "easy"), ("two", "easy"), ("three", "hard"))
)


NAMES = (
    *(f"good-{index}" for index in range(40)),
    *(f"{does}-{index}" for does in ("exits", "hangs", "eats", "prints", "threads", "raises", "garbles", "forges",
                   "turns", "tells", "grows", "swells", "lingers", "falls", "copies")
      for index in range(10)),
    "exits", "leaves", "hangs", "eats", "prints", "threads", "raises", "refuses", "misses", "garbles", "forges",
    "illegible", "twin-0", "leaves.children", "fills", "tells", "grows", "swells", "lingers", "falls", "copies",
)  # fmt: skip


def entry(name):
    return ModelEntry(name, lambda: Subject(name), Subject.info)


def attribute(name):
    """What the entry point of a model names."""
    return name.replace("-", "_dash_").replace(".", "_dot_")


def __getattr__(name):
    if name.startswith("model_"):
        return entry(name.removeprefix("model_").replace("_dash_", "-").replace("_dot_", "."))
    raise AttributeError(name)
