"""``confusion_similarity``: whether a model takes for one another the categories that people do."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score

from .answers import check_counts, column, labels, refuse_duplicates
from .groups import NO_ANSWER, confusion_codes, confusions, halves, pearson, truth_of
from .repetitions import each_trial
from .resampling import drawn, spread

if TYPE_CHECKING:
    import xarray as xr

NO_ERRORS = "constant-confusions"
"""Flag: one side makes no errors, or equally many of each kind, so that there is nothing to correlate; null score."""
FEWEST_LABELS = 3


class ConfusionSimilarity:
    """Pearson's r between the errors in two confusion matrices, off the diagonal.

    Maniquet, Op de Beeck, Costantino 2024 (bioRxiv 2024.04.02.587669), as Brain-Score 2: counts of people are summed.

    Parameters
    ----------
    splits : int
        Random halves of the people that the ceiling is the mean over.
    bootstrap_samples : int
        Draws of the model's stimuli, people fixed; 0: no error.
    seed : int
        Of halves and draws.

    Raises
    ------
    InvalidParameter
        Without a split, or for a single draw.
    """

    inputs: Literal["pair"] = "pair"
    doi = "10.1101/2024.04.02.587669"

    def __init__(self, splits: int = 100, bootstrap_samples: int = 1000, seed: int = 0):
        check_counts("confusion_similarity", splits, bootstrap_samples)
        self.splits, self.bootstrap_samples, self.seed = splits, bootstrap_samples, seed

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray
            Answers of a model, ``presentation``, or probabilities, ``presentation x choice``, with ``truth`` or
            ``image_label``. Its stimuli need not be those of the people. "na" is not counted. Each
            stimulus once, or once in each ``repetition``, over which the scores are averaged.
        target : xarray.DataArray
            Counts of people, ``subject x truth x choice``, or their answers, ``presentation``, with ``truth`` and
            ``subject``.

        Returns
        -------
        Score
            `values`: the model's counts, ``truth x choice``; `draws`. `details`: ``labels``, ``stimuli``, ``subjects``,
            ``accuracy_source``, ``accuracy_target``. Null and flagged ``constant-confusions`` where one side has
            nothing to correlate.

        Raises
        ------
        InvalidAssembly
            For labels that differ, fewer than three of them, or missing coordinates.
        StimulusMismatch
            For a stimulus that the model answered twice in a trial.
        """
        return each_trial(source, lambda answers: self._compare(answers, target))

    def _compare(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """One trial of the model."""
        import xarray as xr

        names, counts = confusions(target)
        if len(names) < FEWEST_LABELS:
            raise InvalidAssembly(f"{len(names)} labels", expected=f"{FEWEST_LABELS} or more, for errors to differ")
        ids, truth = column(source, "stimulus_id", "source"), truth_of(source, "source")
        refuse_duplicates(ids, "source")
        order, answered = np.argsort(ids), labels(source, "source")
        order = order[answered[order] != NO_ANSWER]
        code = confusion_codes(truth[order], answered[order], names, "source")
        size = len(names)
        of_model = np.bincount(code, minlength=size**2).reshape(size, size)
        theirs = _errors(counts.sum(0))
        details: dict[str, str | int | float] = {
            "labels": size,
            "stimuli": len(order),
            "subjects": len(counts),
            "accuracy_source": float(np.trace(of_model) / max(len(order), 1)),
            "accuracy_target": float(np.trace(counts.sum(0)) / max(counts.sum(), 1)),
        }
        coords = {"truth": names, "choice": names}
        values = xr.DataArray(of_model, dims=("truth", "choice"), coords=coords)
        r = float(pearson(_errors(of_model), theirs)[0])
        if np.isnan(r):
            return Score(None, flags=(NO_ERRORS,), values=values, details=details)
        return self._with_error(Score(r, values=values, details=details), ids[order], code, theirs)

    def ceiling(self, target: "xr.DataArray") -> Score:
        """Mean r between random halves of the people.

        It is that of half of them: against all people a model can reach the root of the Spearman-Brown correction,
        ``details["attainable"]``.

        Raises
        ------
        InvalidAssembly
            For fewer than two people.
        """
        _, counts = confusions(target)
        found = np.array(
            [
                pearson(_errors(counts[one].mean(0)), _errors(counts[other].mean(0)))[0]
                for one, other in halves(len(counts), self.splits, self.seed)
            ]
        )
        return split_half_score(found, NO_ERRORS, len(counts))

    def _with_error(self, score: Score, ids: np.ndarray, code: np.ndarray, theirs: np.ndarray) -> Score:
        if not self.bootstrap_samples:
            return score
        from brainscore_core.statistics.pairing import shared_draws

        size = int(score.details["labels"])
        table = np.zeros((len(ids), size**2))
        table[np.arange(len(ids)), code] = 1

        def similarity(weights: np.ndarray) -> np.ndarray:
            return pearson(_errors((weights @ table).reshape(-1, size, size)), theirs)

        draws = drawn(len(ids), self.bootstrap_samples, self.seed, similarity)
        error, said = spread(draws, self.bootstrap_samples)
        shared = shared_draws(draws, ids, seed=self.seed)
        return score.with_(error=error, draws=shared, details={**score.details, **said})


def split_half_score(found: np.ndarray, flag: str, people: int) -> Score:
    """The mean of r over halves, with what it allows."""
    import xarray as xr

    from brainscore_core.statistics.reliability import spearman_brown

    values = xr.DataArray(found, dims=("split",))
    if np.isnan(found).any():
        return Score(None, flags=(flag,), values=values)
    corrected = float(spearman_brown(found.mean()))
    details = {
        "subjects": people,
        "splits": len(found),
        "spearman_brown": corrected,
        "attainable": float(np.sqrt(max(corrected, 0.0))),
    }
    return Score(
        float(found.mean()), float(found.std(ddof=1)) if len(found) > 1 else None, values=values, details=details
    )


def _errors(matrix: np.ndarray) -> np.ndarray:
    """Entries off the diagonal, row by row, shape (..., label x (label - 1))."""
    off = ~np.eye(matrix.shape[-1], dtype=bool)
    return matrix[..., off].astype(np.float64)
