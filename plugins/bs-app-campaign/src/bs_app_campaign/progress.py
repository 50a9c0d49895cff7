"""What a campaign is doing, on standard error, and how far campaigns are."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from sqlalchemy import select

from brainscore_core.cli.output import echo_json, size, table

from . import schema
from .campaign import Campaign
from .database import Database
from .jobs import Outcome

GLYPHS = {
    "ok": "●",
    "unsupported": "○",
    "unavailable": "◌",
    "failed": "✗",
    "withheld": "◍",
    "cancelled": "–",
    "pending": "·",
}
REFRESH_S = 0.25
SHOWN = 30
"""Models whose rows fit a screen; of more, only the last that changed are shown."""


@contextmanager
def watching(campaign: Campaign) -> "Iterator[Callable[[Campaign, Outcome, str], None]]":
    """Yield what is told each attempt: on a terminal a grid of models x benchmarks and the time left, else lines."""
    grid = Grid(campaign)
    if not sys.stderr.isatty():
        yield lambda _, outcome, status: click.echo(grid.line(outcome, status), err=True)
        return
    from rich.console import Console
    from rich.live import Live

    with Live(grid.render(), console=Console(stderr=True), auto_refresh=False) as live:
        shown = time.monotonic()

        def tell(_: Campaign, outcome: Outcome, status: str) -> None:
            nonlocal shown
            grid.note(outcome.job.model, outcome.job.benchmark, status)
            if time.monotonic() - shown > REFRESH_S:
                live.update(grid.render(), refresh=True)
                shown = time.monotonic()

        yield tell
        live.update(grid.render(), refresh=True)


class Grid:
    """Models x benchmarks, a sign a pair."""

    def __init__(self, campaign: Campaign):
        self.name, self.began, self.done = campaign.name, time.monotonic(), 0
        self.states: dict[str, dict[str, str]] = {}
        pairs = campaign.pairs()
        self.total, self.left = len(pairs), 0
        for pair in pairs:
            self.states.setdefault(pair.model, {})[pair.benchmark] = pair.status
            self.left += pair.status == "pending"

    def note(self, model: str, benchmark: str, status: str) -> None:
        """A pair has another status."""
        row = self.states.pop(model, {})
        self.left += (status == "pending") - (row.get(benchmark) == "pending")
        row[benchmark] = status
        self.states[model] = row
        self.done += status != "pending"

    def line(self, outcome: Outcome, status: str) -> str:
        """What is printed of an attempt where there is no terminal."""
        self.note(outcome.job.model, outcome.job.benchmark, status)
        what = f"{status}, attempted again" if status == "pending" else status
        detail = f" ({outcome.detail})" if outcome.detail else ""
        return f"{outcome.job.model} on {outcome.job.benchmark}: {what}{detail}; {self.progress()}"

    def progress(self) -> str:
        """The counts, and the time left at the pace so far."""
        pace = (time.monotonic() - self.began) / self.done if self.done else None
        remaining = "" if pace is None or not self.left else f", about {_duration(pace * self.left)} left"
        return f"{self.total - self.left} of {self.total} pairs{remaining}"

    def render(self) -> Any:
        """The grid, the counts, the time left."""
        from rich.text import Text

        rows = list(self.states.items())[-SHOWN:]
        width = max((len(model) for model, _ in rows), default=0)
        lines = [f"{model:{width}} {''.join(GLYPHS.get(s, '?') for s in row.values())}" for model, row in rows]
        return Text("\n".join([*lines, f"{self.name}: {self.progress()}"]))


def _duration(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 90
        else f"{seconds / 60:.0f} min"
        if seconds < 5400
        else f"{seconds / 3600:.1f} h"
    )


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


def tell_estimate(database: Database, models: Sequence[str], benchmarks: Sequence[str], as_json: bool = False) -> None:
    """What models on benchmarks would take."""
    from .estimates import UNKNOWN_S, estimate

    pairs = [schema.Pair(id=0, model=model, benchmark=benchmark) for model in models for benchmark in benchmarks]
    with database.read() as session:
        found = estimate(session, pairs)
    if as_json:
        echo_json(asdict(found))
        return
    left = found.pairs - found.settled
    memory = "not measured yet" if found.memory_mb is None else f"{found.memory_mb:.0f} MB a pair at most so far"
    click.echo(f"{found.pairs} pairs, {found.settled} of which have a score of these versions")
    click.echo(f"time: {_duration(found.seconds)} for {left} pairs one after the other")
    click.echo(f"    {found.timed} on benchmarks that were timed before; the others count as {UNKNOWN_S:.0f} s each")
    click.echo(f"memory: {memory}")
    click.echo(f"download: {size(found.download)} of data that are not here; weights of models are not counted")
    click.echo(f"disk: {size(found.disk)}, of {size(found.free)} that are free")
