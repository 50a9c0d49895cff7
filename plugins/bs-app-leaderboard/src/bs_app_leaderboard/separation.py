"""How well a benchmark tells models apart."""

from typing import Any

import numpy as np
from scipy.stats import rankdata

from bs_app_campaign.board import UNRANKED, Board

FEWEST = 4
"""Models of which a rank correlation says anything."""


def separations(board: Board) -> dict[str, dict[str, Any]]:
    """Benchmark -> how many models have a score, headroom below the ceiling, rank correlation with the others.

    All of it over the models that are ranked: a positive control has seen the answers, and an untrained network is
    nobody's hypothesis. What share of their pairs is told apart, :mod:`.paired` says.
    """
    names, rows = list(board.parents), [row for row in board.rows if not UNRANKED & set(row.flags)]
    values = np.full((len(names), len(rows)), np.nan)
    for column, row in enumerate(rows):
        for place, name in enumerate(names):
            entry = row.results.get(name)
            if entry is not None and entry.result.state == "ok" and entry.value is not None:
                values[place, column] = entry.value
    correlations = _correlations(values)
    return {
        name: _separation(values[place])
        | {"correlations": {names[other]: rho for other, rho in correlations[place].items()}}
        for place, name in enumerate(names)
    }


def _separation(values: np.ndarray) -> dict[str, Any]:
    scored = values[np.isfinite(values)]
    return {"models": len(scored), "headroom": float(1 - scored.max()) if len(scored) else None}


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
