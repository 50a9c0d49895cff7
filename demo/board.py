"""The demo's leaderboard: its scores in a database, and from there a folder that opens from disk."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from brainscore_core.digests import digest_json
from brainscore_core.run import Record
from bs_app_campaign.database import Database
from bs_app_campaign.describing import described_benchmark, described_model, loaded
from bs_app_campaign.recording import Attempt, benchmark_row, model_row, record_all
from bs_app_campaign.schema import Benchmark, Model, Score
from bs_app_leaderboard import build


def build_board(records: Sequence[Record]) -> Path:
    """Store the scores beside everything else of the demo, and build the board; the page to open.

    A pair whose latest row has the same outcome is not stored again: another demo that found nothing new adds nothing,
    and one that found again what was there before the latest adds that.
    """
    home = Path(os.environ["BRAINSCORE_HOME"])
    database = Database(f"sqlite:///{home / 'scores.db'}")
    with database.write() as session:
        models = {name: described_model(name, loaded("model", name)) for name in _names(records, "model")}
        benchmarks = {
            name: described_benchmark(name, loaded("benchmark", name)) for name in _names(records, "benchmark")
        }
        rows = {name: model_row(session, found) for name, found in models.items()}
        rows |= {name: benchmark_row(session, found) for name, found in benchmarks.items()}
        found = [_attempt(record, rows[record.model], rows[record.benchmark]) for record in records]
        record_all(session, [attempt for attempt in found if not _is_latest(session, attempt)])
    build(database, home / "leaderboard")
    database.close()
    return home / "leaderboard" / "index.html"


def _names(records: Sequence[Record], side: str) -> list[str]:
    return list(dict.fromkeys(getattr(record, side) for record in records))


def _attempt(record: Record, model: Model, benchmark: Benchmark) -> Attempt:
    told = record.to_dict()
    outcome = {name: told[name] for name in ("status", "reason", "seconds", "provenance")}
    same = {name: value for name, value in told.items() if name not in ("seconds", "provenance")}
    return Attempt(f"demo-{digest_json(same)}-{secrets.token_hex(8)}", model, benchmark, outcome, record.score)


def _is_latest(session: Session, attempt: Attempt) -> bool:
    """Whether the latest row of a pair, in whatever versions, has this outcome in these versions."""
    asked = (
        select(Score.run, Score.model_id, Score.benchmark_id)
        .join(Model, Score.model_id == Model.id)
        .join(Benchmark, Score.benchmark_id == Benchmark.id)
        .where(Model.identifier == attempt.model.identifier, Benchmark.identifier == attempt.benchmark.identifier)
        .order_by(Score.id.desc())
        .limit(1)
    )
    run, *rows = session.execute(asked).one_or_none() or ("", None, None)
    same = run.rpartition("-")[0] if run.count("-") > 1 else run
    return rows == [attempt.model.id, attempt.benchmark.id] and same == attempt.run.rpartition("-")[0]
