"""The demo's leaderboard: its scores in a database, and from there a folder that opens from disk."""

import os
from collections.abc import Sequence
from pathlib import Path

from brainscore_core.digests import digest_json
from brainscore_core.run import Record
from bs_app_campaign.database import Database
from bs_app_campaign.describing import described_benchmark, described_model, loaded
from bs_app_campaign.recording import Attempt, benchmark_row, model_row, record_all
from bs_app_leaderboard import build


def build_board(records: Sequence[Record]) -> Path:
    """Store the scores beside everything else of the demo, and build the board; the page to open.

    What is stored already, from an earlier run with the same outcome, is not stored twice.
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
        record_all(session, [_attempt(record, rows[record.model], rows[record.benchmark]) for record in records])
    build(database, home / "leaderboard")
    database.close()
    return home / "leaderboard" / "index.html"


def _names(records: Sequence[Record], side: str) -> list[str]:
    return list(dict.fromkeys(getattr(record, side) for record in records))


def _attempt(record: Record, model: object, benchmark: object) -> Attempt:
    told = record.to_dict()
    outcome = {name: told[name] for name in ("status", "reason", "seconds", "provenance")}
    same = {name: value for name, value in told.items() if name not in ("seconds", "provenance")}
    return Attempt(f"demo-{digest_json(same)}", model, benchmark, outcome, record.score)
