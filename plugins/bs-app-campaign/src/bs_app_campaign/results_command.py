"""``brainscore results``: the table, its history, two versions of a model beside each other, files."""

from pathlib import Path
from typing import Any

import click

from .campaign_command import DATABASE, opened

COMPARED = "p_holm is corrected over the pairs of one benchmark, not over benchmarks"


class RuleType(click.ParamType):
    """One of the rules, or a file of weights."""

    name = "rule"

    def convert(self, value: Any, _param: click.Parameter | None, _context: click.Context | None) -> Any:
        """The word, or the weighting that the file describes."""
        from brainscore_core.errors import InvalidParameter
        from brainscore_core.tree import RULES

        from .weighting import read_weighting

        if value in RULES or not isinstance(value, str):
            return value
        if not value.endswith(".toml"):
            raise InvalidParameter(
                f"no rule {value!r}", expected=f"{', '.join(RULES)}, or a file of weights that ends in .toml",
                remedy="leave it out for hierarchical",
            )  # fmt: skip
        return read_weighting(Path(value))


WHAT = (
    click.option("--domain", default="vision", show_default=True),
    click.option("--node", default="", metavar="NAME", help="That ranks; default: the root of the tree."),
    click.option(
        "--rule", type=RuleType(), default="hierarchical", show_default=True, metavar="RULE|FILE.toml",
        help="hierarchical, flat, min, or a file with a name and weights of nodes.",
    ),
    click.option(
        "--policy", type=click.Choice(["available", "strict", "zero"]), default="available", show_default=True,
        help="What becomes of benchmarks without a value.",
    ),
    click.option("--at", metavar="DATE", help="As the table was on that day."),
    click.option("--benchmark", "-b", "benchmarks", multiple=True, metavar="ID", help="Only these. Repeatable."),
    click.option("--prospective", "when", flag_value="prospective", help="Only models frozen before the benchmark."),
    click.option("--retrospective", "when", flag_value="retrospective", help="Only the others."),
    DATABASE,
)  # fmt: skip


def _what(function: Any) -> Any:
    for option in reversed(WHAT):
        function = option(function)
    return function


def _board(database: str | None, benchmarks: tuple[str, ...], **what: Any) -> Any:
    from .board import board

    with opened(database, create=False).read() as session:
        return board(session, benchmarks=benchmarks or None, **what)


@click.group(name="results")
def results() -> None:
    """What is known of all models, now or on any day."""


@results.command(name="table")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@_what
def table(as_json: bool, database: str | None, benchmarks: tuple[str, ...], **what: Any) -> None:
    """Models by rank, with the value of each node of the tree."""
    from brainscore_core.cli.output import echo_json

    from .tables import as_dict, as_text

    found = _board(database, benchmarks, **what)
    if as_json:
        echo_json(as_dict(found))
    else:
        click.echo(as_text(found))


@results.command(name="history")
@click.argument("model")
@click.argument("benchmark", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@DATABASE
def history(model: str, benchmark: str | None, as_json: bool, database: str | None) -> None:
    """Every attempt at MODEL, in the order in which they were stored."""
    from brainscore_core.cli import output

    from .tables import attempts

    with opened(database, create=False).read() as session:
        rows = attempts(session, model, benchmark)
    if as_json:
        output.echo_json(rows)
        return
    names = ("id", "recorded", "benchmark", "model_version", "benchmark_version", "status", "value", "reason")
    cells = [[_cell(row[name]) for name in names] for row in rows]
    header = ["record", *names[1:]]
    click.echo(output.table(header, cells, output.terminal_width()) if rows else f"nothing is known of {model}")


@results.command(name="compare")
@click.argument("models", nargs=-1, required=True, metavar="MODEL MODEL...")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@DATABASE
def compare(models: tuple[str, ...], as_json: bool, database: str | None) -> None:
    """Which MODELs differ, benchmark by benchmark, paired where scores share their draws.

    ``MODEL@VERSION`` is a model in the version of its package; two versions of one model show what a change did.
    p is corrected over the pairs of one benchmark (Holm), not over benchmarks.
    """
    from brainscore_core.cli import output

    from .comparing import deltas

    with opened(database, create=False).read() as session:
        rows = deltas(session, models)
    if as_json:
        output.echo_json(rows)
        return
    if not rows:
        click.echo("no benchmark has scores of two")
        return
    names = ("benchmark", "larger", "smaller", "compared", "difference", "error", "p_holm", "real")
    cells = [[_cell(row[name]) for name in names] for row in rows]
    click.echo(output.table(list(names), cells, output.terminal_width()))
    click.echo(COMPARED)


@results.command(name="export")
@click.argument("file", metavar="FILE")
@_what
def export(file: str, database: str | None, benchmarks: tuple[str, ...], **what: Any) -> None:
    """Write every score that counts, and the value and rank of each node, to FILE: .csv, .json or .parquet."""
    from brainscore_core.cli.output import check_writable

    from .tables import write

    path = Path(file)
    check_writable(path)
    click.echo(f"{write(_board(database, benchmarks, **what), path)} scores written to {path}", err=True)


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
