"""What vision adds to the command ``brainscore``: loaded when a command is not core's own."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brainscore_core.hooks import hookimpl

if TYPE_CHECKING:
    from .commitments.selection import LayerSelection


@hookimpl
def brainscore_commands() -> "Sequence[click.Command]":
    """``brainscore commit``, ``layer-curve``, ``layers``, ``recover`` and ``time-curve``."""
    from .analysis.layer_curve_command import layer_curve
    from .analysis.recover_command import recover
    from .analysis.time_curve_command import time_curve
    from .layers_command import layers

    return [commit, layer_curve, layers, recover, time_curve]


@click.command(name="commit")
@click.argument("model")
@click.option(
    "--benchmark", "-b", "benchmarks", multiple=True, required=True, metavar="ID|GLOB", help="One a region. Repeatable."
)
@click.option("--layer", "-l", "layers", multiple=True, metavar="NAME", help="Candidates; default: the model's map.")
@click.option("--folds", type=click.IntRange(min=2), default=5, show_default=True, help="Outer folds of stimuli.")
@click.option("--output", "-o", metavar="FILE", help="Default: MODEL.layers.json")
@click.option("--overwrite", is_flag=True, help="Replace FILE, with every region in it, where it exists.")
@click.option("--per-species", is_flag=True, help="The map is for the benchmark's species only.")
@click.option("--device", help="As cpu or cuda; the model decides otherwise.")
def commit(
    model: str,
    benchmarks: tuple[str, ...],
    layers: tuple[str, ...],
    folds: int,
    output: str | None,
    overwrite: bool,
    per_species: bool,
    device: str | None,
) -> None:
    """Choose the layers of MODEL on benchmarks, and write the map as a file.

    For each benchmark every candidate is scored, and the choice is tested on stimuli that it was not made on. The best
    layer of all stimuli is what is written; a score on the same recordings is then no test any more, and is flagged
    `selected`.
    """
    from brainscore_core.cli.kinds import expand
    from brainscore_core.cli.output import check_writable
    from brainscore_core.errors import InvalidParameter
    from brainscore_core.loading import load_benchmark, load_model

    from .commitments.selection import commitment_of

    path = Path(output or f"{model.replace('/', '-').replace(':', '-')}.layers.json")
    check_writable(path)
    earlier = _regions_in(path, overwrite)
    loaded: list[Any] = [load_benchmark(name) for name in expand("benchmarks", benchmarks)]
    regions = [getattr(entry, "region", entry.identifier) for entry in loaded]
    twice = next((region for region in regions if regions.count(region) > 1), None)
    if twice is not None:
        raise InvalidParameter(f"several benchmarks for region {twice!r}", expected="one a region")
    subject: Any = load_model(model)
    subject.configure(device=device)
    found = {entry.region: (entry, _selected(subject, entry, layers, folds)) for entry in loaded}
    species = {entry.region: entry.species for entry in loaded if entry.species} if per_species else None
    commitment_of(found, species).to_file(path, model=model)
    click.echo(
        f"written to {path}; to use it: wrap(network, layers={str(path)!r}, identifier={model!r}, ...)", err=True
    )
    if dropped := [region for region in earlier if region not in found]:
        click.echo(f"no longer in it: {', '.join(dropped)}", err=True)


def _regions_in(path: Path, overwrite: bool) -> list[str]:
    """Regions of the map that would be replaced; refused unless that is asked for."""
    from brainscore_core.errors import BrainScoreError, InvalidParameter

    from .commitments.layers import LayerCommitment

    if not path.exists():
        return []
    try:
        regions = LayerCommitment.from_file(path).regions
    except BrainScoreError:  # no map: whatever it is, it is replaced only when asked for
        regions = []
    if not overwrite:
        holds = f" and holds a map of {', '.join(regions)}" if regions else ""
        raise InvalidParameter(
            f"{path} exists{holds}",
            expected="a new file: the regions of a map are chosen together, one benchmark each",
            remedy="write to another file with --output, or replace it with --overwrite",
        )
    return regions


def _selected(subject: Any, benchmark: Any, layers: Sequence[str], folds: int) -> "LayerSelection":
    from brainscore_core.cli.output import echo_table, number
    from brainscore_core.statistics.crossvalidation import CrossValidation

    from .analysis.watching import watching
    from .commitments.selection import select_layer

    commitment = getattr(subject, "commitment", ())
    candidates = list(layers) or list(commitment)
    splits = CrossValidation(splits=folds, kfold=True, stratification_coord=None)
    with watching():
        selection = select_layer(subject, benchmark, candidates, splits)
    times = {layer: selection.chosen.count(layer) for layer in selection.curve}
    rows = [[layer, number(value), str(times[layer])] for layer, value in selection.curve.items()]
    click.echo(f"{benchmark.identifier} ({benchmark.region})")
    echo_table(["layer", "all stimuli", f"chosen in {folds}"], rows)
    click.echo(f"{selection.summary()}\ncommitted: {selection.layer}, the best on all stimuli\n")
    return selection
