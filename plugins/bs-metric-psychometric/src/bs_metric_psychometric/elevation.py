"""``threshold_elevation``: by what factor a condition raises the threshold, in a model and in people."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import TYPE_CHECKING, ClassVar, Literal

from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score

from .fitting import Fitting
from .threshold import Threshold, by_subject

if TYPE_CHECKING:
    import xarray as xr

    from .estimate import Estimate


@dataclass(eq=False)
class ThresholdElevation(Fitting):
    """How close the elevation of a model's threshold is to that of people's.

    The elevation is the threshold in the test condition over that in the baseline condition. Where the accuracy is
    'inflection', that of the baseline is taken in both. The value is the mean over people of
    ``max(0, 1 - |elevation - theirs| / theirs)``.

    Parameters
    ----------
    independent_variable : str
        Coordinate of the answers that holds the level of each trial.
    baseline_condition, test_condition : str
        Entries of the coordinate ``condition``.
    threshold_accuracy, sigmoid, guess, lapse_prior, increasing, truth, method, n_bootstrap, seed
        See :class:`Threshold`.
    required_baseline_accuracy, required_test_accuracy : float
        Of ``method='incumbent'``: smaller shares of right answers are no fit.

    References
    ----------
    Malania, Herzog & Westheimer 2007, Journal of Vision 7(2):1.
    """

    inputs: ClassVar[Literal["pair"]] = "pair"
    doi: ClassVar[str] = "10.1167/7.2.1"

    baseline_condition: str
    test_condition: str
    _: KW_ONLY
    required_baseline_accuracy: float = 0.6
    required_test_accuracy: float = 0.6

    def __call__(
        self,
        source: "xr.DataArray | Mapping[str, xr.DataArray] | float",
        target: "xr.DataArray | Sequence[float]",
    ) -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray, mapping of condition to xarray.DataArray, or float
            The model's answers with a coordinate ``condition``, its answers in each condition, or its elevation.
        target : xarray.DataArray or sequence of float
            Elevations of people (dimension ``subject``), thresholds (dimensions ``subject`` and ``condition``), or
            answers with the coordinates ``subject`` and ``condition``.

        Raises
        ------
        InvalidAssembly, TooFewStimuli
            If a condition or coordinate is missing, or thresholds are not above 0.
        """
        from .judging import judged

        score = judged(self.estimate(source), self.human(target), spread_as_error=self.method == "incumbent")
        return self._threshold()._failed(score)

    def ceiling(self, target: "xr.DataArray | Sequence[float]") -> Score:
        """Each person against all others."""
        return self._threshold().ceiling(self.human(target))

    def estimate(
        self, answers: "xr.DataArray | Mapping[str, xr.DataArray] | float", *, errors: bool = True
    ) -> "Estimate":
        """The elevation of one subject's threshold, with the fits of both conditions in its details."""
        import numpy as np

        from .counts import counted
        from .estimate import Estimate, given, named

        if isinstance(answers, Real):
            self._threshold()._design()
            return given(float(answers))
        parts = [self._in(answers, condition) for condition in (self.baseline_condition, self.test_condition)]
        base, test = (counted(part, self.independent_variable, self.truth) for part in parts)
        metric = self._threshold()
        baseline = metric.estimate_counts(base, metric._accuracy(), errors=errors)
        # without a baseline no accuracy is set for the test condition, and none is needed
        accuracy = metric._accuracy() if np.isnan(baseline.accuracy) else baseline.accuracy
        condition = self._threshold(test=True).estimate_counts(test, accuracy, errors=errors)
        below, above = named(baseline, "baseline"), named(condition, "test")
        elevation = above.threshold / below.threshold
        n = min(len(above.draws), len(below.draws))
        draws = above.draws[:n] / below.draws[:n]
        details = {**below.details, **above.details}
        if not np.isnan(elevation):
            details["elevation"] = elevation
        return Estimate(
            elevation,
            draws,
            flags=tuple(dict.fromkeys(baseline.flags + condition.flags)),
            details=details,
            beyond=condition.beyond / baseline.threshold,
        )

    def human(self, target: "xr.DataArray | Sequence[float]") -> "xr.DataArray":
        """Elevations of people; those whose answers set none are left out.

        Raises
        ------
        InvalidAssembly
        """
        import numpy as np
        import xarray as xr

        from .judging import thresholds_of

        if isinstance(target, xr.DataArray) and "presentation" in target.dims:
            found = {name: self.estimate(part, errors=False).threshold for name, part in by_subject(target)}
            kept = {name: value for name, value in found.items() if not np.isnan(value)}
            if not kept:
                raise InvalidAssembly(f"answers of {len(found)} subject(s) set no elevation", expected="some that do")
            target = xr.DataArray(list(kept.values()), dims=["subject"], coords={"subject": list(kept)})
        elif isinstance(target, xr.DataArray) and "condition" in target.dims:
            known = [str(name) for name in target["condition"].values]
            pair = [
                thresholds_of(target.isel(condition=_position(known, name), drop=True), f"thresholds in {name!r}")
                for name in (self.test_condition, self.baseline_condition)
            ]
            target = pair[0].copy(data=pair[0].values / pair[1].values)
        return thresholds_of(target, "elevations")

    def _in(self, answers: "xr.DataArray | Mapping[str, xr.DataArray]", condition: str) -> "xr.DataArray":
        import numpy as np

        if isinstance(answers, Mapping):
            return answers[list(answers)[_position([str(name) for name in answers], condition)]]
        if "condition" not in answers.coords:
            raise InvalidAssembly(
                "answers without coordinate 'condition'",
                expected=f"the condition of each trial; found {sorted(map(str, answers.coords))}",
            )
        names = answers["condition"].values.astype(str)
        _position(sorted(set(names.tolist())), condition)
        return answers.isel(presentation=np.flatnonzero(names == condition))

    def _threshold(self, *, test: bool = False) -> Threshold:
        required = self.required_test_accuracy if test else self.required_baseline_accuracy
        # draws of the two conditions are independent
        return Threshold(**self.fitting() | {"seed": self.seed + test}, required_accuracy=required)


def _position(names: list[str], condition: str) -> int:
    if condition not in names:
        raise InvalidAssembly(f"no condition {condition!r}", expected=f"one of {names}")
    return names.index(condition)
