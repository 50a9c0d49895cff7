"""No pair is dropped, and a name is what was stored as a name."""

import json
from itertools import combinations, count

import numpy as np
import pytest

from brainscore_core.cli.shell import run
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import compare_scores, shared_draws
from bs_app_campaign.comparing import deltas
from bs_app_campaign.recording import benchmark_row, model_row, record


@pytest.fixture
def store(database):
    """Stores a score, with draws of a seed or none."""
    runs = count()
    rng = np.random.default_rng(0)

    def add(model, value, *, drawn=True, raw=None, version="1.0.0", benchmark="one", of=1):
        def draws(centre):
            return shared_draws(centre + rng.normal(0, 0.01, 200), np.arange(40)) if drawn else None

        part = None if raw is None else Score(raw, 0.1, draws=draws(raw))
        score = Score(value, 0.1, raw=part, draws=None if raw is not None else draws(value))
        with database.write() as session:
            found = {"identifier": model, "digest": f"{model} {version}", "distribution": "x", "version": version}
            task = {"identifier": benchmark, "version": of, "domain": "trouble", "parent": "easy"}
            rows = model_row(session, found), benchmark_row(session, task)
            record(session, f"run-{next(runs)}", *rows, {"status": "ok"}, score)
        return score

    return add


def compared(database, *models):
    with database.read() as session:
        return {(row["larger"], row["smaller"]): row for row in deltas(session, models)}


def test_a_model_that_shares_no_draws_is_compared_all_the_same(database, store):
    scores = {"a": store("a", 0.5), "b": store("b", 0.6)}
    store("c", 0.9, drawn=False)
    store("d", 0.1, drawn=False)
    found = compared(database, "a", "b", "c", "d")
    assert {frozenset(pair) for pair in found} == {frozenset(pair) for pair in combinations("abcd", 2)}
    (theirs,) = compare_scores(scores).to_dict()["pairs"]
    paired = found.pop(("b", "a"))
    assert paired["real"] == theirs["real"] == "yes" and paired["p_holm"] == theirs["p_holm"]
    assert {(row["real"], row["error"], row["p_holm"]) for row in found.values()} == {("not paired", None, None)}
    assert found["c", "a"]["difference"] == pytest.approx(0.4) and found["b", "d"]["difference"] == pytest.approx(0.5)


def test_what_is_compared_is_said(database, store):
    store("a", 0.5, raw=0.2)
    store("b", 0.4, raw=0.3)
    store("c", 0.9, drawn=False)
    found = compared(database, "a", "b", "c")
    assert found["b", "a"]["compared"] == "raw" and found["b", "a"]["difference"] == pytest.approx(0.1)
    assert found["c", "a"]["compared"] == "score" and found["c", "a"]["difference"] == pytest.approx(0.4)
    assert len(found) == 3


def test_versions_of_a_benchmark_are_told_apart(database, store):
    for of, better in ((1, 0.6), (2, 0.4)):
        store("a", 0.5, of=of)
        store("b", better, of=of)
    with database.read() as session:
        rows = deltas(session, ["a", "b"])
    assert [(row["benchmark"], row["version"], row["larger"]) for row in rows] == [("one", 1, "b"), ("one", 2, "a")]


def test_a_name_with_an_at_sign_is_a_name(database, store):
    store("vit@224", 0.5)
    store("vit@224", 0.7, version="2.0.0")
    store("vit", 0.6, version="224")
    assert set(compared(database, "vit@224", "vit")) == {("vit@224", "vit")}
    assert set(compared(database, "vit@224@1.0.0", "vit@224@2.0.0")) == {("vit@224@2.0.0", "vit@224@1.0.0")}
    with pytest.raises(InvalidParameter, match=r"'vit@384' has no score.*See `brainscore results history vit`"):
        compared(database, "vit@384", "vit")


def test_the_command_says_over_what_p_is_corrected(database, store, capsys):
    for model, value in (("a", 0.5), ("b", 0.6)):
        store(model, value)
    assert run(["results", "compare", "a", "b"]) == 0
    assert "corrected over the pairs of one benchmark, not over benchmarks" in capsys.readouterr().out
    assert run(["results", "compare", "a", "b", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["larger"] == "b" and row["compared"] == "score"
