"""What need not be computed again."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brainscore_core.status import Status

from .schema import Benchmark, Score

SETTLED = (str(Status.OK), str(Status.UNSUPPORTED), str(Status.WITHHELD))
"""Statuses that another attempt with the same key would have again."""


def known_scores(session: Session, benchmark: str) -> dict[str, int]:
    """Score key -> latest row with it, of all scores of a benchmark."""
    found = (
        select(Score.key, func.max(Score.id))
        .join(Benchmark, Score.benchmark_id == Benchmark.id)
        .where(Benchmark.identifier == benchmark, Score.key.is_not(None), Score.status.in_(SETTLED))
        .group_by(Score.key)
    )
    return {key: id for key, id in session.execute(found) if key is not None}
