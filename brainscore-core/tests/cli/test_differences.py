"""Which models differ, as `score` prints and writes it."""

import json
import re
import sys
from importlib import import_module

import numpy as np
import pytest
from scipy.stats import t

from brainscore_core.cli.differences import Difference, differences, echo_differences
from brainscore_core.run import Record
from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import compare_scores, shared_draws
from brainscore_core.status import Status

for name in ("statistics.pairing", "statistics.comparison"):  # what the command imports when it runs, beside fakes only
    import_module(f"brainscore_core.{name}")

IDS = np.array([f"s{index}" for index in range(50)])
SHARED = np.random.default_rng(0).normal(size=1000)

DRAWING = """
from dataclasses import dataclass
import numpy as np
from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import shared_draws
from toy import Compare, MetricSpec, data


@dataclass(frozen=True)
class Drawing(Compare):
    def __call__(self, model):
        rng = np.random.default_rng(int(100 * model.value))
        draws = model.value + .1 * np.random.default_rng(0).normal(size=1000) + .01 * rng.normal(size=1000)
        ids = np.arange(50)
        return Score(model.value, .1, draws=shared_draws(draws, ids), normalisation="none")


drawn = Drawing("Toy2020.A-zdrawn", data=data, metric=MetricSpec("difference"), parent="A", version=3)
"""


def _score(value, seed, error=0.01):
    draws = value + 0.1 * SHARED + error * np.random.default_rng(seed).normal(size=1000)
    return Score(value, float(draws.std()), draws=shared_draws(draws, IDS))


def _found(values, **others):
    scores = {name: _score(value, seed) for seed, (name, value) in enumerate(values.items())}
    return Difference("Toy2020.A", 1, compare_scores(scores | others))


def _printed(capsys, *found):
    echo_differences(found)
    return capsys.readouterr().out


def test_two_models(capsys):
    own = [0.01 * np.random.default_rng(seed).normal(size=1000) for seed in (0, 1)]
    error = np.std(own[1] - own[0], ddof=1) * np.sqrt(50 / 49)
    p = 2 * t.sf(0.1 / error, 49)
    assert _printed(capsys, _found({"one": 0.3, "other": 0.4})) == (
        "\n"
        "Toy2020.A: paired over 50 stimuli\n"
        "  larger > smaller  by             p      real\n"
        f"  other > one       0.100 ± {error:.3f}  {p:.0e}  yes\n"
    )


def test_several_models_have_ranks_and_corrected_p(capsys):
    lines = _printed(capsys, _found({"a": 0.3, "b": 0.5, "c": 0.505}, d=Score(None), e=Score(None))).splitlines()
    assert lines[1:4] == [
        "Toy2020.A: paired over 50 stimuli",
        "  ranks (95% for all at once): b 1-2, c 1-2, a 3",
        "  larger > smaller  by             p      p (Holm)  q (FDR)  real",
    ]
    assert [line.split()[:3] for line in lines[4:7]] == [["c", ">", "a"], ["b", ">", "a"], ["c", ">", "b"]]
    assert [line.split("  ")[-1] for line in lines[4:7]] == ["yes", "yes", "not shown"]
    assert lines[7] == "  not compared: d, e (its score is null)"


def test_a_positive_control_is_compared_and_not_ranked(capsys):
    """Its parameters come from what it is scored on; the models below it lose no place by that."""
    marked = {"model": {"flags": ["positive-control"]}}
    values = {"control": 0.9, "a": 0.5, "b": 0.3}
    runs = {
        name: [Record(name, "T", 1, Status.OK, score=_score(value, seed), provenance=marked if seed == 0 else {})]
        for seed, (name, value) in enumerate(values.items())
    }
    (found,) = differences(runs)
    out = _printed(capsys, found)
    assert "  ranks (95% for all at once): a 1, b 2\n  not ranked: control (positive-control)\n" in out
    assert "  control > a " in out
    assert [row["rank"] for row in found.to_dict()["models"]] == [None, [1, 1], [2, 2]]


def test_what_cannot_be_compared_is_said(capsys):
    """No draws, no p, whatever the errors of the two."""
    out = _printed(capsys, Difference("Toy2020.A", 1, compare_scores({"a": Score(0.9, 0.001), "b": Score(0.1, 0.001)})))
    assert out == "\nToy2020.A: not paired\n  not compared: a, b (its score carries no draws to pair)\n"


def test_identical_and_unknown(capsys):
    same, flat = _score(0.3, 0), shared_draws(np.zeros(1000), IDS)
    out = _printed(capsys, Difference("T", 1, compare_scores({"a": same, "b": same})))
    assert "  a = b             0.000 ± 0.000  1.000  identical\n" in out
    certain = {"a": Score(0.0, draws=flat), "b": Score(0.5, draws=flat)}
    out = _printed(capsys, Difference("T", 1, compare_scores(certain)))
    assert "  b > a             0.500 ± 0.000  -  unknown\n" in out


def test_raw_values_are_named(capsys):
    raws = {name: Score(None, raw=_score(0.1 * seed, seed)) for seed, name in enumerate("ab")}
    assert "\nT (raw): paired over 50 stimuli\n" in _printed(capsys, Difference("T", 1, compare_scores(raws)))


def test_it_fits_eighty_columns(capsys, monkeypatch):
    """Names of models as long as those of a family are."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    names = ["timm:convnext_large.fb_in22k_ft_in1k_384", "torchvision:efficientnet_v2_l", "pixels", "hmax"]
    found = _found({name: 0.1 * index for index, name in enumerate(names)}, none=Score(None), other=Score(0.1))
    out = _printed(capsys, found)
    assert max(map(len, out.splitlines())) <= 80
    assert all(name in out for name in names)
    assert out.count("yes") == 6


def test_many_pairs_are_left_to_the_file(capsys):
    out = _printed(capsys, _found({f"m{index}": 0.1 * index for index in range(9)}))
    assert "  36 pairs: --compare FILE writes each with its p\n" in out and "larger" not in out
    assert "m8 1, m7 2, m6 3" in out


def test_what_has_no_two_scores_is_skipped():
    def runs(**scores):
        return {name: [Record(name, "T", 1, Status.OK, score=score)] for name, score in scores.items()}

    assert differences(runs(a=_score(0.1, 0))) == []
    assert differences(runs(a=_score(0.1, 0), b=None)) == []
    assert differences({**runs(a=_score(0.1, 0)), "b": []}) == []  # interrupted
    assert [each.benchmark for each in differences(runs(a=_score(0.1, 0), b=_score(0.2, 1)))] == ["T"]


def test_score_prints_and_writes_them(toy, also, brainscore, tmp_path):
    also("bs-drawing", "brainscore.toy.benchmarks", {"Toy2020.A-zdrawn": "bs_drawing:drawn"}, DRAWING)
    file = tmp_path / "differences.json"
    answer = brainscore("score", "half", "fifth", "-b", "Toy2020.A-*", "--compare", str(file))
    assert answer.code == 0
    assert "\nToy2020.A-zdrawn: paired over 50 stimuli\n" in answer.out
    assert re.search(r"\n  half > fifth      0\.300 ± 0\.014  \de-2\d  yes\n", answer.out)
    said = (
        "\nToy2020.A-one, Toy2020.A-two: not paired\n  not compared: half, fifth (its score carries no draws to pair)"
    )
    assert answer.out.endswith(f"{said}\n")
    one, _, drawn = json.loads(file.read_text())
    assert (one["benchmark"], one["pairs"], one["pairing"]) == ("Toy2020.A-one", [], "not paired")
    assert (drawn["benchmark"], drawn["benchmark_version"], drawn["level"]) == ("Toy2020.A-zdrawn", 3, 0.05)
    assert [(row["model"], row["rank"]) for row in drawn["models"]] == [("half", [1, 1]), ("fifth", [2, 2])]
    (pair,) = drawn["pairs"]
    assert (pair["models"], pair["real"]) == (["half", "fifth"], "yes")
    assert pair["difference"] == pytest.approx(0.3)


def test_one_model_has_nothing_to_be_compared_with(toy, brainscore, tmp_path):
    file = tmp_path / "differences.json"
    answer = brainscore("score", "half", "-b", "Toy2020.A-one", "--compare", str(file))
    assert "paired" not in answer.out
    assert json.loads(file.read_text()) == []


def test_without_the_extra_scores_are_printed_all_the_same(toy, brainscore, monkeypatch):
    def missing(runs):
        raise ImportError("No module named 'scipy'", name="scipy")

    monkeypatch.setattr("brainscore_core.cli.differences.differences", missing)
    answer = brainscore("score", "half", "fifth", "-b", "Toy2020.A-one")
    assert answer.code == 0 and "0.625" in answer.out
    assert "scipy is not installed. pip install 'brainscore-core[statistics]'" in answer.err


@pytest.mark.parametrize("place", ["no/such/folder/file.json", "."])
def test_a_file_that_cannot_be_written_starts_nothing(toy, brainscore, place):
    answer = brainscore("score", "half", "fifth", "-b", "Toy2020.A-one", "--compare", place)
    assert (answer.code, answer.out) == (2, "")
