"""All attempts at all models, in one query."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bs_app_campaign.schema import Benchmark, Model, Score
from bs_app_campaign.standings import moment

COLUMNS = (Score.recorded, Score.value, Score.status, Benchmark.version)


def histories(session: Session, at: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """Model -> its attempts at public benchmarks, in the order in which they were stored.

    Parameters
    ----------
    session : Session
    at : str, optional
        A past day: what came later is left out.
    """
    asked = (
        select(Model.identifier, Benchmark.identifier, *COLUMNS)
        .join(Model, Score.model_id == Model.id)
        .join(Benchmark, Score.benchmark_id == Benchmark.id)
        .where(Benchmark.access == "public")
        .order_by(Score.id)
    )
    if at is not None:
        asked = asked.where(Score.recorded <= moment(at))
    found = defaultdict(list)
    for model, benchmark, recorded, value, status, version in session.execute(asked):
        line = {"recorded": recorded[:19], "benchmark": benchmark, "value": value, "status": status, "version": version}
        found[model].append(line)
    return dict(found)
