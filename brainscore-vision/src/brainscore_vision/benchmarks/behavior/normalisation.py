"""From a raw behavioural score and a ceiling to a share of what is possible; the errors of both by the delta method."""

from math import hypot, sqrt
from typing import Any

from brainscore_core.scores import Score

RAW = ""
"""Nothing is divided."""
RATIO = "raw / ceiling"
ROOT = "raw / sqrt(ceiling)"
"""Right where the ceiling is the correlation of two halves of the data, and the model is compared with one of them."""
CHANCE = "(raw - chance) / (ceiling - chance)"

NORMALISATIONS = (RAW, RATIO, ROOT, CHANCE)


def normalised(raw: Score, ceiling: Score | None, formula: str, chance: float = 0.0, **rest: Any) -> Score:
    """The score by a named formula; sign kept, not bounded.

    Parameters
    ----------
    raw : Score
    ceiling : Score, optional
    formula : {"", "raw / ceiling", "raw / sqrt(ceiling)", "(raw - chance) / (ceiling - chance)"}
        ``""``: the value is raw's.
    chance : float
        Raw value of answers at random.
    **rest
        Other fields of the score; ``details`` and ``flags`` are added to those of raw.

    Returns
    -------
    Score
        Null with the flag ``no-valid-ceiling`` where the ceiling, or its interval, reaches chance.
    """
    flags = (*raw.flags, *rest.pop("flags", ()))
    details = dict(raw.details) | dict(rest.pop("details", {}))
    if not formula:
        return Score(raw.value, raw.error, ceiling, raw, raw.values, raw.draws, flags=flags, details=details, **rest)
    base = chance if formula == CHANCE else 0.0
    if raw.value is None or ceiling is None or ceiling.value is None:
        flags = flags if ceiling is not None and ceiling.value is not None else (*flags, "no-valid-ceiling")
        return Score(None, ceiling=ceiling, raw=raw, flags=flags, details=details, **rest)
    span, sd = ceiling.value - base, ceiling.error or 0.0
    if not span - 1.96 * sd > 0:
        return Score(None, ceiling=ceiling, raw=raw, flags=(*flags, "no-valid-ceiling"), details=details, **rest)
    if formula == ROOT:
        span, sd = sqrt(span), sd / (2 * sqrt(span))
    value = (raw.value - base) / span
    error = None if raw.error is None else hypot(raw.error / span, (raw.value - base) * sd / span**2)
    draws = None if raw.draws is None else ((raw.draws - base) / span).assign_attrs(raw.draws.attrs)
    flags = (*flags, "above-ceiling") if value > 1 else flags
    if formula == CHANCE:
        details["chance"] = chance
    return Score(value, error, ceiling, raw, raw.values, draws, formula, flags, details, **rest)
