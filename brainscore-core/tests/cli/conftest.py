"""A toy domain in fake distributions, and the command line run against it in this process."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from brainscore_core.cli.shell import own_commands, run
from brainscore_core.testing.fake_distributions import fake_site

LATE = ("cache", "data.store", "data.upkeep", "run")
"""What commands import when they run, and what that imports then: unfindable once the path holds fakes only."""

for module in (*(f"brainscore_core.{name}" for name in LATE), "filelock", "fsspec.implementations.local"):
    import_module(module)
for module in ("packaging.markers", "packaging.requirements", "packaging.version", "rich.console", "rich.logging"):
    import_module(module)

TOY = '''
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from brainscore_core.contracts import Benchmark, BenchmarkInfo, DataEntry, DataInfo, MetricSpec, ModelEntry, ModelInfo
from brainscore_core.data import Source
from brainscore_core.domains import Domain
from brainscore_core.errors import DataUnavailable, UnsupportedRegion
from brainscore_core.scores import Score, normalise

domain = Domain("toy", "toy:Model", {"whole": "", "A": "whole", "B": "whole"})


class Model:
    def __init__(self, identifier, value):
        self.identifier, self.value, self.info = identifier, value, ModelInfo()

    def configure(self, *, seed=0, device=None, batch_size=None, cache=True):
        print("a network that prints while it loads")
        self.settings = dict(seed=seed, device=device, batch_size=batch_size, cache=cache)

    def reset(self):
        pass

    def digest(self):
        return None


def entry(identifier, value):
    info = ModelInfo("A constant.", doi="10.1/model", parameters=61)
    return ModelEntry(identifier, lambda: Model(identifier, value), info)


half, fifth = entry("half", .5), entry("fifth", .2)


class Family:
    """Constants."""

    def list(self):
        return ["one", "two"]

    def build(self, name):
        return Model(f"const:{name}", 1.)

    def info(self, name):
        return ModelInfo(f"The number {name}.")


family = Family()


class Difference:
    """How far apart two numbers are."""

    inputs = "pair"
    bibtex = "@article{Difference2001, title = {Differences}}"

    def __init__(self, scale=1., seed=0):
        self.scale = scale


CONTENT = b"the numbers"
DIGEST = sha256(CONTENT).hexdigest()
source = Source("numbers.txt", (Path(PLACE).as_uri(),), sha256=DIGEST, size=len(CONTENT), licence="CC0")
data = DataEntry("Toy2020", lambda: None, DataInfo(
    "Numbers.", licence="CC0", bibtex="@article{Toy2020, title = {Numbers}}", sources=(source,)))


@dataclass(frozen=True)
class Compare(Benchmark):
    """Compares a number."""

    domain: ClassVar[str] = "toy"
    does: str = "score"

    def __call__(self, model):
        if self.does == "raw":
            return Score(None, raw=Score(-.123, .01), flags=("no-ceiling",))
        if self.does == "lack":
            raise DataUnavailable("numbers.txt cannot be had", expected="a network", remedy="fetch it")
        if self.does == "refuse":
            raise UnsupportedRegion(f"{model.identifier} has no B")
        if self.does == "break":
            raise RuntimeError("broken inside")
        if self.does == "interrupt":
            raise KeyboardInterrupt
        return normalise(Score(model.value, .01), Score(.8, .02), details={"undefined": float("nan")})


def benchmark(identifier, parent, does="score"):
    return Compare(identifier, data=data, metric=MetricSpec("difference"), parent=parent, version=2, does=does)


a1, a2 = benchmark("Toy2020.A-one", "A"), benchmark("Toy2020.A-two", "A")
raw = benchmark("Toy2020.B-raw", "B", "raw")
lack, refuse = benchmark("Toy2020.B-lack", "B", "lack"), benchmark("Toy2020.B-refuse", "B", "refuse")
fail = benchmark("Toy2020.B-break", "B", "break")
interrupt = benchmark("Toy2020.A-zinterrupt", "A", "interrupt")
lost = benchmark("Toy2020.lost", "nowhere")
'''

ENTRY_POINTS = {
    "brainscore.domains": {"toy": "toy:domain"},
    "brainscore.toy.models": {"half": "toy:half", "fifth": "toy:fifth"},
    "brainscore.toy.model_families": {"const": "toy:family"},
    "brainscore.metrics": {"difference": "toy:Difference"},
    "brainscore.datasets": {"Toy2020": "toy:data"},
    "brainscore.toy.benchmarks": {
        "Toy2020.A-one": "toy:a1",
        "Toy2020.A-two": "toy:a2",
        "Toy2020.B-raw": "toy:raw",
        "Toy2020.B-lack": "toy:lack",
        "Toy2020.B-refuse": "toy:refuse",
    },
}


@dataclass(frozen=True)
class Answer:
    """What one command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Install fake distributions beside core and a vision domain, which are all there is; nothing is stored."""
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    for variable in ("BRAINSCORE_MIRRORS", "BRAINSCORE_OFFLINE", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    with fake_site(tmp_path / "site") as install:
        yield install


@pytest.fixture
def toy(install: Callable[..., Path], tmp_path: Path) -> Path:
    """The toy domain, installed as one distribution; the folder it is installed in."""
    (tmp_path / "numbers.txt").write_bytes(b"the numbers")
    module = f"PLACE = {str(tmp_path / 'numbers.txt')!r}\n{TOY}"
    return install("bs-toy", "1.2.3", entry_points=ENTRY_POINTS, modules={"toy": module}).parent


@pytest.fixture
def also(install: Callable[..., Path]) -> Callable[..., None]:
    """Install one thing more: ``also(name, group, {identifier: value}, source)``."""

    def one_more(name: str, group: str, points: dict[str, str], source: str, **more: Any) -> None:
        install(name, entry_points={group: points}, modules={name.replace("-", "_"): source}, **more)

    return one_more


@pytest.fixture
def brainscore(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Run a command line."""

    def call(*arguments: str) -> Answer:
        code = run(arguments)
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return call


@pytest.fixture
def commands() -> list[str]:
    """Names of our own sub-commands."""
    return own_commands()
