"""Every test here installs fake distributions into an environment that holds nothing else of ours."""

import packaging.markers
import packaging.requirements
import packaging.version  # noqa: F401
import pytest

import brainscore_core.contracts
import brainscore_core.data.writing
import brainscore_core.hooks  # noqa: F401
from brainscore_core.testing.fake_distributions import fake_site


@pytest.fixture
def site(tmp_path):
    return tmp_path / "site"


@pytest.fixture
def install(site, tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    with fake_site(site) as installer:
        yield installer


@pytest.fixture
def plugin(install):
    """Install a distribution with one entry whose object is a module attribute, counting its imports."""

    def installer(name, identifier, *, kind="vision.models", source="entry = object()", **options):
        module = name.replace("-", "_")
        group = f"brainscore.{kind}"
        return install(name, entry_points={group: {identifier: f"{module}:entry"}}, modules={module: source}, **options)

    return installer
