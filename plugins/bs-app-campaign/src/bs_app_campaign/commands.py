"""What the app adds to the command ``brainscore``: loaded when a command is not core's own."""

from collections.abc import Sequence

import click

from brainscore_core.hooks import hookimpl


@hookimpl
def brainscore_commands() -> "Sequence[click.Command]":
    """``brainscore campaign``, ``brainscore reproduce``, ``brainscore results``."""
    from .campaign_command import campaign
    from .reproduce_command import reproduce
    from .results_command import results

    return [campaign, reproduce, results]
