"""The three files of model probabilities as published."""

import numpy as np
import pytest

from brainscore_core import load_dataset
from bs_data_rajalingham2018 import object_names

NETWORKS = ("alexnet", "resnet18", "resnet34")


@pytest.mark.parametrize("network", NETWORKS)
def test_probabilities_of_24_objects(published_files, network):
    probabilities = load_dataset(f"Rajalingham2018.{network}")
    assert probabilities.dims == ("presentation", "choice") and probabilities.shape == (240, 24)
    np.testing.assert_allclose(probabilities.sum("choice"), 1, atol=1e-5)
    assert (probabilities.values > 0).all() and probabilities.dtype == np.float32
    assert sorted(probabilities["choice"].values.tolist()) == sorted(object_names())
    assert len(set(probabilities["stimulus_id"].values.tolist())) == 240
    assert set(probabilities.coords) == {"stimulus_id", "choice"}  # no path of somebody's machine


def test_all_three_saw_the_same_images_and_agree_more_the_closer_they_are(published_files):
    loaded = {network: load_dataset(f"Rajalingham2018.{network}") for network in NETWORKS}
    first = loaded["alexnet"]
    rows = {}
    for network, one in loaded.items():
        assert set(one["stimulus_id"].values) == set(first["stimulus_id"].values)
        order = np.argsort(one["stimulus_id"].values)
        rows[network] = np.log(one.values[order][:, np.argsort(one["choice"].values)]).ravel()
    r = np.corrcoef([rows[network] for network in NETWORKS])
    assert r[1, 2] > r[0, 1] > 0.3 and r[1, 2] > r[0, 2] > 0.3
    assert r[1, 2] < 0.99


def test_words_for_objects_whose_model_says_one():
    names = object_names()
    assert len(names) == 24 and names["lo_poly_animal_RHINO_2"] == "rhinoceros" and names["MB30758"] == ""
    words = [name for name in names.values() if name]
    assert len(words) == len(set(words)) == 16
