"""Where tests find the published files: in the shared folder beside the repository, never over the network."""

from pathlib import Path

import pytest

MIRROR = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture
def published_files(monkeypatch, tmp_path):
    """Serve the published files; skip where they are not there."""
    if not (MIRROR / "index.csv").is_file():
        pytest.skip("the published files are not in ../shared/data beside this repository")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(MIRROR))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
