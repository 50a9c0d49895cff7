"""``i1``, ``i2n`` and their relatives: whether a model confuses, image by image, what people confuse."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

from .answers import check_samples, column
from .patterns import correlate
from .recognition import OFFERED, Task, choices_of
from .resampling import spread

if TYPE_CHECKING:
    import xarray as xr

CONSTANT = "constant-pattern"
"""Flag: one side tells all images equally well, so that there is nothing to correlate; the score is null."""
_CHUNK = 2**19
"""Entries of patterns that are held at once."""


class ResponsePattern:
    """Pearson's r of a model's pattern of d' with that of people, from two-alternative trials.

    Rajalingham et al. 2018, J Neurosci 38:7255, as Brain-Score 2 computes it: the model's probabilities are compared
    with a random half of the trials, twice, and the mean of both is the value, so that its ceiling is the r between two
    halves, uncorrected.

    Parameters
    ----------
    name : str
        Of the metric; named in errors.
    pattern : callable
        ``pattern(rates, truth, weights) -> (draw, row, entry)``, of :mod:`bs_metric_behavior.patterns`.
    by_image : bool
        Whether the rows of the pattern are images, which draws weigh, or objects.
    verified : bool
        Whether its authors checked it in Brain-Score 2; only ``i2n`` is.
    repetitions : int
        Random halves of the trials.
    seed : int
        Of the halves (as `RandomState(seed)`: 0 gives those of Brain-Score 2), and of the draws.
    trials : {'half', 'all'}
        ``all``: compare with all trials at once; the ceiling is then corrected by Spearman-Brown.
    bootstrap_samples : int
        The error is the spread over so many draws of images with replacement; 0: the standard deviation over halves,
        which Brain-Score 2 calls the error, and which says little.
    """

    inputs: Literal["pair"] = "pair"
    doi = "10.1523/JNEUROSCI.0388-18.2018"

    def __init__(
        self,
        name: str,
        pattern: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
        *,
        by_image: bool,
        verified: bool,
        repetitions: int,
        seed: int,
        trials: str,
        bootstrap_samples: int,
    ):
        if repetitions < 1:
            raise InvalidParameter(f"{name}: repetitions={repetitions}", expected="1 or more")
        if trials not in ("half", "all"):
            raise InvalidParameter(f"{name}: trials={trials!r}", expected="'half' or 'all'")
        check_samples(name, bootstrap_samples)
        self.name, self.pattern, self.by_image, self.verified = name, pattern, by_image, verified
        self.repetitions, self.seed, self.trials = repetitions, seed, trials
        self.bootstrap_samples = bootstrap_samples

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray
            Probabilities of a model, ``presentation x choice``, each image once.
        target : xarray.DataArray
            Trials of people, ``presentation``: the object chosen, with ``stimulus_id``, ``truth`` (the object in the
            image), ``sample_obj`` and ``dist_obj`` (the two offered). Or probabilities of another model with ``truth``,
            which are compared without halves. The order of the trials decides the halves.

        Returns
        -------
        Score
            `values`: one r a half, ``split``; `draws`. In `details`: ``stimuli``, ``choices``, ``trials``, ``entries``
            (of the pattern that both have), ``sd_over_splits`` (of those that are
            defined), ``undefined_splits``, ``verified_upstream``, ``error``. Null and flagged
            ``constant-pattern`` where one side does not vary.

        Raises
        ------
        StimulusMismatch
            If the images differ, or stand twice in the source.
        InvalidAssembly
            Without probabilities or the coordinates; for choices that are not the model's.
        TooFewStimuli
            Below three images.
        """
        import xarray as xr

        if set(getattr(source, "dims", ())) != {"presentation", "choice"}:
            raise InvalidAssembly(
                f"{self.name}: source has dimensions {tuple(getattr(source, 'dims', ()))}",
                expected="probabilities, ('presentation', 'choice')",
                remedy="start_task('probabilities', fitting_stimuli)",
            )
        task = Task.of(target, np.array(sorted(choices_of(source, "source").tolist())))
        model = task.rates(source, "source")
        people = list(self._target_rates(target, task))
        ones = np.ones((1, len(task.stimuli)))
        ours = self.pattern(model, task.truth, ones)
        theirs = [self.pattern(rates, task.truth, ones) for rates in people]
        found = np.array([correlate(ours, one, self._rows(ones, one))[0] for one in theirs])
        undefined = np.isnan(found)
        details: dict[str, str | int | float] = {
            "stimuli": len(task.stimuli),
            "choices": len(task.choices),
            "trials": target.sizes["presentation"] if target.ndim == 1 else 0,
            "entries": int((~np.isnan(ours) & ~np.isnan(theirs[0])).sum()),
            "sd_over_splits": float("nan") if undefined.all() else float(found[~undefined].std()),
            "undefined_splits": int(undefined.sum()),
            "verified_upstream": "yes" if self.verified else "no",
        }
        values = xr.DataArray(found, dims=("split",))
        if undefined.any():
            return Score(None, flags=(CONSTANT,), values=values, details=details)
        score = Score(float(found.mean()), values=values, details=details)
        return self._with_error(score, task, model, people)

    def ceiling(self, target: "xr.DataArray") -> Score:
        """R between the two halves of the trials, over the same halves.

        Entries that one half lacks are left out (Brain-Score 2: ``skipna``). For ``trials="all"`` each r is corrected
        by Spearman-Brown: the reliability of all trials.

        Raises
        ------
        InvalidAssembly
            If the target holds probabilities.
        """
        import xarray as xr

        from brainscore_core.statistics.reliability import spearman_brown

        if target.ndim != 1:
            raise InvalidAssembly(f"{self.name}: the target holds probabilities", expected="trials, to split in halves")
        truth = objects_of(target)
        task = Task.of(target, truth)
        trials = task.trials(target)
        ones = np.ones((1, len(task.stimuli)))
        found = []
        for halves in self._halves(len(trials.image)):
            one, other = (self.pattern(trials.rates(rows, task), task.truth, ones) for rows in halves)
            found.append(correlate(one, other, self._rows(ones, one))[0])
        corrected = spearman_brown(np.array(found))
        kept = corrected if self.trials == "all" else np.array(found)
        values = xr.DataArray(kept, dims=("split",))
        if np.isnan(kept).any():
            details = {"stimuli": len(task.stimuli), "undefined_splits": int(np.isnan(kept).sum())}
            return Score(None, flags=(CONSTANT,), values=values, details=details)
        details = {"stimuli": len(task.stimuli), "spearman_brown": float(corrected.mean())}
        return Score(float(kept.mean()), float(kept.std()), values=values, details=details)

    def _target_rates(self, target: "xr.DataArray", task: Task) -> Iterator[np.ndarray]:
        if target.ndim == 2:
            yield task.rates(target, "target")
            return
        trials = task.trials(target)
        if self.trials == "all":
            yield trials.rates(slice(None), task)
            return
        for half, _ in self._halves(len(trials.image)):
            yield trials.rates(half, task)

    def _halves(self, trials: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        state = np.random.RandomState(self.seed)
        for _ in range(self.repetitions):
            shuffled = state.permutation(trials)
            yield shuffled[: trials // 2], shuffled[trials // 2 :]

    def _rows(self, weights: np.ndarray, pattern: np.ndarray) -> np.ndarray:
        return weights if self.by_image else np.ones(pattern.shape[:2])

    def _with_error(self, score: Score, task: Task, model: np.ndarray, people: list[np.ndarray]) -> Score:
        if not self.bootstrap_samples:
            if len(people) < 2:
                return score
            said = {"error": f"standard deviation over {len(people)} halves of the trials"}
            return score.with_(error=float(score.details["sd_over_splits"]), details={**score.details, **said})
        from brainscore_core.statistics.bootstrap import counts
        from brainscore_core.statistics.pairing import shared_draws

        weights = counts(len(task.stimuli), self.bootstrap_samples, self.seed)
        step = max(1, _CHUNK // model.size)
        parts = [
            self._drawn(weights[start : start + step], task, model, people) for start in range(0, len(weights), step)
        ]
        draws = np.concatenate(parts)
        error, said = spread(draws, self.bootstrap_samples)
        shared = shared_draws(draws, task.stimuli, seed=self.seed)
        return score.with_(error=error, draws=shared, details={**score.details, **said})

    def _drawn(self, weights: np.ndarray, task: Task, model: np.ndarray, people: list[np.ndarray]) -> np.ndarray:
        """The value in some draws of the images, everything that is a mean over images drawn with them."""
        ours = self.pattern(model, task.truth, weights)
        theirs = (self.pattern(rates, task.truth, weights) for rates in people)
        return np.mean([correlate(ours, one, self._rows(weights, one)) for one in theirs], axis=0)


def objects_of(target: "xr.DataArray") -> np.ndarray:
    """Every object that is shown or offered, sorted."""
    return np.array(
        sorted({name for coord in ("truth", *OFFERED) for name in column(target, coord, "target").tolist()})
    )
