"""Models side by side on each benchmark."""

from brainscore_core.cli.output import echo_table, number
from brainscore_core.cli.report import Runs
from brainscore_core.run import Record


def echo_matrix(runs: Runs) -> None:
    """Two tables: scores (raw / ceiling), then the raw values of benchmarks that nothing honest normalises."""
    rows = list(zip(*runs.values(), strict=True))
    raw = [row for row in rows if all(_is_raw(record) for record in row if record.score) and any(r.score for r in row)]
    scores = [row for row in rows if row not in raw]
    _echo("score ± error", scores, list(runs), _score)
    if raw:
        print()
        _echo("raw ± error, not normalised", raw, list(runs), _raw)


def _echo(title, rows, models, cell) -> None:
    echo_table([title, "ceiling", *models], [[row[0].benchmark, _ceiling(row), *map(cell, row)] for row in rows])


def _is_raw(record: Record) -> bool:
    return record.score.value is None and record.score.raw is not None


def _ceiling(row: tuple[Record, ...]) -> str:
    known = (record.score.ceiling for record in row if record.score and record.score.ceiling)
    return next((number(ceiling.value) for ceiling in known), "")


def _score(record: Record) -> str:
    return str(record.status) if record.score is None else number(record.score.value, record.score.error) or "null"


def _raw(record: Record) -> str:
    return str(record.status) if record.score is None else number(record.score.raw.value, record.score.raw.error)
