"""What the app adds to the command ``brainscore``: loaded when a command is not core's own."""

from collections.abc import Sequence
from pathlib import Path

import click

from brainscore_core.hooks import hookimpl


@hookimpl
def brainscore_commands() -> "Sequence[click.Command]":
    """``brainscore leaderboard``."""
    return [leaderboard]


@click.group(name="leaderboard")
def leaderboard() -> None:
    """A leaderboard of the database of scores."""


@leaderboard.command(name="build")
@click.argument("folder", metavar="DIR")
@click.option("--domain", default="vision", show_default=True)
@click.option("--at", metavar="DATE", help="As it was on that day.")
@click.option("--database", metavar="URL", help="Default: BRAINSCORE_DATABASE, else scores.db.")
def build(folder: str, domain: str, at: str | None, database: str | None) -> None:
    """Write it into DIR, which opens from disk, offline."""
    from bs_app_campaign.database import Database

    from .building import build as make

    told = make(Database(database), Path(folder), domain=domain, at=at)
    click.echo(
        f"{told['models']} models on {told['benchmarks']} benchmarks. Open: {Path(folder).absolute() / 'index.html'}"
    )
