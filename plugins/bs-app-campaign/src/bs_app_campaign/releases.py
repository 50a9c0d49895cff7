"""Which came first, a model's weights or a benchmark: dates may be of a day, a month or a year."""

import calendar
import re
from datetime import date
from functools import cache

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?")


@cache
def is_prospective(model: str, benchmark: str) -> bool | None:
    """Whether weights were frozen before a benchmark was released.

    Parameters
    ----------
    model, benchmark : str
        ISO 8601: a day, or the month or year in which it was.

    Returns
    -------
    bool or None
        None where that is not known: a date is missing, is none, or leaves both possible.
    """
    frozen, released = days(model), days(benchmark)
    if frozen is None or released is None:
        return None
    if frozen[1] < released[0]:
        return True
    return False if frozen[0] >= released[1] else None


def days(text: str) -> tuple[date, date] | None:
    """The first and last day that a date may mean; None where it is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return first, last
