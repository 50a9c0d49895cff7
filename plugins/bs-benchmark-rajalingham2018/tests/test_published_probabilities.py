"""The metric on the published probabilities of three networks: what their authors report holds among them.

Which object each image shows is not published with them; every object has ten images, so it is the assignment of ten
images an object that the three networks together find likeliest.
"""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from brainscore_core import load_dataset, load_metric
from brainscore_core.assemblies import BehavioralAssembly

NETWORKS = ("alexnet", "resnet18", "resnet34")


@pytest.fixture
def probabilities(published_files):
    loaded = {name: load_dataset(f"Rajalingham2018.{name}") for name in NETWORKS}
    logs = [np.log(_sorted(one).values.astype(float)) for one in loaded.values()]
    likely = np.repeat(sum(logs), 10, axis=1)
    truth = np.sort(loaded["alexnet"]["choice"].values)[linear_sum_assignment(-likely)[1] // 10]
    return {
        name: BehavioralAssembly(
            _sorted(one).values,
            dims=("presentation", "choice"),
            coords={
                "stimulus_id": ("presentation", np.sort(one["stimulus_id"].values)),
                "truth": ("presentation", truth),
                "choice": np.sort(one["choice"].values),
            },
        )
        for name, one in loaded.items()
    }


def _sorted(one):
    return one[np.argsort(one["stimulus_id"].values)][:, np.argsort(one["choice"].values)]


def test_networks_of_one_family_agree_most(probabilities):
    i2n = load_metric("i2n", bootstrap_samples=0)
    r = {(a, b): i2n(probabilities[a], probabilities[b]).value for a in NETWORKS for b in NETWORKS}
    assert r["alexnet", "alexnet"] == pytest.approx(1) and r["resnet18", "resnet34"] == pytest.approx(
        r["resnet34", "resnet18"], abs=1e-12
    )
    assert r["resnet18", "resnet34"] > r["alexnet", "resnet34"] > 0.2
    assert r["resnet18", "resnet34"] > r["alexnet", "resnet18"] > 0.2


def test_people_who_answer_as_a_network_are_predicted_by_it(probabilities):
    """Trials drawn from a network's own probabilities: it reaches their ceiling, another network does not."""
    rng = np.random.default_rng(0)
    own = probabilities["resnet34"]
    objects = own["choice"].values
    image, other = np.repeat(np.arange(240), 600), rng.integers(0, 23, 240 * 600)
    shown = np.searchsorted(objects, own["truth"].values)[image]
    distractor = other + (other >= shown)
    share = own.values[image, distractor] / (own.values[image, distractor] + own.values[image, shown])
    answer = np.where(rng.random(len(image)) < share, distractor, shown)
    coords = {
        "stimulus_id": own["stimulus_id"].values[image],
        "truth": objects[shown],
        "sample_obj": objects[shown],
        "dist_obj": objects[distractor],
    }
    coords = {name: ("presentation", values) for name, values in coords.items()}
    trials = BehavioralAssembly(objects[answer], dims=("presentation",), coords=coords)
    i2n = load_metric("i2n", bootstrap_samples=0)
    ceiling = i2n.ceiling(trials).value
    of_itself, of_another = (
        i2n(probabilities[name], trials).value / np.sqrt(ceiling) for name in ("resnet34", "alexnet")
    )
    assert of_itself == pytest.approx(1, abs=0.08) and of_another < 0.8 * of_itself and ceiling > 0.2
