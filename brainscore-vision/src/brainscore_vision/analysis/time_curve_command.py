"""``brainscore time-curve``: how models do at each moment, as a table and as a picture."""

from pathlib import Path

import click


@click.command(name="time-curve")
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option("--benchmark", "-b", required=True, metavar="ID", help="One that records models over time.")
@click.option("--plot", metavar="FILE", help="Draw the curves into FILE, as curves.png; needs matplotlib.")
@click.option("--json", "file", metavar="FILE", help="Write the curves to FILE, or to standard output with -.")
@click.option("--device", help="As cpu or cuda; the model decides otherwise.")
def time_curve(models: tuple[str, ...], benchmark: str, plot: str | None, file: str | None, device: str | None) -> None:
    """Score MODELs, and show what the score is made of, time bin by time bin."""
    from brainscore_core.cli.output import check_writable, echo_json, echo_table, write_json_file
    from brainscore_core.loading import load_benchmark, load_model
    from brainscore_core.run import score

    from .time_course import HEADERS, draw, time_courses
    from .watching import watching

    paths = [Path(name) for name in (plot, file) if name and name != "-"]
    for path in paths:
        check_writable(path)
    experiment = load_benchmark(benchmark)
    curves = []
    for name in models:
        with watching():
            found = score(load_model(name), experiment, device=device)
        new = time_courses(found, name)
        curves += new
        if file != "-":
            click.echo(f"{benchmark}: {found!r}")
            for curve in new:
                click.echo(f"{curve.name}, {curve.measure}")
                echo_table(HEADERS, curve.rows())
    if plot:
        draw(curves, plot, title=benchmark)
    content = [curve.to_dict() for curve in curves]
    if file == "-":
        echo_json(content)
    elif file:
        write_json_file(Path(file), content)
