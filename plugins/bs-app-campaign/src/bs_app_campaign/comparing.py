"""Models benchmark by benchmark: where they differ, and by how much; two versions of one model are two."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score as CoreScore
from brainscore_core.statistics.pairing import compare_scores
from brainscore_core.status import Status

from .recording import score_of
from .schema import Benchmark, Model, Score


def deltas(session: Session, models: Sequence[str]) -> list[dict[str, Any]]:
    """Every pair of models on every benchmark on which both have a score.

    Parameters
    ----------
    session : Session
    models : sequence of str
        Identifiers, or ``identifier@version`` of the package, or of the digest's first digits.

    Returns
    -------
    list of dict
        ``benchmark`` and its ``version``; ``larger`` and ``smaller``; what is ``compared``, ``score`` or ``raw``, with
        ``difference`` and ``error``; ``p_holm``, corrected over the pairs of this benchmark and not over benchmarks;
        and whether it is ``real``: ``not paired`` where two scores share no draws, so that no error of their
        difference is known.

    Raises
    ------
    InvalidParameter
        If fewer than two are named, or one was never scored.
    """
    if len(set(models)) < 2:
        raise InvalidParameter(
            f"models {list(models)}", expected="at least two different ones, or MODEL@VERSION twice",
            remedy="see `brainscore results table` for those that were scored",
        )  # fmt: skip
    found = {name: _latest(session, name) for name in models}
    rows = []
    for benchmark in sorted(set().union(*found.values())):
        scores = {name: entries[benchmark] for name, entries in found.items() if benchmark in entries}
        if len(scores) > 1:
            rows += _pairs(*benchmark, scores)
    return rows


def _latest(session: Session, name: str) -> dict[tuple[str, int], CoreScore]:
    """The latest score of a model on each benchmark in each version."""
    identifier, version = _named(session, name)
    asked = (
        select(Score, Benchmark)
        .join(Model, Score.model_id == Model.id)
        .join(Benchmark, Score.benchmark_id == Benchmark.id)
        .where(Model.identifier == identifier, Score.status == str(Status.OK))
        .order_by(Score.id)
    )
    if version:
        asked = asked.where((Model.version == version) | Model.digest.startswith(version, autoescape=True))
    rows = {(task.identifier, task.version): score for score, task in session.execute(asked)}
    if not rows:
        raise InvalidParameter(
            f"{name!r} has no score", expected="a model that was scored, or MODEL@VERSION",
            remedy=f"see `brainscore results history {identifier}`",
        )  # fmt: skip
    return {key: score_of(session, row) for key, row in rows.items()}


def _named(session: Session, name: str) -> tuple[str, str]:
    """Identifier, and the version that is asked for; a model may have an ``@`` in its name."""
    if session.scalar(select(Model.id).where(Model.identifier == name).limit(1)) is not None:
        return name, ""
    identifier, at, version = name.rpartition("@")
    return (identifier, version) if at else (name, "")


def _pairs(benchmark: str, version: int, scores: dict[str, CoreScore]) -> list[dict[str, Any]]:
    """Those that share their draws, and then the others."""
    compared = compare_scores(scores).to_dict()
    pairs = [pair | {"compared": compared["compared"]} for pair in compared["pairs"]]
    done = {frozenset(pair["models"]) for pair in pairs}
    names = [name for name in scores if scores[name].value is not None]
    pairs += [
        {"models": [one, other], "difference": float(scores[one]) - float(scores[other])}
        | {"error": None, "p_holm": None, "real": "not paired", "compared": "score"}
        for one, other in combinations(names, 2)
        if {one, other} not in done
    ]
    return [_signed(benchmark, version, pair) for pair in pairs]


def _signed(benchmark: str, version: int, pair: dict[str, Any]) -> dict[str, Any]:
    """With the larger first."""
    one, other = pair["models"]
    if pair["difference"] < 0:
        one, other = other, one
    kept = {name: pair[name] for name in ("error", "p_holm", "real", "compared")}
    larger = {"larger": one, "smaller": other, "difference": abs(pair["difference"])}
    return {"benchmark": benchmark, "version": version, **larger, **kept}
