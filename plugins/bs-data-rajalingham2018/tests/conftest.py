"""No test waits for an address that may not be there."""

import pytest

from brainscore_core.testing.fixtures import published_files

__all__ = ["offline", "published_files"]


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Files come from a folder, or not at all."""
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
