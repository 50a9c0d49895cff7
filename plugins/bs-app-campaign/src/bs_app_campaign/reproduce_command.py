"""``brainscore reproduce``: whether the number still is the number."""

from dataclasses import asdict

import click

from .campaign_command import DATABASE


@click.command(name="reproduce")
@click.argument("record")
@click.option("--here", is_flag=True, help="With what is installed, whatever its versions are.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@DATABASE
def reproduce(record: str, here: bool, as_json: bool, database: str | None) -> int:
    """Attempt RECORD again in an environment of the versions that it names, and say what differs.

    RECORD is the number of a row that `brainscore results history` shows, or FILE[:N] of `brainscore score --json`.
    """
    from brainscore_core.cli.output import echo_json, table
    from brainscore_core.cli.shell import DONE, FAILED

    from .reproducing import record_of, reproduce

    found = reproduce(record_of(record, database), isolate=not here)
    if as_json:
        echo_json([asdict(entry) | {"same": entry.same} for entry in found])
        return DONE if all(entry.same for entry in found) else FAILED
    rows = [[entry.name, _cell(entry.then), _cell(entry.now), "same" if entry.same else "differs"] for entry in found]
    click.echo(table(["", "then", "now", ""], rows))
    return DONE if all(entry.same for entry in found) else FAILED


def _cell(value: object) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)
