import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

from brainscore_core import registry
from brainscore_core.testing.fake_distributions import make_distribution
from brainscore_core.testing.fixtures import home  # noqa: F401

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A folder with the distribution ``bs-trouble``, importable here and in processes that are spawned."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(HERE / "trouble.py", folder)
    spec = importlib.util.spec_from_file_location("trouble_names", HERE / "trouble.py")
    names = importlib.util.module_from_spec(spec)
    sys.modules["trouble_names"] = names
    spec.loader.exec_module(names)
    make_distribution(
        folder,
        "bs-trouble",
        requires=["brainscore-core>=3,<4"],
        entry_points={
            "brainscore.domains": {"trouble": "trouble:domain"},
            "brainscore.trouble.models": {name: f"trouble:model_{name.replace('-', '_')}" for name in names.NAMES},
            "brainscore.trouble.benchmarks": {name: f"trouble:{name}" for name in ("one", "two", "three")},
            "brainscore.metrics": {"nothing": "trouble:Nothing"},
            "brainscore.datasets": {"numbers": "trouble:data"},
        },
    )
    return folder


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
def database(home):  # noqa: F811
    """An empty database."""
    from bs_app_campaign import Database

    made = Database()
    yield made
    made.close()


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """How often each model has computed something so far, in whatever process."""
    file = tmp_path / "counted.txt"
    monkeypatch.setenv("TROUBLE_COUNT", str(file))
    return lambda: file.read_text(encoding="utf-8").split() if file.exists() else []
