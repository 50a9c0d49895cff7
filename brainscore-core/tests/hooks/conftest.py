import packaging.markers
import packaging.requirements
import packaging.version  # noqa: F401
import pytest

import brainscore_core.data.writing
import brainscore_core.hooks  # noqa: F401
from brainscore_core.testing.fake_distributions import fake_site

HEADER = "from brainscore_core.hooks import hookimpl\n"


@pytest.fixture
def hook(tmp_path, monkeypatch):
    """Install a distribution with one hook module."""
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    with fake_site(tmp_path / "site") as install:

        def installer(name, source, **options):
            module = name.replace("-", "_")
            install(
                name,
                entry_points={"brainscore.hooks": {"hooks": options.pop("value", module)}},
                modules={module: HEADER + source},
                **options,
            )

        yield installer
