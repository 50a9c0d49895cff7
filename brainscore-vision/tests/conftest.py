"""What the tests of the vision domain share."""

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ``BRAINSCORE_HOME``."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BRAINSCORE_HOME", str(folder))
    return folder
