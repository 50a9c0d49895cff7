"""``rdm``: whether two representations find the same stimuli alike."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.assemblies import align
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

from .bootstrap import bootstrap_correlations
from .comparators import COMPARATORS, average_ranks
from .dissimilarities import (
    Dissimilarities,
    is_dissimilarity,
    of_responses,
    of_subjects,
    reorder_responses,
    reorder_subjects,
)

if TYPE_CHECKING:
    import xarray as xr

UNDEFINED = "undefined-dissimilarity"
"""Flag: a stimulus of the source, or of a recorded target, has no correlation with others; the score is null."""
CONSTANT = "constant-dissimilarities"
"""Flag: one side tells no pair of stimuli from another, so that there is no rank correlation; the score is null."""


class RDM:
    """Rank correlation of representational dissimilarities.

    Kriegeskorte, Mur, Bandettini 2008, Front Syst Neurosci 2:4. Dissimilarity is 1 - Pearson's r over
    units. The sign of the correlation is kept, and nothing is divided by a ceiling.

    Parameters
    ----------
    comparison : {'spearman', 'rho-a'}
        Spearman's rho, or its expectation under random breaking of ties, for models that predict many.
    bootstrap_samples : int
        The error is the standard deviation over so many draws of stimuli with replacement, with the subjects there are.
        0: no error.
    seed : int
        Of these draws.
    standardise : bool
        Bring each unit of a recording to mean 0 and sd 1 over stimuli first (units that do not vary are left out), so
        that those that fire most do not lead.

    Raises
    ------
    InvalidParameter
        For another comparison, or a negative number of samples.
    """

    inputs: Literal["pair"] = "pair"

    def __init__(
        self, comparison: str = "spearman", bootstrap_samples: int = 0, seed: int = 0, standardise: bool = False
    ):
        if comparison not in COMPARATORS:
            raise InvalidParameter(f"rdm: comparison {comparison!r}", expected=" or ".join(map(repr, COMPARATORS)))
        if bootstrap_samples < 0 or bootstrap_samples == 1:
            raise InvalidParameter(f"rdm: bootstrap_samples={bootstrap_samples}", expected="0, or at least 2")
        self.comparison = comparison
        self.bootstrap_samples = bootstrap_samples
        self.seed = seed
        self.standardise = standardise

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray
            NeuroidAssembly without time bins, or a DissimilarityAssembly of one subject.
        target : xarray.DataArray
            NeuroidAssembly without time bins; or a DissimilarityAssembly: the sessions of each subject are averaged,
            the source is correlated with each subject, and the value is the mean over subjects. A NaN there is a pair
            that was not measured, and left out for that subject.

        Returns
        -------
        Score
            `values` has one rho a subject. In `details`: ``stimuli``, ``subjects``; ``error``, what the error is; for
            several subjects ``rho_with_subject_mean`` (against the mean of their dissimilarities: another, larger
            number). The value is null where a response pattern is constant (flag ``undefined-dissimilarity``) or one
            side does not tell pairs apart (``constant-dissimilarities``).

        Raises
        ------
        StimulusMismatch
            If the two do not show the same stimuli.
        TooFewStimuli
            Below three.
        InvalidAssembly
            For responses that are NaN or infinite, time bins, or a source of several subjects.
        """
        model, subjects = _aligned(source, target, self.standardise)
        details: dict[str, str | int | float] = {
            "stimuli": len(subjects.stimulus_ids),
            "subjects": len(subjects.subject_ids),
        }
        if np.isnan(model).any() or (not is_dissimilarity(target) and np.isnan(subjects.values).any()):
            return Score(None, flags=(UNDEFINED,), details=details)
        rhos = np.array([self._compare(model, subject) for subject in subjects.values])
        if self.bootstrap_samples:
            details["error"] = f"spread over {self.bootstrap_samples} draws of stimuli, subjects fixed"
        values = _labelled(rhos, subjects)
        if np.isnan(rhos).any():
            return Score(None, flags=(CONSTANT,), details=details, values=values)
        if len(rhos) > 1 and not np.isnan(together := self._compare(model, subjects.values.mean(axis=0))):
            details["rho_with_subject_mean"] = together
        return Score(float(rhos.mean()), self._error(model, subjects), details=details, values=values)

    def _compare(self, model: np.ndarray, subject: np.ndarray) -> float:
        measured = ~np.isnan(subject)
        if measured.sum() < 2:
            return float("nan")
        return COMPARATORS[self.comparison](average_ranks(model[measured]), average_ranks(subject[measured]))

    def _error(self, model: np.ndarray, subjects: Dissimilarities) -> float | None:
        if not self.bootstrap_samples:
            return None
        draws = bootstrap_correlations(
            model,
            subjects.values,
            len(subjects.stimulus_ids),
            samples=self.bootstrap_samples,
            seed=self.seed,
            comparison=self.comparison,
        ).mean(axis=1)
        defined = draws[~np.isnan(draws)]
        return float(defined.std(ddof=1)) if len(defined) > 1 else None


def _aligned(source: "xr.DataArray", target: "xr.DataArray", standardise: bool) -> tuple[np.ndarray, Dissimilarities]:
    """(dissimilarities of the source, shape (pair,); those of the target), stimuli in the same order."""
    if not is_dissimilarity(target):
        if is_dissimilarity(source):
            subjects = of_responses(target, "target", standardise)
        else:
            source, target = align(source, target)
            return of_responses(source, "source", standardise).values[0], of_responses(target, "target", standardise)
    else:
        subjects = of_subjects(target, "target")
    if not is_dissimilarity(source):
        return of_responses(reorder_responses(source, subjects.stimulus_ids), "source", standardise).values[0], subjects
    model = of_subjects(reorder_subjects(source, subjects.stimulus_ids), "source")
    if len(model.subject_ids) != 1:
        raise InvalidAssembly(
            f"source has dissimilarities of {len(model.subject_ids)} subjects",
            expected="one",
            remedy="select one, for instance select(source, subject_id=...)",
        )
    return model.values[0], subjects


def _labelled(rhos: np.ndarray, subjects: Dissimilarities) -> "xr.DataArray":
    import xarray as xr

    return xr.DataArray(rhos, dims=["subject"], coords={"subject_id": ("subject", subjects.subject_ids)})
