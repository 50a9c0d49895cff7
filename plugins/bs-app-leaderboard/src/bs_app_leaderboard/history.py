"""All attempts at all models, in one query."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bs_app_campaign.clock import last_row
from bs_app_campaign.schema import Benchmark, Model, Score

from .visibility import Pair

COLUMNS = (Score.recorded, Score.value, Score.status, Benchmark.version)


def histories(
    session: Session, rows: Collection[int], withheld: Collection[Pair], at: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Model -> its attempts, in the order in which they were stored.

    Parameters
    ----------
    session : Session
    rows : collection of int
        Of benchmarks that may be seen.
    withheld : collection of (model, benchmark)
        Pairs that were ever withheld: nothing is told of what they were before, or became in another version.
    at : str, optional
        A past day: what came later is left out.
    """
    asked = (
        select(Score.benchmark_id, Model.identifier, Benchmark.identifier, *COLUMNS)
        .join(Model, Score.model_id == Model.id)
        .join(Benchmark, Score.benchmark_id == Benchmark.id)
        .order_by(Score.id)
    )
    if at is not None:
        asked = asked.where(Score.id <= last_row(session, at))
    found = defaultdict(list)
    for row, model, benchmark, recorded, value, status, version in session.execute(asked):
        if row in rows and (model, benchmark) not in withheld:
            line = {"recorded": recorded[:19], "benchmark": benchmark, "value": value, "status": status}
            found[model].append(line | {"version": version})
    return dict(found)
