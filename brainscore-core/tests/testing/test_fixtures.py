"""The fixtures do what tests of packages rely on: otherwise those could not fail."""

import os
import pickle
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from brainscore_core.testing.fixtures import harmful, home, served

__all__ = ["harmful", "home", "served"]


def test_what_is_harmful_runs_where_it_is_unpickled(harmful):
    content = pickle.dumps(harmful)
    assert not harmful.ran
    pickle.loads(content)  # noqa: S301  # what it is made for
    assert harmful.ran


def test_harm_of_an_earlier_test_is_forgotten(harmful):
    assert not harmful.ran


def test_a_folder_is_served_while_the_test_runs(served):
    folder, address = served
    (folder / "weights.bin").write_bytes(b"numbers")
    with urlopen(f"{address}/weights.bin") as answer:
        assert answer.read() == b"numbers"
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{address}/other.bin")


def test_home_is_empty_and_nothing_else_is_asked(home):
    assert os.environ["BRAINSCORE_HOME"] == str(home) and not home.exists()
    assert "BRAINSCORE_MIRRORS" not in os.environ
