"""What the database says afterwards, counted: no score lost, none twice, none wrong."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import select, text

from bs_app_campaign import schema
from bs_app_campaign.clock import moment


@dataclass
class Audit:
    """What is wrong with a database."""

    scores: int = 0
    lost: list = field(default_factory=list)
    twice: list = field(default_factory=list)
    wrong: list = field(default_factory=list)

    @property
    def clean(self):
        return not (self.lost or self.twice or self.wrong)


def value_of(model, version=1):
    """As the model and the benchmark compute it, in that order: it must be the same to the last digit."""
    return (float(sum(map(ord, model)) % 97) / 97) * version


def audit_campaign(database, asked, told, statuses=("ok",)):
    """Every pair of `asked` has one of `statuses` and one score that is right; every attempt `told` of is there."""
    found = Audit()
    with database.read() as session:
        rows = session.execute(
            select(schema.Score, schema.Model, schema.Benchmark)
            .join(schema.Model, schema.Score.model_id == schema.Model.id)
            .join(schema.Benchmark, schema.Score.benchmark_id == schema.Benchmark.id)
        ).all()
        pairs = {(pair.model, pair.benchmark): pair for pair in session.scalars(select(schema.Pair))}
        whole(session, found)
    scored = Counter()
    for score, model, benchmark in rows:
        if score.status == "ok":
            found.scores += 1
            scored[model.identifier, benchmark.identifier, benchmark.version] += 1
            if score.value != value_of(model.identifier, benchmark.version) or score.error != 0.1:
                found.wrong.append((model.identifier, benchmark.identifier, score.value))
        elif score.value is not None or not score.reason:
            found.wrong.append((model.identifier, benchmark.identifier, score.status))
    by_id = {score.id: (score.status, model.identifier, benchmark.identifier) for score, model, benchmark in rows}
    for model, benchmark in asked:
        pair = pairs.get((model, benchmark))
        if pair is None or pair.status not in statuses or pair.score_id is None:
            found.lost.append((model, benchmark, pair and pair.status))
        elif by_id[pair.score_id] != (pair.status, model, benchmark):
            found.wrong.append((model, benchmark, by_id[pair.score_id]))
    runs = {score.run for score, _, _ in rows}
    found.lost += [(run, status) for run, status in told if status in ("ok", "failed") and run not in runs]
    found.twice += [pair for pair, count in scored.items() if count > 1]
    found.wrong += [score.recorded for score, _, _ in rows if moment(score.recorded) != score.recorded]
    return found


def audit_records(database, seed, expected, told):
    """Every record of `drive.py record` is there once with its draws, and those told of are."""
    found = Audit()
    with database.read() as session:
        rows = session.scalars(select(schema.Score)).all()
        draws = {row.score_id: row.values for row in session.scalars(select(schema.Draws))}
        models = session.scalars(select(schema.Model.identifier)).all()
        whole(session, found)
    counts = Counter(row.run for row in rows)
    found.scores = len(counts)
    found.lost += [run for run, _ in told if run not in counts]
    found.lost += [run for number in expected if (run := f"run-{number}") not in counts]
    found.twice += [run for run, count in counts.items() if count > 1]
    found.twice += [name for name, count in Counter(models).items() if count > 1]
    for row in rows:
        values = np.random.default_rng([seed, int(row.run.split("-")[1])]).normal(size=50)
        if row.value != float(values.mean()) or draws.get(row.id) != values.astype("<f8").tobytes():
            found.wrong.append(row.run)
    return found


def whole(session, found):
    """What SQLite itself says of its file."""
    if session.get_bind().dialect.name == "sqlite":
        said = session.scalar(text("PRAGMA integrity_check"))
        broken = session.execute(text("PRAGMA foreign_key_check")).all()
        if said != "ok" or broken:
            found.wrong.append((said, broken))
