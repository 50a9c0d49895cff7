"""``accuracy_profile``: is a model right where people are, condition by condition."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

from .people import SPLITS, answers_of, check_counts, halves, text_of

if TYPE_CHECKING:
    import xarray as xr

UNDEFINED = "undefined-splits"
"""Flag: in some random halves of the people nobody answered in some condition; they are left out of the ceiling."""


class AccuracyProfile:
    """Mean over conditions of 1 - abs(a - h) / max(h, 1 - h): accuracies a of the model, h of people pooled.

    The closeness of two accuracies is that of ``accuracy_distance`` in Brain-Score 2. Conditions need not hold the same
    images for everybody: where each trial had a stimulus of its own, they never do.

    Parameters
    ----------
    coordinate : str
        Of the target: the condition of each trial.
    source_coordinate : str, optional
        Its name on the model's side; default: the same.
    bins : int, optional
        Numbers are cut into so many parts with equally many trials (on the model's side: images). Each side is cut by
        itself: what is compared is ranks of the condition. None: every value is a condition.
    bootstrap_samples : int
        Draws of the model's images for the error, people fixed; 0: none.
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
        coordinate: str = "condition",
        source_coordinate: str | None = None,
        bins: int | None = None,
        bootstrap_samples: int = 1000,
        splits: int = SPLITS,
        seed: int = 0,
    ):
        if bins is not None and bins < 2:
            raise InvalidParameter(f"accuracy_profile: bins={bins}", expected="2 or more, or None")
        check_counts("accuracy_profile", bootstrap_samples, splits)
        self.coordinate, self.source_coordinate = coordinate, source_coordinate or coordinate
        self.bins, self.bootstrap_samples, self.splits, self.seed = bins, bootstrap_samples, splits, seed

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : BehavioralAssembly
            Answers of a model ``presentation``, or probabilities ``presentation x choice``, with ``stimulus_id`` and
            the condition. An image may stand in several conditions.
        target : BehavioralAssembly
            Answers of people, ``presentation``, with ``stimulus_id``, ``truth`` and the condition.

        Returns
        -------
        Score
            `values`: accuracies, ``side x condition``. `details`: ``accuracy_model``, ``accuracy_people``,
            ``conditions``, and each condition's two accuracies.

        Raises
        ------
        InvalidAssembly
            If the two sides have other conditions, or the model answers to an image that people did not see.
        """
        import xarray as xr

        names, place, human = self._people(target)
        people = _shares(place, human, len(names))
        codes, ids = (
            self._codes(source, self.source_coordinate, "source", names),
            text_of(source, "stimulus_id", "source"),
        )
        right = (answers_of(source, "source") == _truth(target, ids)).astype(np.float64)
        model = _shares(codes, right, len(names))
        details: dict[str, float | int | str] = {
            "accuracy_model": float(right.mean()),
            "accuracy_people": float(human.mean()),
            "conditions": len(names),
        }
        for name, one, other in zip(names, model, people, strict=True):
            details |= {f"model_{name}": float(one), f"people_{name}": float(other)}
        values = xr.DataArray(
            np.stack([model, people]),
            dims=("side", "condition"),
            coords={"side": ["model", "people"], "condition": list(map(str, names))},
        )
        score = Score(float(closeness(model, people).mean()), values=values, details=details)
        return self._with_error(score, ids, codes, right, people)

    def ceiling(self, target: "xr.DataArray") -> Score:
        """How close one half of the people is to the other: mean over random halves, error their spread.

        Splits of which a half lacks a condition are left out: ``details["undefined_splits"]``, flag
        ``undefined-splits``. Null where all are.
        """
        names, place, right = self._people(target)
        subjects, person = np.unique(text_of(target, "subject", "target"), return_inverse=True)
        found = []
        for first in halves(len(subjects), self.splits, self.seed):
            one, other = (_shares(place[here], right[here], len(names)) for here in (first[person], ~first[person]))
            found.append(closeness(one, other).mean())
        defined = np.array(found)[~np.isnan(found)]
        undefined = self.splits - len(defined)
        details: dict[str, str | int | float] = {"subjects": len(subjects), "splits": self.splits}
        details |= {"undefined_splits": undefined, "error": "spread over halves of the people"}
        flags = (UNDEFINED,) if undefined else ()
        if not len(defined):
            return Score(None, flags=flags, details=details)
        error = float(defined.std(ddof=1)) if len(defined) > 1 else None
        return Score(float(defined.mean()), error, flags=flags, details=details)

    def _people(self, target: "xr.DataArray") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(names of conditions, condition of each trial, whether it was right)."""
        names = self._names(target)
        codes = self._codes(target, self.coordinate, "target", names)
        right = (answers_of(target, "target") == text_of(target, "truth", "target")).astype(np.float64)
        return names, codes, right

    def _names(self, target: "xr.DataArray") -> np.ndarray:
        if self.bins is not None:
            return np.arange(1, self.bins + 1)
        text_of(target, self.coordinate, "target")
        return np.unique(target[self.coordinate].values)

    def _codes(self, assembly: "xr.DataArray", name: str, side: str, names: np.ndarray) -> np.ndarray:
        text_of(assembly, name, side)
        values = assembly[name].values
        if self.bins is not None:
            if values.dtype.kind not in "iuf" or not np.isfinite(values).all():
                raise InvalidAssembly(f"{name!r} of {side} is not of finite numbers", expected="numbers, to be ranked")
            ties = [assembly[part].values.astype(str) for part in ("subject", "stimulus_id") if part in assembly.coords]
            ranks = np.argsort(np.lexsort((*ties, values)))
            return ranks * self.bins // len(values)
        if set(np.unique(values).tolist()) != set(names.tolist()):
            raise InvalidAssembly(
                f"{side} has the conditions {np.unique(values).tolist()}", expected=f"those of people, {names.tolist()}"
            )
        return np.searchsorted(names, values)

    def _with_error(
        self, score: Score, ids: np.ndarray, codes: np.ndarray, right: np.ndarray, people: np.ndarray
    ) -> Score:
        from brainscore_core.statistics.bootstrap import Interval, counts
        from brainscore_core.statistics.correlation import mean_of_defined
        from brainscore_core.statistics.pairing import shared_draws

        images, image = np.unique(ids, return_inverse=True)
        if not self.bootstrap_samples or len(images) < 2:
            return score
        weights = counts(len(images), self.bootstrap_samples, self.seed)[:, image]
        member = codes[:, None] == np.arange(len(people))
        with np.errstate(invalid="ignore", divide="ignore"):
            accuracy = (weights @ (member * right[:, None])) / (weights @ member)
        draws = mean_of_defined(closeness(accuracy, people), axis=1)
        interval = Interval.of(draws)
        details = dict(score.details) | {
            "error": f"spread over {self.bootstrap_samples} draws of images",
            "interval_low": interval.low,
            "interval_high": interval.high,
        }
        return score.with_(error=interval.error, draws=shared_draws(draws, images, seed=self.seed), details=details)


def closeness(model: np.ndarray, people: np.ndarray) -> np.ndarray:
    """1 where accuracies are equal, 0 where they are as far apart as the people's allows; elementwise."""
    return 1 - np.abs(model - people) / np.maximum(people, 1 - people)


def _shares(codes: np.ndarray, right: np.ndarray, conditions: int) -> np.ndarray:
    count = np.bincount(codes, minlength=conditions)
    total = np.bincount(codes, weights=right, minlength=conditions)
    return np.divide(total, count, out=np.full(conditions, np.nan), where=count > 0)


def _truth(target: "xr.DataArray", ids: np.ndarray) -> np.ndarray:
    found, first = np.unique(text_of(target, "stimulus_id", "target"), return_index=True)
    if len(strange := np.setdiff1d(ids, found)):
        raise InvalidAssembly(f"source answers to {strange[0]!r}, which people did not see", expected="their images")
    return text_of(target, "truth", "target")[first][np.searchsorted(found, ids)]
