"""What may be seen: which rows of benchmarks, and which scores of pairs."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brainscore_core.status import Status
from bs_app_campaign.schema import Benchmark, Model, Score
from bs_app_campaign.standings import Standing, Standings

Pair = tuple[str, str]
"""Model and benchmark."""
NUMBERS = ("value", "error", "ceiling", "ceiling_error", "raw", "raw_error", "prospective")
NOT_LOADED = 0
"""Version of a benchmark that could not be loaded: whether it was public, nobody knows."""


def public_rows(session: Session, at: str | None = None) -> frozenset[int]:
    """Rows of the benchmarks of which anything may be seen.

    A benchmark is public that is so in its latest version, and of a past day in all its versions. Of it, versions that
    were private are left out, and where there was one, so is what was stored when it could not be loaded.

    Parameters
    ----------
    session : Session
    at : str, optional
        A past day.
    """
    columns = (Benchmark.id, Benchmark.identifier, Benchmark.version, Benchmark.access)
    found = [tuple(row) for row in session.execute(select(*columns))]
    latest: dict[str, int] = {}
    private: dict[str, int] = {}
    for _, name, version, access in found:
        latest[name] = max(version, latest.get(name, version))
        if access != "public":
            private[name] = max(version, private.get(name, version))
    shown = {name for name in latest if name not in private or (at is None and private[name] < latest[name])}
    return frozenset(
        row
        for row, name, version, access in found
        if name in shown and access == "public" and not (version == NOT_LOADED and name in private)
    )


def withheld_pairs(session: Session) -> dict[Pair, int]:
    """Pairs that were ever withheld, whatever the day that is shown, with the last row that says so."""
    asked = (
        select(Model.identifier, Benchmark.identifier, func.max(Score.id))
        .join(Model, Score.model_id == Model.id)
        .join(Benchmark, Score.benchmark_id == Benchmark.id)
        .where(Score.status == str(Status.WITHHELD))
        .group_by(Model.identifier, Benchmark.identifier)
    )
    return {(model, benchmark): last for model, benchmark, last in session.execute(asked)}


def withholding(found: Standings, pairs: Mapping[Pair, int]) -> Standings:
    """Standings in which scores that were withheld later, after a past day that is shown, are withheld too."""
    results = {
        model: {name: _withheld(entry, pairs.get((model, name), 0)) for name, entry in of_model.items()}
        for model, of_model in found.results.items()
    }
    return replace(found, results=results)


def visible(entry: Standing | None) -> bool:
    """Whether there is a score that may be seen."""
    return entry is not None and entry.status != Status.WITHHELD


def _withheld(entry: Standing, last: int) -> Standing:
    if last <= entry.score or not visible(entry):
        return entry
    return replace(entry, status=str(Status.WITHHELD), reason="", flags=(), **dict.fromkeys(NUMBERS))
