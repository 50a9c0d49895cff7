"""Centred kernel alignment as metrics on assemblies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import xarray as xr
from brainscore_core.assemblies import align
from brainscore_core.errors import InvalidAssembly, InvalidParameter, TooFewStimuli
from brainscore_core.scores import Score
from brainscore_core.statistics.crossvalidation import CrossValidation

from . import hsic


@dataclass(frozen=True)
class CKA:
    """Linear centred kernel alignment (Kornblith et al. 2019, ICML, eq. 4).

    Parameters
    ----------
    unbiased : bool
        True: both HSICs are unbiased estimates (Song et al. 2012), so that the number of units does not lift the value.
    batch_size : int, optional
        Sum unbiased HSICs over consecutive batches of this many stimuli before the ratio (Nguyen et al. 2021, ICLR,
        section 3.1): memory of one batch. Default: all stimuli at once.

    Notes
    -----
    Invariant to rotation and isotropic scale of either side. NaN is refused.
    """

    unbiased: bool = True
    batch_size: int | None = None
    inputs: Literal["pair"] = field(default="pair", init=False)

    def __post_init__(self) -> None:
        if self.batch_size is not None and (not self.unbiased or self.batch_size < 4):
            raise InvalidParameter(f"batch_size={self.batch_size}", expected="at least 4 stimuli, with unbiased=True")

    def __call__(self, source: xr.DataArray, target: xr.DataArray) -> Score:
        """Score; both ``presentation x neuroid``, one row a stimulus.

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli
        """
        x, y = aligned(source, target)
        least = 4 if self.unbiased else 2
        if len(x) < least:
            raise TooFewStimuli(f"CKA of {len(x)} stimuli", expected=f"at least {least}")
        if not self.unbiased:
            k, l = hsic.gram(x), hsic.gram(y)
            return Score(hsic.alignment(hsic.biased(k, l), hsic.biased(k, k), hsic.biased(l, l)))
        if self.batch_size is None:
            return Score(unbiased_alignment(zeroed(x), zeroed(y)))
        return self._batched(x, y, self.batch_size)

    def _batched(self, x: np.ndarray, y: np.ndarray, size: int) -> Score:
        sums, batches = np.zeros(3), 0
        for start in range(0, len(x) - 3, size):
            k, l = zeroed(x[start : start + size]), zeroed(y[start : start + size])
            if len(k) >= 4:
                sums += hsic.unbiased(k, l), hsic.unbiased(k, k), hsic.unbiased(l, l)
                batches += 1
        return Score(hsic.alignment(*sums), details={"batches": batches})


@dataclass(frozen=True)
class CKACrossValidated:
    """CKA on random shares of the stimuli, as Brain-Score 2's ``cka_cv``: its 'test' side is 90% of them.

    A Gram matrix of the whole holds that of any part, so it is formed once.

    Parameters
    ----------
    crossvalidation_kwargs : mapping
        Default ``test_size=.9``; stratified by ``object_name`` unless told otherwise.
    unbiased : bool
    """

    crossvalidation_kwargs: Mapping[str, Any] = field(default_factory=dict)
    unbiased: bool = True
    inputs: Literal["pair"] = field(default="pair", init=False)

    def __call__(self, source: xr.DataArray, target: xr.DataArray) -> Score:
        """Score; `values` has the dimension ``split``, `error` is sd over splits / sqrt(splits)."""
        x, y = aligned(source, target)
        folds = CrossValidation(**{"test_size": 0.9, **dict(self.crossvalidation_kwargs)}).folds(target)
        if min(len(test) for _, test in folds) < 4:
            raise TooFewStimuli("a split of fewer than 4 stimuli", expected="at least 4")
        make = zeroed if self.unbiased else hsic.gram
        k, l = make(x), make(y)
        compare = unbiased_alignment if self.unbiased else _biased_alignment
        values = np.array([compare(k[np.ix_(test, test)], l[np.ix_(test, test)]) for _, test in folds])
        error = float(values.std() / np.sqrt(len(values)))
        details = {"splits": len(values), "error_estimator": "sd over splits / sqrt(splits)"}
        return Score(float(values.mean()), error, values=xr.DataArray(values, dims=["split"]), details=details)


def zeroed(values: np.ndarray) -> np.ndarray:
    """Gram matrix with zero diagonal."""
    k = hsic.gram(values)
    np.fill_diagonal(k, 0.0)
    return k


def unbiased_alignment(k: np.ndarray, l: np.ndarray) -> float:
    """Debiased CKA of two Gram matrices with zero diagonal."""
    return hsic.alignment(hsic.unbiased(k, l), hsic.unbiased(k, k), hsic.unbiased(l, l))


def _biased_alignment(k: np.ndarray, l: np.ndarray) -> float:
    k, l = hsic.centre(k), hsic.centre(l)
    return hsic.alignment(float(np.vdot(k, l)), float(np.vdot(k, k)), float(np.vdot(l, l)))


def aligned(source: xr.DataArray, target: xr.DataArray) -> tuple[np.ndarray, np.ndarray]:
    """Values of both sides, (stimulus, neuroid), in the order of the target's stimuli, finite."""
    for name, part in (("source", source), ("target", target)):
        if set(part.dims) != {"presentation", "neuroid"}:
            raise InvalidAssembly(f"{name} has dimensions {part.dims}", expected="(presentation, neuroid)")
    source, target = align(source, target)
    parts = [np.ascontiguousarray(part.transpose("presentation", "neuroid").values) for part in (source, target)]
    for name, values in zip(("source", "target"), parts, strict=True):
        if not np.isfinite(values).all():
            raise InvalidAssembly(f"{name} has NaN or infinite values", expected="finite numbers",
                                  remedy="select stimuli and neuroids that were all measured")  # fmt: skip
    return parts[0], parts[1]
