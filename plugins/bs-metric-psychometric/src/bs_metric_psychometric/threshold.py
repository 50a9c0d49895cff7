"""``threshold``: the level of a stimulus variable that a model needs, against the level that people need."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import TYPE_CHECKING, ClassVar, Literal

from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

from .fitting import Fitting

if TYPE_CHECKING:
    import xarray as xr

    from .counts import Counts
    from .estimate import Estimate
    from .fit import Design

METHODS = ("map", "incumbent")


@dataclass(eq=False)
class Threshold(Fitting):
    """How close a model's psychometric threshold is to those of people.

    The value is the mean over people of ``max(0, 1 - |threshold - theirs| / theirs)``, as in Brain-Score 2; the error
    is the standard error over people and over the model's resampled answers (parametric bootstrap).

    Where the answers set no threshold the score is null and a flag says why (``all-correct``, ``at-chance``,
    ``no-variation``, ``threshold-beyond-levels``); it is 0 where the threshold is known to lie above a level that is
    twice everybody's. NaN among probabilities is refused.

    Parameters
    ----------
    independent_variable : str
        Coordinate of the answers that holds the level of each trial.
    threshold_accuracy : float or 'inflection'
        Share of right answers at which the threshold is taken; 'inflection': half way from the guess rate to the best
        performance.
    sigmoid : {'gaussian', 'logistic', 'weibull'}
        Family of psychometric functions; the Weibull function lies on the logarithm of the levels.
    guess : float
        Rate of right answers by guessing, fixed by the design: .5 with two alternatives.
    lapse_prior : (float, float)
        Beta distribution of the lapse rate; that of psignifit 4 by default.
    increasing : bool
        False where the task becomes harder with the level.
    truth : str, optional
        Coordinate of the right answers; None: ``truth``, else ``image_label``.
    method : {'map', 'incumbent'}
        'map': the most probable function under the priors of psignifit 4, each trial counted. 'incumbent': the fit of
        Brain-Score 2 in every detail, with 0 where it fails and the standard deviation over people as the error; for a
        cumulative Gaussian, guess rate .5 and an increasing variable.
    required_accuracy : float
        Of 'incumbent': a smaller share of right answers is no fit.
    n_bootstrap : int
        Draws for the standard error of 'map'.
    seed : int
        Of the draws.

    References
    ----------
    Wichmann & Hill 2001, Perception & Psychophysics 63, 1293-1313; Schuett, Harmeling, Macke & Wichmann 2016, Vision
    Research 122, 105-123; Malania, Herzog & Westheimer 2007, Journal of Vision 7(2):1.
    """

    inputs: ClassVar[Literal["pair"]] = "pair"
    doi: ClassVar[str] = "10.1016/j.visres.2016.02.002"

    _: KW_ONLY
    required_accuracy: float = 0.6

    def __call__(self, source: "xr.DataArray | float", target: "xr.DataArray | Sequence[float]") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray or float
            The model's answers (BehavioralAssembly with the coordinates of `independent_variable` and of the right
            answers), or its threshold.
        target : xarray.DataArray or sequence of float
            Thresholds of people (one dimension, ``subject``), or their answers with a coordinate ``subject``.

        Returns
        -------
        Score
            ``values`` holds the closeness to each person; details the fit: threshold with error and 95% interval, slope
            (of the rate, per unit of the axis), lapse, deviance.

        Raises
        ------
        InvalidAssembly, TooFewStimuli
            If a coordinate is missing, there are fewer than three levels, or thresholds are not above 0.
        InvalidParameter
        """
        from .judging import judged

        found = self.estimate(source)
        score = judged(found, self.human(target), spread_as_error=self.method == "incumbent")
        return self._failed(score)

    def ceiling(self, target: "xr.DataArray | Sequence[float]") -> Score:
        """Each person against all others."""
        from .judging import incumbent_ceiling, leave_one_out

        people = self.human(target)
        return incumbent_ceiling(people) if self.method == "incumbent" else leave_one_out(people)

    def estimate(self, answers: "xr.DataArray | float", *, errors: bool = True) -> "Estimate":
        """The threshold of one subject."""
        from .counts import counted
        from .estimate import given

        if isinstance(answers, Real):
            self._design()
            return given(float(answers))
        return self.estimate_counts(
            counted(answers, self.independent_variable, self.truth), self._accuracy(), errors=errors
        )

    def estimate_counts(self, counts: "Counts", accuracy: float | None, *, errors: bool = True) -> "Estimate":
        """The threshold of one subject at `accuracy`, from counts."""
        import numpy as np

        from .estimate import estimate
        from .incumbent import incumbent_estimate

        design = self._design()
        if self.method == "incumbent":
            return incumbent_estimate(counts, accuracy, self.required_accuracy)
        rng = np.random.default_rng(self.seed)
        return estimate(counts, design, accuracy, self.n_bootstrap if errors else 0, rng, interval=errors)

    def human(self, target: "xr.DataArray | Sequence[float]") -> "xr.DataArray":
        """Thresholds of people; those whose answers set none are left out.

        Raises
        ------
        InvalidAssembly
            If nobody's answers set one.
        """
        import numpy as np
        import xarray as xr

        from .judging import thresholds_of

        if not (isinstance(target, xr.DataArray) and "presentation" in target.dims):
            return thresholds_of(target)
        found = {name: self.estimate(part, errors=False).threshold for name, part in by_subject(target)}
        kept = {name: value for name, value in found.items() if not np.isnan(value)}
        if not kept:
            raise InvalidAssembly(
                f"answers of {len(found)} subject(s) set no threshold of {self.independent_variable!r}",
                expected="answers that improve with the level",
            )
        people = xr.DataArray(list(kept.values()), dims=["subject"], coords={"subject": list(kept)})
        return thresholds_of(people)

    def _accuracy(self) -> float | None:
        if self.threshold_accuracy == "inflection":
            return None
        if isinstance(self.threshold_accuracy, str):
            raise InvalidParameter(
                f"threshold_accuracy={self.threshold_accuracy!r}", expected="'inflection' or a share of right answers"
            )
        return float(self.threshold_accuracy)

    def _design(self) -> "Design":
        from .fit import Design

        if self.method not in METHODS:
            raise InvalidParameter(f"method={self.method!r}", expected=f"one of {METHODS}")
        if self.n_bootstrap < 0:
            raise InvalidParameter(f"n_bootstrap={self.n_bootstrap}", expected="at least 0")
        design = Design(self.sigmoid, self.guess, self.lapse_prior, self.increasing)
        if self.method == "incumbent" and (self.sigmoid, self.guess, self.increasing) != ("gaussian", 0.5, True):
            raise InvalidParameter(
                f"method='incumbent' with {self.sigmoid!r}, guess {self.guess}, increasing {self.increasing}",
                expected="'gaussian', .5 and True, which is all that it has",
            )
        return design

    def _failed(self, score: Score) -> Score:
        """Of Brain-Score 2, whose failed fits score 0."""
        return score.with_(value=0.0, error=0.0) if self.method == "incumbent" and score.value is None else score


def by_subject(answers: "xr.DataArray") -> "list[tuple[str, xr.DataArray]]":
    """The answers of each subject, in the order of first appearance.

    Raises
    ------
    InvalidAssembly
    """
    import numpy as np

    if "subject" not in answers.coords:
        raise InvalidAssembly(
            "answers of people without coordinate 'subject'",
            expected=f"who gave each answer; found {sorted(map(str, answers.coords))}",
        )
    names = answers["subject"].values.astype(str)
    each = dict.fromkeys(names.tolist())
    return [(name, answers.isel(presentation=np.flatnonzero(names == name))) for name in each]
