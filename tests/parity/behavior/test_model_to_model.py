"""``i1`` and ``i2n`` between three ImageNet networks on 240 images, against the formulas written out in loops."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.stats import norm, pearsonr

from brainscore_core import load_dataset, load_metric

pytest.importorskip("bs_data_rajalingham2018", reason="needs the probabilities of three networks")
pytest.importorskip("bs_metric_behavior", reason="needs the metrics of behaviour")

MIRROR = Path(__file__).resolve().parents[4] / "shared" / "data"
NETWORKS = ("alexnet", "resnet18", "resnet34")


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    if not (MIRROR / "index.csv").is_file():
        pytest.skip("the published files are not in ../shared/data beside this repository")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRAINSCORE_MIRRORS", str(MIRROR))
        patch.setenv("BRAINSCORE_OFFLINE", "1")
        patch.setenv("BRAINSCORE_HOME", str(tmp_path_factory.mktemp("home")))
        yield _labelled({name: load_dataset(f"Rajalingham2018.{name}") for name in NETWORKS})


def _labelled(networks):
    """With an object for each image, which the files do not say: ten images each, as likely as can be."""
    ordered = {name: found.sortby("choice").sortby("stimulus_id") for name, found in networks.items()}
    likely = np.log(np.mean([found.values for found in ordered.values()], axis=0))
    _, place = linear_sum_assignment(np.repeat(-likely, 10, axis=1))
    choices = ordered["alexnet"]["choice"].values
    truth = ("presentation", choices[place // 10])
    return {name: found.assign_coords(truth=truth) for name, found in ordered.items()}


def _by_loops(probabilities, name):
    """D' of each image and choice, one at a time, in double precision as the files are not."""
    table = probabilities.transpose("presentation", "choice").sortby("choice").sortby("stimulus_id")
    values, choices, truths = table.values.astype(float), table["choice"].values, table["truth"].values
    rates = np.full(values.shape, np.nan)
    for image, truth in enumerate(truths):
        own = values[image, choices == truth][0]
        for number, choice in enumerate(choices):
            if choice != truth:
                rates[image, number] = values[image, number] / (values[image, number] + own)
    found = np.full(values.shape, np.nan)
    for image, truth in enumerate(truths):
        for number, choice in enumerate(choices):
            if choice != truth:
                back = np.nanmean([rates[other, choices == truth][0] for other in np.flatnonzero(truths == choice)])
                found[image, number] = np.clip(norm.ppf(1 - rates[image, number]) - norm.ppf(back), -5, 5)
    if name == "i1":
        return np.nanmean(found, axis=1)
    for truth in choices:
        for number, choice in enumerate(choices):
            if choice != truth:
                rows = truths == truth
                found[rows, number] -= np.nanmean(found[rows, number])
    return found[~np.isnan(found)]


@pytest.mark.parametrize("name", ["i1", "i2n"])
def test_networks_agree_as_the_formulas_say(networks, name):
    patterns = {network: _by_loops(probabilities, name) for network, probabilities in networks.items()}
    metric = load_metric(name)
    for one, other in combinations(NETWORKS, 2):
        found = float(metric(networks[one], networks[other]))
        assert found == pytest.approx(pearsonr(patterns[one], patterns[other]).statistic, abs=1e-9)
        assert found == pytest.approx(float(metric(networks[other], networks[one])), abs=1e-12)
        assert 0.2 < found < 1
    assert float(metric(networks["resnet18"], networks["resnet34"])) > float(
        metric(networks["alexnet"], networks["resnet34"])
    )
