"""How well a benchmark tells models apart."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from bs_app_campaign.board import Board

FEWEST = 4
"""Models of which a rank correlation says anything."""


def separations(board: Board) -> dict[str, dict[str, Any]]:
    """Benchmark -> share of pairs of models told apart, headroom below the ceiling, rank correlation with the others.

    Two models are told apart where their difference is more than 1.96 times its error, the two taken as independent:
    scores of one benchmark share its noise, so this is less than a paired test finds.
    """
    scores = {name: _scores(board, name) for name in board.parents}
    return {name: _separation(name, scores) for name in board.parents}


def _scores(board: Board, name: str) -> dict[str, tuple[float, float]]:
    found = {}
    for row in board.rows:
        entry = row.results.get(name)
        if entry is not None and entry.result.state == "ok" and entry.value is not None:
            found[row.model] = (entry.value, np.nan if entry.error is None else entry.error)
    return found


def _separation(name: str, scores: Mapping[str, Mapping[str, tuple[float, float]]]) -> dict[str, Any]:
    own = scores[name]
    values, errors = (np.array([entry[side] for entry in own.values()]) for side in (0, 1))
    upper = np.triu_indices(len(values), 1)
    difference = np.abs(values[:, None] - values)[upper]
    spread = np.sqrt(errors[:, None] ** 2 + errors**2)[upper]
    known = np.isfinite(spread)
    others = {other: _correlation(own, found) for other, found in scores.items() if other != name}
    return {
        "models": len(own),
        "pairs_told_apart": float((difference[known] > 1.96 * spread[known]).mean()) if known.any() else None,
        "headroom": float(1 - values.max()) if len(values) else None,
        "correlations": {other: found for other, found in others.items() if found is not None},
    }


def _correlation(own: Mapping[str, tuple[float, float]], other: Mapping[str, tuple[float, float]]) -> float | None:
    common = [model for model in own if model in other]
    if len(common) < FEWEST:
        return None
    rho = spearmanr([own[model][0] for model in common], [other[model][0] for model in common]).statistic
    return round(float(rho), 3) if np.isfinite(rho) else None
