"""`brainscore score A B`, from installed packages to the verdict, on recordings of monkey and human IT."""

import json
import os

import numpy as np
import pytest

from brainscore_core import load_benchmark, load_metric, score
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.cli.shell import run
from brainscore_core.errors import DataUnavailable
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import counts
from brainscore_core.statistics.pairing import compare_scores, shared_draws

HUMAN, MONKEY = "Kriegeskorte2008.IT-human-rdm", "Kriegeskorte2008.IT-monkey-rdm"
MODELS = ("pixels", "hmax")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A store that the tests of this file share; skip where the recordings cannot be had."""
    folder, before = tmp_path_factory.mktemp("home"), os.environ.get("BRAINSCORE_HOME")
    os.environ["BRAINSCORE_HOME"] = str(folder)
    try:
        load_benchmark(MONKEY).target()
    except DataUnavailable as error:
        pytest.skip(f"the recordings of Kriegeskorte et al. 2008 cannot be had: {error}")
    yield folder
    del os.environ["BRAINSCORE_HOME"]
    if before is not None:
        os.environ["BRAINSCORE_HOME"] = before


@pytest.fixture(scope="module")
def scores(home):
    return {name: {model: score(model, name) for model in MODELS} for name in (HUMAN, MONKEY)}


def test_the_command_prints_and_writes_the_verdict(home, scores, tmp_path, capsys):
    file = tmp_path / "differences.json"
    assert run(["score", *MODELS, "-b", "Kriegeskorte2008.*", "--compare", str(file)]) == 0
    out = capsys.readouterr().out
    assert f"\n{HUMAN} (raw): paired over 92 stimuli and 4 subjects\n" in out
    assert f"\n{MONKEY} (raw): paired over 92 stimuli\n" in out
    assert out.count("  pixels > hmax ") == 2
    human, monkey = json.loads(file.read_text())
    for content in (human, monkey):
        raws = {model: one.raw for model, one in scores[content["benchmark"]].items()}
        (pair,) = content["pairs"]
        assert pair["models"] == list(MODELS) and content["left_out"] == {}
        assert pair["difference"] == pytest.approx(float(raws["pixels"]) - float(raws["hmax"]))
        assert 0.05 < pair["p"] == pair["p_holm"] == pair["q"] < 1 and pair["real"] == "not shown"
        assert [row["rank"] for row in content["models"]] == [[1, 2], [1, 2]]


def test_the_pair_is_of_the_draws_the_scores_carry(scores):
    one, other = (scores[MONKEY][model].raw.draws for model in MODELS)
    assert one.attrs == other.attrs and one.attrs["levels"] == 92
    found = compare_scores(scores[MONKEY]).comparison
    paired = np.std((one - other).values, ddof=1) * np.sqrt(92 / 91)
    assert found.difference_error[0, 1] == pytest.approx(paired)


def test_a_model_beside_itself_is_identical(scores):
    found = compare_scores({"one": scores[HUMAN]["hmax"], "again": score("hmax", HUMAN)})
    assert found.comparison.verdict(0, 1) == "identical" and found.comparison.p[0, 1] == 1


def test_what_was_scored_on_other_recordings_is_not_paired(scores):
    """Of the same images: the human scores hold four subjects, the monkey's none to draw."""
    found = compare_scores({"human": scores[HUMAN]["hmax"], "monkey": scores[MONKEY]["hmax"]})
    assert found.comparison is None and found.pairing == "not paired"


def _responses(values):
    coords = {
        "stimulus_id": ("presentation", [f"s{index}" for index in range(len(values))]),
        "neuroid_id": ("neuroid", [f"n{index}" for index in range(values.shape[1])]),
        "region": ("neuroid", ["IT"] * values.shape[1]),
    }
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


def _similarity(rng, *noises, stimuli=30):
    """Scores of models that have the geometry of the recording, but for errors of these sizes."""
    metric, weights = load_metric("rdm"), counts(stimuli, 150)
    truth = rng.normal(size=(stimuli, 20))
    target, scores = _responses(truth + rng.normal(size=truth.shape)), {}
    for index, size in enumerate(noises):
        found = metric.evaluate(_responses(truth + size * rng.normal(size=truth.shape)), target)
        draws = shared_draws(found.resampled(weights)[0].mean(-1), found.stimuli)
        scores[f"m{index}"] = Score(float(found.score), draws=draws)
    return scores


def test_equal_geometries_are_told_apart_no_more_often_than_the_level_says():
    found = [
        compare_scores(_similarity(np.random.default_rng((1, seed)), 1.0, 1.0)).comparison.p[0, 1] for seed in range(80)
    ]
    assert np.mean(np.array(found) < 0.05) <= 0.05
    assert np.mean(found) > 0.5  # too large rather than too small


def test_a_truer_geometry_is_found():
    found = compare_scores(_similarity(np.random.default_rng(2), 0.3, 2.0)).comparison
    assert found.verdict(0, 1) == "yes" and found.difference[0, 1] > 0
