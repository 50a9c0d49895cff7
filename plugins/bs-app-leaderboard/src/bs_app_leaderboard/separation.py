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
    found: dict[int, dict[int, float]] = {place: {} for place in range(len(values))}
    for one in range(len(values) - 1):
        rhos = _spearman(values[one], values[one + 1 :])
        for other, rho in enumerate(rhos.tolist(), one + 1):
            if np.isfinite(rho):
                found[one][other] = found[other][one] = round(rho, 3)
    return found


def _spearman(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Rho of one row with each of the others; NaN where too few models have both, or all have one value."""
    common = np.isfinite(own) & np.isfinite(others)
    count = common.sum(1, keepdims=True)
    centred = []
    for side in (np.broadcast_to(own, others.shape), others):
        ranks = rankdata(np.where(common, side, np.inf), axis=1)  # what is missing lies behind, and moves no rank
        centred.append(np.where(common, ranks - (count + 1) / 2, 0))
    spread = np.sqrt((centred[0] ** 2).sum(1) * (centred[1] ** 2).sum(1))
    defined = (count[:, 0] >= FEWEST) & (spread > 0)
    return np.divide((centred[0] * centred[1]).sum(1), spread, out=np.full(len(others), np.nan), where=defined)
