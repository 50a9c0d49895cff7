"""How well a benchmark tells models apart."""

from typing import Any

import numpy as np
from scipy.stats import rankdata

from bs_app_campaign.board import Board

FEWEST = 4
"""Models of which a rank correlation says anything."""


def separations(board: Board) -> dict[str, dict[str, Any]]:
    """Benchmark -> share of pairs of models told apart, headroom below the ceiling, rank correlation with the others.

    Two models are told apart where their difference is more than 1.96 times its error, the two taken as independent:
    scores of one benchmark share its noise, so this is less than a paired test finds.
    """
    names = list(board.parents)
    values, errors = np.full((2, len(names), len(board.rows)), np.nan)
    for column, row in enumerate(board.rows):
        for place, name in enumerate(names):
            entry = row.results.get(name)
            if entry is not None and entry.result.state == "ok" and entry.value is not None:
                values[place, column] = entry.value
                errors[place, column] = np.nan if entry.error is None else entry.error
    correlations = _correlations(values)
    return {
        name: _separation(values[place], errors[place])
        | {"correlations": {names[other]: rho for other, rho in correlations[place].items()}}
        for place, name in enumerate(names)
    }


def _separation(values: np.ndarray, errors: np.ndarray) -> dict[str, Any]:
    scored = np.isfinite(values)
    values, errors = values[scored], errors[scored]
    upper = np.triu_indices(len(values), 1)
    difference = np.abs(values[:, None] - values)[upper]
    spread = np.sqrt(errors[:, None] ** 2 + errors**2)[upper]
    known = np.isfinite(spread)
    return {
        "models": len(values),
        "pairs_told_apart": float((difference[known] > 1.96 * spread[known]).mean()) if known.any() else None,
        "headroom": float(1 - values.max()) if len(values) else None,
    }


def _correlations(values: np.ndarray) -> dict[int, dict[int, float]]:
    """Spearman's rho of each two rows over the models that both have, shape of values (benchmark, model)."""
    scored = np.isfinite(values)
    found: dict[int, dict[int, float]] = {place: {} for place in range(len(values))}
    for one in range(len(values)):
        for other in range(one + 1, len(values)):
            rho = _spearman(values[[one, other]][:, scored[one] & scored[other]])
            if rho is not None:
                found[one][other] = found[other][one] = rho
    return found


def _spearman(pair: np.ndarray) -> float | None:
    if pair.shape[1] < FEWEST:
        return None
    ranks = rankdata(pair, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    spread = np.sqrt((ranks**2).sum(axis=1)).prod()
    return round(float(ranks[0] @ ranks[1] / spread), 3) if spread > 0 else None
