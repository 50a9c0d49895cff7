import os
import runpy
import sys
from pathlib import Path

import pytest

from brainscore_core import registry
from brainscore_core.testing.fixtures import home  # noqa: F401

HERE = Path(__file__).parent
stage = runpy.run_path(str(HERE / "faults" / "stage.py"))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A folder with the distribution ``bs-trouble``, importable here and in processes that are spawned."""
    return stage["make_site"](tmp_path_factory.mktemp("site"))


@pytest.fixture(autouse=True)
def installed(site, monkeypatch):
    """The distribution is installed for the test and for every process that it starts."""
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep))
    registry.refresh()
    yield
    for name in [name for name in sys.modules if name == "trouble"]:
        del sys.modules[name]
    registry.refresh()


@pytest.fixture
def address(home, monkeypatch):  # noqa: F811
    """Of an empty database: SQLite, or what BRAINSCORE_TEST_POSTGRESQL names."""
    with stage["empty_database"](home) as url:
        monkeypatch.setenv("BRAINSCORE_DATABASE", url)
        yield url


@pytest.fixture
def database(address):
    """An empty database."""
    from bs_app_campaign import Database

    made = Database(address)
    yield made
    made.close()


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """How often each model has computed something so far, in whatever process."""
    file = tmp_path / "counted.txt"
    monkeypatch.setenv("TROUBLE_COUNT", str(file))
    return lambda: file.read_text(encoding="utf-8").split() if file.exists() else []
