"""What a campaign is doing, on standard error, and how far campaigns are."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from sqlalchemy import select

from brainscore_core.cli.output import echo_json, size, table

from . import schema
from .campaign import Campaign
from .database import Database
from .grid import Grid, duration
from .jobs import Job, Outcome

REFRESH_PER_S = 2
Told = tuple[Callable[[Campaign, Outcome, str], None], Callable[[Job, float], None]]


@contextmanager
def watching(campaign: Campaign, costs: Mapping[tuple[str, str], float], workers: int) -> "Iterator[Told]":
    """Yield what is told of attempts that end, and that begin: on a terminal a grid and the time left, else lines."""
    grid = Grid(campaign, costs, workers)
    if not sys.stderr.isatty():
        yield lambda _, outcome, status: click.echo(grid.line(outcome, status), err=True), grid.begun
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True)

    def picture() -> Any:
        return grid.render(*console.size)

    with Live(console=console, get_renderable=picture, refresh_per_second=REFRESH_PER_S):
        yield lambda _, outcome, status: grid.note(outcome.job.model, outcome.job.benchmark, status), grid.begun


def echo_status(campaign: Campaign, as_json: bool = False) -> None:
    """How many pairs have each status, and why those that have no score have none."""
    pairs = campaign.pairs()
    if as_json:
        fields = ("model", "benchmark", "status", "reason", "attempts", "score_id")
        echo_json([{name: getattr(pair, name) for name in fields} for pair in pairs])
        return
    counts = campaign.counts()
    click.echo(f"{campaign.name}: {', '.join(f'{count} {status}' for status, count in sorted(counts.items()))}")
    reasons: dict[tuple[str, str], list[schema.Pair]] = {}
    for pair in pairs:
        if pair.status not in ("ok", "pending"):
            reasons.setdefault((pair.status, pair.reason), []).append(pair)
    for (status, reason), found in reasons.items():
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        click.echo(f"{status}: {', '.join(f'{pair.model} on {pair.benchmark}' for pair in found[:3])}{more}")
        click.echo(f"    {reason}")
    if counts.get("pending"):
        click.echo(f"go on: brainscore campaign resume {campaign.name}")


def campaigns_table(database: Database, as_json: bool = False) -> None:
    """All campaigns of a database."""
    with database.read() as session:
        names = session.scalars(select(schema.Campaign).order_by(schema.Campaign.id)).all()
    found = [(row, Campaign(database, row.name).counts()) for row in names]
    if as_json:
        echo_json([{"name": r.name, "status": r.status, "created": r.created, "pairs": counts} for r, counts in found])
        return
    rows = [
        [row.name, row.status, row.created[:16].replace("T", " "), ", ".join(f"{n} {s}" for s, n in sorted(c.items()))]
        for row, c in found
    ]
    click.echo(table(["campaign", "status", "created (UTC)", "pairs"], rows) if rows else "no campaign yet")


def tell_estimate(
    database: Database,
    models: Sequence[str],
    benchmarks: Sequence[str],
    as_json: bool = False,
    *,
    seed: int = 0,
    workers: int = 1,
) -> None:
    """What models of a seed on benchmarks would take, with so many workers."""
    from .estimates import UNKNOWN_S, estimate

    pairs = [schema.Pair(id=0, model=model, benchmark=benchmark) for model in models for benchmark in benchmarks]
    with database.read() as session:
        found = estimate(session, pairs, seed=seed, workers=workers)
    if as_json:
        echo_json(asdict(found))
        return
    left = found.pairs - found.settled
    memory = "not measured yet" if found.memory_mb is None else f"{found.memory_mb:.0f} MB a pair at most so far"
    beside = "" if workers == 1 else f", {duration(found.elapsed)} with {workers} workers"
    click.echo(f"{found.pairs} pairs, {found.settled} of which have a score of these versions and this seed")
    click.echo(f"time: {duration(found.seconds)} for {left} pairs one after the other{beside}")
    click.echo(f"    {found.timed} on benchmarks that were timed before; the others count as {UNKNOWN_S:.0f} s each")
    click.echo(f"memory: {memory}")
    click.echo(f"download: {size(found.download)} of data that are not here; weights of models are not counted")
    click.echo(f"disk: {size(found.disk)}, of {size(found.free)} that are free")
