"""Stimulus sets: a table of what was shown, and a way to have each stimulus."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .digests import digest_sequence, digest_value
from .errors import InvalidStimulusSet

if TYPE_CHECKING:
    import pandas as pd


class StimulusSet:
    """A table with one row a stimulus, and a function that decodes or generates each.

    Wraps a pandas table rather than being one: concat and merge lose a subclass.

    Parameters
    ----------
    table : pandas.DataFrame
        Must have a column ``stimulus_id``, unique and without gaps; every other column describes the stimuli.
    identifier : str
        Name of the set. Names are for people: nothing is cached under one.
    open : callable
        ``open(stimulus_id) -> value``; for images a uint8 array, greyscale (height, width) or (height, width, 3).
        May be called from several threads at once.
    key : callable, optional
        ``key(stimulus_id) -> str`` names the content cheaply (generator parameters, or the hash of the file), so that a
        digest can be remembered instead of decoding again. Without it stimuli are decoded to be named.
    kind : str
        In the word of the domain, what `open` returns where that is not the usual, as ``"movies"``: known without
        opening any.

    Raises
    ------
    InvalidStimulusSet
        If ids are missing, empty or stand twice.
    """

    def __init__(
        self,
        table: "pd.DataFrame",
        *,
        identifier: str,
        open: Callable[[str], Any],
        key: Callable[[str], str] | None = None,
        kind: str = "",
    ):
        if "stimulus_id" not in table.columns:
            raise InvalidStimulusSet(
                f"stimulus set {identifier!r} has columns {list(table.columns)}", expected="a column 'stimulus_id'"
            )
        if len(table) == 0:
            raise InvalidStimulusSet(f"stimulus set {identifier!r} is empty", expected="at least one stimulus")
        column = table["stimulus_id"]
        if column.dtype.kind == "f" or column.isna().any() or (column == "").any():
            raise InvalidStimulusSet(
                f"stimulus set {identifier!r} misses ids (column of dtype {column.dtype})",
                expected="text or an integer in every row",
            )
        ids = column.astype(str)
        if ids.duplicated().any():
            raise InvalidStimulusSet(
                f"stimulus set {identifier!r} has id {ids[ids.duplicated()].iloc[0]!r} twice", expected="unique ids"
            )
        self._ids = ids.to_numpy(dtype=str)
        self._ids.flags.writeable = False
        self.table = table.reset_index(drop=True).assign(stimulus_id=ids.to_numpy())
        self.identifier, self.kind = identifier, kind
        self._open, self._key = open, key
        self._known = frozenset(self._ids.tolist())

    @property
    def has_keys(self) -> bool:
        """Whether :meth:`key` is cheaper than decoding."""
        return self._key is not None

    @property
    def ids(self) -> np.ndarray:
        """Stimulus ids in order, shape (stimulus,), text."""
        return self._ids

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids.tolist())

    def __getitem__(self, column: str) -> "pd.Series":
        return self.table[column]

    def __repr__(self) -> str:
        return f"StimulusSet({self.identifier!r}, {len(self)} stimuli, columns {list(self.table.columns)})"

    def open(self, stimulus_id: str) -> Any:
        """The stimulus itself, decoded or generated."""
        self._check(stimulus_id)
        return self._open(stimulus_id)

    def key(self, stimulus_id: str) -> str:
        """A cheap name of the content; the digest of the values where the set has nothing cheaper."""
        self._check(stimulus_id)
        return self._key(stimulus_id) if self._key else self.digest_of(stimulus_id)

    def digest_of(self, stimulus_id: str) -> str:
        """SHA-256 of (shape, dtype, raw values) of one stimulus."""
        return digest_value(self.open(stimulus_id))

    def digest(self) -> str:
        """SHA-256 of the set: ordered (id, digest). Degrees are no part of it; they belong to the experiment."""
        return digest_sequence(part for id in self for part in (id, self.digest_of(id)))

    def take(self, which: Sequence[int] | np.ndarray | slice) -> "StimulusSet":
        """The stimuli at these positions (or under this boolean mask), in that order: how a stream is cut."""
        if not isinstance(which, slice):
            which = np.asarray(which) if len(which) else np.zeros(0, int)
        positions = np.arange(len(self))[which]
        table = self.table.iloc[positions]
        return StimulusSet(table, identifier=self.identifier, open=self._open, key=self._key, kind=self.kind)

    def map(
        self, function: Callable[[Any, str], Any], *, key: Callable[[str, str], str], **columns: Any
    ) -> "StimulusSet":
        """A set whose stimuli are ``function(value, stimulus_id)``, computed when opened; this one is left as it is.

        Parameters
        ----------
        function : callable
            What is done to each opened stimulus.
        key : callable
            ``key(key_before, stimulus_id) -> str``: names the result, where this set has keys.
        **columns
            Columns of the table to set.
        """
        opener, keyer = self._open, self._key
        return StimulusSet(
            self.table.assign(**columns),
            identifier=self.identifier,
            open=lambda id: function(opener(id), id),
            key=None if keyer is None else lambda id: key(keyer(id), id),
            kind=self.kind,
        )

    def _check(self, stimulus_id: str) -> None:
        if stimulus_id not in self._known:
            raise InvalidStimulusSet(
                f"stimulus set {self.identifier!r} has no stimulus {stimulus_id!r}", expected="an id of its table"
            )
