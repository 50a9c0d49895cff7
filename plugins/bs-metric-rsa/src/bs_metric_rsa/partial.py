"""``partial_rdm``: what one model explains of dissimilarities beyond others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score

from .groups import groups_of, pair_counts
from .measures import Distance
from .rank_correlation import Sorted
from .ranking import average_ranks
from .rdm import CONSTANT, UNDEFINED
from .sides import aligned, model_of
from .uncertainty import Uncertainty

if TYPE_CHECKING:
    import xarray as xr

COLLINEAR = "collinear-models"
"""Flag: the model ranks pairs as the others together do, so that nothing of it is beyond them; the score is null."""
_SAME = 1e-9


class PartialRDM:
    """Partial Spearman correlation of dissimilarities: a model and a recording, other models held constant.

    Ranks of the dissimilarities of the model and of the recording are each regressed on those of the other models, and
    what is left is correlated. The same regressions partition the variance of the ranked recording: ``unique`` is
    R^2 of all models minus R^2 of the others. Regression of ranks is not quite regression of what was ranked: two lists
    with nothing in common beyond a third keep a partial rho of .01 where all are Gaussian, .03 where they are skewed.

    Parameters
    ----------
    bootstrap_samples : int
        The error is the spread over so many draws of stimuli with replacement, subjects fixed. 0: no error.
    seed : int
        Of these draws.
    group_coord : str, optional
        As for ``rdm``: groups of stimuli are drawn whole, for an error that generalises over objects.
    standardise, distance, noise
        As for ``rdm``.
    reliability : float, optional
        That of the recorded dissimilarities (``rdm_reliability``): ``unique`` is then also given as a share of the
        variance that can be explained, R^2 being linear in it.

    Raises
    ------
    InvalidParameter
        For names that there are not, options that do not go together, or a reliability outside (0, 1].
    """

    inputs: Literal["pair"] = "pair"

    def __init__(
        self,
        bootstrap_samples: int = 0,
        seed: int = 0,
        standardise: bool = False,
        distance: str = "correlation",
        noise: str | None = None,
        reliability: float | None = None,
        group_coord: str | None = None,
    ):
        self.group_coord = group_coord
        self.distance = Distance("partial_rdm", distance, noise, standardise)
        self.uncertainty = Uncertainty("partial_rdm", bootstrap_samples, seed=seed)
        if reliability is not None and not 0 < reliability <= 1:
            raise InvalidParameter(f"partial_rdm: reliability={reliability}", expected="above 0, at most 1")
        self.reliability = reliability

    def __call__(
        self, source: "xr.DataArray", target: "xr.DataArray", *, beyond: "Sequence[xr.DataArray]" = ()
    ) -> Score:
        """Compare.

        Parameters
        ----------
        source, target : xarray.DataArray
            As for ``rdm``.
        beyond : sequence of xarray.DataArray
            Other models, each as `source`. Without any the value is that of ``rdm``.

        Returns
        -------
        Score
            Mean over subjects of the partial rho, sign kept; `values` has that of each. In `details`, as means over
            subjects: ``rho`` (of the model alone), ``r2_all``, ``r2_beyond``, ``unique``, with a reliability also
            ``unique_of_explainable``; with a bootstrap ``unique_error``. Null as for ``rdm``, and where the model is a
            combination of the others (flag ``collinear-models``).

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli
            As for ``rdm``, of groups too.
        """
        sides = aligned(source, target, self.distance)
        others = [model_of(other, sides.stimulus_ids, self.distance, f"beyond[{i}]") for i, other in enumerate(beyond)]
        details: dict[str, str | int | float] = {
            "stimuli": len(sides.stimulus_ids),
            "subjects": len(sides.subject_ids),
            "beyond": len(others),
            "distance": self.distance.name,
            **sides.notes,
        }
        if sides.undefined or np.isnan(others).any():
            return Score(None, flags=(UNDEFINED,), details=details)
        partitions = [_Partition(np.stack([subject, sides.model, *others])) for subject in sides.subjects]
        found = np.array([one.of_all() for one in partitions])
        if np.isnan(found[:, 1]).any():
            return Score(None, flags=(CONSTANT,), details=details)
        means = dict(zip(("partial", "rho", "r2_beyond", "unique"), found.mean(axis=0).tolist(), strict=True))
        details |= {name: means[name] for name in ("rho", "r2_beyond", "unique")}
        details["r2_all"] = means["r2_beyond"] + means["unique"]
        if np.isnan(found[:, 0]).any():
            return Score(None, flags=(COLLINEAR,), details=details)
        if self.reliability:
            details["unique_of_explainable"] = means["unique"] / self.reliability
        groups = groups_of(target, self.group_coord, sides.stimulus_ids)
        error, said = self._error(partitions, len(sides.stimulus_ids), groups)
        return Score(means["partial"], error, details=details | said, values=sides.labelled(found[:, 0]))

    def _error(
        self, partitions: "list[_Partition]", stimuli: int, groups: np.ndarray | None
    ) -> tuple[float | None, dict[str, str | float]]:
        if not self.uncertainty.samples:
            return None, {}
        counts = self.uncertainty.counts(stimuli, groups)
        drawn = np.mean([one.resampled(counts, groups) for one in partitions], axis=0)
        drawn = drawn[~np.isnan(drawn).any(axis=1)]
        if len(drawn) < 2:
            return None, {}
        what = "stimuli" if groups is None else f"groups of stimuli ({self.group_coord})"
        low, high = np.quantile(drawn[:, 0], [0.025, 0.975])
        return float(drawn[:, 0].std(ddof=1)), {
            "error": f"spread over {self.uncertainty.samples} draws of {what}, subjects fixed",
            "interval_low": float(low),
            "interval_high": float(high),
            "interval_level": 0.95,
            "unique_error": float(drawn[:, 3].std(ddof=1)),
        }


class _Partition:
    """Lists of dissimilarities, (list, pair): of a subject, of a model, of other models; NaN: not measured."""

    def __init__(self, lists: np.ndarray):
        self._measured = np.flatnonzero(~np.isnan(lists[0]))
        self._lists = lists[:, self._measured]

    def of_all(self) -> np.ndarray:
        """(partial rho, rho, R^2 of the others, unique R^2) with all stimuli."""
        if self._lists.shape[1] < 2:
            return np.full(4, np.nan)
        ranks = np.stack([average_ranks(entries) for entries in self._lists])
        ranks -= ranks.mean(axis=1, keepdims=True)
        return _partition(ranks @ ranks.T)

    def resampled(self, counts: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
        """The same in draws of the stimuli, (draw, stimulus), or of their groups; shape (draw, 4)."""
        rows, columns = (index[self._measured] for index in np.triu_indices(counts.shape[1], k=1))
        ordered = [Sorted(entries) for entries in self._lists]
        return np.array([self._weighted(ordered, pair_counts(own, rows, columns, groups)) for own in counts])

    def _weighted(self, ordered: list[Sorted], weights: np.ndarray) -> np.ndarray:
        deviations = np.empty((len(ordered), len(weights)))
        centre = (weights.sum() + 1) / 2
        for row, side in zip(deviations, ordered, strict=True):
            row[side.order] = side.spread(side.deviations(weights[side.order], centre)[0])
        return _partition((deviations * weights) @ deviations.T)


def _partition(products: np.ndarray) -> np.ndarray:
    """From sums of products of a subject, a model and others, (list, list): see :meth:`_Partition.of_all`.

    The first is NaN where the model is a combination of the others, all where a list is constant.
    """
    scales = np.sqrt(np.diag(products))
    if not (scales > 0).all():
        return np.full(4, np.nan)
    r = products / np.outer(scales, scales)
    weights = np.linalg.lstsq(r[2:, 2:], r[2:, :2], rcond=1e-10)[0] if len(r) > 2 else np.zeros((0, 2))
    left = r[:2, :2] - r[:2, 2:] @ weights
    unexplained, own, shared = left[0, 0], left[1, 1], left[0, 1]
    r2_beyond = 1 - unexplained
    if own < _SAME:
        return np.array([np.nan, r[0, 1], r2_beyond, 0.0])
    partial = shared / np.sqrt(own * unexplained) if unexplained > _SAME else 0.0
    return np.array([partial, r[0, 1], r2_beyond, shared**2 / own])
