"""What time it was: rows keep what the clock said, and a clock may jump."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from brainscore_core.errors import InvalidParameter

from .schema import Score


def now() -> str:
    """The time of the clock, as the database keeps it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def moment(at: str) -> str:
    """A date or time as the database has it; a day is over at its end.

    Raises
    ------
    InvalidParameter
        If it is none.
    """
    try:
        parsed = datetime.fromisoformat(at)
    except ValueError as error:
        raise InvalidParameter(
            f"date {at!r}", expected="ISO 8601, as 2026-11-24 or 2026-11-24T12:00", remedy="leave it out for today"
        ) from error
    if "T" not in at and " " not in at:
        return f"{parsed.date()}T23:59:59.999999+00:00"
    parsed = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return parsed.astimezone(UTC).isoformat(timespec="microseconds")


def last_row(session: Session, at: str) -> int:
    """The last score that was stored at a moment; 0: there was none yet. What had been stored are all rows up to it.

    Rows are in the order in which they were stored, whatever the clock said. Where their times are not, a clock has
    jumped: as few rows as possible are taken to be dated wrongly, before all those whose time has not come yet, and
    such a row is taken to have been stored with the one before it. So a clock that was wrong for a while moves the
    rows of that while and no others; what was stored before a jump and never after it cannot be told from an error.

    Parameters
    ----------
    at : str
        ISO 8601, UTC: a day counts to its end.

    Raises
    ------
    InvalidParameter
        If `at` is no date.
    """
    wanted = moment(at)
    rows = session.execute(select(Score.id, Score.recorded).order_by(Score.id)).all()
    ids, times = [row.id for row in rows], [row.recorded for row in rows]
    right = in_order(times, now())
    count = bisect_right([times[place] for place in right], wanted)
    if not count:
        return 0
    return ids[-1] if count == len(right) else ids[right[count] - 1]


def in_order(times: Sequence[str], latest: str) -> list[int]:
    """Places of the most times that do not decrease; of two as good, that with the later times.

    Parameters
    ----------
    times : sequence of str
        Of one format, so that their order is that of texts.
    latest : str
        What is later has not come yet, and is left out; where all is later, this is wrong itself.
    """
    places = [place for place, time in enumerate(times) if time <= latest] or list(range(len(times)))
    found = [times[place] for place in places]
    if found == sorted(found):
        return places
    rank = {time: -number for number, time in enumerate(sorted(set(found)))}
    # from the end: best[n] is the largest time with which n + 1 times that do not decrease begin
    best: list[int] = []
    at: list[int] = []
    after: dict[int, int] = {}
    for place in reversed(places):
        depth = bisect_right(best, rank[times[place]])
        best[depth : depth + 1], at[depth : depth + 1] = [rank[times[place]]], [place]
        if depth:
            after[place] = at[depth - 1]
    chain = [at[-1]]
    while chain[-1] in after:
        chain.append(after[chain[-1]])
    return chain
