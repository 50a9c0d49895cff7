"""The form of what a layer computed for one input: its dimensions with their names."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from brainscore_core.errors import InvalidParameter

_FIRST = {3: ("channel", "y", "x"), 4: ("channel", "z", "y", "x")}
_LAST = {3: ("y", "x", "channel"), 4: ("z", "y", "x", "channel")}


@dataclass(frozen=True)
class Form:
    """Shape of one row before it was flattened in C order, and the names of its dimensions.

    Parameters
    ----------
    shape : tuple of int
    dims : tuple of str
        ``channel``, ``y``, ``x``, and ``z`` for depth or time; ``token``, ``embedding``; ``component``.
    """

    shape: tuple[int, ...]
    dims: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.shape) != len(self.dims):
            raise InvalidParameter(f"dimensions {self.dims} of a shape {self.shape}", expected="one name each")

    @property
    def units(self) -> int:
        """How many numbers a row has."""
        return int(np.prod(self.shape))

    def named(self, dims: Sequence[str]) -> "Form":
        """The same with other names."""
        return Form(self.shape, tuple(dims))

    def positions(self, numbers: np.ndarray) -> dict[str, np.ndarray]:
        """Dimension to where units lie along it.

        Parameters
        ----------
        numbers : array of int, shape (unit,)
            Of units within a row.

        Raises
        ------
        InvalidParameter
            If there is no such unit.
        """
        numbers = np.asarray(numbers, np.int64)
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < self.units:
            raise InvalidParameter(f"unit {int(numbers.max())}", expected=f"a number below {self.units}")
        return dict(zip(self.dims, np.unravel_index(numbers, self.shape or (1,)), strict=False))

    def __str__(self) -> str:
        return f"{' x '.join(map(str, self.shape))} ({', '.join(self.dims)})" if self.shape else "1 unit"


def form_of(shape: Sequence[int], *, channels_last: bool = False) -> Form:
    """Names for the dimensions of a layer's output, as its framework orders them.

    Two dimensions are (token, embedding), as of transformers and sequences; three are an image, four a volume or a
    movie.
    """
    shape = tuple(int(size) for size in shape)
    if len(shape) < 2:
        return Form(shape, ("channel",)[: len(shape)])
    if len(shape) == 2:
        return Form(shape, ("token", "embedding"))
    names = (_LAST if channels_last else _FIRST).get(len(shape))
    return Form(shape, names or tuple(f"dim_{number}" for number in range(len(shape))))
