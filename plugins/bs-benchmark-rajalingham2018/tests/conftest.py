"""No test waits for an address that may not be there."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Files come from a folder, or not at all."""
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")


@pytest.fixture
def published_files(monkeypatch, tmp_path):
    """Serve the published files; skip where they are not there."""
    if not (SHARED / "index.csv").is_file():
        pytest.skip("the published files are not in ../shared/data beside this repository")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(SHARED))
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
