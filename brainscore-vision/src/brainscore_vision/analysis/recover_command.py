"""``brainscore recover``: which model a benchmark takes simulated neurons for, as tables."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .recovery import Recovery


@click.command(name="recover")
@click.argument("models", nargs=-1, required=True, metavar="MODEL[:LAYER,...]...")
@click.option("--benchmark", "-b", required=True, metavar="ID", help="One of neural predictivity, with repetitions.")
@click.option(
    "--readout",
    "readouts",
    multiple=True,
    type=click.Choice(["single", "mixed"]),
    help="A neuron is one unit, or ten mixed. Default: both, one after the other.",
)
@click.option("--repeats", type=click.IntRange(min=1), default=20, show_default=True, help="Of each candidate.")
@click.option("--neurons", type=click.IntRange(min=1), help="Default: as many as were recorded.")
@click.option(
    "--features",
    type=click.IntRange(min=1),
    help="Of every candidate. Default: what the smallest has, at most half the stimuli.",
)
@click.option(
    "--reduction",
    type=click.Choice(["projection", "subset"]),
    default="projection",
    show_default=True,
    help="How candidates come to that number.",
)
@click.option("--signal", type=click.FloatRange(min=0), default=1.0, show_default=True, help="0: noise alone.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--json", "file", metavar="FILE", help="Write the result to FILE, or to standard output with -.")
def recover(
    models: tuple[str, ...],
    benchmark: str,
    readouts: tuple[str, ...],
    repeats: int,
    neurons: int | None,
    features: int | None,
    reduction: str,
    signal: float,
    seed: int,
    file: str | None,
) -> None:
    """Simulate neurons from layers of MODELs, and see which candidate the benchmark takes them for.

    Their noise is that of the benchmark's recording. Without layers, all of a model's map are candidates. How often the
    truth is found says what the benchmark can tell apart; it is no pass mark.
    """
    from brainscore_core.cli.output import check_writable, echo_json, write_json_file

    from . import recovery
    from .recovery.simulation import READOUTS
    from .watching import watching

    path = Path(file) if file and file != "-" else None
    if path:
        check_writable(path)
    with watching():
        found = recovery.recover(
            benchmark,
            [candidate(text) for text in models],
            readouts=readouts or tuple(READOUTS),
            repeats=repeats,
            neurons=neurons,
            features=features,
            reduction=reduction,
            signal=signal,
            seed=seed,
        )
    if file == "-":
        echo_json(found.to_dict())
        return
    _echo(found)
    if path:
        write_json_file(path, found.to_dict())


def candidate(text: str) -> tuple[str, tuple[str, ...] | None]:
    """A model and its layers from ``MODEL:LAYER,LAYER``; of ``family:member`` the first colon is part of the name."""
    from brainscore_core import registry

    distribution, separator, plain = text.rpartition("::")
    parts = plain.split(":")
    words = 2 if parts[0] in {family.identifier for family in registry.families()} else 1
    model = distribution + separator + ":".join(parts[:words])
    return model, tuple(":".join(parts[words:]).split(",")) if parts[words:] else None


def _echo(found: "Recovery") -> None:
    from brainscore_core.cli.output import echo_table

    from .recovery.result import LEGEND

    click.echo(f"{found.benchmark}: {found.described()}")
    for readout in found.confusion:
        click.echo(f"\n{readout}: how often each did best")
        echo_table(found.headers(), found.rows(readout))
        click.echo(f"{LEGEND}\n{found.summary(readout)}")
