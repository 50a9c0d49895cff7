"""``brainscore campaign``: run, resume, status, cancel."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from .campaign import Campaign
    from .database import Database

DATABASE = click.option("--database", metavar="URL", help="Default: BRAINSCORE_DATABASE, else scores.db.")
DAY_S = 86_400.0
HOW = (
    click.option(
        "--executor", "kind", default="local", show_default=True,
        help="inprocess (for debugging, without limits), local, dask, or a plugin's.",
    ),
    click.option("--workers", type=click.IntRange(min=1), help="At once; default: the number of processors."),
    click.option("--address", metavar="TCP", help="Of a Dask scheduler."),
    click.option(
        "--time", "seconds", type=click.FloatRange(min=0, min_open=True), default=DAY_S, show_default="86400, a day",
        help="Seconds a pair may take.",
    ),
    click.option(
        "--memory", "memory_mb", type=click.FloatRange(min=0, min_open=True), show_default="9/10 of its machine",
        help="MB a pair may take, with all that it starts.",
    ),
    click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="Of a pair."),
    click.option("--isolate", is_flag=True, help="Each pair in an environment of its own plugins, built by uv."),
    click.option("--json", "as_json", is_flag=True, help="As JSON."),
    DATABASE,
)  # fmt: skip


def opened(address: str | None, **how: Any) -> "Database":
    """The database of a command; its connections are given back when the command ends."""
    from .database import Database

    store = Database(address, **how)
    click.get_current_context().call_on_close(store.close)
    return store


def _how(function: Any) -> Any:
    for option in reversed(HOW):
        function = option(function)
    return function


@click.group(name="campaign")
def campaign() -> None:
    """Many models on many benchmarks, done until all is known."""


@campaign.command(name="run")
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option("--benchmark", "-b", "benchmarks", multiple=True, required=True, metavar="ID|GLOB", help="Repeatable.")
@click.option("--name", help="Default: the time.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the models' trials.")
@click.option("--device", help="As cpu or cuda; the model decides otherwise.")
@click.option("--batch-size", type=click.IntRange(min=1), help="The model decides otherwise.")
@click.option("--dry-run", is_flag=True, help="Say what it will take, and do nothing.")
@_how
def run(
    models: tuple[str, ...],
    benchmarks: tuple[str, ...],
    name: str | None,
    seed: int,
    device: str | None,
    batch_size: int | None,
    dry_run: bool,
    database: str | None,
    **how: Any,
) -> int:
    """Score MODELs on benchmarks; a name that is there already gets what it lacks."""
    from brainscore_core.cli.kinds import expand
    from brainscore_core.cli.shell import DONE

    from .campaign import Campaign
    from .progress import tell_estimate

    asked, tasks = expand("models", models), expand("benchmarks", benchmarks)
    store = opened(database)
    if dry_run:
        at_once = how["workers"] or (os.cpu_count() if how["kind"] == "local" else None) or 1
        tell_estimate(store, asked, tasks, how["as_json"], seed=seed, workers=at_once)
        return DONE
    settings = {"seed": seed, "device": device, "batch_size": batch_size}
    called = name or f"{datetime.now():%Y%m%d-%H%M%S-%f}"
    return _run(lambda: Campaign.create(store, called, asked, tasks, settings), how)


@campaign.command(name="resume")
@click.argument("name")
@click.option("--retry-failed", is_flag=True, help="Pairs that failed or were unavailable wait again.")
@_how
def resume(name: str, retry_failed: bool, database: str | None, **how: Any) -> int:
    """Go on with campaign NAME, also one that was cancelled."""
    from .campaign import Campaign

    found = Campaign(opened(database), name)

    def begin() -> Campaign:
        if again := found.retry("cancelled", *(("failed", "unavailable") if retry_failed else ())):
            click.echo(f"{again} pairs wait again", err=True)
        return found

    return _run(begin, how)


@campaign.command(name="status")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@DATABASE
def status(name: str | None, as_json: bool, database: str | None) -> None:
    """How far campaigns are; of one, also what failed and why."""
    from .progress import campaigns_table, echo_status

    store = opened(database)
    if name is None:
        campaigns_table(store, as_json)
    else:
        from .campaign import Campaign

        echo_status(Campaign(store, name), as_json)


@campaign.command(name="cancel")
@click.argument("name")
@DATABASE
def cancel(name: str, database: str | None) -> None:
    """Leave what waits; a run that is going on ends."""
    from .campaign import Campaign

    click.echo(f"{Campaign(opened(database), name).cancel()} pairs are left")


def _run(begin: "Callable[[], Campaign]", how: dict[str, Any]) -> int:
    """Begin, once there is somewhere to run: a wrong option leaves no campaign behind."""
    from brainscore_core.cli.shell import DONE, FAILED, INTERRUPTED

    from .executors import executor, refuse_unkept
    from .jobs import Limits
    from .progress import echo_status, watching

    options = {"workers": how["workers"], "address": how["address"]}
    chosen = executor(how["kind"], **{option: value for option, value in options.items() if value is not None})
    limits = Limits(how["seconds"], how["memory_mb"], how["threads"])
    try:
        refuse_unkept(chosen, limits, how["isolate"])
        found = begin()
        costs = {(task.model, task.benchmark): task.cost for task in _tasks(found, found.pairs("pending"))}
    except BaseException:
        chosen.close(kill=True)
        raise
    python = None
    if how["isolate"]:
        from .environments import interpreter

        python = interpreter

    try:
        with watching(found, costs, chosen.capacity) as (tell, begun):
            ordered = partial(_tasks, found)
            counts = found.run(chosen, limits=limits, python=python, tell=tell, begun=begun, tasks=ordered)
    except KeyboardInterrupt:
        left = found.counts().get("pending", 0)
        click.echo(f"interrupted: {left} pairs wait. Go on: brainscore campaign resume {found.name}", err=True)
        return INTERRUPTED
    echo_status(found, how["as_json"])
    return FAILED if counts.get("failed") else DONE


def _tasks(campaign: "Campaign", pairs: Any) -> Any:
    from .estimates import tasks

    return campaign.database.ask(lambda session: tasks(session, pairs))
