"""Which stimuli are fitted on and which are tested: splits as Brain-Score 2 draws them, and folds that test each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli

Fold = tuple[np.ndarray, np.ndarray]
"""Indices of training and of test rows."""


@dataclass(frozen=True)
class CrossValidation:
    """How rows are split.

    Parameters
    ----------
    splits : int
        Number of splits or folds.
    train_size, test_size : float or int, optional
        Share or number of rows; of shuffled splits only. Default .9 for training.
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
        ``parity`` draws what Brain-Score 2 draws (shuffled splits unless `kfold`); ``honest`` tests every stimulus once:
        k folds, stratified or grouped.
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
        if int(self.splits) < 1 or (self.once and int(self.splits) < 2):
            raise InvalidParameter(f"splits={self.splits}", expected="at least 2 folds, or 1 shuffled split")
        if self.once and self.test_size is not None:
            raise InvalidParameter("test_size with folds that test each row once", expected="splits= alone")

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
        labels = coordinate(assembly, self.stratification_coord, dim) if self.stratification_coord else None
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
            return [(train, test) for train, test in splitter.split(np.zeros(n), labels, groups)]
        except ValueError as error:
            raise TooFewStimuli(f"{n} stimuli cannot be split ({error})", expected="fewer splits or more stimuli") from error

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
            sizes["train_size"] = 0.9
        kind = sk.StratifiedShuffleSplit if stratified else sk.GroupShuffleSplit if grouped else sk.ShuffleSplit
        return kind(n_splits=self.splits, random_state=self.random_state, **sizes)

    def _check_sizes(self, n: int, labels: np.ndarray | None, groups: np.ndarray | None) -> None:
        units, word = (n, "stimuli") if groups is None else (len(np.unique(groups)), "groups")
        needed = int(self.splits) if self.once else 2
        if units < needed:
            raise TooFewStimuli(f"{units} {word} for {self.splits} folds", expected=f"at least {needed} {word}")
        if labels is None:
            return
        values, counts = np.unique(labels, return_counts=True)
        least = min(int(self.splits), 2) if not self.once else int(self.splits)
        if counts.min() < (least if self.once and groups is None else 2):
            scarce = values[counts.argmin()]
            raise TooFewStimuli(
                f"class {scarce!r} of {self.stratification_coord!r} has {counts.min()} member(s)",
                expected=f"at least {least if self.once else 2} for stratified folds",
                remedy="pass crossvalidation_kwargs=dict(stratification_coord=None)",
            )
        if not self.once and (test := self._test_rows(n)) < len(values):
            raise TooFewStimuli(
                f"a test fold of {test} cannot hold {len(values)} classes of {self.stratification_coord!r}",
                expected="a test fold of at least one stimulus a class",
                remedy="pass crossvalidation_kwargs=dict(stratification_coord=None), or a larger test_size",
            )

    def _test_rows(self, n: int) -> int:
        if self.test_size is not None:
            return int(np.ceil(self.test_size * n)) if isinstance(self.test_size, float) else int(self.test_size)
        train = self.train_size if self.train_size is not None else 0.9
        return n - (int(np.floor(train * n)) if isinstance(train, float) else int(train))


def coordinate(assembly: Any, name: str, dim: str = "presentation") -> np.ndarray:
    """The values of a coordinate on `dim`, shape (row,).

    Raises
    ------
    InvalidAssembly
        Naming the coordinates there are.
    """
    if name not in assembly.coords or assembly.coords[name].dims != (dim,):
        there = sorted(str(key) for key, coord in assembly.coords.items() if coord.dims == (dim,))
        raise InvalidAssembly(
            f"the assembly has no coordinate {name!r} on {dim!r}",
            expected=f"one of {there}",
            remedy=f"pass crossvalidation_kwargs=dict(stratification_coord=None)" if name == "object_name" else "",
        )
    return assembly.coords[name].values


def given_folds(folds: Sequence[Fold], n: int) -> list[Fold]:
    """Check folds that the user made.

    Raises
    ------
    InvalidParameter
        If a fold is empty, out of range, or tests what it was fitted on.
    """
    checked = []
    for number, (train, test) in enumerate(folds):
        train, test = np.asarray(train, int), np.asarray(test, int)
        if not len(train) or not len(test) or min(train.min(), test.min()) < 0 or max(train.max(), test.max()) >= n:
            raise InvalidParameter(f"fold {number} is empty or out of range", expected=f"indices from 0 to {n - 1}")
        if np.intersect1d(train, test).size:
            raise InvalidParameter(f"fold {number} tests stimuli that it was fitted on", expected="disjoint indices")
        checked.append((train, test))
    if not checked:
        raise InvalidParameter("no folds given", expected="at least one (train, test)")
    return checked


def _groups_of(groups: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Group codes; rows of one stimulus in two groups are a contradiction."""
    codes = np.unique(groups, return_inverse=True)[1].ravel()
    _, stimulus = np.unique(ids, return_inverse=True)
    first = np.full(stimulus.max() + 1, -1)
    first[stimulus.ravel()[::-1]] = codes[::-1]
    if (first[stimulus.ravel()] != codes).any():
        raise StimulusMismatch("a stimulus stands in two groups", expected="one group a stimulus")
    return codes
