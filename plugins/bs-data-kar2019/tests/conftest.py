"""No test waits for an address that may not be there."""

import pytest


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Files come from a folder, or not at all."""
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
