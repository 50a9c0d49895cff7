"""Maps of layers: per species, by relative depth, and in files that a model package ships."""

import json

import numpy as np
import pytest

from brainscore_core.errors import DataUnavailable, InvalidFile, InvalidParameter, UnsupportedRegion
from brainscore_vision import wrap
from brainscore_vision.commitments.layers import LayerCommitment
from brainscore_vision.families.depth import RULE

HUMAN = LayerCommitment(
    {"V1": "a", "IT": ["c", "d"]}, "as published", by_species={"human": {"IT": "e", "FFA": ["d", "e"]}}
)


def test_a_species_may_have_its_own_layers():
    assert HUMAN.of("IT") == HUMAN.of("IT", "macaque") == ("c", "d")
    assert HUMAN.of("IT", "human") == ("e",)
    assert HUMAN.of("V1", "human") == ("a",), "what it does not name is as for any"
    assert HUMAN.of("FFA", "human") == HUMAN.of("FFA") == ("d", "e"), "only one species has it"
    assert list(HUMAN) == ["a", "c", "d", "e"] and HUMAN.every("IT") == ("c", "d", "e") and HUMAN.every("V4") == ()


@pytest.mark.parametrize(
    ("region", "species", "hemisphere", "words"),
    [
        ("FFA", "macaque", None, r"no map of 'FFA' for 'macaque': expected one of \['human'\]"),
        ("V4", "human", None, r"one of \['FFA', 'IT', 'V1'\]"),
        ("FFA", "human", "left", "hemisphere 'left'"),
    ],
)
def test_what_has_no_map_is_refused(region, species, hemisphere, words):
    with pytest.raises(UnsupportedRegion, match=words):
        HUMAN.of(region, species, hemisphere)


def test_maps_that_differ_need_a_species():
    both = LayerCommitment({}, by_species={"human": {"IT": "a"}, "macaque": {"IT": "b"}})
    with pytest.raises(UnsupportedRegion, match=r"differ between \['human', 'macaque'\].*species="):
        both.of("IT")
    assert both.of("IT", "macaque") == ("b",)


def test_one_rule_of_relative_depth():
    made = LayerCommitment.by_relative_depth(["s1", "s2", "s3", "s4", "s5"])
    assert made.layers == {"V1": ("s2",), "V2": ("s3",), "V4": ("s4",), "IT": ("s5",)} and made.chosen == RULE


def test_a_file_gives_back_what_was_written(tmp_path):
    path = tmp_path / "map.json"
    evidence = {"benchmark": "B", "curve": {"a": np.float64(0.25), "b": None}, "test": [["s1"], ["s2"]]}
    commitment = LayerCommitment({"IT": ["c", "d"]}, "nested", ["macaque"], {"human": {"IT": "e"}}, evidence)
    commitment.to_file(path, model="net")
    read = LayerCommitment.from_file(path)
    assert read == commitment and read.evidence == {**evidence, "curve": {"a": 0.25, "b": None}}
    assert json.loads(path.read_text())["model"] == "net" and [file.name for file in tmp_path.iterdir()] == ["map.json"]


class Net:
    layer_names = ("a", "b")

    def __call__(self, batch):
        flat = batch.reshape(len(batch), -1)
        return {"a": flat, "b": flat * 2}


@pytest.mark.parametrize("form", [str, lambda path: path])
def test_wrap_reads_a_file(tmp_path, form):
    path = tmp_path / "map.json"
    LayerCommitment({"IT": "b"}, "nested", by_species={"human": {"IT": "a"}}).to_file(path)
    model = wrap(Net(), layers=form(path), visual_degrees=8)
    assert model.commitment.of("IT", "human") == ("a",)
    assert model.info.layers == {"IT": ("b",)} and model.info.layers_chosen == "nested"


def test_the_map_of_a_species_is_part_of_the_model():
    maps = [LayerCommitment({"IT": "b"}), LayerCommitment({"IT": "b"}, by_species={"human": {"IT": "a"}})]
    digests = [wrap(Net(), layers=map, visual_degrees=8).digest() for map in maps]
    assert None not in digests and digests[0] != digests[1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is no JSON"),
        ("[]", "format 'list'"),
        ('{"format": "brainscore-layer-map-9"}', "expected 'brainscore-layer-map-1'"),
        ('{"format": "brainscore-layer-map-1", "chosen": "x"}', "damaged"),
        ('{"format": "brainscore-layer-map-1", "chosen": "x", "layers": ["a"]}', "damaged"),
        ('{"format": "brainscore-layer-map-1", "chosen": 3, "layers": {"IT": "a"}}', "damaged"),
        ('{"format": "brainscore-layer-map-1", "chosen": "x", "layers": {"IT": []}}', "distinct layer names"),
    ],
)
def test_damaged_files(tmp_path, content, words):
    path = tmp_path / "map.json"
    path.write_text(content)
    with pytest.raises(InvalidFile, match=words) as caught:
        LayerCommitment.from_file(path)
    assert str(tmp_path) not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataUnavailable, match="brainscore commit"):
        LayerCommitment.from_file(tmp_path / "none.json")


def test_evidence_must_be_plain(tmp_path):
    with pytest.raises(InvalidParameter, match="evidence"):
        LayerCommitment({"IT": "a"}, evidence={"model": object()}).to_file(tmp_path / "map.json")
    assert not list(tmp_path.iterdir())
