"""The fixtures do what tests of packages rely on: otherwise those could not fail."""

import os
import pickle
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from brainscore_core.testing.fixtures import harmful, home, published_files, served

__all__ = ["harmful", "home", "published_files", "served"]


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


FILES = """
import os
from pathlib import Path

from brainscore_core.testing.fixtures import published_files


def test_files(published_files):
    assert os.environ["BRAINSCORE_MIRRORS"] == str(published_files) and os.environ["BRAINSCORE_OFFLINE"] == "1"
    assert published_files == Path(__file__).parents[3] / "shared" / "data"
    assert not Path(os.environ["BRAINSCORE_HOME"]).exists()
"""


@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_published_files_lie_beside_the_repository_or_the_test_is_skipped(tmp_path, there):
    tests = tmp_path / "house" / "package" / "tests"
    tests.mkdir(parents=True)
    (tmp_path / "house" / "noxfile.py").touch()
    (tests / "test_files.py").write_text(FILES)
    shared = tmp_path / "shared" / "data"
    shared.mkdir(parents=True)
    if there:
        (shared / "index.csv").write_text("sha256,sha1,size,path\n")
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tests)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ("1 passed" if there else "1 skipped") in answer.stdout, answer.stdout
    assert there != ("the published files are not in ../shared/data beside this repository" in answer.stdout)
