"""Models side by side on each benchmark."""

from collections.abc import Callable

from brainscore_core.cli.output import echo_table, number
from brainscore_core.cli.report import Runs
from brainscore_core.run import Record

Row = tuple[Record, ...]
"""One benchmark's records, one a model."""


def echo_matrix(runs: Runs) -> None:
    """Two tables: scores (raw / ceiling), then the raw values of benchmarks that nothing honest normalises."""
    rows = list(zip(*runs.values(), strict=True))
    scores, raw = split(rows)
    _echo("score ± error", scores, list(runs), _score)
    print()
    _echo("raw ± error, not normalised", raw, list(runs), _raw)


def split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Benchmarks on which some model has a normalised score, and the others."""
    scores = [row for row in rows if any(record.score and record.score.value is not None for record in row)]
    return scores, [row for row in rows if row not in scores]


def _echo(title: str, rows: list[Row], models: list[str], cell: Callable[[Record], str]) -> None:
    if rows:
        echo_table([title, "ceiling", *models], [[row[0].benchmark, _ceiling(row), *map(cell, row)] for row in rows])


def _ceiling(row: Row) -> str:
    known = (record.score.ceiling for record in row if record.score and record.score.ceiling)
    return next((number(ceiling.value) for ceiling in known), "")


def _score(record: Record) -> str:
    return str(record.status) if record.score is None else number(record.score.value, record.score.error) or "null"


def _raw(record: Record) -> str:
    raw = record.score and record.score.raw
    return number(raw.value, raw.error) if raw else str(record.status)
