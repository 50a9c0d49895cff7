"""``accuracy``: how often an observer is right."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import StimulusMismatch
from brainscore_core.scores import Score

from .answers import check_samples, column, labels, positions, refuse_duplicates
from .repetitions import each_trial
from .resampling import drawn, spread

if TYPE_CHECKING:
    import xarray as xr


class Accuracy:
    """Share of the stimuli whose answer is the right one.

    Parameters
    ----------
    bootstrap_samples : int
        Draws of the stimuli that error and interval are made of; 0: no error.
    seed : int
        Of these draws.

    Raises
    ------
    InvalidParameter
        For a single draw.
    """

    inputs: Literal["pair"] = "pair"

    def __init__(self, bootstrap_samples: int = 1000, seed: int = 0):
        check_samples("accuracy", bootstrap_samples)
        self.bootstrap_samples, self.seed = bootstrap_samples, seed

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray
            Answers, ``presentation``, or probabilities, ``presentation x choice``; each stimulus once, or once
            in each ``repetition``, over which the scores are averaged.
        target : xarray.DataArray
            With ``stimulus_id``, and what is right: its coordinate ``truth``, or its values where it has none. With
            ``truth`` a stimulus may stand in many trials, and counts once.

        Returns
        -------
        Score
            `values`: right or not, ``presentation``; `draws`. `details`: ``stimuli``, ``sd_over_stimuli`` (which
            Brain-Score 2 calls the error).

        Raises
        ------
        StimulusMismatch, InvalidAssembly
        """
        return each_trial(source, lambda answers: self._compare(answers, target))

    def _compare(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """One trial of the model."""
        import xarray as xr

        from brainscore_core.statistics.pairing import shared_draws

        stimuli, truth = _right(target)
        there = column(source, "stimulus_id", "source")
        correct = (labels(source, "source")[positions(stimuli, there, "source")] == truth).astype(np.float64)
        values = xr.DataArray(correct, dims=("presentation",), coords={"stimulus_id": ("presentation", stimuli)})
        details = {"stimuli": len(stimuli), "sd_over_stimuli": float(correct.std())}
        score = Score(float(correct.mean()), values=values, details=details)
        if not self.bootstrap_samples or len(stimuli) < 2:
            return score
        draws = drawn(len(stimuli), self.bootstrap_samples, self.seed, lambda weights: weights @ correct / len(correct))
        error, said = spread(draws, self.bootstrap_samples)
        return score.with_(error=error, draws=shared_draws(draws, stimuli, seed=self.seed), details={**details, **said})


def _right(target: "xr.DataArray") -> tuple[np.ndarray, np.ndarray]:
    """(stimuli, right answer of each), sorted by stimulus.

    Raises
    ------
    StimulusMismatch
        If a stimulus has two right answers.
    """
    ids = column(target, "stimulus_id", "target")
    stimuli, first, place = np.unique(ids, return_index=True, return_inverse=True)
    if "truth" not in target.coords:
        refuse_duplicates(ids, "target")
        return stimuli, labels(target, "target")[first]
    truth = column(target, "truth", "target")
    if (odd := truth != truth[first][place]).any():
        raise StimulusMismatch(
            f"{str(ids[odd.argmax()])!r} has two right answers", expected="one truth for each stimulus"
        )
    return stimuli, truth[first]
