"""A toy domain, installed as one distribution beside core, for everything that scores."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import brainscore_core.cache
import brainscore_core.ceilings
import brainscore_core.run  # noqa: F401  what is imported inside calls must be there before sys.path is narrowed
from brainscore_core.assemblies import DataAssembly
from brainscore_core.testing.fake_distributions import fake_site

TOY = '''
import errno
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from brainscore_core.assemblies import NeuroidAssembly, align
from brainscore_core.contracts import (
    Benchmark, DataEntry, DataInfo, MetricSpec, ModelEntry, ModelInfo, Presentation,
)
from brainscore_core.domains import Domain
from brainscore_core.errors import DataUnavailable, UnsupportedRegion
from brainscore_core.scores import Score, normalise
from brainscore_core.stimuli import StimulusSet

domain = Domain("toy", "toy:Model", {"whole": "", "A": "whole", "B": "whole"})
SECRET = "secret-stimulus-17"
ceilings_computed = []


class Model:
    """Answers each stimulus with a number, and writes down what is done to it."""

    def __init__(self, identifier="echo", info=ModelInfo(non_neural_parts=("a vote",)), digest="d" * 64):
        self.identifier, self.info, self._digest, self.log = identifier, info, digest, []

    def configure(self, *, seed=0, device=None, batch_size=None, cache=True):
        self.log.append(("configure", seed, device, batch_size, cache))

    def reset(self):
        self.log.append(("reset",))

    def digest(self):
        return self._digest

    def expect(self, plan):
        self.log.append(("expect", [entry.stimuli.identifier for entry in plan]))

    def rows(self, stimuli):
        self.log.append(("rows", stimuli.identifier))
        return assembly([stimuli.open(id) for id in stimuli], stimuli.ids)


def assembly(values, ids):
    coords = {"stimulus_id": ("presentation", ids), "neuroid_id": ("neuroid", ["n"]), "region": ("neuroid", ["A"])}
    return NeuroidAssembly(np.asarray(values, float)[:, None], dims=("presentation", "neuroid"), coords=coords)


def build(identifier="echo", gain: float = 1.0):
    return Model(identifier)


def build_broken():
    raise RuntimeError("no such layer")


def build_exiting():
    raise SystemExit(3)


def build_without_weights():
    raise DataUnavailable("weights.pt cannot be had", remedy="fetch it elsewhere")


echo = ModelEntry("echo", build, ModelInfo())
broken = ModelEntry("broken", build_broken, ModelInfo())
exiting = ModelEntry("exiting", build_exiting, ModelInfo())
weightless = ModelEntry("weightless", build_without_weights, ModelInfo())


class Close:
    """1 minus the mean distance."""

    inputs = "pair"

    def __init__(self, scale: float = 1.0, seed: int = 0):
        self.scale = scale

    def __call__(self, source, target):
        source, target = align(source, target)
        away = abs(source - target) * self.scale
        details = {"first": SECRET, "largest": away.max().item(), "undefined": float("nan")}
        return Score(1 - away.mean().item(), .01, values=away, details=details)

    def ceiling(self, target):
        ceilings_computed.append(self.scale)
        return Score(.9, .02, values=target * self.scale, details={"first": SECRET}, raw=Score(.8, values=target))


class Alone:
    """A number of one assembly."""

    inputs = "single"

    def __call__(self, assembly):
        return Score(.5)


class Ceilingless:
    inputs = "pair"


IDS = [SECRET, "s2", "s3"]
NUMBERS = dict(zip(IDS, [.25, .5, .125]))


def table():
    import pandas as pd

    return pd.DataFrame({"stimulus_id": IDS})


def stimuli(identifier="numbers"):
    return StimulusSet(table(), identifier=identifier, open=NUMBERS.__getitem__)


def data_entry(identifier, access="public"):
    return DataEntry(identifier, lambda: assembly([.25, .5, .5], IDS), DataInfo("Numbers.", access=access))


data, private = data_entry("Toy2020"), data_entry("Toy2020private", "private")
numbers = DataEntry("numbers", stimuli, DataInfo(stimuli=3))


@dataclass(frozen=True)
class Compare(Benchmark):
    """Compares numbers."""

    domain: ClassVar[str] = "toy"
    does: str = "score"
    calls: list = field(default_factory=list, compare=False, repr=False)

    def presents(self):
        self.calls.append("presents")
        if self.does == "cannot say":
            raise ValueError("no plan")
        return (Presentation(stimuli(self.identifier), None, "A"),)

    def __call__(self, model):
        match self.does:
            case "refuse":
                raise UnsupportedRegion(f"{model.identifier} has no A for {SECRET}")
            case "lack":
                raise DataUnavailable(f"/secret/place/{SECRET}.nc cannot be had")
            case "lack access":
                raise DataUnavailable(f"/secret/place/{SECRET}.nc is private", private=True)
            case "break":
                raise RuntimeError(f"broken at {SECRET}")
            case "fill":
                raise OSError(errno.ENOSPC, "No space left on device", SECRET)
            case "exit":
                raise SystemExit(2)
            case "interrupt":
                raise KeyboardInterrupt
            case "float":
                return .5
        raw = self.metric.load()(model.rows(stimuli(self.identifier)), self.target())
        more = {"details": raw.details, "values": raw.values, "provenance": {"of the benchmark": SECRET}}
        return normalise(raw, self.ceiling, **more)


def compare(identifier, data="Toy2020", **options):
    options = {"metric": MetricSpec("close"), "ceiling_metric": MetricSpec("close"), "parent": "A"} | options
    return Compare(identifier, data=data, version=3, **options)


a, b = compare("Toy2020.A-close"), compare("Toy2020.B-close", parent="B")
hidden = compare("Toy2020private.A-close", data="Toy2020private")
'''

ENTRY_POINTS = {
    "brainscore.domains": {"toy": "toy:domain"},
    "brainscore.toy.models": {name: f"toy:{name}" for name in ("echo", "broken", "exiting", "weightless")},
    "brainscore.metrics": {"close": "toy:Close", "alone": "toy:Alone", "ceilingless": "toy:Ceilingless"},
    "brainscore.datasets": {"Toy2020": "toy:data", "Toy2020private": "toy:private"},
    "brainscore.stimulus_sets": {"numbers": "toy:numbers"},
    "brainscore.toy.benchmarks": {
        "Toy2020.A-close": "toy:a",
        "Toy2020.B-close": "toy:b",
        "Toy2020private.A-close": "toy:hidden",
    },
}


@pytest.fixture(scope="session", autouse=True)
def _everything_imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Libraries import parts of themselves when first used, which they cannot once the path is narrowed."""
    from brainscore_core.data.netcdf import open_assembly, save_assembly

    path = tmp_path_factory.mktemp("warm") / "warm.nc"
    save_assembly(DataAssembly(np.zeros(2), dims=("x",), coords={"x": ["a", "b"]}), path)
    open_assembly(path).load().close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ``BRAINSCORE_HOME``."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BRAINSCORE_HOME", str(folder))
    for variable in ("BRAINSCORE_MIRRORS", "BRAINSCORE_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    return folder


@pytest.fixture
def site(home: Path, tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Install further fake distributions."""
    with fake_site(tmp_path / "site") as install:
        yield install


@pytest.fixture
def toy(site: Callable[..., Path]) -> ModuleType:
    """The toy domain's module, installed as bs-toy 1.2.3."""
    site("bs-toy", "1.2.3", entry_points=ENTRY_POINTS, modules={"toy": TOY})
    return import_module("toy")
