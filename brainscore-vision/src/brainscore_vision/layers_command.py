"""``brainscore layers``: the layers of a model with their shapes, as a table."""

from typing import Any

import click


@click.command(name="layers")
@click.argument("model")
@click.option("--committed", is_flag=True, help="Only those that are committed to a region.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--device", help="As cpu or cuda; the model decides otherwise.")
def layers(model: str, committed: bool, as_json: bool, device: str | None) -> None:
    """Show the layers of MODEL with their shapes, the regions they are committed to, and what one image costs.

    Names are those that `wrap(layers=)` and `brainscore commit --layer` take. Where the weights of a published network
    cannot be had here, its untrained twin is shown: it has the same layers.
    """
    from brainscore_core.cli.output import echo_json, echo_table

    from .inspection import flops, layer_shapes

    subject = _load(model)
    subject.configure(device=device)
    shapes = [shape for shape in layer_shapes(subject) if shape.regions or not committed]
    operations = flops(subject)
    if as_json:
        echo_json(
            {"model": model, "flops": operations, "layers": [shape.to_dict() for shape in shapes]}
            | {name: value for name, value in subject.info.to_dict().items() if name in ("parameters", "preprocessing")}
        )
        return
    rows = [
        [
            shape.name,
            str(shape.form or ""),
            f"{shape.form.units:,}" if shape.form else "",
            " ".join(shape.regions),
            f"{shape.recorded} = {shape.recorded.units:,}" if shape.recorded else "",
        ]
        for shape in shapes
    ]
    headers = ["layer", "output", "units", "regions", "recorded"]
    width = 5 if any(row[4] for row in rows) else 4
    echo_table(headers[:width], [row[:width] for row in rows])
    if operations is not None:
        click.echo(f"\n{operations / 1e9:.3g} billion floating-point operations an image")


def _load(model: str) -> Any:
    from brainscore_core.errors import DataUnavailable
    from brainscore_core.loading import load_model

    try:
        return load_model(model)
    except DataUnavailable as problem:
        from .families import UNTRAINED

        if ":" not in model or model.endswith(UNTRAINED):
            raise
        try:
            twin = load_model(f"{model}{UNTRAINED}")
        except LookupError:
            raise problem from None
        click.echo(f"{problem}\nlayers of {model}{UNTRAINED} instead, which are the same", err=True)
        return twin
