"""Scores that carry their draws: which are paired, over what, and what is said of those that are not."""

import json

import numpy as np
import pytest

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.bootstrap import counts
from brainscore_core.statistics.pairing import compare_scores, shared_draws

STIMULI = np.array([f"s{index}" for index in range(60)])
DIFFICULTY = 2 * np.random.default_rng(0).normal(size=60)


def _score(skill, seed, *, stimuli=STIMULI, subjects=0, groups=None, draw_seed=0):
    """What a model gets, stimulus by stimulus: mostly what all models get."""
    noise = 0.3 * np.random.default_rng(seed).normal(size=(60, max(subjects, 1)))
    each = skill + DIFFICULTY[:, None] + noise
    weights = counts(60, 500, draw_seed, groups)
    drawn = weights @ each / weights.sum(1, keepdims=True)
    ids = np.arange(subjects) if subjects else None
    draws = shared_draws(drawn if subjects else drawn[:, 0], stimuli, seed=draw_seed, groups=groups, subjects=ids)
    return Score(float(each.mean()), float(drawn.mean(1).std(ddof=1)), draws=draws)


def test_scores_of_the_same_draws_are_paired():
    one, other = _score(0.2, 1), _score(0.0, 2)
    found = compare_scores({"one": one, "other": other})
    assert (found.pairing, found.quantity, found.left_out) == ("paired over 60 stimuli", "score", {})
    assert found.comparison.verdict(0, 1) == "yes"
    separate = np.hypot(one.error, other.error)
    assert found.comparison.difference_error[0, 1] < 0.25 * separate  # what each score's own error would hide
    assert abs(found.comparison.difference[0, 1]) < separate


def test_groups_are_what_counts():
    groups = np.arange(60) // 10
    found = compare_scores({"one": _score(0.2, 1, groups=groups), "other": _score(0.0, 2, groups=groups)})
    assert found.pairing == "paired over 6 groups of stimuli"
    two = np.arange(60) // 30
    found = compare_scores({"one": _score(0.2, 1, groups=two), "other": _score(0.0, 2, groups=two)})
    assert found.comparison is None
    assert set(found.left_out.values()) == {"its draws are of 2 groups of stimuli, and 3 are the fewest"}


@pytest.mark.parametrize(
    "subjects, pairing",
    [
        (1, "paired over 60 stimuli"),
        (2, "paired over 60 stimuli, the 2 subjects fixed"),
        (3, "paired over 60 stimuli and 3 subjects"),
    ],
)
def test_subjects_are_a_sample_from_three_on(subjects, pairing):
    found = compare_scores({"one": _score(0.2, 1, subjects=subjects), "other": _score(0.0, 2, subjects=subjects)})
    assert found.pairing == pairing


@pytest.mark.parametrize(
    "other",
    [
        _score(0.0, 2, stimuli=STIMULI[::-1]),
        _score(0.0, 2, groups=np.arange(60) // 10),
        _score(0.0, 2, draw_seed=1),
        _score(0.0, 2, subjects=3),
    ],
    ids=["order", "groups", "seed", "subjects"],
)
def test_other_draws_are_not_paired(other):
    found = compare_scores({"one": _score(0.2, 1), "other": other})
    assert (found.comparison, found.pairing) == (None, "not paired")
    assert set(found.left_out) == {"one", "other"}
    content = found.to_dict()
    assert content["pairs"] == content["models"] == []
    found = compare_scores({"other": other, "one": _score(0.2, 1), "two": _score(0.2, 3)})
    assert found.comparison.names == ("one", "two")
    assert found.left_out == {"other": "its draws are of other stimuli or subjects"}


def test_a_score_without_draws_is_left_out_whatever_its_error():
    """Private data, or a benchmark that draws nothing: two errors on the same recordings make no p."""
    certain, private = Score(0.9, 0.001), _score(0.2, 1).withheld()
    assert private.draws is None
    found = compare_scores({"a": certain, "b": private, "c": Score(None)})
    assert found.comparison is None
    assert found.left_out == {
        "a": "its score carries no draws to pair",
        "b": "its score carries no draws to pair",
        "c": "its score is null",
    }


def test_raw_values_are_compared_where_scores_cannot_be():
    raws = {
        name: Score(None, raw=_score(skill, seed)) for seed, (name, skill) in enumerate({"a": 0.2, "b": 0.0}.items())
    }
    found = compare_scores(raws)
    assert found.quantity == found.to_dict()["compared"] == "raw"
    assert found.comparison.values[0] == raws["a"].raw.value
    found = compare_scores(raws | {"c": Score(0.5, raw=Score(0.4))})
    assert found.left_out == {"c": "its raw carries no draws to pair"}
    both = {name: _score(0.1, seed).with_(raw=_score(0.1, seed)) for seed, name in enumerate("ab")}
    assert compare_scores(both).quantity == "score"


def test_one_model_under_two_names():
    found = compare_scores({"one": _score(0.2, 1), "again": _score(0.2, 1), "other": _score(0.0, 2)})
    assert found.comparison.verdict(0, 1) == "identical"
    assert found.comparison.rank_intervals().tolist() == [[1, 2], [1, 2], [3, 3]]


def test_json_is_strict_and_has_every_pair():
    scores = {name: _score(skill, seed) for seed, (name, skill) in enumerate({"a": 0.4, "b": 0.2, "c": 0.0}.items())}
    constant = shared_draws(np.zeros(500), STIMULI)
    content = compare_scores(scores | {"flat": Score(0.0, draws=constant), "flatter": Score(-1.0, draws=constant)})
    content = json.loads(json.dumps(content.to_dict(), allow_nan=False))
    assert [row["model"] for row in content["models"]] == ["a", "b", "c", "flat", "flatter"]
    pairs = {tuple(row["models"]): row for row in content["pairs"]}
    assert len(pairs) == 10
    first = pairs["a", "b"]
    assert set(first) == {"models", "difference", "error", "p", "p_holm", "q", "real"}
    assert first["real"] == "yes" and 0 < first["p"] <= first["q"] <= first["p_holm"] < 0.05
    unknown = pairs["flat", "flatter"]
    assert (unknown["difference"], unknown["p"], unknown["q"], unknown["real"]) == (1.0, None, None, "unknown")


def test_draws_survive_a_file(tmp_path):
    scores = {"one": _score(0.2, 1, subjects=3), "other": Score(None, raw=_score(0.0, 2, subjects=3))}
    loaded = {name: Score.load(score.save(tmp_path / f"{name}.json")) for name, score in scores.items()}
    assert loaded == scores
    assert loaded["one"].draws.attrs == scores["one"].draws.attrs
    again = compare_scores({"one": loaded["one"], "other": loaded["other"].raw})
    before = compare_scores({"one": scores["one"], "other": scores["other"].raw})
    assert again.to_dict() == before.to_dict()


def test_draws_are_not_in_the_json_of_a_score_and_are_part_of_its_equality():
    score = _score(0.2, 1)
    assert "draws" not in score.to_dict() and score.to_dict() == score.with_(draws=None).to_dict()
    assert score != score.with_(draws=None)
    assert score == _score(0.2, 1)


def test_a_thousand_draws_are_eight_thousand_bytes():
    draws = shared_draws(np.zeros(1000, np.float32), STIMULI)
    assert draws.nbytes == 8000


def test_scores_need_names():
    with pytest.raises(InvalidParameter, match="scores as a list: expected a mapping of model to score"):
        compare_scores([Score(0.5), Score(0.25)])


def test_nothing_to_compare():
    with pytest.raises(InvalidParameter, match="a comparison of 1 scores"):
        compare_scores({"a": _score(0.2, 1)})
