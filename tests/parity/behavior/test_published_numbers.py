"""Human numbers of Geirhos 2021 come out of the published trials; the 17 ceilings: plugins/bs-benchmark-geirhos2021."""

from pathlib import Path

import numpy as np
import pytest

from brainscore_core import load_dataset, load_metric

pytest.importorskip("bs_data_geirhos2021", reason="needs the trials of Geirhos 2021")
pytest.importorskip("bs_metric_behavior", reason="needs the metrics of behaviour")

MIRROR = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="module", autouse=True)
def published_files(tmp_path_factory):
    if not (MIRROR / "index.csv").is_file():
        pytest.skip("the published files are not in ../shared/data beside this repository")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRAINSCORE_MIRRORS", str(MIRROR))
        patch.setenv("BRAINSCORE_OFFLINE", "1")
        patch.setenv("BRAINSCORE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def test_people_go_by_shape_as_published():
    people = load_dataset("Geirhos2021_cue-conflict")
    score = load_metric("shape_bias")(people)
    assert float(score) == pytest.approx(0.9587, abs=5e-5)
    assert 0 < score.error < 0.01


def test_independent_answers_of_these_accuracies_are_not_consistent():
    """Each person's answers moved to other stimuli of the same condition: kappa is 0 in the mean."""
    people = load_dataset("Geirhos2021_edge")
    metric, found = load_metric("error_consistency", bootstrap_samples=0), []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        right = people.values == people["truth"].values
        for name in np.unique(people["subject"].values):
            rows = np.flatnonzero(people["subject"].values == name)
            right[rows] = right[rng.permutation(rows)]
        answers = np.where(right, people["truth"].values, "na")
        found.append(float(metric.ceiling(people.copy(data=answers))))
    assert abs(np.mean(found)) < 0.02
