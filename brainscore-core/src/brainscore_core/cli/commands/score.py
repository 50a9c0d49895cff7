"""``brainscore score``: models on benchmarks; what is done when it is interrupted is not lost.

What an interrupted run has done is written beside the file that was asked for, as ``FILE.partial``, so that FILE is
always of a whole run; the next whole run removes it.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import StorageError
from ..kinds import expand
from ..output import check_writable, echo_json, write_json_file
from ..shell import DONE, FAILED, INTERRUPTED

if TYPE_CHECKING:
    from ...run import Record
    from ..differences import Difference

FILE_HELP = (
    "Write the list of records to FILE, or to standard output with -. What an interrupted run has done goes to "
    "FILE.partial."
)


@click.command(name="score")
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option(
    "--benchmark", "-b", "benchmarks", multiple=True, required=True, metavar="ID|GLOB", help="May be repeated."
)
@click.option("--json", "file", metavar="FILE", help=FILE_HELP)
@click.option(
    "--compare", "compared", metavar="FILE", help="Write which models differ to FILE: every pair, with its p."
)
@click.option("--strict", is_flag=True, help="Exit with 1 unless every pair is ok.")
@click.option(
    "--aggregate",
    type=click.Choice(["hierarchical", "flat", "min"]),
    default="hierarchical",
    show_default=True,
    help="How regions and the whole are averaged.",
)
@click.option(
    "--policy",
    type=click.Choice(["available", "strict", "zero"]),
    default="available",
    show_default=True,
    help="What becomes of benchmarks without a value in averages.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the model's trials.")
@click.option("--device", help="As cpu or cuda; the model decides otherwise.")
@click.option("--batch-size", type=click.IntRange(min=1), help="The model decides otherwise.")
@click.option("--no-cache", is_flag=True, help="Neither look up nor keep activations and ceilings.")
@click.pass_context
def command(
    ctx: click.Context,
    models: tuple[str, ...],
    benchmarks: tuple[str, ...],
    file: str | None,
    compared: str | None,
    strict: bool,
    aggregate: str,
    policy: str,
    seed: int,
    device: str | None,
    batch_size: int | None,
    no_cache: bool,
) -> int:
    """Score models on benchmarks.

    Every MODEL on every benchmark: per benchmark, per region and overall; of several models, which differ.

    A pair that fails does not stop the others; why it has no score stands below the table.
    """
    from ...run import Settings, score_all
    from ..placement import placements

    models, tasks = tuple(expand("models", models)), expand("benchmarks", benchmarks)
    path = Path(file) if file and file != "-" else None
    for each in filter(None, (path, Path(compared) if compared else None)):
        check_writable(each)
    placed = placements(tasks)
    settings = Settings(seed=seed, device=device, batch_size=batch_size, cache=not no_cache)
    records, interrupted = _collect(score_all(models, tasks, settings), models, tasks)
    written, lost = _write(path, [record.to_dict() for record in records], interrupted) if path else (None, None)
    runs = _by_model(records, models, len(tasks))
    found = _differences(runs)
    if compared:
        lost = _write(Path(compared), [each.to_dict() for each in found], interrupted)[1] or lost
    if file == "-":
        echo_json([record.to_dict() for record in records])
    elif records:
        from ..differences import echo_differences
        from ..report import echo_report

        echo_report(runs, placed, aggregate, policy)
        echo_differences(found)
    if ctx.find_root().command.debug:  # type: ignore[attr-defined]
        for record in records:
            click.echo(record.traceback, err=True, nl=False)
    if lost:
        raise lost
    if interrupted:
        kept = f", written to {written}" if written else ""
        click.echo(f"interrupted: {len(records)} of {len(models) * len(tasks)} pairs are done{kept}", err=True)
        return INTERRUPTED
    return _exit_code(records, strict)


def _differences(runs: "dict[str, Sequence[Record]]") -> "list[Difference]":
    """Which models differ; none, and a word on standard error, where the extra for statistics is missing."""
    from ..differences import differences

    try:
        return differences(runs)
    except ImportError as error:
        remedy = "pip install 'brainscore-core[statistics]'"
        click.echo(f"which models differ is not said: {error.name} is not installed. {remedy}", err=True)
        return []


def _write(
    path: Path, content: list[dict[str, Any]], interrupted: bool
) -> tuple[Path, None] | tuple[None, StorageError | None]:
    """Write what a file was asked for; where that went, or what went wrong.

    The error is returned, since the table must be printed all the same. Of nothing done there is no file.
    """
    from ...data.writing import storage_errors

    partial = path.with_name(f"{path.name}.partial")
    if interrupted and not content:
        return None, None
    target = partial if interrupted else path
    try:
        write_json_file(target, content)
        if not interrupted:
            with storage_errors(path.parent):
                partial.unlink(missing_ok=True)
    except StorageError as error:
        return None, error
    return target, None


def _collect(run: "Iterator[Record]", models: Sequence[str], tasks: Sequence[str]) -> "tuple[list[Record], bool]":
    """The records, and whether the run was interrupted before all were there."""
    from ..progress import watching

    records: list[Record] = []

    def label(index: int) -> str:
        return f"{models[index // len(tasks)]} on {tasks[index % len(tasks)]}"

    try:
        # what a network prints while it loads is no result
        with watching(len(models) * len(tasks), label) as tell, redirect_stdout(sys.stderr):
            for record in run:
                records.append(record)
                tell(record)
    except KeyboardInterrupt:
        return records, True
    return records, False


def _by_model(records: "Sequence[Record]", models: Sequence[str], count: int) -> "dict[str, Sequence[Record]]":
    rows = {name: records[index * count : (index + 1) * count] for index, name in enumerate(models)}
    return {name: found for name, found in rows.items() if found}


def _exit_code(records: "Sequence[Record]", strict: bool) -> int:
    from ...status import Status

    wrong = [record for record in records if record.status is not Status.OK]
    return FAILED if wrong and (strict or any(record.status is Status.FAILED for record in wrong)) else DONE
