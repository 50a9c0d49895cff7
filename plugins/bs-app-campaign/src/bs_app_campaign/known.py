"""What need not be computed again."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brainscore_core.status import Status

from .jobs import bare
from .schema import Benchmark, Model, Score

SETTLED = (str(Status.OK), str(Status.UNSUPPORTED), str(Status.WITHHELD))
"""Statuses that another attempt with the same key would have again."""


def known_scores(session: Session, model: str, benchmark: str) -> dict[str, int]:
    """Score key -> latest row with it, of all scores of a pair.

    A model with the content of another but a name of its own is scored under its name: tables go by names.
    """
    found = (
        select(Score.key, func.max(Score.id))
        .join(Model, Score.model_id == Model.id)
        .join(Benchmark, Score.benchmark_id == Benchmark.id)
        .where(Model.identifier == bare(model), Benchmark.identifier == bare(benchmark))
        .where(Score.key.is_not(None), Score.status.in_(SETTLED))
        .group_by(Score.key)
    )
    return {key: id for key, id in session.execute(found) if key is not None}
