import sys
from unittest.mock import Mock

import pytest

from brainscore_core import registry
from brainscore_core.errors import (
    IdentifierConflict,
    InvalidFile,
    InvalidIdentifier,
    InvalidParameter,
    StorageError,
    UnknownIdentifier,
)


def two_claims(plugin):
    plugin("bs-one", "clash", source="entry = ['one']")
    plugin("bs-two", "clash", version="2.0.0", source="entry = ['two']")


class TestResolve:
    def test_returns_the_object(self, plugin):
        plugin("bs-model-a", "a", source="entry = ['the object']")
        assert registry.resolve("models", "a") == ["the object"]
        assert registry.resolve("models", "a") is registry.resolve("models", "a")

    def test_nested_attribute(self, install):
        install(
            "bs-nested",
            entry_points={"brainscore.metrics": {"nested": "bs_nested.inner:Table.row [extra]"}},
            modules={"bs_nested.__init__": "", "bs_nested.inner": "class Table:\n    row = 'row'"},
        )
        assert registry.resolve("metrics", "nested") == "row"

    def test_qualified(self, plugin):
        two_claims(plugin)
        assert registry.resolve("models", "bs-two::clash") == ["two"]
        assert registry.resolve("models", "BS_One::clash") == ["one"]

    def test_imports_nothing_else(self, plugin):
        plugin("bs-model-a", "a")
        plugin("bs-model-b", "b")
        registry.resolve("models", "a")
        assert "bs_model_b" not in sys.modules

    def test_invalid_identifier_and_kind(self, install):
        with pytest.raises(InvalidIdentifier):
            registry.resolve("models", "no good")
        with pytest.raises(InvalidParameter):
            registry.resolve("modles", "a")

    def test_alias_is_its_own_entry(self, install):
        install(
            "bs-alias",
            entry_points={"brainscore.metrics": {"pls": "bs_alias:pls", "pls_cv": "bs_alias:pls_cv"}},
            modules={"bs_alias": "pls, pls_cv = {'identifier': 'pls'}, {'identifier': 'pls_cv'}"},
        )
        assert registry.resolve("metrics", "pls_cv") == {"identifier": "pls_cv"}


class TestUnknown:
    def test_closest_matches_without_regard_to_case(self, plugin):
        plugin("bs-model-a", "resnet-18")
        with pytest.raises(UnknownIdentifier, match="'resnet-18'") as caught:
            registry.resolve("models", "ResNet18")
        assert "brainscore list models" in str(caught.value)
        with pytest.raises(UnknownIdentifier, match="Did you mean 'resnet-18'"):
            registry.resolve("models", "RESNET-18")

    def test_nothing_like_it(self, install):
        with pytest.raises(UnknownIdentifier) as caught:
            registry.resolve("stimulus_sets", "zzz")
        what = "no installed plugin provides the stimulus set 'zzz'."
        assert str(caught.value) == f"{what} `brainscore list stimulus-sets` shows what is installed."

    @pytest.mark.parametrize(
        ("kind", "identifier", "package"),
        [
            ("models", "pixels", "bs-model-pixels"),
            ("models", "gabor-v1", "bs-model-gabor-v1"),
            ("models", "hmax", "bs-model-hmax"),
            ("models", "efficientnet-lite2", "bs-model-efficientnet-lite"),
            ("benchmarks", "Marques2020_DeValois1982-pref_or", "bs-benchmark-marques2020"),
            ("benchmarks", "Kriegeskorte2008.IT-human-rdm", "bs-benchmark-kriegeskorte2008"),
            ("datasets", "Kriegeskorte2008.human", "bs-data-kriegeskorte2008"),
            ("datasets", "DeValois1982b", "bs-data-v1-tuning"),
            ("datasets", "Schiller1976c", "bs-data-v1-tuning"),
            ("datasets", "Cavanaugh2002a", "bs-data-v1-tuning"),
            ("stimulus_sets", "Marques2020_blank", "bs-data-v1-tuning"),
            ("metrics", "rdm", "bs-metric-rsa"),
            ("metrics", "rsa_noise_ceiling", "bs-metric-rsa"),
            ("metrics", "ks_similarity", "bs-metric-distributions"),
        ],
    )
    def test_package_to_install(self, install, kind, identifier, package):
        with pytest.raises(UnknownIdentifier, match=f"pip install {package}"):
            registry.resolve(kind, identifier)

    def test_package_that_is_installed_is_not_recommended(self, install):
        install("bs-model-pixels")
        with pytest.raises(UnknownIdentifier) as caught:
            registry.resolve("models", "pixels")
        assert "pip install" not in str(caught.value)

    def test_another_kind_has_it(self, plugin):
        plugin("bs-metric-a", "rdm-like", kind="metrics")
        with pytest.raises(UnknownIdentifier, match="It is a metric, no benchmark"):
            registry.resolve("benchmarks", "rdm-like")

    def test_another_distribution_has_it(self, plugin):
        plugin("bs-one", "a")
        with pytest.raises(UnknownIdentifier, match="bs-other.* no model 'a'. It is provided by bs-one") as caught:
            registry.resolve("models", "bs-other::a")
        assert "pip install bs-other" in str(caught.value)

    def test_what_cannot_be_read_may_have_it(self, install):
        install("bs-torn", entry_points_text="[console_scripts]\nrubbish\n[brainscore.vision.models]\ntorn = a:b\n")
        with pytest.raises(UnknownIdentifier, match="What bs-torn provides cannot be read: see `brainscore doctor`"):
            registry.resolve("models", "torn")

    def test_the_message_costs_no_import(self, plugin):
        plugin("bs-model-a", "alpha", source="raise RuntimeError")
        with pytest.raises(UnknownIdentifier, match="alpha"):
            registry.resolve("models", "alpja")
        assert "bs_model_a" not in sys.modules


class TestConflict:
    def test_names_both_and_how_to_choose(self, plugin):
        two_claims(plugin)
        with pytest.raises(IdentifierConflict) as caught:
            registry.resolve("models", "clash")
        message = str(caught.value)
        for part in ("bs-one 1.0.0", "bs-two 2.0.0", "'bs-one::clash'", "'bs-two::clash'", "prefer bs-one::clash"):
            assert part in message
        assert not {"bs_one", "bs_two"} & set(sys.modules)

    def test_both_are_listed(self, plugin):
        two_claims(plugin)
        assert [entry.provider for entry in registry.entries("models")] == ["bs-one", "bs-two"]

    def test_two_domains(self, plugin):
        plugin("bs-one", "clash")
        plugin("bs-two", "clash", kind="toy.models", source="entry = 'toy'")
        with pytest.raises(IdentifierConflict):
            registry.resolve("models", "clash")
        assert registry.resolve("models", "clash", domain="toy") == "toy"

    def test_two_domains_of_one_distribution(self, install):
        groups = {f"brainscore.{domain}.models": {"a": f"x:{domain}"} for domain in ("vision", "toy")}
        install("bs-one", entry_points=groups)
        with pytest.raises(IdentifierConflict, match="domain='toy' or domain='vision'"):
            registry.resolve("models", "a")

    def test_one_distribution_repeating_itself(self, install):
        text = "[brainscore.metrics]\nsame = m:x\nsame = m:x\nother = m:x\nother = m:y\n"
        install("bs-repeats", entry_points_text=text, modules={"m": "x = 1"})
        assert registry.resolve("metrics", "same") == 1
        with pytest.raises(IdentifierConflict, match="Tell the authors of bs-repeats, which declares it twice"):
            registry.resolve("metrics", "other")


class TestPreferences:
    def test_remembered_overridden_and_forgotten(self, plugin, tmp_path):
        two_claims(plugin)
        registry.prefer("bs-two::clash")
        assert registry.resolve("models", "clash") == ["two"]
        assert registry.resolve("models", "bs-one::clash") == ["one"]
        registry.refresh()
        assert registry.preferences() == {"clash": "bs-two"}
        registry.prefer("BS.One::clash")
        assert registry.resolve("models", "clash") == ["one"]
        registry.forget("clash")
        registry.forget("clash")
        with pytest.raises(IdentifierConflict):
            registry.resolve("models", "clash")
        folder = tmp_path / "home" / "config"
        assert [path.name for path in folder.iterdir()] == ["preferences.json"]

    def test_preference_for_what_is_gone_decides_nothing(self, plugin, tmp_path):
        two_claims(plugin)
        (tmp_path / "home" / "config").mkdir(parents=True)
        (tmp_path / "home" / "config" / "preferences.json").write_text('{"clash": "bs-uninstalled"}')
        with pytest.raises(IdentifierConflict):
            registry.resolve("models", "clash")

    @pytest.mark.parametrize("choice", ["clash", "::clash", "bs-one::", "bs-one::a b"])
    def test_no_choice(self, plugin, choice):
        two_claims(plugin)
        with pytest.raises(InvalidIdentifier):
            registry.prefer(choice)

    def test_choice_of_what_there_is_not(self, plugin):
        two_claims(plugin)
        with pytest.raises(UnknownIdentifier, match="bs-three provides no 'clash'.*bs-one, bs-two"):
            registry.prefer("bs-three::clash")
        with pytest.raises(UnknownIdentifier, match="bs-one provides no 'crash'"):
            registry.prefer("bs-one::crash")
        assert registry.preferences() == {}

    @pytest.mark.parametrize("content", ["{", "[]", '{"clash": 1}', "\udcff"])
    def test_damaged_file(self, plugin, tmp_path, content):
        two_claims(plugin)
        path = tmp_path / "home" / "config" / "preferences.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(content.encode(errors="surrogateescape"))
        with pytest.raises(InvalidFile, match="preferences.json is damaged.*Delete it"):
            registry.resolve("models", "clash")
        assert "damaged-preferences" in {problem.code for problem in registry.problems()}
        assert registry.resolve("models", "bs-one::clash") == ["one"]

    def test_folder_that_cannot_be_written(self, plugin, tmp_path):
        two_claims(plugin)
        (tmp_path / "home").write_text("a file where the folder should be")
        with pytest.raises(StorageError, match="preferences.json cannot be read"):
            registry.prefer("bs-one::clash")

    def test_folder_that_is_read_only(self, plugin, tmp_path, monkeypatch):
        two_claims(plugin)
        registry.prefer("bs-one::clash")
        monkeypatch.setattr("os.replace", Mock(side_effect=PermissionError(13, "Permission denied")))
        with pytest.raises(StorageError, match="Permission denied"):
            registry.prefer("bs-two::clash")
        assert registry.preferences() == {"clash": "bs-one"}
        assert [path.name for path in (tmp_path / "home" / "config").iterdir()] == ["preferences.json"]


class TestOldNames:
    @pytest.mark.parametrize(
        ("kind", "old", "new"),
        [
            ("vision.benchmarks", "MajajHong2015.V4.public-pls", "MajajHong2015public.V4-pls"),
            ("vision.benchmarks", "MajajHong2015.IT.public-pls", "MajajHong2015public.IT-pls"),
            ("vision.benchmarks", "FreemanZiemba2013.V1.public-pls", "FreemanZiemba2013public.V1-pls"),
            ("vision.benchmarks", "FreemanZiemba2013.V2.public-pls", "FreemanZiemba2013public.V2-pls"),
            ("vision.benchmarks", "tolias.Cadena2017-pls", "Cadena2017-pls"),
            ("datasets", "dicarlo.MajajHong2015.public", "MajajHong2015.public"),
            ("datasets", "movshon.FreemanZiemba2013.public", "FreemanZiemba2013.public"),
            ("stimulus_sets", "tong.Coggan2024_fMRI", "Coggan2024_fMRI"),
        ],
    )
    def test_resolve_and_say_the_new(self, plugin, kind, old, new):
        plugin("bs-new", new, kind=kind, source="entry = 'present'")
        kind = kind.rpartition(".")[2]
        with pytest.warns(registry.RenamedIdentifier, match=f"{old}.*is called {new!r} now"):
            assert registry.resolve(kind, old) == "present"
        with pytest.warns(registry.RenamedIdentifier):
            assert registry.match(kind, f"bs-new::{old}") == [f"bs-new::{new}"]

    def test_an_installed_plugin_may_use_an_old_name(self, plugin):
        plugin("bs-old", "dicarlo.Mine", kind="datasets", source="entry = 'mine'")
        assert registry.resolve("datasets", "dicarlo.Mine") == "mine"

    def test_new_name_not_installed(self, install):
        with (
            pytest.warns(registry.RenamedIdentifier),
            pytest.raises(UnknownIdentifier, match="'MajajHong2015public.IT-pls'"),
        ):
            registry.resolve("benchmarks", "MajajHong2015.IT.public-pls")

    def test_current_names_are_silent(self, plugin):
        plugin("bs-new", "MajajHong2015.public", kind="datasets")
        registry.resolve("datasets", "MajajHong2015.public")


class TestOrigin:
    @pytest.mark.parametrize(
        "source",
        [
            "entry = {}",
            "entry = (1, [2])",
            "def entry(): pass",
            "class entry: __slots__ = ()",
            "class Slots: __slots__ = ()\nentry = Slots()",
            "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass D:\n    x: int\nentry = D(1)",
            "class Odd:\n    __hash__ = None\n    def __eq__(self, other): raise RuntimeError\nentry = Odd()",
        ],
    )
    def test_of_any_object(self, plugin, source):
        plugin("bs-model-a", "a", version="1.2.3", source=source)
        assert registry.origin(registry.resolve("models", "a")) == ("bs-model-a", "1.2.3")

    def test_of_objects_held_in_memory(self):
        assert registry.origin(object()) is None
        assert registry.origin({}) is None

    def test_equal_is_not_identical(self, plugin):
        plugin("bs-model-a", "a", source="entry = [1, 2]")
        loaded = registry.resolve("models", "a")
        assert registry.origin(list(loaded)) is None

    def test_handed_on(self, plugin):
        plugin("bs-model-a", "a")

        class Model: ...

        model = Model()
        registry.remember(model, None)
        assert registry.origin(model) is None
        registry.remember(model, registry.origin(registry.resolve("models", "a")))
        assert registry.origin(model) == ("bs-model-a", "1.0.0")

    def test_a_reused_id_is_not_mistaken(self):
        class Model: ...

        for _ in range(100):
            model = Model()
            assert registry.origin(model) is None
            registry.remember(model, ("bs-x", "1"))
            assert registry.origin(model) == ("bs-x", "1")
            del model

    def test_of_an_identifier_imports_nothing(self, plugin):
        plugin("bs-model-a", "a", source="raise RuntimeError")
        assert registry.origin_of("models", "a") == ("bs-model-a", "1.0.0")
        assert registry.origin_of("models", "bs-model-a::a") == ("bs-model-a", "1.0.0")
        assert registry.origin_of("models", "in memory!") is None
        assert registry.origin_of("models", "nowhere") is None

    def test_of_a_contested_identifier(self, plugin):
        two_claims(plugin)
        assert registry.origin_of("models", "clash") is None
        assert registry.origin_of("models", "bs-two::clash") == ("bs-two", "2.0.0")
