"""Centred kernel alignment as metrics on assemblies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import xarray as xr

from brainscore_core.alignment import require_labelled
from brainscore_core.assemblies import align
from brainscore_core.errors import InvalidAssembly, InvalidParameter, TooFewStimuli
from brainscore_core.scores import Score
from brainscore_core.statistics.crossvalidation import CrossValidation

from . import hsic

FEWEST_UNBIASED, FEWEST_BIASED = 4, 2

NOT_POSITIVE = "self-alignment-not-positive"
"""Flag: an unbiased HSIC of one side with itself is not above zero; the value is 0, as in Brain-Score 2."""
CONSTANT = "constant-representation"
"""Flag: one side does not tell stimuli apart; the score is null."""


@dataclass(frozen=True)
class CKA:
    """Linear centred kernel alignment (Kornblith et al. 2019, ICML, eq. 4).

    Parameters
    ----------
    unbiased : bool
        True: both HSICs are unbiased estimates (Song et al. 2012), so that the number of units does not lift the value.
    batch_size : int, optional
        Average unbiased HSICs over consecutive batches of this many stimuli before the ratio (Nguyen et al. 2021, ICLR,
        section 3.1), so that memory is that of one batch. Default: all stimuli at once. A rest of fewer than 4 stimuli
        is left out, and counted in `details`.

    Notes
    -----
    Invariant to rotation and isotropic scale of either side. NaN is refused.
    """

    unbiased: bool = True
    batch_size: int | None = None
    inputs: Literal["pair"] = field(default="pair", init=False)

    def __post_init__(self) -> None:
        if self.batch_size is not None and (not self.unbiased or self.batch_size < FEWEST_UNBIASED):
            raise InvalidParameter(
                f"batch_size={self.batch_size}", expected=f"at least {FEWEST_UNBIASED} stimuli, with unbiased=True"
            )

    def __call__(self, source: xr.DataArray, target: xr.DataArray) -> Score:
        """Score; both ``presentation x neuroid``, one row a stimulus.

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli
        """
        x, y = aligned(source, target)
        enough(len(x), self.unbiased)
        if not self.unbiased:
            return _score(*hsic.biased(hsic.gram(x), hsic.gram(y)), unbiased=False)
        if self.batch_size is not None:
            return self._batched(x, y, self.batch_size)
        return _score(*hsic.unbiased(_zeroed(x), _zeroed(y)), unbiased=True)

    def _batched(self, x: np.ndarray, y: np.ndarray, size: int) -> Score:
        starts = [start for start in range(0, len(x), size) if len(x) - start >= FEWEST_UNBIASED]
        batches = [slice(start, start + size) for start in starts]
        means = np.mean([hsic.unbiased(_zeroed(x[batch]), _zeroed(y[batch])) for batch in batches], axis=0)
        left_out = max(0, len(x) - (starts[-1] + size))
        return _score(*means.tolist(), unbiased=True, details={"batches": len(batches), "stimuli_left_out": left_out})


@dataclass(frozen=True)
class CKACrossValidated:
    """CKA on random shares of the stimuli, as Brain-Score 2's ``cka_cv``: its 'test' side is 90% of them.

    Nothing is fitted, so the splits only show how much the value depends on the stimuli; sums of a share are products
    of the whole Gram matrix with a mask.

    Parameters
    ----------
    crossvalidation_kwargs : mapping
        Default ``test_size=.9``; stratified by ``object_name`` unless told otherwise.
    unbiased : bool
    """

    crossvalidation_kwargs: Mapping[str, Any] = field(default_factory=dict)
    unbiased: bool = True
    inputs: Literal["pair"] = field(default="pair", init=False)

    def __post_init__(self) -> None:
        _ = self.cross_validation  # refuses a misspelt option now

    @property
    def cross_validation(self) -> CrossValidation:
        """How the stimuli are split."""
        given = dict(self.crossvalidation_kwargs or {})
        once = given.get("kfold") or given.get("mode") == "honest"
        sized = {} if once or given.get("train_size") is not None else {"test_size": 0.9}
        try:
            return CrossValidation(**{**sized, **given})
        except TypeError as error:
            known = list(CrossValidation.__dataclass_fields__)
            raise InvalidParameter(f"crossvalidation_kwargs: {error}", expected=f"out of {known}") from error

    def __call__(self, source: xr.DataArray, target: xr.DataArray) -> Score:
        """Score; `values` has the dimension ``split``, `error` is sd over splits / sqrt(splits).

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli
        """
        x, y = aligned(source, target)
        tests = [test for _, test in self.cross_validation.folds(target)]
        enough(min(map(len, tests)), self.unbiased)
        kx, ky = hsic.gram(x), hsic.gram(y)
        if self.unbiased:
            parts = np.zeros((len(tests), len(x)))
            for part, test in zip(parts, tests, strict=True):
                part[test] = 1
            kx, ky = hsic.without_diagonal(kx), hsic.without_diagonal(ky)
            sums = np.stack(hsic.unbiased_of_parts(kx, ky, parts), axis=1)
        else:
            sums = np.array([hsic.biased(kx[np.ix_(test, test)], ky[np.ix_(test, test)]) for test in tests])
        values = np.array([_ratio(*row, unbiased=self.unbiased) for row in sums])
        labelled = xr.DataArray(values, dims=["split"], coords={"split": np.arange(len(values))})
        details = {"splits": len(values), "error_estimator": "sd over splits / sqrt(splits)"}
        if np.isnan(values).any():
            return Score(None, flags=(CONSTANT,), values=labelled, details=details)
        flags = (NOT_POSITIVE,) if self.unbiased and not (sums[:, 1] * sums[:, 2] > 0).all() else ()
        error = float(values.std() / np.sqrt(len(values)))
        return Score(float(values.mean()), error, values=labelled, flags=flags, details=details)


def _zeroed(values: np.ndarray) -> np.ndarray:
    return hsic.without_diagonal(hsic.gram(values))


def _ratio(xy: float, xx: float, yy: float, *, unbiased: bool) -> float:
    """HSIC(x, y) / sqrt(HSIC(x, x) HSIC(y, y)); where that is not above zero 0 (unbiased) or NaN."""
    product = xx * yy
    if product > 0:
        return float(xy / np.sqrt(product))
    return 0.0 if unbiased else float("nan")


def _score(xy: float, xx: float, yy: float, *, unbiased: bool, details: dict[str, Any] | None = None) -> Score:
    value = _ratio(xy, xx, yy, unbiased=unbiased)
    if np.isnan(value):
        return Score(None, flags=(CONSTANT,), details=details or {})
    flags = () if xx * yy > 0 else (NOT_POSITIVE,)
    return Score(value, flags=flags, details=details or {})


def enough(stimuli: int, unbiased: bool) -> None:
    """Refuse fewer stimuli than the estimate is defined for."""
    least = FEWEST_UNBIASED if unbiased else FEWEST_BIASED
    if stimuli < least:
        raise TooFewStimuli(f"CKA of {stimuli} stimuli", expected=f"at least {least}")


def aligned(source: xr.DataArray, target: xr.DataArray) -> tuple[np.ndarray, np.ndarray]:
    """Values of both sides, (stimulus, neuroid), in the order of the target's stimuli, finite."""
    for name, part in (("source", source), ("target", target)):
        require_labelled(name, part)
        if set(part.dims) != {"presentation", "neuroid"}:
            raise InvalidAssembly(
                f"{name} has dimensions {tuple(part.dims)}",
                expected="(presentation, neuroid)",
                remedy="select a time bin",
            )
    source, target = align(source, target)
    parts = [np.ascontiguousarray(part.transpose("presentation", "neuroid").values) for part in (source, target)]
    for name, values in zip(("source", "target"), parts, strict=True):
        if values.dtype.kind not in "iufb":
            raise InvalidAssembly(f"{name} has values of dtype {values.dtype}", expected="real numbers")
        if not np.isfinite(values).all():
            raise InvalidAssembly(
                f"{name} has NaN or infinite values",
                expected="finite numbers",
                remedy="select stimuli and neuroids that were all measured",
            )
    return parts[0], parts[1]
