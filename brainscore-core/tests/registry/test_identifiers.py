import pytest

from brainscore_core.errors import InvalidIdentifier, InvalidParameter
from brainscore_core.registry.identifiers import canonical_name, check_kind, is_glob, is_valid, kind_of, parse, split


@pytest.mark.parametrize(
    "identifier",
    ["pixels", "MajajHong2015public.IT-pls", "timm:resnet18", "a/b@1+c", "Marques2020_DeValois1982-pref_or", "0"],
)
def test_valid(identifier):
    assert is_valid(identifier)
    assert parse(identifier) == (None, identifier)


@pytest.mark.parametrize("identifier", ["", "-a", ".a", "a b", "a*", "a?", "a[b]", "a::b", "ä", "a\n", "a=b", "_a"])
def test_invalid(identifier):
    assert not is_valid(identifier)


@pytest.mark.parametrize("text", ["", "a b", "::a", "dist::", "dist::a b", "dist::a::b", "timm:*"])
def test_parse_refuses(text):
    with pytest.raises(InvalidIdentifier, match="is no identifier"):
        parse(text)


def test_glob_is_told_where_patterns_go():
    with pytest.raises(InvalidIdentifier, match="match"):
        parse("timm:*")


def test_qualified_names_are_compared_in_one_spelling():
    assert parse("BS_Model.Pixels::pixels") == ("bs-model-pixels", "pixels")
    assert str(split("BS_Model::a:*")) == "bs-model::a:*"
    assert canonical_name("A__b.-c") == "a-b-c"


@pytest.mark.parametrize(("text", "expected"), [("a*", True), ("a?", True), ("[ab]", True), ("a.b-c", False)])
def test_is_glob(text, expected):
    assert is_glob(text) is expected


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("brainscore.vision.models", ("models", "vision")),
        ("brainscore.toy.benchmarks", ("benchmarks", "toy")),
        ("brainscore.motor.model_families", ("model_families", "motor")),
        ("brainscore.metrics", ("metrics", None)),
        ("brainscore.domains", ("domains", None)),
        ("brainscore.models", None),
        ("brainscore.vision.metrics", None),
        ("brainscore..models", None),
        ("brainscore.hooks", None),
        ("console_scripts", None),
    ],
)
def test_kind_of(group, expected):
    assert kind_of(group) == expected


def test_unknown_kind_names_the_kinds():
    with pytest.raises(InvalidParameter, match="'model'.*expected one of benchmarks, datasets"):
        check_kind("model")
