"""The facade fits one screen, and importing it costs nothing."""

import json
import subprocess
import sys

import pytest

import brainscore_core

NAMES = [
    "BehavioralAssembly",
    "Benchmark",
    "DissimilarityAssembly",
    "MetricSpec",
    "NeuroidAssembly",
    "PropertyAssembly",
    "Record",
    "Score",
    "StimulusSet",
    "align",
    "load_benchmark",
    "load_dataset",
    "load_metric",
    "load_model",
    "load_stimulus_set",
    "score",
    "score_all",
]
METADATA = {"importlib_metadata", "lazy_importer", "zipp"}
HEAVY = {"torch", "tensorflow", "sklearn", "scipy", "matplotlib", "h5py", "h5netcdf", "fsspec", "rich", "click", "PIL"}


def imported_by(code):
    """Top-level modules, none of the standard library, that code loads in a fresh interpreter."""
    script = (
        f"import sys, json; before = set(sys.modules); {code};"
        "names = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(json.dumps(sorted(names - sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name for name in json.loads(done.stdout) if not name.startswith("_") and not name.startswith("cython")}


def test_names():
    assert brainscore_core.__all__ == sorted(NAMES) and len(NAMES) <= 20
    assert set(NAMES) <= set(dir(brainscore_core))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there(name):
    assert getattr(brainscore_core, name) is not None
    assert getattr(brainscore_core, name) is getattr(brainscore_core, name)


def test_a_misspelt_name_is_an_error_that_tells_the_names():
    with pytest.raises(AttributeError, match=r"no attribute 'load_modle'.*load_model"):
        brainscore_core.load_modle  # noqa: B018


def test_importing_the_facade_imports_only_itself():
    assert imported_by("import brainscore_core") == {"brainscore_core"}


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("from brainscore_core import Score; Score(.5)", {"numpy"}),
        ("from brainscore_core import load_model, load_metric", METADATA),
        ("from brainscore_core import Benchmark, MetricSpec; MetricSpec('x')", {"numpy"}),
        ("from brainscore_core import StimulusSet", {"numpy"}),
        ("from brainscore_core import score, score_all", {"numpy", "pluggy", *METADATA}),
        ("from brainscore_core.registry import entries; entries('models'); entries('benchmarks')", METADATA),
    ],
)
def test_which_modules_a_name_may_pull_in(code, allowed):
    assert imported_by(code) <= allowed | {"brainscore_core"}


def test_assemblies_bring_xarray_and_nothing_heavy():
    loaded = imported_by(f"from brainscore_core import {', '.join(NAMES)}")
    assert {"numpy", "pandas", "xarray"} <= loaded and not loaded & HEAVY
