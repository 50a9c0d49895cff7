import shutil
import sys

import pytest

from brainscore_core import registry
from brainscore_core.errors import BrokenPlugin, IncompatiblePlugin


class TestBroken:
    @pytest.mark.parametrize(
        ("source", "original"),
        [
            ("raise RuntimeError('the reason')", "RuntimeError: the reason"),
            ("1 / 0", "ZeroDivisionError"),
            ("def broken(:", "SyntaxError"),
            ("import sys; sys.exit(3)", "SystemExit: 3"),
        ],
    )
    def test_import_error_names_everything(self, plugin, source, original):
        plugin("bs-broken", "broken", version="1.2.3", source=source)
        with pytest.raises(BrokenPlugin) as caught:
            registry.resolve("models", "broken")
        for part in ("bs-broken 1.2.3", "broken = bs_broken:entry", original, "others are unaffected"):
            assert part.lower() in str(caught.value).lower()
        assert type(caught.value.__cause__).__name__ in original
        assert type(caught.value) is BrokenPlugin

    def test_missing_dependency_is_named(self, plugin):
        plugin("bs-broken", "broken", source="import no_such_module_anywhere")
        with pytest.raises(BrokenPlugin, match="install what provides 'no_such_module_anywhere'"):
            registry.resolve("models", "broken")

    def test_missing_module_of_its_own(self, install):
        install("bs-gone", entry_points={"brainscore.metrics": {"gone": "bs_gone:entry"}})
        with pytest.raises(BrokenPlugin, match="No module named 'bs_gone'.*reinstall or upgrade bs-gone"):
            registry.resolve("metrics", "gone")

    def test_missing_attribute(self, plugin):
        plugin("bs-broken", "broken", source="entri = 1")
        with pytest.raises(BrokenPlugin, match="importing bs_broken:entry raised AttributeError.*'entry'") as caught:
            registry.resolve("models", "broken")
        assert isinstance(caught.value.__cause__, AttributeError)

    @pytest.mark.parametrize("value", ["not a reference", "a-b:c", "a:b:c", "a:", ":a", "a..b:c", "1a:b", "a:b-c"])
    def test_no_object_reference(self, install, value):
        install("bs-odd", entry_points={"brainscore.metrics": {"odd": value}})
        with pytest.raises(BrokenPlugin, match="is no object reference: expected 'module:attribute'"):
            registry.resolve("metrics", "odd")

    def test_no_metadata(self, plugin):
        plugin("bs-bare", "bare", metadata=False)
        with pytest.raises(BrokenPlugin, match="its METADATA is missing.*pip install --force-reinstall bs-bare"):
            registry.resolve("models", "bare")
        assert "bs_bare" not in sys.modules

    def test_breaks_nothing_else(self, plugin):
        plugin("bs-broken", "broken", source="raise RuntimeError")
        plugin("bs-sound", "sound", source="entry = 1")
        with pytest.raises(BrokenPlugin):
            registry.resolve("models", "broken")
        assert registry.resolve("models", "sound") == 1

    def test_interrupt_passes(self, plugin):
        plugin("bs-slow", "slow", source="raise KeyboardInterrupt")
        with pytest.raises(KeyboardInterrupt):
            registry.resolve("models", "slow")

    def test_failed_package_leaves_its_siblings(self, install):
        install("bs-helper", modules={"bs_helper": "value = 1"})
        install(
            "bs-user",
            entry_points={"brainscore.metrics": {"user": "bs_user:entry"}},
            modules={"bs_user": "import bs_helper\nraise RuntimeError"},
        )
        with pytest.raises(BrokenPlugin):
            registry.resolve("metrics", "user")
        assert "bs_user" not in sys.modules
        assert "bs_helper" in sys.modules

    def test_part_of_a_package_in_use_is_kept(self, install):
        install(
            "bs-pair",
            entry_points={"brainscore.metrics": {"good": "bs_pair.good:entry", "bad": "bs_pair.bad:entry"}},
            modules={"bs_pair.__init__": "", "bs_pair.good": "entry = []", "bs_pair.bad": "raise RuntimeError"},
        )
        good = registry.resolve("metrics", "good")
        with pytest.raises(BrokenPlugin):
            registry.resolve("metrics", "bad")
        assert registry.resolve("metrics", "good") is good


class TestIncompatible:
    @pytest.mark.parametrize(
        ("requires", "needs"),
        [
            (["brainscore-core>=4,<5"], "brainscore-core>=4,<5, but brainscore-core 3.0.0"),
            (["brainscore-core>=2,<3"], "brainscore-core 3.0.0"),
            (["BrainScore_Core <3"], "brainscore-core 3.0.0"),
            (["brainscore-core>=3,<4", "brainscore-vision>=4,<5"], "brainscore-vision 3.1.0"),
            (["brainscore-core>=3", "brainscore-core<3"], "brainscore-core<3"),
            (["brainscore-language>=3,<4"], "brainscore-language is not installed"),
            (["brainscore-core[statistics]>=4"], "brainscore-core 3.0.0"),
            (["brainscore-core>=4; python_version >= '3'"], "brainscore-core 3.0.0"),
            (["brainscore-core>=3,<4", "toy-domain>=2"], "toy-domain 1.0.0"),
        ],
    )
    def test_refused_and_not_imported(self, plugin, install, requires, needs):
        install("toy-domain", entry_points={"brainscore.domains": {"toy": "toy:domain"}})
        plugin("bs-other-major", "other", version="1.2.3", requires=requires, source="raise RuntimeError('imported')")
        with pytest.raises(IncompatiblePlugin, match="bs-other-major 1.2.3.*was not imported") as caught:
            registry.resolve("models", "other")
        assert needs in str(caught.value)
        assert "bs_other_major" not in sys.modules

    @pytest.mark.parametrize(
        "requires",
        [
            [],
            ["brainscore-core>=3,<4", "brainscore-vision>=3,<4"],
            ["brainscore-core"],
            ["brainscore-core @ file:///somewhere"],
            ["brainscore-core>=4; python_version < '3'"],
            ["brainscore-core>=4; extra == 'next'"],
            ["bs-metric-rsa>=9", "numpy>=99"],
            ["this is ; no requirement", "brainscore-core>=3"],
            ["brainscore-core>=3; os_name ~= 'posix'"],
        ],
    )
    def test_accepted(self, plugin, requires):
        plugin("bs-fits", "fits", requires=requires, source="entry = 1")
        assert registry.resolve("models", "fits") == 1

    @pytest.mark.parametrize(("version", "fits"), [("3.0.0.dev0", False), ("3.0.0a1", False), ("3.2.0.dev1", True)])
    def test_versions_before_release(self, plugin, install, version, fits):
        install("brainscore-early", version)
        plugin("bs-fits", "fits", requires=["brainscore-early>=3,<4"], source="entry = 1")
        if fits:
            assert registry.resolve("models", "fits") == 1
        else:
            with pytest.raises(IncompatiblePlugin, match=version):
                registry.resolve("models", "fits")

    def test_core_that_runs_from_a_source_tree_has_no_version_to_compare(self, plugin, site):
        shutil.rmtree(site / "brainscore_core-3.0.0.dist-info")
        plugin("bs-fits", "fits", requires=["brainscore-core>=3,<4"], source="entry = 1")
        assert registry.resolve("models", "fits") == 1

    def test_is_a_broken_plugin(self):
        assert issubclass(IncompatiblePlugin, BrokenPlugin)
