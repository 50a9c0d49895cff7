"""``brainscore doctor``: what is installed, broken, cached, reachable."""

from typing import Any

import click

from ..output import echo_json, size


@click.command(name="doctor")
@click.option("--no-network", is_flag=True, help="Do not ask whether hosts can be reached.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(no_network: bool, as_json: bool) -> int:
    """Show what is installed, broken, stored, reachable.

    Imports every plugin to see whether it can be. The exit code is 1 when something is broken.
    """
    from .. import checkup

    reach = checkup.reach(look=not no_network)
    found = [*checkup.problems(), *checkup.unusable_mirrors(reach["mirrors"])]
    storage = checkup.storage()
    report: dict[str, Any] = {
        "ok": not found and storage["writable"],
        "versions": checkup.versions(),
        "installed": checkup.installed(),
        "storage": storage,
        "reach": reach,
        "problems": [vars(problem) for problem in found],
    }
    if as_json:
        echo_json(report)
    else:
        _show(report)
    return int(not report["ok"])


def _show(report: dict[str, Any]) -> None:
    _section("versions", report["versions"])
    _section("installed", report["installed"])
    _section("storage", _storage(report["storage"]))
    reach = report["reach"]
    network = {"offline": "yes: BRAINSCORE_OFFLINE is set"} if reach["offline"] else {}
    _section("mirrors and hosts", network | reach["mirrors"] | reach["hosts"])
    if not report["problems"]:
        click.echo("problems: none")
        return
    click.echo(f"problems: {len(report['problems'])}")
    for problem in report["problems"]:
        click.echo(f"  {problem['distribution']} [{problem['code']}]")
        click.echo(f"    {problem['what']}")
        click.echo(f"    -> {problem['remedy']}")


def _storage(storage: dict[str, Any]) -> dict[str, str]:
    return {
        "home": f"{storage['home']}{'' if storage['writable'] else ' CANNOT BE WRITTEN: set BRAINSCORE_HOME'}",
        "data": f"{storage['data_files']} files, {size(storage['data_bytes'])}",
        "cache": f"{storage['cache_entries']} entries, {size(storage['cache_bytes'])}",
        "free": size(storage["free_bytes"]),
    }


def _section(title: str, rows: dict[str, Any]) -> None:
    if not rows:
        return
    click.echo(title)
    width = max(map(len, rows))
    for name, value in rows.items():
        click.echo(f"  {name:{width}}  {value}")
    click.echo()
