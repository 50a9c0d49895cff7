"""``accuracy_distance``: whether a model is right as often as people are."""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

from .answers import check_samples
from .observers import Observers, correct_of, observers
from .repetitions import each_trial
from .resampling import drawn, spread

if TYPE_CHECKING:
    import xarray as xr


class AccuracyDistance:
    """1 - abs(accuracy of the model - that of a person) / the farthest an accuracy can be from the latter.

    As Brain-Score 2: averaged over conditions, where `variables` are named, then over people. Without them two models
    that are right equally often score alike, whatever they are right about.

    Parameters
    ----------
    variables : sequence of str
        Coordinates of both sides whose combinations are conditions; () for one accuracy over all stimuli.
    bootstrap_samples : int
        Draws of the stimuli, people fixed; 0: no error.
    seed : int
        Of these draws.

    Raises
    ------
    InvalidParameter
        For a text in place of names, or a single draw.
    """

    inputs: Literal["pair"] = "pair"

    def __init__(self, variables: Sequence[str] = (), bootstrap_samples: int = 1000, seed: int = 0):
        if isinstance(variables, str):
            raise InvalidParameter(f"accuracy_distance: variables={variables!r}", expected=f"[{variables!r}]")
        check_samples("accuracy_distance", bootstrap_samples)
        self.variables = tuple(variables)
        self.bootstrap_samples, self.seed = bootstrap_samples, seed

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray
            Answers of a model, each stimulus once, or once in each ``repetition``, over which the scores are averaged.
        target : xarray.DataArray
            Answers of people, ``presentation``, with ``stimulus_id``, ``truth``, ``subject`` and the `variables`.

        Returns
        -------
        Score
            `values`: one a person; `draws`: ``draw x subject``. `details`: ``subjects``, ``conditions``, ``stimuli``,
            ``accuracy_source``, ``accuracy_target``, ``sd_over_subjects`` (which Brain-Score 2 calls the error).

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli
        """
        return each_trial(source, lambda answers: self._compare(answers, target))

    def _compare(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """One trial of the model."""
        people = self._people(target)
        model = correct_of(source, people, self.variables)
        subjects = len(people.names)
        pairs = np.array([[subjects, subject] for subject in range(subjects)])
        said = {"accuracy_source": float(model.mean()), "accuracy_target": float(people.correct.mean())}
        return self._score(people, np.vstack([people.correct, model]), pairs, people.names, said)

    def ceiling(self, target: "xr.DataArray") -> Score:
        """The same between people: the mean over pairs, the later in order counted as the person.

        Raises
        ------
        InvalidAssembly
            For fewer than two people.
        """
        people = self._people(target)
        if len(people.names) < 2:
            raise InvalidAssembly("trials of one observer", expected="at least two, to compare with each other")
        pairs = np.array(list(combinations(range(len(people.names)), 2)))
        names = np.array([f"{people.names[one]}|{people.names[other]}" for one, other in pairs])
        return self._score(people, people.correct, pairs, names, {"accuracy_target": float(people.correct.mean())})

    def _people(self, target: "xr.DataArray") -> Observers:
        missing = [name for name in self.variables if name not in target.coords]
        if missing:
            raise InvalidAssembly(
                f"target has no coordinate {missing[0]!r}", expected=f"one of {sorted(map(str, target.coords))}"
            )
        return observers(target, self.variables)

    def _score(
        self, people: Observers, correct: np.ndarray, pairs: np.ndarray, names: np.ndarray, details: dict[str, float]
    ) -> Score:
        import xarray as xr

        from brainscore_core.statistics.pairing import shared_draws

        right, rows = correct.astype(np.float64), [rows for _, rows in people.blocks]

        def closeness(weights: np.ndarray) -> np.ndarray:
            return _mean([_closeness(right[:, part], pairs, weights[:, part]) for part in rows])

        found = closeness(np.ones((1, len(people.keys))))[0]
        said = {
            **details,
            "subjects": len(people.names),
            "conditions": len(rows),
            "stimuli": len(people.keys),
            "sd_over_subjects": float(found.std()),
        }
        values = xr.DataArray(found, dims=("subject",), coords={"subject": names})
        score = Score(float(found.mean()), values=values, details=said)
        if not self.bootstrap_samples:
            return score
        draws = drawn(len(people.keys), self.bootstrap_samples, self.seed, closeness)
        error, spoken = spread(draws.mean(1), self.bootstrap_samples)
        shared = shared_draws(draws, people.keys, seed=self.seed, subjects=names)
        return score.with_(error=error, draws=shared, details={**said, **spoken})


def _closeness(right: np.ndarray, pairs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of pairs (judged, reference), in draws of the stimuli of one condition, (draw, pair)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        accuracy = weights @ right.T / weights.sum(1, keepdims=True)
    judged, reference = accuracy[:, pairs[:, 0]], accuracy[:, pairs[:, 1]]
    return 1 - np.abs(judged - reference) / np.maximum(1 - reference, reference)


def _mean(found: list[np.ndarray]) -> np.ndarray:
    """Over conditions, without those that a draw left empty."""
    from brainscore_core.statistics.correlation import mean_of_defined

    return mean_of_defined(np.stack(found, axis=2), axis=2)
