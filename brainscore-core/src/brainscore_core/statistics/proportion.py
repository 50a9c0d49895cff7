"""Shares of counts."""

from math import sqrt

Z = 1.96
"""Of 95%."""


def wilson(count: float, of: float) -> tuple[float, float]:
    """The 95% interval of a proportion (Wilson 1927, J Am Stat Assoc 22:209).

    It has a width at 0 and at 1, where a standard error has none.

    Parameters
    ----------
    count, of : float
        So many of so many; `of` above 0.

    Returns
    -------
    (float, float)
    """
    share, spread = count / of, Z**2 / of
    centre = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / of + spread / of / 4)
    return centre - half, centre + half
