"""What the app adds to the command ``brainscore``: loaded when a command is not core's own."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

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
@click.option(
    "--samples/--no-samples",
    default=True,
    show_default=True,
    help="Show some stimuli of installed benchmarks, where the licence lets everybody hand them out and the files are"
    " on this machine. Nothing is downloaded.",
)
def build(folder: str, domain: str, at: str | None, database: str | None, samples: bool) -> None:
    """Write it into DIR, which opens from disk, offline."""
    from bs_app_campaign.database import Database

    from .building import build as make

    with closing(Database(database, create=False)) as opened:
        told = make(opened, Path(folder), domain=domain, at=at, samples=samples)
    click.echo(
        f"{told['models']} models on {told['benchmarks']} benchmarks. Open: {Path(folder).absolute() / 'index.html'}"
    )
    if samples:
        click.echo(_samples(told))


def _samples(told: Mapping[str, Any]) -> str:
    """How many benchmarks show samples, and why the others do not, the commonest reason first."""
    text = (
        f"Sample stimuli of {told['samples']} of {told['benchmarks']} benchmarks, {told['sample_bytes'] / 1000:.0f} kB"
    )
    reasons = sorted(told["without"].items(), key=lambda entry: (-entry[1], entry[0]))
    return text + "".join(f"; {count} {reason}" for reason, count in reasons) + "."


@leaderboard.command(name="serve")
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--domain", default="vision", show_default=True)
@click.option("--database", metavar="URL", help="Default: BRAINSCORE_DATABASE, else scores.db.")
def serve(folder: str | None, host: str, port: int, domain: str, database: str | None) -> None:
    """Serve DIR and its JSON; without DIR, a leaderboard that is built first and goes afterwards."""
    import tempfile

    from brainscore_core.errors import InvalidParameter
    from bs_app_campaign.database import Database

    from .building import build as make

    try:
        from .serving import serve as run
    except ImportError as error:
        raise InvalidParameter(
            "serving needs starlette and uvicorn", expected="both installed",
            remedy="pip install 'bs-app-leaderboard[serve]', or open index.html of a folder that was built",
        ) from error  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="leaderboard-") as temporary:
        place = Path(folder) if folder else Path(temporary) / "board"
        if not folder:
            with closing(Database(database, create=False)) as opened:
                make(opened, place, domain=domain)
        click.echo(f"http://{host}:{port}/  JSON: /api/board, /api/models/ID, /api/benchmarks/ID. Stop with Ctrl-C.")
        run(place, host, port)
