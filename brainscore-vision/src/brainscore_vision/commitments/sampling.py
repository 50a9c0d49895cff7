"""As many units as were recorded: a model has millions, an experiment had 168."""

from zlib import crc32

import numpy as np

from brainscore_core.errors import InvalidParameter


def sample_units(count: int, total: int, *, seed: int = 0, region: str = "") -> np.ndarray:
    """Numbers of units drawn without replacement, ascending, shape (count,).

    The same for one seed and region; a larger sample holds the smaller one.

    Parameters
    ----------
    count : int
    total : int
        Units there are; all are taken where there are fewer.
    seed : int
    region : str

    Raises
    ------
    InvalidParameter
        If fewer than one is wanted.
    """
    if isinstance(count, bool) or int(count) != count or count < 1:
        raise InvalidParameter(f"a sample of {count!r} units", expected="a whole number above 0")
    drawn = np.random.default_rng([seed, crc32(region.encode())]).permutation(total)
    return np.sort(drawn[: int(count)])
