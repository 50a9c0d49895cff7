"""How scores were computed, as everybody may read it: versions, device, seed, time, memory, weights."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bs_app_campaign.schema import Score

from .scrubbing import scrubbed

PLAIN = ("python", "platform", "device")
"""Texts of a record that are shown."""
PARTS = ("model", "benchmark", "metric", "data")
"""Of each the distribution and its version are shown."""
CHUNK = 5000
"""Rows that are asked for at a time."""
LONGEST = 100
"""Characters of a text, and of a digest."""


def provenances(session: Session, scores: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Row of a score -> what is shown of how it was computed; of rows that tell something.

    Parameters
    ----------
    session : Session
    scores : sequence of int
    """
    return {number: shown for number, *record in _rows(session, scores) if (shown := _shown(*record))}


def split(found: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What is the same of all, and what is each one's own.

    Parameters
    ----------
    found : mapping of benchmark to mapping
        What is shown of each score of a model.
    """
    first, *others = found.values() or [{}]
    common = {name: value for name, value in first.items() if all(name in one and one[name] == value for one in others)}
    own = {
        benchmark: {name: value for name, value in one.items() if name not in common}
        for benchmark, one in found.items()
    }
    return common, own


def _rows(session: Session, scores: Sequence[int]) -> Iterator[Any]:
    columns = (Score.id, Score.provenance, Score.seconds, Score.peak_memory_mb)
    for start in range(0, len(scores), CHUNK):
        yield from session.execute(select(*columns).where(Score.id.in_(scores[start : start + CHUNK])))


def _shown(record: Mapping[str, Any], seconds: float | None, memory: float | None) -> dict[str, Any]:
    parts = {name: _mapping(record.get(name)) for name in (*PARTS, "libraries", "settings")}
    found: dict[str, Any] = {name: _text(record.get(name)) for name in PLAIN}
    found["seed"] = _number(parts["settings"].get("seed"))
    found["libraries"] = {_text(name): _text(version) for name, version in parts["libraries"].items() if version}
    found |= {name: _from(parts[name]) for name in PARTS}
    found["weights"] = _weights(parts["model"].get("weights"))
    found["seconds"] = _number(record.get("seconds") if seconds is None else seconds)
    found["peak_memory_mb"] = _number(record.get("peak_memory_mb") if memory is None else memory)
    return {name: value for name, value in found.items() if value not in (None, "", {}, [])}


def _from(part: Mapping[str, Any]) -> str:
    """Distribution and version; what was held in memory came from none."""
    return _text(f"{part['distribution']} {part.get('version') or ''}".strip()) if part.get("distribution") else ""


def _weights(found: Any) -> list[list[str]]:
    """Names and digests of files of parameters."""
    pairs = found if isinstance(found, list) else []
    return [[_text(entry) for entry in pair] for pair in pairs if isinstance(pair, list) and len(pair) == 2]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return scrubbed(value)[:LONGEST] if isinstance(value, str) else ""


def _number(value: Any) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, int) else round(value, 3) if value == value and abs(value) < 1e15 else None
