"""What a database keeps of a benchmark: what it is made of, and of private data nothing but its name."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from brainscore_core.contracts import Benchmark, DataEntry, DataInfo, MetricSpec
from brainscore_core.data.source import Source
from bs_app_campaign.describing import described_benchmark


@dataclass(frozen=True, init=False)
class Experiment(Benchmark):
    """Something that was measured."""

    domain: ClassVar[str] = "trouble"
    shown: ClassVar[tuple[DataEntry, ...]] = ()

    def __init__(self, data):
        super().__init__("x", data=data, metric=MetricSpec("nothing"), parent="easy", version=1)

    def __call__(self, model):
        raise NotImplementedError

    @property
    def shows(self):
        return self.shown


def source(number, *places, **more):
    return Source(f"{number}.nc", places, sha256=f"{number:064x}", **more)


def entry(name, *sources, **info):
    return DataEntry(name, lambda: None, DataInfo(f"What {name} is.", sources=sources, **info))


def test_a_benchmark_says_what_it_is_made_of(monkeypatch):
    many = [source(number, f"https://data.org/{number}", "s3://bucket/x", size=number) for number in range(9)]
    stimuli = entry("pictures", source(1, "s3://bucket/x"), source(2), licence="CC BY 4.0")
    monkeypatch.setattr(Experiment, "shown", (stimuli, stimuli))
    found = described_benchmark("x", Experiment(entry("recordings", *many, licence="CC0", doi="10.1/x")))
    assert found["info"]["sources"] == [
        {"name": "recordings", "kind": "data", "licence": "CC0", "doi": "10.1/x", "files": 9, "bytes": 36}
        | {"addresses": [f"https://data.org/{number}" for number in range(5)]},
        {"name": "pictures", "kind": "stimuli", "licence": "CC BY 4.0", "doi": "", "files": 2, "addresses": []},
    ]


@pytest.mark.parametrize("side", ["data", "stimuli"])
def test_of_private_data_no_address_is_kept(monkeypatch, side):
    hidden = entry("SECRET", source(1, "https://SECRET.org/a"), access="private")
    seen = entry("seen", source(2, "https://data.org/a"))
    monkeypatch.setattr(Experiment, "shown", (hidden,) if side == "stimuli" else ())
    found = described_benchmark("x", Experiment(seen if side == "stimuli" else hidden))
    assert found["access"] == "private" and found["info"]["sources"] == []
