import sys

import pytest

from brainscore_core import registry
from brainscore_core.contracts import ModelEntry, ModelInfo
from brainscore_core.errors import BrokenPlugin, IdentifierConflict, InvalidIdentifier, UnknownIdentifier

FAMILY = """
from brainscore_core.contracts import ModelInfo

class Family:
    table = {names}

    def list(self):
        return list(self.table)

    def info(self, name):
        return ModelInfo(f"the {{name}}", parameters=self.table[name])

    def build(self, name, **options):
        return ("built", name, options)

entry = Family()
"""


@pytest.fixture
def family(plugin):
    def installer(name="bs-model-zoo", prefix="zoo", names=("resnet18", "resnet50", "vit.b/16"), **options):
        source = FAMILY.format(names={name: index for index, name in enumerate(names)})
        return plugin(name, prefix, kind="vision.model_families", source=source, **options)

    return installer


def test_families_are_listed_without_import(family):
    family()
    assert [(entry.identifier, entry.domain) for entry in registry.families()] == [("zoo", "vision")]
    assert registry.entries("models") == []
    assert "bs_model_zoo" not in sys.modules


def test_member_resolves_to_a_model_entry(family):
    family(version="1.4.0")
    entry = registry.resolve("models", "zoo:resnet50")
    assert isinstance(entry, ModelEntry)
    assert entry.identifier == "zoo:resnet50"
    assert entry.info == ModelInfo("the resnet50", parameters=1)
    assert entry.build(pretrained=False) == ("built", "resnet50", {"pretrained": False})
    assert registry.origin(entry) == ("bs-model-zoo", "1.4.0")
    assert registry.origin_of("models", "zoo:resnet50") == ("bs-model-zoo", "1.4.0")


def test_members_keep_their_order(family):
    family(names=("b", "a"))
    assert registry.members("zoo") == ["zoo:b", "zoo:a"]


def test_unknown_member_offers_the_closest(family):
    family()
    with pytest.raises(UnknownIdentifier, match="'zoo:resnet18'"):
        registry.resolve("models", "zoo:resnet-18")
    with pytest.raises(UnknownIdentifier, match="Did you mean 'zoo:resnet18'"):
        registry.resolve("models", "zo:resnet18")
    with pytest.raises(UnknownIdentifier):
        registry.resolve("models", "zoo:")


def test_unknown_family(family):
    family()
    with pytest.raises(UnknownIdentifier, match="the model family 'zo'. Did you mean 'zoo'.*brainscore list models`"):
        registry.members("zo")


def test_longest_prefix_wins(family):
    family()
    family(name="bs-model-zoo-extra", prefix="zoo:extra", names=("resnet18",))
    assert registry.origin_of("models", "zoo:extra:resnet18") == ("bs-model-zoo-extra", "1.0.0")
    assert registry.resolve("models", "zoo:extra:resnet18").build() == ("built", "resnet18", {})


def test_entry_of_that_very_name_comes_first(family, plugin):
    family()
    plugin("bs-one", "zoo:resnet18", source="entry = 'the entry'")
    assert registry.resolve("models", "zoo:resnet18") == "the entry"


def test_only_models_come_in_families(family):
    family()
    with pytest.raises(UnknownIdentifier):
        registry.resolve("metrics", "zoo:resnet18")


def test_conflicting_families(family):
    family()
    family(name="bs-zoo-fork")
    with pytest.raises(IdentifierConflict, match="model family 'zoo'.*brainscore prefer bs-model-zoo::zoo"):
        registry.resolve("models", "zoo:resnet18")
    assert registry.origin(registry.resolve("models", "bs-zoo-fork::zoo:resnet18")) == ("bs-zoo-fork", "1.0.0")
    registry.prefer("bs-model-zoo::zoo")
    assert registry.origin(registry.resolve("models", "zoo:resnet18")) == ("bs-model-zoo", "1.0.0")


@pytest.mark.parametrize("source", ["entry = object()", "class entry:\n    def list(): raise OSError('no table')"])
def test_family_that_cannot_list(plugin, source):
    plugin("bs-model-zoo", "zoo", kind="vision.model_families", source=source)
    with pytest.raises(BrokenPlugin, match=r"bs-model-zoo 1.0.0.*list\(\) of the family raised"):
        registry.members("zoo")


def test_family_that_cannot_tell(plugin):
    source = FAMILY.format(names={"a": 1}).replace("parameters=self.table[name]", "paramaters=1")
    plugin("bs-model-zoo", "zoo", kind="vision.model_families", source=source)
    with pytest.raises(BrokenPlugin, match="info.*TypeError.*paramaters"):
        registry.resolve("models", "zoo:a")


def test_family_that_accepts_names_beyond_its_table(plugin):
    source = FAMILY.format(names={"org/a": 1}) + "Family.accepts = lambda self, name: name.count('/') == 1\n"
    source = source.replace("parameters=self.table[name]", "parameters=self.table.get(name)")
    plugin("bs-model-hub", "hub", kind="vision.model_families", source=source)
    assert registry.resolve("models", "hub:org/other").build() == ("built", "org/other", {})
    assert registry.match("models", "hub:org/other") == ["hub:org/other"]
    assert registry.members("hub") == ["hub:org/a"]
    assert registry.match("models", "hub:*") == ["hub:org/a"]
    with pytest.raises(UnknownIdentifier, match="hub:org/a"):
        registry.resolve("models", "hub:org-a")


def test_family_that_cannot_say_what_it_accepts(plugin):
    source = FAMILY.format(names={"a": 1}) + "Family.accepts = lambda self, name: name.missing\n"
    plugin("bs-model-hub", "hub", kind="vision.model_families", source=source)
    with pytest.raises(BrokenPlugin, match=r"accepts\(\) of the family raised AttributeError"):
        registry.resolve("models", "hub:b")


class TestMatch:
    @pytest.fixture(autouse=True)
    def installed(self, family, plugin):
        family()
        plugin("bs-model-a", "alexnet")
        plugin("bs-model-b", "AlexNet-2")
        plugin("bs-model-c", "resnet18")
        plugin("bs-benchmark-m", "Marques2020_X-a", kind="vision.benchmarks")

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("alexnet", ["alexnet"]),
            ("*", ["alexnet", "AlexNet-2", "resnet18"]),
            ("alex*", ["alexnet"]),
            ("[aA]lex[nN]et*", ["alexnet", "AlexNet-2"]),
            ("resnet1?", ["resnet18"]),
            ("zoo:*", ["zoo:resnet18", "zoo:resnet50", "zoo:vit.b/16"]),
            ("zoo:resnet*", ["zoo:resnet18", "zoo:resnet50"]),
            ("zoo:vit.b/16", ["zoo:vit.b/16"]),
            ("bs-model-a::*", ["bs-model-a::alexnet"]),
            ("bs-model-zoo::zoo:*50", ["bs-model-zoo::zoo:resnet50"]),
            ("bs-model-a::alexnet", ["bs-model-a::alexnet"]),
        ],
    )
    def test_models(self, pattern, expected):
        assert registry.match("models", pattern) == expected

    def test_other_kinds(self):
        assert registry.match("benchmarks", "Marques2020_*") == ["Marques2020_X-a"]

    @pytest.mark.parametrize("pattern", ["vgg*", "zoo:vgg*", "vgg", "zoo:vgg", "bs-model-a::r*", "t*m:*", "ALEX*"])
    def test_nothing(self, pattern):
        with pytest.raises(UnknownIdentifier):
            registry.match("models", pattern)

    def test_nothing_names_the_pattern(self):
        with pytest.raises(UnknownIdentifier, match=r"no installed model matches 'vgg\*'.*brainscore list models"):
            registry.match("models", "vgg*")

    def test_no_pattern_and_no_identifier(self):
        with pytest.raises(InvalidIdentifier):
            registry.match("models", "a b")

    def test_star_imports_no_family(self):
        registry.match("models", "*")
        assert "bs_model_zoo" not in sys.modules

    def test_domain(self, plugin):
        plugin("bs-toy", "toy-model", kind="toy.models")
        assert registry.match("models", "*", domain="toy") == ["toy-model"]
