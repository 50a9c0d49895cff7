"""``brainscore prefer``: settle which distribution an identifier is taken from."""

import click

from ... import registry
from ..output import echo_json, echo_table


@click.command(name="prefer")
@click.argument("choice", required=False, metavar="[DIST::IDENTIFIER]")
@click.option("--forget", metavar="IDENTIFIER", help="Drop the choice for an identifier.")
@click.option("--json", "as_json", is_flag=True, help="Write the choices as JSON.")
def command(choice: str | None, forget: str | None, as_json: bool) -> None:
    """Choose between distributions.

    Remember which one an identifier is taken from, where several provide it.

    Without DIST::IDENTIFIER, show what was chosen.
    """
    if choice and forget:
        raise click.UsageError("choose or forget, not both")
    if choice:
        registry.prefer(choice)
    if forget:
        _forget(forget)
    chosen = registry.preferences()
    if as_json:
        echo_json(chosen)
    elif choice:
        distribution, _, identifier = choice.partition("::")
        click.echo(f"{identifier} is taken from {distribution} from now on")
    elif not forget:
        echo_table(["identifier", "distribution"], [list(row) for row in sorted(chosen.items())])


def _forget(identifier: str) -> None:
    if identifier not in registry.preferences():
        raise click.UsageError(f"there is no choice for {identifier!r}; `brainscore prefer` shows those there are")
    registry.forget(identifier)
    click.echo(f"the choice for {identifier} is forgotten", err=True)
