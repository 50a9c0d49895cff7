"""``keras:NAME``: what the entry point of the family resolves to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainscore_vision.families import Family, Row

if TYPE_CHECKING:
    import keras


class Keras(Family):
    """``keras:NAME``: architectures by the library's names, with the weights trained on ImageNet.

    Where the library has several widths or sizes of input, the first is named as its function, ``MobileNet``, others
    in full: ``MobileNet.0.25-128`` is a quarter as wide and sees 128 x 128 pixels.
    """

    def rows(self) -> Mapping[str, Row]:
        """The table, read once."""
        return _table()

    def network(self, row: Row, state: Path | None) -> "keras.Model":
        """The library's network, drawn or with the weights of a file."""
        from .network import build

        return build(row, state)

    def read(self, path: Path) -> Path:
        """The file itself, in which nothing reaches beyond it."""
        from .weight_file import check

        check(path)
        return path

    def ready(self, network: Any) -> "keras.Model":
        """The network; it is recorded from with ``training=False``."""
        network.trainable = False
        return network

    @contextmanager
    def seeded(self, seed: int) -> Iterator[None]:
        """Python's generator, from which Keras draws the seeds of its own, is afterwards where it was."""
        import random

        before = random.getstate()
        random.seed(seed)
        try:
            yield
        finally:
            random.setstate(before)


@cache
def _table() -> Mapping[str, Row]:
    from .table import read

    return read()
