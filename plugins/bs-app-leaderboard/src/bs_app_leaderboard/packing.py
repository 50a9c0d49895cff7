"""Numbers of the matrix as text: five to six bytes each, half of what JSON takes once both are compressed."""

from collections.abc import Iterable, Sequence

ALPHABET = "".join(chr(code) for code in range(35, 127) if chr(code) not in "<\\")
"""Ninety characters that neither JSON nor a script writes otherwise."""
BASE = len(ALPHABET)
PLANES = 3
SCALE = 10_000
"""Numbers are whole ten-thousandths."""
OFFSET = 100_000
"""What is added, so that numbers from -9.9999 to 62.8999 are above 0, which stands for none."""
LARGEST = BASE**PLANES - 1


def pack(values: Iterable[float | None]) -> list[str]:
    """Numbers as digits to the base 90, the first digits of all, then the second, then the third.

    Digits that hardly differ lie side by side so, which is what compression lives on.

    Parameters
    ----------
    values : iterable of float or None
        Rounded to ten-thousandths; what lies outside -9.9999 to 62.8999 becomes the nearest that does not, and NaN
        none.

    Returns
    -------
    list of str
        Three texts, as long as there are values.
    """
    codes = [0 if value is None or value != value else _code(value) for value in values]
    return ["".join(ALPHABET[code // BASE**place % BASE] for code in codes) for place in reversed(range(PLANES))]


def unpack(planes: Sequence[str]) -> list[float | None]:
    """Numbers that :func:`pack` made text of, to four decimals."""
    digits = {letter: place for place, letter in enumerate(ALPHABET)}
    columns = zip(*planes, strict=True)
    codes = [sum(digits[letter] * BASE**place for place, letter in enumerate(reversed(one))) for one in columns]
    return [None if code == 0 else (code - OFFSET) / SCALE for code in codes]


def _code(value: float) -> int:
    return round(min(max(value * SCALE + OFFSET, 1), LARGEST))
