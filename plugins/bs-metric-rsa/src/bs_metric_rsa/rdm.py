"""``rdm``: whether two representations find the same stimuli alike."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score

from .comparators import comparator
from .groups import groups_of
from .measures import Distance
from .sides import Sides, aligned
from .uncertainty import Uncertainty

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.statistics.evaluation import Evaluation

    from .comparators import Comparison

UNDEFINED = "undefined-dissimilarity"
"""Flag: a stimulus of the source, or of a recorded target, has no correlation with others; the score is null."""
CONSTANT = "constant-dissimilarities"
"""Flag: one side tells no pair of stimuli from another, so that there is nothing to correlate; the score is null."""


class RDM:
    """Correlation of representational dissimilarities.

    Kriegeskorte, Mur, Bandettini 2008, Front Syst Neurosci 2:4. Without options: dissimilarity is 1 - Pearson's r over
    units, compared by Spearman's rho. The sign is kept, and nothing is divided by a ceiling.

    Parameters
    ----------
    comparison : str
        ``spearman``; ``rho-a``, its expectation under random breaking of ties, for models that predict many; ``tau-a``
        (Kendall's, likewise, slower); ``pearson`` and ``cosine`` of the dissimilarities themselves, where their scale,
        or their zero, means something; ``whitened-cosine`` and ``whitened-pearson``, which know that dissimilarities
        sharing a stimulus err together (Diedrichsen et al. 2021): for ``crossnobis``.
    distance : str
        ``correlation``; ``squared-euclidean``, per unit; ``mahalanobis``, the same where noise between trials is white;
        ``crossnobis``, that without the bias of noise, whose expectation for equal patterns is 0. The last two need a
        target of single trials with ``repetition``; a source of responses then gets ``squared-euclidean``.
    noise : str, optional
        How the noise covariance over units is estimated for these two: ``ledoit-wolf`` (default), ``oas``,
        ``diagonal``, or ``none`` of it.
    standardise : bool
        Bring each unit of a recording to mean 0 and sd 1 over stimuli first (units that do not vary are left out), so
        that those that fire most do not lead.
    bootstrap_samples : int
        The error is the spread over so many draws of stimuli with replacement. 0: no error.
    bootstrap_over : {'stimuli', 'subjects', 'both'}
        What the error, and the interval in `details`, generalise over: ``stimuli``, with the subjects there are; with
        at least three, ``subjects``, or ``both`` by the corrected two-factor bootstrap (Schütt et al. 2023).
    seed : int
        Of these draws.
    group_coord : str, optional
        Coordinate of the target on ``presentation`` (of dissimilarities: with ``_i`` behind it, on ``stimulus_i``)
        whose groups are drawn whole, where stimuli are not independent: images of one object, for an error that
        generalises over objects. Pairs between copies of a group that is drawn twice are left out, as those of a
        stimulus with itself.

    Raises
    ------
    InvalidParameter
        For names that there are not, options that do not go together, or a negative number of samples.
    """

    inputs: Literal["pair"] = "pair"
    doi = "10.3389/neuro.06.004.2008"

    def __init__(
        self,
        comparison: str = "spearman",
        bootstrap_samples: int = 0,
        seed: int = 0,
        standardise: bool = False,
        distance: str = "correlation",
        noise: str | None = None,
        bootstrap_over: str = "stimuli",
        group_coord: str | None = None,
    ):
        self.comparison = comparison
        self.group_coord = group_coord
        self.distance = Distance("rdm", distance, noise, standardise)
        self.uncertainty = Uncertainty("rdm", bootstrap_samples, bootstrap_over, seed)
        self._comparator = comparator("rdm", comparison)

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray
            NeuroidAssembly without time bins, or a DissimilarityAssembly of one subject.
        target : xarray.DataArray
            NeuroidAssembly without time bins (of single trials where the distance needs them); or a
            DissimilarityAssembly: the sessions of each subject are averaged, the source is compared with each subject,
            and the value is the mean over subjects. A NaN there is a pair that was not measured, and left out for that
            subject; so are, for ``crossnobis``, the pairs of a stimulus with one trial.

        Returns
        -------
        Score
            `values` has one rho a subject. In `details`: ``stimuli``, ``subjects``, ``distance``, ``comparison``;
            ``error``, what the error is, and ``interval_low``, ``interval_high`` at ``interval_level``; for several
            subjects ``rho_with_subject_mean`` (against the mean of their dissimilarities: another, larger number); for
            single trials how many there are, and how far their noise covariance was shrunk. The value is null where a
            response pattern is constant (flag ``undefined-dissimilarity``) or one side does not tell pairs apart
            (``constant-dissimilarities``).

        Raises
        ------
        StimulusMismatch
            If the two do not show the same stimuli.
        TooFewStimuli
            Below three.
        InvalidAssembly
            For responses that are NaN or infinite, time bins, a source of several subjects, fewer than three subjects
            to generalise over, trials that cannot be told apart, or a target without the coordinate of the groups.
        """
        sides = aligned(source, target, self.distance)
        subjects = len(sides.subject_ids)
        self.uncertainty.check(subjects)
        details: dict[str, str | int | float] = {
            "stimuli": len(sides.stimulus_ids),
            "subjects": subjects,
            "distance": self.distance.name,
            "comparison": self.comparison,
            **sides.notes,
        }
        if sides.undefined:
            return Score(None, flags=(UNDEFINED,), details=details)
        comparisons = self._comparisons(sides)
        rhos = np.array([one.value() for one in comparisons])
        values = sides.labelled(rhos)
        if np.isnan(rhos).any():
            return Score(None, flags=(CONSTANT,), details=details, values=values)
        if subjects > 1 and not np.isnan(together := self._compare(sides, sides.subjects.mean(axis=0)).value()):
            details["rho_with_subject_mean"] = together
        groups = groups_of(target, self.group_coord, sides.stimulus_ids)
        error, said = self.uncertainty.of(rhos, comparisons, self._comparator, len(sides.stimulus_ids), groups)
        return Score(float(rhos.mean()), error, details=details | said, values=values)

    def evaluate(self, source: "xr.DataArray", target: "xr.DataArray") -> "Evaluation":
        """The score, to be drawn again over stimuli, so that it can share draws with its ceiling.

        ``resampled(weights)`` has shape (1, draw, subject).

        Raises
        ------
        InvalidAssembly
            Where the comparison has no draws with replacement, or the score is null.
        """
        from brainscore_core.statistics.evaluation import Evaluation

        score = self(source, target)
        if score.value is None or not self._comparator.repeats:
            raise InvalidAssembly(
                f"rdm by {self.comparison} is not drawn again", expected="a defined score, of a comparison that can be"
            )
        sides = aligned(source, target, self.distance)
        comparisons = self._comparisons(sides)
        groups = groups_of(target, self.group_coord, sides.stimulus_ids)
        return Evaluation(
            score,
            sides.stimulus_ids,
            lambda weights: np.stack([one.resampled(weights, groups) for one in comparisons], axis=1)[None],  # type: ignore[attr-defined]
            groups,
        )

    def _comparisons(self, sides: Sides) -> "list[Comparison]":
        return [self._compare(sides, subject) for subject in sides.subjects]

    def _compare(self, sides: Sides, subject: np.ndarray) -> "Comparison":
        return self._comparator.compare(sides.model, subject, len(sides.stimulus_ids))
