"""Installs the plugin of showing.py for a test, and lays its files beside it."""

import csv
import hashlib
import importlib
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

from brainscore_core import registry
from brainscore_core.testing.fake_distributions import make_distribution


@contextmanager
def installed(tmp_path, monkeypatch):
    """The plugin, with its files in a mirror but for one; the store is empty and the network is allowed."""
    site = tmp_path / "site"
    site.mkdir()
    shutil.copy(Path(__file__).with_name("showing.py"), site / "bs_showing.py")
    monkeypatch.syspath_prepend(str(site))
    plugin = importlib.import_module("bs_showing")
    names = {name: f"of_{number}" for number, name in enumerate(plugin.BENCHMARKS)}
    for name, attribute in names.items():
        setattr(plugin, attribute, plugin.BENCHMARKS[name])
    values = {name: f"bs_showing:{attribute}" for name, attribute in names.items()} | {"broken": "bs_absent:thing"}
    make_distribution(site, "bs-showing", entry_points={"brainscore.vision.benchmarks": values})
    registry.refresh()
    fill_mirror(tmp_path / "mirror", {name: content for name, content in plugin.FILES.items() if "missing" not in name})
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(tmp_path / "mirror"))
    monkeypatch.delenv("BRAINSCORE_OFFLINE", raising=False)
    try:
        yield plugin
    finally:
        sys.modules.pop("bs_showing")
        monkeypatch.undo()
        registry.refresh()


def fill_mirror(folder, files):
    """Write files and their index."""
    folder.mkdir()
    with (folder / "index.csv").open("w", newline="") as index:
        rows = csv.writer(index)
        rows.writerow(["sha256", "sha1", "size", "path"])
        for name, content in files.items():
            (folder / name).write_bytes(content)
            rows.writerow([hashlib.sha256(content).hexdigest(), "", len(content), name])
