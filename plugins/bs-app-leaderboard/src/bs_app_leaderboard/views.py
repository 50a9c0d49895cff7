"""The averages that rank models under each single filter of the page, as sums of scores with known weights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bs_app_campaign.board import UNRANKED, Board
from bs_app_campaign.ranking import Differences

FACETS = ("region", "species", "task", "metric")
"""Of a benchmark, by which the page filters."""
ALL = ""
"""Key of the view that leaves nothing out."""


@dataclass
class View:
    """One filter.

    Parameters
    ----------
    key : str
        As ``region=V4``.
    weights : array, shape (model, benchmark)
    differences : Differences
        Of the models that are ranked and have an average.
    """

    key: str
    weights: np.ndarray
    differences: Differences


def views(board: Board, lines: Sequence[Mapping[str, Any]]) -> list[View]:
    """One without a filter, and one for each value of each, where it leaves something out; by default rule and policy.

    Parameters
    ----------
    board : Board
        By the default rule and policy.
    lines : sequence of mapping
        Benchmarks of the payload, with their ``id`` and what they are filtered by.
    """
    names = [line["id"] for line in lines]
    values = np.full((len(board.rows), len(names)), np.nan)
    before = np.zeros(values.shape, np.int8)
    for row, of in enumerate(board.rows):
        for column, name in enumerate(names):
            entry = of.results.get(name)
            if entry is not None and entry.result.state == "ok" and entry.value is not None:
                values[row, column] = entry.value
                before[row, column] = 0 if entry.prospective is None else 1 if entry.prospective else -1
    ranked = [not UNRANKED & set(row.flags) for row in board.rows]
    scored, found = np.isfinite(values), []
    for key, kept in _filters(lines, before):
        counts = scored & kept
        weights = _weights(board, names, counts, np.broadcast_to(kept, scored.shape).any(0))
        averages = (weights * np.where(counts, values, 0)).sum(1)
        chosen = {
            row.model: float(average)
            for row, average, one, has in zip(board.rows, averages, ranked, weights.any(1), strict=True)
            if one and has
        }
        found.append(View(key, weights, Differences(chosen)))
    return found


def _filters(lines: Sequence[Mapping[str, Any]], before: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """What each filter keeps, shape (benchmark,) or (model, benchmark)."""
    yield ALL, np.ones(len(lines), bool)
    for facet in FACETS:
        for value in sorted({line[facet] for line in lines if line[facet]}):
            kept = np.array([line[facet] == value for line in lines])
            if not kept.all():
                yield f"{facet}={value}", kept
    yield "when=prospective", before == 1
    yield "when=retrospective", before == -1


def _weights(board: Board, names: Sequence[str], counts: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """What each benchmark weighs in the average of each model, as :func:`bs_app_campaign.board.leaf_weights` says."""
    children = {name: [child for child, parent in board.tree.items() if parent == name] for name in board.tree}
    leaves = {name: [at for at, leaf in enumerate(names) if board.parents[leaf] == name] for name in board.tree}
    out = np.zeros(counts.shape)

    def below(node: str) -> list[int]:
        return leaves[node] + [at for child in children[node] for at in below(child)]

    def share(node: str, part: np.ndarray) -> None:
        has = {child: counts[:, below(child)].any(1) for child in children[node]}
        total = counts[:, leaves[node]].sum(1) + sum(has.values())
        each = part / np.maximum(total, 1)
        for leaf in leaves[node]:
            out[:, leaf] = np.where(counts[:, leaf], each, 0)
        for child, alive in has.items():
            share(child, np.where(alive, each, 0))

    roots = [board.node, *(name for name, parent in board.tree.items() if not parent)]
    top = next((name for name in roots if kept[below(name)].any()), None)
    if top is not None:
        share(top, np.ones(len(counts)))
    return out
