"""Families: names, twins, weights, and what is recorded."""

import json
import random

import numpy as np
import pandas as pd
import pytest
import torch

from brainscore_core.errors import HashMismatch, InvalidFile, InvalidParameter, UnknownIdentifier
from brainscore_core.stimuli import StimulusSet

from .conftest import network, saved, sha256, trained


def stimuli() -> StimulusSet:
    generator = np.random.default_rng(0)
    images = {str(index): generator.integers(0, 256, (48, 48, 3)).astype(np.uint8) for index in range(3)}
    return StimulusSet(pd.DataFrame({"stimulus_id": list(images)}), identifier="noise", open=images.__getitem__)


def test_names_come_by_size_each_twin_first(family):
    assert list(family.list()) == ["one-untrained", "one", "two-untrained", "two", "three-untrained"]


def test_infos_are_plain(family):
    for name in family.list():
        content = family.info(name).to_dict()
        assert json.loads(json.dumps(content)) == content
    assert family.info("two").source["known"].startswith("sha256 prefix")
    assert family.info("two").weights == (("two.pth", sha256(trained(2))[:8]),)
    twin = family.info("two-untrained")
    assert (twin.weights, twin.training_data, twin.flags) == ((), "", ("untrained",))
    assert twin.layers == family.info("two").layers
    assert "random weights" in twin.description


def test_published_weights_are_what_is_recorded(family, tmp_path):
    model = family.build("two")
    assert model.identifier == "small:two"
    assert model.info.weights == (("two.pth", sha256(trained(2))),)
    path = tmp_path / "two.pth"
    path.write_bytes(trained(2))
    reference = network(2).eval()
    reference.load_state_dict(torch.load(path, weights_only=True))
    row, shown = family.row("two"), stimuli()
    batch = torch.stack([torch.from_numpy(row.input(shown.open(id))) for id in shown])
    for region, (layer,) in row.layers.items():
        model.start_recording(region)
        with torch.no_grad():
            expected = reference[: int(layer) + 1](batch).flatten(1).numpy()
        np.testing.assert_allclose(model.look_at(shown).values, expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def test_twins_are_drawn_alike_under_another_name(family):
    twin, other, drawn = family.build("one-untrained"), family.build("one", random_weights=True), family.build("one")
    assert twin.identifier == other.identifier == "small:one-untrained"
    assert twin.digest() == other.digest() != drawn.digest()
    assert twin.info == other.info
    assert family.build("one-untrained", random_weights=True).identifier == "small:one-untrained"


def test_drawing_leaves_every_generator_where_it_was(family):
    before = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()
    family.build("one-untrained")
    family.build("one")
    after = torch.get_rng_state(), np.random.get_state()[1], random.getstate()
    assert torch.equal(before[0], after[0])
    np.testing.assert_array_equal(before[1], after[1])
    assert before[2] == after[2]


def test_networks_come_ready_for_use(family):
    module = family.build("one")._engine.network.module
    assert not module.training
    assert not any(parameter.requires_grad for parameter in module.parameters())


def test_unknown_names_offer_the_closest(family):
    for name in ("thre-untrained", "thre"):
        with pytest.raises(UnknownIdentifier, match=r"small:thre.*small:three"):
            family.build(name)


def test_without_published_weights_there_is_the_twin_alone(family):
    with pytest.raises(UnknownIdentifier, match="no published weights.*three-untrained"):
        family.build("three")
    assert family.build("three-untrained").identifier == "small:three-untrained"


def test_a_stated_hash_goes_with_weights(family):
    assert family.build("two", sha256=sha256(trained(2))).identifier == "small:two"
    with pytest.raises(InvalidParameter, match="begin with"):
        family.build("two", sha256="0" * 64)
    with pytest.raises(InvalidParameter, match="no file"):
        family.build("two", random_weights=True, sha256="0" * 64)


def test_damaged_and_foreign_files_are_refused(family, server):
    weights = family.row("two").weights
    name = weights.places[0].rpartition("/")[2]
    server.files[name] = trained(1)
    with pytest.raises(HashMismatch, match=weights.sha256):
        family.build("two")
    server.files[name] = saved({"other": torch.zeros(2)})
    family.rows()["two"].weights.__dict__["sha256"] = sha256(server.files[name])
    with pytest.raises(InvalidFile, match="not those of two"):
        family.build("two")
