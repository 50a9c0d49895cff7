"""``brainscore layer-curve``: every layer of a model on benchmarks, as tables."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .layers import LayerCurve


@click.command(name="layer-curve")
@click.argument("model")
@click.option("--benchmark", "-b", "benchmarks", multiple=True, required=True, metavar="ID|GLOB", help="Repeatable.")
@click.option(
    "--layer", "-l", "layers", multiple=True, metavar="NAME", help="Default: all that are named like committed ones."
)
@click.option("--folds", type=click.IntRange(min=2), default=5, show_default=True, help="Of the nested choice.")
@click.option("--json", "file", metavar="FILE", help="Write the curves to FILE, or to standard output with -.")
@click.option("--device", help="As cpu or cuda; the model decides otherwise.")
def layer_curve(
    model: str, benchmarks: tuple[str, ...], layers: tuple[str, ...], folds: int, file: str | None, device: str | None
) -> None:
    """Score every layer of MODEL as if it were the one committed.

    The best of them on all stimuli was found in hindsight and is no score of the model: beside it stands the nested
    choice, which never saw what it is tested on, and the best on the same folds.
    """
    from brainscore_core.cli.kinds import expand
    from brainscore_core.cli.output import check_writable, echo_json, write_json_file
    from brainscore_core.loading import load_model
    from brainscore_core.statistics.crossvalidation import CrossValidation

    from . import layers as analysis
    from .watching import watching

    path = Path(file) if file and file != "-" else None
    if path:
        check_writable(path)
    subject = load_model(model)
    subject.configure(device=device)
    splits = CrossValidation(splits=folds, kfold=True, stratification_coord=None)
    curves = []
    for name in expand("benchmarks", benchmarks):
        with watching():
            curves.append(analysis.layer_curve(subject, name, layers or None, splits))
        if file != "-":
            _echo(curves[-1])
    content = [curve.to_dict() for curve in curves]
    if path:
        write_json_file(path, content)
    elif file:
        echo_json(content)


def _echo(curve: "LayerCurve") -> None:
    from brainscore_core.cli.output import echo_table

    from .layers import HEADERS

    click.echo(f"{curve.benchmark} ({curve.region})")
    echo_table(HEADERS, curve.rows())
    click.echo(f"{curve.summary()}\n")
