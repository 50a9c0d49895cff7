"""Writing the folder: whole, or what was there before."""

import json
import secrets
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from brainscore_core.data.writing import storage_errors
from brainscore_core.errors import InvalidParameter
from bs_app_campaign.board import Board, board
from bs_app_campaign.database import Database
from bs_app_campaign.standings import Standings, standings

from .citations import citations
from .folder import CORE, HEAD, WRITTEN, check_replaceable, recover, settle
from .history import histories
from .paired import paired
from .payload import benchmark_line, benchmark_page, ceilings, core, model_page
from .provenance import provenances
from .samples import Samples, draw_samples
from .separation import separations
from .visibility import Pair, public_rows, visible, withheld_pairs, withholding


def build(
    database: Database, folder: Path, *, domain: str = "vision", at: str | None = None, samples: bool = True
) -> dict[str, Any]:
    """Write the leaderboard of a database.

    Parameters
    ----------
    database : Database
    folder : Path
        Made; where a leaderboard lies there, it is replaced when the new one is complete.
    domain : str
    at : str, optional
        A past day.
    samples : bool
        Show some stimuli of the benchmarks that are installed, where their licence allows it and their files lie on
        this machine (:mod:`~bs_app_leaderboard.licences`). Nothing is downloaded: meanwhile this process has no
        network.

    Returns
    -------
    mapping
        How many ``models`` and ``benchmarks`` are shown, ``bytes`` of the core payload, on how many benchmarks
        ``samples`` are shown, ``sample_bytes``, and ``without``: how many benchmarks show none, by reason.

    Raises
    ------
    InvalidParameter
        If the folder holds something else, or a board with models and the database has none.
    """
    folder = folder.resolve()
    with storage_errors(folder.parent):
        recover(folder)
        shown = check_replaceable(folder)
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}.tmp")
    with storage_errors(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            with as_file(files(__package__) / "site") as site:
                shutil.copytree(site, fresh, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
            with database.read() as session:
                told = _write(session, fresh, domain, at, samples)
            if shown and not told["models"]:
                raise InvalidParameter(
                    f"{database.name} has nothing to show, and {folder} shows {shown} models",
                    expected="the database of that board, or an empty folder",
                    remedy="check --database, --domain and --at; remove the folder if it is to be empty",
                )
            settle(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return told


def public_board(
    session: Session, domain: str, at: str | None, public: Collection[int], withheld: Mapping[Pair, int]
) -> tuple[Board, Standings]:
    """The board of what may be seen, yet without ranks, and what it is made of: they rest on nothing else."""
    rows = withholding(standings(session, at, rows=public), withheld)
    found = board(session, domain=domain, at=at, known=rows, ranked=False)
    seen = [row for row in found.rows if any(visible(row.results.get(name)) for name in found.parents)]
    return replace(found, rows=tuple(seen)), rows


def ranked(found: Board, intervals: Sequence[Sequence[int] | None]) -> Board:
    """A board with the ranks that were found with those of its filters: draws, which are large, are read once."""
    rows = []
    for row, interval in zip(found.rows, intervals, strict=True):
        low, high = interval or (0, 0)
        has = interval is not None and found.node in row.nodes and row.nodes[found.node].value is not None
        rows.append(replace(row, rank=(low, high) if has else None))
    return replace(found, rows=tuple(rows))


def _write(session: Session, folder: Path, domain: str, at: str | None, samples: bool) -> dict[str, Any]:
    public, withheld = public_rows(session, at), withheld_pairs(session)
    found, rows = public_board(session, domain, at, public, withheld)
    names = list(found.parents)
    pairs = paired(session, found, [benchmark_line(rows.benchmarks[name]) for name in names])
    found = ranked(found, pairs.board)
    payload = core(found, rows.benchmarks, rows.models)
    payload["built"] = datetime.now(UTC).isoformat(timespec="seconds")
    payload["files"] = sorted({path.name for path in folder.iterdir()} | WRITTEN)
    size = _script(folder / CORE, f"{HEAD}{_json(payload)};")
    shared = citations([rows.models[row.model] for row in found.rows], [rows.benchmarks[name] for name in names])
    _script(folder / "citations.js", _detail("citations", "", shared))
    history = histories(session, public, withheld, at)
    computed = provenances(session, [entry.score for row in found.rows for entry in row.results.values()])
    for number, row in enumerate(found.rows):
        page = model_page(row, rows.models[row.model], names, history.get(row.model, ()), pairs.ranks, computed)
        _script(folder / "models" / f"{number}.js", _detail("model", row.model, page))
        _script(folder / "draws" / f"{number}.js", _detail("draws", row.model, pairs.draws.get(row.model, {})))
    _script(folder / "intervals.js", _detail("intervals", "", pairs.intervals))
    told = separations(found)
    drawn = draw_samples({name: rows.benchmarks[name] for name in names}, folder / "samples") if samples else Samples()
    for number, name in enumerate(names):
        separation = told[name] | pairs.apart[name]
        page = benchmark_page(rows.benchmarks[name], separation, ceilings(found, name), drawn.pages.get(name, ()))
        _script(folder / "benchmarks" / f"{number}.js", _detail("benchmark", name, page))
    return {
        "models": len(found.rows),
        "benchmarks": len(names),
        "bytes": size,
        "samples": len(drawn.pages),
        "sample_bytes": drawn.bytes,
        "without": dict(drawn.without),
    }


def _detail(kind: str, name: str, page: Mapping[str, Any]) -> str:
    return f"window.BRAINSCORE_DETAIL({json.dumps(kind)},{_json(name)},{_json(page)});"


def _json(content: Any) -> str:
    """As a script may hold it: no tag can end in it."""
    written = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _script(path: Path, text: str) -> int:
    path.parent.mkdir(exist_ok=True)
    content = text.encode("utf-8")
    path.write_bytes(content)
    return len(content)
