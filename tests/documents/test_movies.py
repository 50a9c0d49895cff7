"""What docs/movies.md shows runs as it stands, where PyAV, PyTorch and the metrics are installed."""

import importlib.util
import re
import runpy
import tempfile
from pathlib import Path

import pytest

TEXT = Path(__file__).parents[2] / "docs" / "movies.md"
NEEDS = ("av", "torch", "bs_metric_regression", "bs_metric_ceilings")


def test_the_text_runs(tmp_path, monkeypatch):
    for module in NEEDS:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    blocks = re.findall(r"^```python\n(.*?)^```$", TEXT.read_text(encoding="utf-8"), re.M | re.S)
    script = tmp_path / "example.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    defined = runpy.run_path(str(script))
    with_state, without = defined["with_state"], defined["without"]
    assert with_state.raw.value > 0.5
    assert without.raw.value < with_state.raw.value - 0.1
    assert with_state.ceiling.value > with_state.raw.value**2
