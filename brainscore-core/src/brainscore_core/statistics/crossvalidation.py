"""What is fitted on and what is tested: splits as Brain-Score 2 draws them, or folds that test each stimulus once."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli

Fold = tuple[np.ndarray, np.ndarray]
"""Indices of training and of test rows."""

TRAIN_SIZE = 0.9
"""Share of the rows that shuffled splits fit on, unless told otherwise."""

NO_CLASSES = "pass crossvalidation_kwargs=dict(stratification_coord=None)"
"""What to do where classes cannot be balanced."""


@dataclass(frozen=True)
class CrossValidation:
    """How rows are split.

    Parameters
    ----------
    splits : int
        Number of splits or folds.
    train_size, test_size : float or int, optional
        Share or number of rows (of groups, where grouped) on each side, of shuffled splits only. Default: .9 to fit on.
    kfold : bool
        Each row is tested once; False: shuffled splits, which test a row several times or never.
    split_coord : str
        What the rows are told apart by.
    stratification_coord : str, optional
        Balance the folds over the values of this coordinate.
    group_coord : str, optional
        Rows of one group (frames of a movie, versions of a photograph) never stand on both sides.
    random_state : int
        Seed; the splits are those of scikit-learn.
    mode : {'parity', 'honest'}
        ``parity`` draws what Brain-Score 2 draws (shuffled splits unless `kfold`); ``honest`` tests every stimulus
        once: k folds, stratified or grouped.

    Raises
    ------
    InvalidParameter
        For a value that means nothing, or sizes of folds that test each row once.
    """

    splits: int = 10
    train_size: float | int | None = None
    test_size: float | int | None = None
    kfold: bool = False
    split_coord: str = "stimulus_id"
    stratification_coord: str | None = "object_name"
    group_coord: str | None = None
    random_state: int = 1
    mode: Literal["parity", "honest"] = "parity"

    def __post_init__(self) -> None:
        if self.mode not in ("parity", "honest"):
            raise InvalidParameter(f"mode={self.mode!r}", expected="'parity' or 'honest'")
        if not _is_count(self.splits) or self.splits < (2 if self.once else 1):
            raise InvalidParameter(f"splits={self.splits!r}", expected="at least 2 folds, or 1 shuffled split")
        for name, size in (("train_size", self.train_size), ("test_size", self.test_size)):
            if size is not None and not (_is_count(size) and size >= 1 or isinstance(size, float) and 0 < size < 1):
                raise InvalidParameter(f"{name}={size!r}", expected="a share between 0 and 1, or a number of rows")
        if self.once and (self.test_size is not None or self.train_size not in (None, TRAIN_SIZE)):
            raise InvalidParameter(
                f"train_size={self.train_size!r}, test_size={self.test_size!r} with folds that test each row once",
                expected="splits= alone, the number of folds",
            )

    @property
    def once(self) -> bool:
        """Whether each row is tested exactly once."""
        return self.kfold or self.mode == "honest"

    @property
    def generalises_over(self) -> str:
        """What the held-out rows are new in: named in the score."""
        return self.group_coord or self.split_coord

    def folds(self, assembly: Any, dim: str = "presentation") -> list[Fold]:
        """Train and test rows of each split.

        Parameters
        ----------
        assembly : xarray.DataArray
            With the coordinates named above on `dim`.

        Raises
        ------
        InvalidAssembly
            A coordinate is absent; names the ones there are.
        StimulusMismatch
            A stimulus stands twice without groups: its copies would stand on both sides.
        TooFewStimuli
            Fewer rows, groups or members of a class than the splits need.
        """
        ids = coordinate(assembly, self.split_coord, dim)
        labels = coordinate(assembly, self.stratification_coord, dim, NO_CLASSES) if self.stratification_coord else None
        groups = coordinate(assembly, self.group_coord, dim) if self.group_coord else None
        if groups is None and len(np.unique(ids)) < len(ids):
            raise StimulusMismatch(
                f"{self.split_coord!r} repeats: {len(ids)} rows of {len(np.unique(ids))} stimuli",
                expected="one row a stimulus, or group_coord= to keep copies on one side",
                remedy="average repetitions first",
            )
        if groups is not None:
            groups = _groups_of(groups, ids)
        return self.split_rows(len(ids), labels, groups)

    def split_rows(self, n: int, labels: np.ndarray | None = None, groups: np.ndarray | None = None) -> list[Fold]:
        """The same on bare arrays: `n` rows, labels to balance, groups to keep together; each of shape (row,)."""
        self._check_sizes(n, labels, groups)
        splitter = self._splitter(labels is not None, groups is not None)
        try:
            with warnings.catch_warnings():
                # A class with fewer members than folds is missing in some test folds, which is all the warning says.
                warnings.filterwarnings("ignore", "The least populated class", UserWarning)
                folds = [(train, test) for train, test in splitter.split(np.zeros(n), labels, groups)]
        except ValueError as error:
            raise TooFewStimuli(
                f"{n} stimuli cannot be split ({error})", expected="fewer splits or more stimuli"
            ) from error
        if any(not len(train) or not len(test) for train, test in folds):
            raise TooFewStimuli(f"a fold of {n} stimuli is empty", expected="fewer splits, or smaller groups")
        return folds

    def _splitter(self, stratified: bool, grouped: bool) -> Any:
        from sklearn import model_selection as sk

        if self.once:
            kind = {
                (False, False): sk.KFold,
                (True, False): sk.StratifiedKFold,
                (False, True): sk.GroupKFold,
                (True, True): sk.StratifiedGroupKFold,
            }[stratified, grouped]
            return kind(n_splits=self.splits, shuffle=True, random_state=self.random_state)
        if grouped and stratified:
            raise InvalidParameter("shuffled splits cannot be stratified and grouped at once", remedy="use kfold=True")
        sizes = {"train_size": self.train_size, "test_size": self.test_size}
        if self.train_size is None and self.test_size is None:
            sizes["train_size"] = TRAIN_SIZE
        kind = sk.StratifiedShuffleSplit if stratified else sk.GroupShuffleSplit if grouped else sk.ShuffleSplit
        return kind(n_splits=self.splits, random_state=self.random_state, **sizes)

    def _check_sizes(self, n: int, labels: np.ndarray | None, groups: np.ndarray | None) -> None:
        units, word = (n, "stimuli") if groups is None else (len(np.unique(groups)), "groups")
        needed = int(self.splits) if self.once else 2
        if units < needed:
            raise TooFewStimuli(
                f"{units} {word} for {self.splits} folds",
                expected=f"at least {needed} {word}",
                remedy=f"pass crossvalidation_kwargs=dict(splits={units})" if self.once and units > 1 else "",
            )
        if labels is not None:
            self._check_classes(n, labels)

    def _check_classes(self, n: int, labels: np.ndarray) -> None:
        values, counts = np.unique(labels, return_counts=True)
        if counts.min() < 2:
            raise TooFewStimuli(
                f"class {str(values[counts.argmin()])!r} of {self.stratification_coord!r} has {counts.min()} member",
                expected="at least 2, one on each side",
                remedy=NO_CLASSES,
            )
        if self.once and counts.max() < self.splits:
            raise TooFewStimuli(
                f"{self.splits} folds, and every class of {self.stratification_coord!r} has at most {counts.max()}",
                expected=f"a class with at least {self.splits} members",
                remedy=f"{NO_CLASSES}, or fewer splits",
            )
        if self.once or self.group_coord is not None:
            return
        for side, rows in (("test", self._test_rows(n)), ("training", n - self._test_rows(n))):
            if rows < len(values):
                raise TooFewStimuli(
                    f"a {side} fold of {rows} cannot hold {len(values)} classes of {self.stratification_coord!r}",
                    expected="at least one stimulus a class on each side",
                    remedy=f"{NO_CLASSES}, or another test_size",
                )

    def _test_rows(self, n: int) -> int:
        if self.test_size is not None:
            return int(np.ceil(self.test_size * n)) if isinstance(self.test_size, float) else int(self.test_size)
        train = self.train_size if self.train_size is not None else TRAIN_SIZE
        return n - (int(np.floor(train * n)) if isinstance(train, float) else int(train))


def _is_count(number: Any) -> bool:
    return isinstance(number, (int, np.integer)) and not isinstance(number, bool)


def coordinate(assembly: Any, name: str, dim: str = "presentation", remedy: str = "") -> np.ndarray:
    """The values of a coordinate on `dim`, shape (row,); `remedy` is what to do without it.

    Raises
    ------
    InvalidAssembly
        Without it, naming the coordinates there are; or where an entry is missing.
    """
    if name not in assembly.coords or assembly.coords[name].dims != (dim,):
        there = sorted(str(key) for key, coord in assembly.coords.items() if coord.dims == (dim,))
        raise InvalidAssembly(
            f"the assembly has no coordinate {name!r} on {dim!r}",
            expected=f"one of {there}",
            remedy=remedy,
        )
    values = assembly.coords[name].values
    missing = np.isnan(values) if values.dtype.kind == "f" else values.astype(str) == ""
    if missing.any():
        raise InvalidAssembly(f"coordinate {name!r} misses {missing.sum()} entries", expected="one in every row")
    return values.astype(str) if values.dtype.kind in "OT" else values


def given_folds(folds: Sequence[Fold], n: int) -> list[Fold]:
    """Check folds that the user made: (training rows, test rows), as indices or as masks of n rows.

    Raises
    ------
    InvalidParameter
        If a fold is empty, out of range, has a row twice, or tests what it was fitted on.
    """
    checked = []
    for number, (train, test) in enumerate(folds):
        train, test = (_indices(number, rows, n) for rows in (train, test))
        if np.intersect1d(train, test).size:
            raise InvalidParameter(f"fold {number} tests stimuli that it was fitted on", expected="disjoint indices")
        checked.append((train, test))
    if not checked:
        raise InvalidParameter("no folds given", expected="at least one (train, test)")
    return checked


def _indices(fold: int, rows: Any, n: int) -> np.ndarray:
    rows = np.asarray(rows)
    if rows.dtype == bool:
        if rows.shape != (n,):
            raise InvalidParameter(f"fold {fold} has a mask of shape {rows.shape}", expected=f"({n},)")
        rows = np.flatnonzero(rows)
    if rows.ndim != 1 or not len(rows) or rows.dtype.kind not in "iu" or rows.min() < 0 or rows.max() >= n:
        raise InvalidParameter(f"fold {fold} is empty or out of range", expected=f"indices from 0 to {n - 1}")
    if len(np.unique(rows)) < len(rows):
        raise InvalidParameter(f"fold {fold} has a row twice", expected="each row once")
    return rows.astype(int)


def _groups_of(groups: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Group codes; rows of one stimulus in two groups are a contradiction."""
    codes = np.unique(groups, return_inverse=True)[1].ravel()
    _, stimulus = np.unique(ids, return_inverse=True)
    first = np.full(stimulus.max() + 1, -1)
    first[stimulus.ravel()[::-1]] = codes[::-1]
    if (first[stimulus.ravel()] != codes).any():
        raise StimulusMismatch("a stimulus stands in two groups", expected="one group a stimulus")
    return codes
