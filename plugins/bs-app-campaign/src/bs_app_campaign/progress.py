"""What a campaign is doing, on standard error, and how far campaigns are."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy import select

from brainscore_core.cli.output import echo_json, table

from . import schema
from .campaign import Campaign
from .database import Database
from .jobs import Outcome

GLYPHS = {"ok": "●", "unsupported": "○", "unavailable": "◌", "failed": "✗", "cancelled": "–", "pending": "·"}
SHOWN = 30
"""Models whose rows fit a screen; of more, only the last that changed are shown."""


@contextmanager
def watching(campaign: Campaign) -> "Iterator[Callable[[Campaign, Outcome, str], None]]":
    """Yield what is told each attempt: a grid of models x benchmarks and the time left; silent where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.live import Live

    grid = Grid(campaign)
    with Live(grid.render(), console=Console(stderr=True), refresh_per_second=4) as live:

        def tell(_: Campaign, outcome: Outcome, status: str) -> None:
            grid.note(outcome.job.model, outcome.job.benchmark, status)
            live.update(grid.render())

        yield tell


class Grid:
    """Models x benchmarks, a sign a pair."""

    def __init__(self, campaign: Campaign):
        self.name, self.began, self.done = campaign.name, time.monotonic(), 0
        self.states: dict[str, dict[str, str]] = {}
        for pair in campaign.pairs():
            self.states.setdefault(pair.model, {})[pair.benchmark] = pair.status

    def note(self, model: str, benchmark: str, status: str) -> None:
        """A pair has another status."""
        row = self.states.pop(model)
        self.states[model] = row | {benchmark: status}
        self.done += status != "pending"

    def render(self) -> Any:
        """The grid, the counts, the time left."""
        from rich.text import Text

        rows = list(self.states.items())[-SHOWN:]
        width = max((len(model) for model, _ in rows), default=0)
        lines = [f"{model:{width}} {''.join(GLYPHS.get(s, '?') for s in row.values())}" for model, row in rows]
        states = [state for row in self.states.values() for state in row.values()]
        left = states.count("pending")
        pace = (time.monotonic() - self.began) / self.done if self.done else None
        remaining = "" if pace is None else f", about {pace * left / 60:.0f} min left"
        lines.append(f"{self.name}: {len(states) - left} of {len(states)} pairs{remaining}")
        return Text("\n".join(lines))


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
