"""``image_level``: does a model find the images easy that people find easy."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

from .people import (
    SPLITS,
    People,
    answers_of,
    check_counts,
    halves,
    mean_of,
    people_of,
    probabilities_of,
    rows_of,
    text_of,
    truth_of,
)

if TYPE_CHECKING:
    import xarray as xr

FEWEST = 3
CONSTANT = "constant-answers"
"""Flag: model, people or a half of them answer alike to all images: what cannot be correlated is NaN, and counted."""


class ImageLevel:
    """Pearson correlation over images: the model's probability of an answer with the share of people who gave it.

    Parameters
    ----------
    choice : str, optional
        The answer that counts on both sides, as ``"happiness"``; None: the right one of each image.
    within : str, optional
        Coordinate of the target by which images form levels (``truth``, or a step of a morph). The correlation of what
        is left when each level's mean is taken away stands in the details, with its ceiling.
    groups : str, optional
        Coordinate of the target: images of one group are drawn together in the error, since they are not independent.
        The spread is widened by sqrt(n / (n - 1)), by which a bootstrap over n groups is too narrow.
    left_out : sequence of str
        Answers of people that are none.
    bootstrap_samples : int
        Draws of images, or groups, for the error, people fixed; 0: none.
    splits : int
        Random halves of the people that the ceiling is the mean of.
    seed : int
        Of draws and halves.

    Raises
    ------
    InvalidParameter
    """

    inputs: Literal["pair"] = "pair"

    def __init__(
        self,
        choice: str | None = None,
        within: str | None = None,
        groups: str | None = None,
        left_out: Any = ("na",),
        bootstrap_samples: int = 1000,
        splits: int = SPLITS,
        seed: int = 0,
    ):
        if isinstance(left_out, str):
            raise InvalidParameter(f"image_level: left_out={left_out!r}", expected=f"[{left_out!r}]")
        check_counts("image_level", bootstrap_samples, splits)
        self.choice, self.within, self.groups, self.left_out = choice, within, groups, tuple(left_out)
        self.bootstrap_samples, self.splits, self.seed = bootstrap_samples, splits, seed

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Correlate.

        Parameters
        ----------
        source : BehavioralAssembly
            Probabilities ``presentation x choice`` of a model, or its answers ``presentation``; each image once.
        target : BehavioralAssembly
            Answers of people, ``presentation``, with ``stimulus_id``, ``subject``, and ``truth`` where no choice is
            named.

        Returns
        -------
        Score
            Null, flag ``constant-answers``, where model or people answer alike to all images. `details`: ``images``,
            ``subjects``, ``spearman``, interval; with `within` also ``within_LEVEL``. Where some correlation is not
            defined the score has this flag, and ``undefined`` counts them.

        Raises
        ------
        StimulusMismatch, InvalidAssembly
        """
        people = self._people(target)
        model = self._model(source, target, people)
        human = people.mean
        r = _correlation(model, human)
        details: dict[str, Any] = {"images": len(people.images), "subjects": len(people.subjects)}
        details |= {"spearman": _spearman(model, human)}
        if self.within is not None:
            levels = self._column(target, self.within, people)
            details[f"within_{self.within}"] = _correlation(_without(model, levels), _without(human, levels))
        score = Score(r, values=_values(model, human, people), details=details)
        if undefined := sum(isinstance(entry, float) and np.isnan(entry) for entry in (r, *details.values())):
            score = score.with_(flags=(CONSTANT,), details={**details, "undefined": undefined})
        if np.isnan(r):
            return score
        return self._with_error(score, np.column_stack([model]), np.column_stack([human]), target, people)

    def ceiling(self, target: "xr.DataArray") -> Score:
        """How reliable the people's mean is: split halves of the people, stepped up by Spearman and Brown.

        A model without noise correlates with the mean of all people up to the square root of it.

        Returns
        -------
        Score
            `details`: ``split_half`` (before stepping up), ``undefined_splits`` (in which a half answers alike to all
            images: left out, and flagged ``constant-answers``); with `within` also ``split_half_within_LEVEL`` and
            ``undefined_splits_within_LEVEL``. Null where no split is defined.
        """
        from brainscore_core.statistics.correlation import mean_of_defined, weighted_correlations
        from brainscore_core.statistics.reliability import spearman_brown

        people = self._people(target)
        first = halves(len(people.subjects), self.splits, self.seed)
        sides = [
            np.column_stack([mean_of(people.shares[half if side else ~half]) for half in first]) for side in (1, 0)
        ]
        once = np.ones((1, len(people.images)))
        each = weighted_correlations(*sides, once)[0]
        found, undefined = mean_of_defined(each), int(np.isnan(each).sum())
        details: dict[str, Any] = {"split_half": float(found), "splits": self.splits, "subjects": len(people.subjects)}
        details["undefined_splits"] = undefined
        if self.within is not None:
            levels = self._column(target, self.within, people)
            rest = [_without(side, levels) for side in sides]
            each = weighted_correlations(*rest, once)[0]
            r = mean_of_defined(each)
            details[f"undefined_splits_within_{self.within}"] = (lacking := int(np.isnan(each).sum()))
            undefined += lacking
            details[f"split_half_within_{self.within}"] = float(r)
            details[f"ceiling_within_{self.within}"] = float(spearman_brown(r))
        score = Score(float(spearman_brown(found)), flags=(CONSTANT,) if undefined else (), details=details)
        if score.value is None:
            return score
        return self._with_error(score, *sides, target, people, step=spearman_brown)

    def _people(self, target: "xr.DataArray") -> People:
        people = people_of(target, self.choice, self.left_out)
        if len(people.images) < FEWEST:
            raise InvalidAssembly(f"answers to {len(people.images)} images", expected=f"at least {FEWEST}")
        return people

    def _model(self, source: "xr.DataArray", target: "xr.DataArray", people: People) -> np.ndarray:
        """Probability that the model gives the answer that counts, shape (image,)."""
        rows = rows_of(source, people.images)
        wanted = np.full(len(rows), self.choice) if self.choice is not None else truth_of(target, people.images)
        if "choice" not in source.dims:
            return (answers_of(source, "source")[rows] == wanted).astype(np.float64)
        choices = source["choice"].values.astype(str)
        if missing := sorted(set(wanted.tolist()) - set(choices.tolist())):
            raise InvalidAssembly(f"source has no choice {missing[0]!r}", expected=f"among {choices.tolist()}")
        values = probabilities_of(source, "source")[rows]
        return values[np.arange(len(rows)), [choices.tolist().index(name) for name in wanted]]

    def _column(self, target: "xr.DataArray", name: str, people: People) -> np.ndarray:
        ids, values = text_of(target, "stimulus_id", "target"), text_of(target, name, "target")
        found, first = np.unique(ids, return_index=True)
        return values[first][np.searchsorted(found, people.images)]

    def _with_error(
        self,
        score: Score,
        one: np.ndarray,
        other: np.ndarray,
        target: "xr.DataArray",
        people: People,
        step: Any = lambda r: r,
    ) -> Score:
        """Mean over columns of the correlation in draws of the images."""
        from brainscore_core.statistics.bootstrap import Interval, counts, widened
        from brainscore_core.statistics.correlation import mean_of_defined, weighted_correlations
        from brainscore_core.statistics.pairing import shared_draws

        if not self.bootstrap_samples:
            return score
        groups = None if self.groups is None else self._column(target, self.groups, people)
        weights = counts(len(people.images), self.bootstrap_samples, self.seed, groups)
        draws = step(mean_of_defined(weighted_correlations(one, other, weights), axis=1))
        levels = 0 if groups is None else len(np.unique(groups))
        draws = widened(draws, np.sqrt(levels / (levels - 1)) if levels else 1.0)
        interval = Interval.of(draws)
        what = "images" if groups is None else f"{levels} groups of images, widened by sqrt(n / (n - 1))"
        details = dict(score.details) | {
            "error": f"spread over {self.bootstrap_samples} draws of {what}",
            "interval_low": interval.low,
            "interval_high": min(interval.high, 1.0),
        }
        shared = shared_draws(draws, people.images, seed=self.seed, groups=groups)
        return score.with_(error=interval.error, draws=shared, details=details)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    from brainscore_core.statistics.correlation import correlate_columns

    return float(correlate_columns(one[:, None], other[:, None])[0])


def _spearman(one: np.ndarray, other: np.ndarray) -> float:
    from scipy.stats import rankdata

    return _correlation(rankdata(one), rankdata(other))


def _without(values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Each level's mean taken away; (image,) or (image, column)."""
    from brainscore_core.statistics.correlation import CONSTANT

    left = np.array(values, np.float64)
    for level in np.unique(levels):
        here = levels == level
        left[here] -= mean_of(left[here])
    left[np.abs(left) <= CONSTANT * np.abs(values).max()] = 0  # rounding is no difference between images
    return left


def _values(model: np.ndarray, human: np.ndarray, people: People) -> "xr.DataArray":
    import xarray as xr

    return xr.DataArray(
        np.stack([model, human]),
        dims=("side", "presentation"),
        coords={"side": ["model", "people"], "stimulus_id": ("presentation", people.images)},
    )
