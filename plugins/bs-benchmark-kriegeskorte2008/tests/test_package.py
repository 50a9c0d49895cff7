"""What holds without any file."""

import json
import subprocess
import sys

import pytest

from brainscore_core import load_benchmark, score_all
from brainscore_core.errors import DataUnavailable
from brainscore_vision import wrap

BENCHMARKS = ["Kriegeskorte2008.IT-human-rdm", "Kriegeskorte2008.IT-monkey-rdm"]


def model_of(region):
    return wrap(lambda batch: batch, layers={region: "output"}, visual_degrees=8)


@pytest.mark.parametrize("identifier", BENCHMARKS)
def test_info_says_what_is_known_and_what_is_not(identifier):
    benchmark = load_benchmark(identifier)
    info = json.loads(json.dumps(benchmark.info.to_dict()))
    assert benchmark.identifier == identifier
    assert (info["parent"], info["access"], info["domain"]) == ("IT", "public", "vision")
    assert info["species"] == ("human" if "human" in identifier else "macaque")
    assert "as quoted, not confirmed" in info["description"]
    assert info["experiment"]["geometry"]["visual_degrees"] == benchmark.visual_degrees
    assert info["experiment"]["geometry"]["gamma"] == "not stated"
    assert "Kriegeskorte" in info["bibtex"] and "not stated" in info["licence"]


def test_only_the_monkey_has_no_ceiling():
    human, monkey = (load_benchmark(identifier).info for identifier in BENCHMARKS)
    assert "rsa_noise_ceiling" in human.ceiling and human.flags == ()
    assert monkey.ceiling.startswith("unknown: one matrix") and monkey.flags == ("ceiling-unknown",)


def test_digests_name_the_description():
    human, monkey = map(load_benchmark, BENCHMARKS)
    assert human.digest() == load_benchmark(BENCHMARKS[0]).digest()
    assert len({human.digest(), monkey.digest(), human.with_options(visual_degrees=3).digest()}) == 3


@pytest.fixture
def nothing_to_be_had(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)


@pytest.mark.parametrize("identifier", BENCHMARKS)
def test_without_files_and_network_it_says_which_file(identifier, nothing_to_be_had):
    with pytest.raises(DataUnavailable, match=r"\.mat"):
        load_benchmark(identifier)(model_of("IT"))


def test_a_model_without_the_region_needs_no_file(nothing_to_be_had):
    records = score_all([model_of("V1"), model_of("IT")], BENCHMARKS)
    assert [record.status for record in records] == ["unsupported"] * 2 + ["unavailable"] * 2


def test_descriptions_are_light():
    code = (
        "import sys; from brainscore_core import load_benchmark;"
        f"infos = [load_benchmark(name).info for name in {BENCHMARKS!r}];"
        "heavy = [name for name in ('scipy', 'torch', 'sklearn', 'PIL', 'matplotlib') if name in sys.modules];"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
