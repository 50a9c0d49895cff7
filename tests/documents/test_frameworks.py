"""The example for each framework runs as it stands, where its framework is installed."""

import importlib.util
import math
import os
import re
import runpy
from pathlib import Path

import pytest

from brainscore_core.errors import DataUnavailable

FRAMEWORKS = Path(__file__).parents[2] / "docs" / "frameworks"
NEEDS = {"pytorch": ("torch",), "keras": ("keras",), "jax": ("jax",), "onnxruntime": ("onnx", "onnxruntime")}


def test_every_text_is_run():
    assert {path.stem for path in FRAMEWORKS.glob("*.md")} == set(NEEDS)


@pytest.mark.parametrize("name", NEEDS)
def test_the_example_runs(name, tmp_path, monkeypatch):
    for module in NEEDS[name]:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    if importlib.util.find_spec("tensorflow") is None:
        monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "torch"))
    blocks = re.findall(r"^```python\n(.*?)^```$", (FRAMEWORKS / f"{name}.md").read_text(encoding="utf-8"), re.M | re.S)
    script = tmp_path / "example.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    try:
        defined = runpy.run_path(str(script))
    except DataUnavailable as error:
        pytest.skip(f"the recordings cannot be had here: {error}")
    model, result = defined["model"], defined["result"]
    assert model.digest() is not None
    assert math.isfinite(result.raw.value)
    assert -1 <= result.raw.value <= 1
