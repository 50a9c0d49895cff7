"""How many inputs at once: found by trying where nobody says, halved where memory does not suffice."""

import logging
from dataclasses import dataclass

_logger = logging.getLogger(__name__)

LARGEST = 512
GAIN = 1.05
"""Twice as many inputs must be this much faster an input, or the search ends."""


@dataclass
class BatchSizes:
    """What is known of good batch sizes of one network on one device. Which one is used changes nothing but rounding.

    Parameters
    ----------
    limit : int, optional
        What memory has been seen to suffice for; None: not seen to fail.
    best : int, optional
        What the search ended with.
    """

    limit: int | None = None
    best: int | None = None
    _trying: int | None = None
    _fastest: float | None = None
    _warm: bool = False

    def next(self, given: int | None, usual: int, *, search: bool) -> int:
        """Inputs of the next batch.

        Parameters
        ----------
        given : int, optional
            What somebody said.
        usual : int
            Where to begin.
        search : bool
            Whether larger ones are worth trying: on an accelerator. On processors small batches stay in their caches.
        """
        if given is None and search:
            self._trying = self._trying or usual
            size = self.best or self._trying
        else:
            size = given or usual
        return size if self.limit is None else min(size, self.limit)

    def ran(self, count: int, seconds: float) -> None:
        """A batch went through; the first of a size, which also compiles and allocates, is not timed."""
        if self.best is not None or count != self._trying:
            return
        if not self._warm:
            self._warm = True
            return
        each = seconds / count
        if self._fastest is not None and each * GAIN > self._fastest:
            self.best = count if each < self._fastest else count // 2
        elif 2 * count > (self.limit or LARGEST):
            self.best = count
        else:
            self._fastest, self._trying, self._warm = each, 2 * count, False

    def too_many(self, count: int) -> int:
        """Memory did not suffice for `count` inputs; how many to try next."""
        self.limit = min(self.limit or count, max(1, count // 2))
        self.best = min(self.best or self.limit, self.limit)
        _logger.warning("memory does not suffice for %d inputs at once; %d are tried", count, self.limit)
        return self.limit
