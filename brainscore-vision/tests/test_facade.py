"""The facade fits one screen and costs nothing until it is used."""

import json
import subprocess
import sys

import pytest

import brainscore_core
import brainscore_vision

NAMES = [
    "BrainModel",
    "RecordingTarget",
    "Task",
    "image_set",
    "load_benchmark",
    "load_dataset",
    "load_metric",
    "load_model",
    "load_stimulus_set",
    "place_on_screen",
    "score",
    "wrap",
]
HEAVY = {"torch", "tensorflow", "keras", "sklearn", "scipy", "matplotlib", "h5py", "fsspec", "rich", "click", "PIL"}


def imported_by(code):
    """Top-level modules, none of the standard library, that code loads in a fresh interpreter."""
    script = (
        f"import sys, json; before = set(sys.modules); {code};"
        "names = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(json.dumps(sorted(names - sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name for name in json.loads(done.stdout) if not name.startswith(("_", "cython"))}


def test_names():
    assert brainscore_vision.__all__ == NAMES == sorted(NAMES)
    assert set(NAMES) <= set(dir(brainscore_vision))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there_and_verbs_are_those_of_core(name):
    found = getattr(brainscore_vision, name)
    assert found is getattr(brainscore_vision, name) is not None
    if hasattr(brainscore_core, name):
        assert found is getattr(brainscore_core, name)


def test_a_misspelt_name_is_an_error_that_tells_the_names():
    with pytest.raises(AttributeError, match=r"no attribute 'warp'.*wrap"):
        brainscore_vision.warp  # noqa: B018


def test_importing_the_facade_imports_only_itself():
    assert imported_by("import brainscore_vision") == {"brainscore_vision"}


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("from brainscore_vision import BrainModel, RecordingTarget, Task", {"numpy"}),
        ("from brainscore_vision import wrap, place_on_screen, image_set", {"numpy"}),
        ("from brainscore_vision.domain import vision", set()),
        ("from brainscore_vision.info import VisualModelInfo", {"numpy"}),
        ("from brainscore_vision.benchmarks.representational_similarity import RepresentationalSimilarity", {"numpy"}),
    ],
)
def test_which_modules_a_name_may_pull_in(code, allowed):
    assert imported_by(code) <= allowed | {"brainscore_core", "brainscore_vision"}


def test_a_model_of_numpy_brings_no_framework():
    code = (
        "from brainscore_vision import wrap;"
        "wrap(lambda batch: batch, layers={'V1': 'output'}, visual_degrees=8).start_recording('V1')"
    )
    loaded = imported_by(code)
    assert {"numpy", "xarray"} <= loaded and not loaded & HEAVY
