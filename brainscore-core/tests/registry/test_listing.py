"""Listing reads metadata only, one distribution at a time."""

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

import importlib_metadata
import pytest

import brainscore_core
from brainscore_core import registry
from brainscore_core.errors import InvalidParameter
from brainscore_core.testing.fake_distributions import make_distribution, make_many

TRAP = "raise RuntimeError('imported')"


def identifiers(kind, **options):
    return [entry.identifier for entry in registry.entries(kind, **options)]


def test_entries_are_sorted_and_carry_what_is_known(plugin):
    plugin("bs-model-b", "beta", source=TRAP)
    plugin("bs-model-a", "Alpha", source=TRAP)
    plugin("bs-toy", "alphabet", kind="toy.models", source=TRAP)
    found = registry.entries("models")
    assert [entry.identifier for entry in found] == ["Alpha", "alphabet", "beta"]
    first = found[0]
    assert (first.kind, first.domain, first.group) == ("models", "vision", "brainscore.vision.models")
    assert (first.value, first.distribution, first.version) == ("bs_model_a:entry", "bs-model-a", "1.0.0")
    assert first.origin == ("bs-model-a", "1.0.0")
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.identifier = "other"


def test_domain_filters(plugin):
    plugin("bs-model-a", "a")
    plugin("bs-toy", "b", kind="toy.models")
    assert identifiers("models", domain="toy") == ["b"]


@pytest.mark.parametrize("kind", ["metrics", "datasets", "stimulus_sets"])
def test_shared_kinds_have_no_domain(plugin, kind):
    plugin("bs-shared", "thing", kind=kind)
    assert [(entry.identifier, entry.domain) for entry in registry.entries(kind)] == [("thing", None)]


def test_domains_are_listed(install):
    assert identifiers("domains") == ["vision"]


def test_unknown_kind(install):
    with pytest.raises(InvalidParameter, match="no kind 'model'"):
        registry.entries("model")


def test_listing_imports_no_plugin(plugin):
    plugin("bs-model-a", "a", source=TRAP)
    assert identifiers("models") == ["a"]
    assert "bs_model_a" not in sys.modules


def test_listing_opens_no_metadata(plugin, monkeypatch):
    plugin("bs-model-a", "a")
    opened = []
    read_text = importlib_metadata.PathDistribution.read_text
    monkeypatch.setattr(
        importlib_metadata.PathDistribution,
        "read_text",
        lambda self, name: (opened.append(name), read_text(self, name))[1],
    )
    entry = registry.entries("models")[0]
    assert set(opened) == {"entry_points.txt"}
    assert entry.distribution == "bs-model-a"
    assert "METADATA" in opened


def test_other_groups_are_for_apps(install):
    install("bs-app-x", entry_points={"bs_app.exporters": {"csv": "x:csv", "an odd name": "x:odd"}})
    found = registry.entries_of("bs_app.exporters")
    assert [(entry.identifier, entry.kind, entry.domain) for entry in found] == [
        ("an odd name", "bs_app.exporters", None),
        ("csv", "bs_app.exporters", None),
    ]
    assert registry.entries_of("nobody.has.this") == []


@pytest.mark.parametrize(
    "text",
    [
        "[console_scripts]\nno equals sign here\n",
        "[brainscore.vision.models]\nbad\n",
        b"[brainscore.vision.models]\n\xff\xfe = a:b\n",
    ],
    ids=["console-script", "model", "no-utf8"],
)
def test_one_malformed_distribution_hides_no_other(plugin, install, text):
    plugin("bs-model-a", "a")
    info = install("bad-dist", entry_points_text="[x]\ny = z\n")
    (info / "entry_points.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    registry.refresh()
    plugin("zz-model", "z")
    assert identifiers("models") == ["a", "z"]


def test_distribution_without_metadata_is_listed(plugin):
    plugin("bs-model-a", "a", metadata=False)
    entry = registry.entries("models")[0]
    assert (entry.identifier, entry.distribution, entry.version) == ("a", "bs-model-a", None)


def test_folder_without_a_name_hides_no_other(plugin, site):
    (site / ".dist-info").mkdir()
    plugin("bs-model-a", "a")
    assert identifiers("models") == ["a"]


def test_names_that_are_no_identifiers_are_not_listed(install):
    rows = {"good": "x:y", "not good": "x:y", "a*": "x:y", "a::b": "x:y"}
    install("bs-odd", entry_points={"brainscore.metrics": rows})
    assert identifiers("metrics") == ["good"]


def test_same_distribution_twice_on_the_path_is_listed_once(plugin, tmp_path, monkeypatch):
    plugin("bs-model-a", "a")
    rows = {"a": "old:entry", "gone": "old:x"}
    make_distribution(tmp_path / "later", "bs-model-a", "0.9", entry_points={"brainscore.vision.models": rows})
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "later"), sys.path[0]])
    assert [(entry.identifier, entry.version) for entry in registry.entries("models")] == [("a", "1.0.0")]
    assert registry.resolve("models", "a") is not None


def test_remains_of_an_uninstalled_distribution_do_not_hide_the_installed(plugin, tmp_path, monkeypatch):
    plugin("bs-model-a", "a")
    make_distribution(tmp_path / "first", "bs-model-a", "0.9", metadata=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "first"), *sys.path])
    assert [entry.version for entry in registry.entries("models")] == ["1.0.0"]


def test_scan_is_kept_until_refresh(install, site):
    assert identifiers("metrics") == []
    make_distribution(site, "bs-late", entry_points={"brainscore.metrics": {"late": "late:x"}})
    assert identifiers("metrics") == []
    registry.refresh()
    assert identifiers("metrics") == ["late"]


def test_another_path_is_another_scan(install, tmp_path, monkeypatch):
    assert identifiers("metrics") == []
    make_distribution(tmp_path / "more", "bs-more", entry_points={"brainscore.metrics": {"more": "more:x"}})
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "more")])
    assert identifiers("metrics") == ["more"]


def test_returned_lists_are_the_callers(plugin):
    plugin("bs-model-a", "a")
    registry.entries("models").clear()
    assert identifiers("models") == ["a"]


def python(*paths, code):
    """Standard output of a fresh interpreter with these folders first on its path."""
    source = Path(brainscore_core.__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [*paths, source]))}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_and_listing_pull_in_nothing_heavy(tmp_path):
    make_many(tmp_path, 2)
    code = (
        "import sys; from brainscore_core import registry; registry.entries('models');"
        "heavy = {'numpy', 'xarray', 'pandas', 'scipy', 'torch', 'click', 'rich', 'fsspec', 'packaging', 'pluggy'};"
        "print(sorted(heavy & set(sys.modules)), [m for m in sys.modules if m.startswith('bs_fake')])"
    )
    assert python(tmp_path, code=code) == "[] []"


def test_resolving_imports_that_plugin_only(tmp_path):
    for name in ("one", "two"):
        make_distribution(
            tmp_path,
            f"bs-fake-{name}",
            entry_points={"brainscore.metrics": {f"fake-{name}": f"bs_fake_{name}:entry"}},
            modules={f"bs_fake_{name}": "def entry(): pass"},
        )
    code = (
        "import sys; from brainscore_core import registry; registry.resolve('metrics', 'fake-one');"
        "print(*(m for m in sys.modules if m.startswith('bs_fake')),"
        " *sorted({'numpy', 'xarray', 'pandas', 'scipy', 'torch'} & set(sys.modules)))"
    )
    assert python(tmp_path, code=code) == "bs_fake_one"


def best_of(function, repetitions=7):
    times = []
    for _ in range(repetitions):
        registry.refresh()
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def test_600_plugins_list_about_as_fast_as_their_entry_points_are_read(install, site):
    expected = make_many(site, 600)
    registry.refresh()
    assert identifiers("models") == expected
    reading = best_of(lambda: [list(found.entry_points) for found in importlib_metadata.distributions()])
    listing = best_of(lambda: registry.entries("models"))
    assert listing < 2.5 * reading  # 1.2 on a quiet machine, see bench/bench_registry.py
    assert listing < 1.0
