"""``rdm_cv``: ``rdm`` on random shares of the stimuli."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter, TooFewStimuli
from brainscore_core.scores import Score

from .comparators import comparator
from .dissimilarities import FEWEST_STIMULI, is_dissimilarity
from .measures import Distance
from .rdm import CONSTANT, UNDEFINED
from .sides import aligned

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.statistics.crossvalidation import CrossValidation


class RDMCrossValidated:
    """Correlation of dissimilarities on random shares of the stimuli, as Brain-Score 2's ``rdm_cv``.

    Nothing is fitted, so only the 'test' side of each split counts; it holds 90% of the stimuli unless told otherwise.
    Dissimilarities do not depend on the split: they are computed and sorted once, and ranks within each split counted.

    Parameters
    ----------
    crossvalidation_kwargs : mapping, optional
        Fields of :class:`~brainscore_core.statistics.crossvalidation.CrossValidation`: splits (10), test_size (.9),
        stratification_coord (``object_name``), random_state (1), and so on.
    comparison : str
        As for ``rdm``.
    distance : {'correlation', 'squared-euclidean'}
        As for ``rdm``.

    Raises
    ------
    InvalidParameter
        For names that there are not.
    """

    inputs: Literal["pair"] = "pair"

    def __init__(
        self,
        crossvalidation_kwargs: Mapping[str, Any] | None = None,
        comparison: str = "spearman",
        distance: str = "correlation",
    ):
        self.crossvalidation_kwargs = dict(crossvalidation_kwargs or {})
        self.comparison = comparison
        self.distance = Distance("rdm_cv", distance)
        if self.distance.of_trials:
            raise InvalidParameter(
                f"rdm_cv: distance={distance!r}", expected="'correlation' or 'squared-euclidean'", remedy="use rdm"
            )
        self._comparator = comparator("rdm_cv", comparison)
        self._cross_validation()  # refuses a misspelt option now

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source, target : xarray.DataArray
            NeuroidAssemblies, ``presentation x neuroid``, one row a stimulus; splits are drawn from the coordinates of
            `target`.

        Returns
        -------
        Score
            Mean over splits; `values` has the dimension ``split``; `error` is Brain-Score 2's standard deviation over
            splits / sqrt(splits), which is too small as an error of the score, since splits share stimuli (use ``rdm``
            with ``bootstrap_samples``). Null and flagged as for ``rdm``.

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli
        """
        import xarray as xr

        for label, side in (("source", source), ("target", target)):
            if is_dissimilarity(side):
                raise InvalidAssembly(f"{label} holds dissimilarities", expected="responses", remedy="use rdm")
        # float32 makes millions of ties by rounding, which cost more than float64 does
        sides = aligned(source.astype(np.float64), target.astype(np.float64), self.distance)
        stimuli = len(sides.stimulus_ids)
        parts = self._parts(target, stimuli)
        details: dict[str, str | int | float] = {
            "splits": len(parts),
            "stimuli": stimuli,
            "stimuli_in_split": int(parts.sum(axis=1).min()),
            "distance": self.distance.name,
            "comparison": self.comparison,
            "error_estimator": "sd over splits / sqrt(splits)",
        }
        if sides.undefined:
            return Score(None, flags=(UNDEFINED,), details=details)
        rhos = self._comparator.compare(sides.model, sides.subjects[0], stimuli).within(parts)
        values = xr.DataArray(rhos, dims=["split"])
        if np.isnan(rhos).any():
            return Score(None, flags=(CONSTANT,), details=details, values=values)
        return Score(float(rhos.mean()), float(rhos.std() / np.sqrt(len(rhos))), details=details, values=values)

    def _parts(self, target: "xr.DataArray", stimuli: int) -> np.ndarray:
        """Which stimuli each split holds, bool (split, stimulus)."""
        folds = self._cross_validation().folds(target)
        parts = np.zeros((len(folds), stimuli), bool)
        for part, (_, test) in zip(parts, folds, strict=True):
            part[test] = True
        if parts.sum(axis=1).min() < FEWEST_STIMULI:
            raise TooFewStimuli(
                f"a split of {parts.sum(axis=1).min()} stimuli", expected=f"at least {FEWEST_STIMULI} in each"
            )
        return parts

    def _cross_validation(self) -> "CrossValidation":
        from brainscore_core.statistics.crossvalidation import CrossValidation

        options = self.crossvalidation_kwargs
        sized = any(options.get(name) is not None for name in ("train_size", "test_size"))
        once = options.get("kfold") or options.get("mode") == "honest"
        default = {} if sized or once else {"test_size": 0.9}
        try:
            return CrossValidation(**{**options, **default})
        except TypeError as error:
            known = list(CrossValidation.__dataclass_fields__)
            raise InvalidParameter(f"crossvalidation_kwargs: {error}", expected=f"out of {known}") from error
