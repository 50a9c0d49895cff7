"""What pairs of models are compared by: ranks on each benchmark, and draws small enough for a page."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from bs_app_campaign.board import UNRANKED, Board
from bs_app_campaign.ranking import Drawn, comparison, drawn
from bs_app_campaign.standings import Standing

DRAWS = 200
"""Draws of a score that reach the folder: the error of a difference is within 5% of that over all of them."""
STEPS = 127
"""A draw is a whole number of steps from the mean, in a signed byte."""


@dataclass
class Paired:
    """Of all benchmarks.

    Parameters
    ----------
    ranks : mapping of benchmark to {model: (lowest, highest)}
    draws : mapping of model to {benchmark: packed draws}
    """

    ranks: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    draws: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)


def paired(session: Session, board: Board, names: Sequence[str]) -> Paired:
    """Read the draws of each benchmark once.

    Parameters
    ----------
    session : Session
    board : Board
    names : sequence of str
        Benchmarks that are shown.
    """
    found = Paired()
    for name in names:
        entries = {row.model: row.results[name] for row in board.rows if _counts(row.results.get(name))}
        by_model = drawn(session, entries)
        for model, of_model in by_model.items():
            found.draws.setdefault(model, {})[name] = packed(of_model)
        left_out = {row.model for row in board.rows if UNRANKED & set(row.flags)}
        found.ranks[name] = _ranks({m: e for m, e in entries.items() if m not in left_out}, by_model)
    return found


def packed(of_model: Drawn) -> dict[str, Any]:
    """Draws of one score as a page holds them.

    Returns
    -------
    mapping
        ``drawn`` names what was resampled: scores with equal names share it; ``levels`` how many stimuli were;
        ``step`` the size of a step; ``steps`` signed bytes in base 64, as many as there are draws.
    """
    values = of_model.values[:DRAWS] - of_model.values[:DRAWS].mean()
    step = float(np.abs(values).max()) / STEPS
    steps = np.round(values / step if step else values).astype(np.int8)
    return {
        "drawn": of_model.name,
        "levels": of_model.levels,
        "step": float(f"{step:.5g}"),
        "steps": b64encode(steps.tobytes()).decode("ascii"),
    }


def _counts(entry: Standing | None) -> bool:
    return entry is not None and entry.result.state == "ok"


def _ranks(entries: Mapping[str, Standing], by_model: Mapping[str, Drawn]) -> dict[str, list[int]]:
    if len(entries) < 2:
        return {model: [1, 1] for model in entries}
    values = {model: float(entry.value or 0) for model, entry in entries.items()}
    draws = {model: by_model[model] for model in entries if model in by_model}
    intervals = comparison(values, [(dict.fromkeys(values, 1.0), entries, draws)]).rank_intervals()
    return dict(zip(values, intervals.tolist(), strict=True))
