"""What pairs of models are compared by: ranks, and what a page needs to compare any two models by the rule of core."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.linalg.lapack import dpstrf
from sqlalchemy.orm import Session

from brainscore_core.status import Status
from bs_app_campaign.board import UNRANKED, Board
from bs_app_campaign.covariance import Covariance, Shared, drawn, shared
from bs_app_campaign.ranking import Differences
from bs_app_campaign.standings import Standing

from .views import ALL, View, views

COORDINATES = 96
"""Numbers of a score that reach the folder: with up to as many models on a benchmark, errors of differences are exact;
with 300, where each carries noise of its own, typically within 2%."""
Errors = Mapping[str, float | None]
STEPS = 32767
"""A coordinate is a whole number of steps, in two signed bytes."""


@dataclass
class Paired:
    """Of all benchmarks.

    Parameters
    ----------
    ranks : mapping of benchmark to {model: (lowest, highest)}
        Of the models that are ranked.
    apart : mapping of benchmark to mapping
        ``pairs`` of ranked models that were tested, and the share ``pairs_told_apart`` of them, None where there are
        none.
    draws : mapping of model to {benchmark: what it is compared by}
    intervals : mapping of filter to list
        Of each model, in the order of the board, its (lowest, highest) rank under that filter, or None.
    board : list
        The same without a filter.
    """

    ranks: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    apart: dict[str, dict[str, Any]] = field(default_factory=dict)
    draws: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    intervals: dict[str, list[list[int] | None]] = field(default_factory=dict)
    board: list[list[int] | None] = field(default_factory=list)


def paired(session: Session, board: Board, lines: Sequence[Mapping[str, Any]]) -> Paired:
    """Read the draws of each benchmark once.

    Parameters
    ----------
    session : Session
    board : Board
    lines : sequence of mapping
        Benchmarks of the payload: those that are shown.
    """
    found, filters = Paired(), views(board, lines)
    left_out = {row.model for row in board.rows if UNRANKED & set(row.flags)}
    for column, line in enumerate(lines):
        name = line["id"]
        entries = {row.model: row.results[name] for row in board.rows if name in row.results}
        counted = {model: entry for model, entry in entries.items() if entry.result.state == "ok"}
        groups, errors = _shared(session, counted), {model: entry.error for model, entry in counted.items()}
        _on_benchmark(found, name, {m: entry for m, entry in counted.items() if m not in left_out}, errors, groups)
        for view in filters:
            _add(view, board, column, errors, groups)
        _pack(found, session, name, entries, groups)
    for view in filters:
        intervals = dict(zip(view.differences.models, view.differences.rank_intervals().tolist(), strict=True))
        found.intervals[view.key] = [intervals.get(row.model) for row in board.rows]
    found.board = found.intervals.pop(ALL)
    return found


def _shared(session: Session, entries: Mapping[str, Standing], quantity: str = "score") -> list[Shared]:
    return shared(drawn(session, {entry.score: model for model, entry in entries.items()}, quantity))


def _on_benchmark(
    found: Paired, name: str, entries: Mapping[str, Standing], errors: Errors, groups: Sequence[Shared]
) -> None:
    """Ranks on one benchmark, and how many pairs it tells apart."""
    values = {model: float(entry.value or 0) for model, entry in entries.items()}
    differences = Differences(values)
    differences.add(dict.fromkeys(values, 1.0), errors, groups)
    found.ranks[name] = dict(zip(values, differences.rank_intervals().tolist(), strict=True))
    apart, tests = differences.apart()
    found.apart[name] = {"pairs": tests, "pairs_told_apart": apart / tests if tests else None}


def _add(view: View, board: Board, column: int, errors: Errors, groups: Sequence[Shared]) -> None:
    ranked = set(view.differences.models)
    weights = {
        row.model: float(weight)
        for row, weight in zip(board.rows, view.weights[:, column], strict=True)
        if weight and row.model in ranked
    }
    if weights:
        view.differences.add(weights, errors, groups)


def _pack(found: Paired, session: Session, name: str, entries: Mapping[str, Standing], groups: list[Shared]) -> None:
    """What models are compared by on one benchmark: raw values where no two scores can be paired, as core does it."""
    raw = {}
    if not any(len(group.models) > 1 for group in groups):
        raw = {model: entry for model, entry in entries.items() if _has_raw(entry)}
        groups = _shared(session, raw, "raw")
    for group in groups:
        for model, of_model in packed(group).items():
            value = raw[model].raw if model in raw else entries[model].value
            of_model |= {"value": _digits(value), "quantity": "raw" if model in raw else "score"}
            found.draws.setdefault(model, {})[name] = of_model


def _has_raw(entry: Standing) -> bool:
    """Whether its raw value may be compared: not where the score was withheld, nor where it was selected."""
    scored = entry.status == Status.OK and (entry.value is None or entry.result.state == "ok")
    return scored and entry.raw is not None


def packed(group: Shared) -> dict[str, dict[str, Any]]:
    """Scores of equal draws as a page holds them: points whose squared distances are the variances of differences.

    The coordinates are those of a Cholesky factor with pivots (Higham 1990), of which as many columns are kept as reach
    the folder; what is left is taken as independent.

    Returns
    -------
    mapping of model to mapping
        ``drawn`` names the draws: scores with equal names are paired; ``stimuli`` and ``subjects`` how many were
        resampled (0: subjects are fixed); ``factors``: for each covariance of the group [size of a step, variance that
        is left, signed 16-bit steps in base 64].

    Notes
    -----
    Models of which too few draws are defined, alone or together with others, are left out.
    """
    factors = [_steps(*_points(covariance)) for covariance in group.covariances]
    found = {}
    for at, model in enumerate(group.models):
        of_model = [steps[at] for steps in factors]
        if all(step is not None for step in of_model):
            numbers = {"stimuli": group.stimuli, "subjects": group.subjects, "factors": of_model}
            found[model] = {"drawn": group.name[:12], **numbers}
    return found


def _points(covariance: Covariance) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates, shape (model, coordinate), and the variance that is left of each; NaN where it is not known."""
    both = covariance.both
    known = np.isfinite(np.diag(both))
    known &= np.isfinite(both[:, known]).all(1)
    points, left = np.full((len(both), min(COORDINATES, len(both))), np.nan), np.full(len(both), np.nan)
    if known.any():
        matrix = both[np.ix_(known, known)]
        factor, pivots, rank, _ = dpstrf(matrix, lower=1)
        columns = min(int(rank), COORDINATES)
        rows = np.zeros((len(matrix), points.shape[1]))
        rows[pivots - 1, :columns] = np.tril(factor)[:, :columns]
        points[known] = rows
        left[known] = np.maximum(np.diag(matrix) - (rows**2).sum(1), 0)
    return points, left


def _steps(points: np.ndarray, left: np.ndarray) -> list[list[Any] | None]:
    """Of each point the size of a step, the variance that is left, and steps in base 64; None where it is not known."""
    known = np.isfinite(left)
    points = np.where(known[:, None], points, 0)
    sizes = [float(f"{size:.6g}") or 1.0 for size in np.abs(points).max(1) / STEPS]
    steps = np.clip(np.round(points / np.array(sizes)[:, None]), -STEPS, STEPS).astype("<i2")
    return [
        [size, _digits(rest), b64encode(row.tobytes()).decode("ascii")] if sure else None
        for sure, size, rest, row in zip(known, sizes, left, steps, strict=True)
    ]


def _digits(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
