"""``error_consistency``: whether a model errs on the stimuli that people err on."""

from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

from .answers import check_samples
from .kappa import attainable, kappas
from .observers import Observers, correct_of, observers
from .repetitions import each_trial

if TYPE_CHECKING:
    import xarray as xr

UNDEFINED = "undefined-kappa"
"""Flag: in every condition one of each pair is always right, or always wrong; the score is null."""
FORMS = ("signed", "absolute")


class ErrorConsistency:
    """Mean Cohen's kappa of a model with each person, in each condition.

    Geirhos, Meding, Wichmann 2020, NeurIPS 33:13890. kappa is averaged over conditions, then over people. Where one
    of a pair is always right, or always wrong, it is 0 / 0, or 0 whatever the other does: such kappas are undefined,
    left out and counted.

    Parameters
    ----------
    form : {'signed', 'absolute'}
        ``absolute``: as Brain-Score 2, the absolute value of the mean, where erring on the opposite stimuli scores as
        erring on the same; and zeros of pairs of which one never errs are part of the mean.
    bootstrap_samples : int
        Draws of the stimuli, people fixed, that error and interval are made of; 0: no error.
    seed : int
        Of these draws.

    Raises
    ------
    InvalidParameter
        For another form, or a single draw.
    """

    inputs: Literal["pair"] = "pair"
    doi = "10.48550/arXiv.2006.16736"

    def __init__(self, form: str = "signed", bootstrap_samples: int = 1000, seed: int = 0):
        if form not in FORMS:
            raise InvalidParameter(f"error_consistency: form={form!r}", expected=" or ".join(map(repr, FORMS)))
        check_samples("error_consistency", bootstrap_samples)
        self.form, self.bootstrap_samples, self.seed = form, bootstrap_samples, seed

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray
            Answers of a model, ``presentation`` (or probabilities, ``presentation x choice``), each stimulus once (in
            each ``condition``, where it has that coordinate), or once in each ``repetition``, over which the scores
            are averaged.
        target : xarray.DataArray
            Answers of people, ``presentation``, with ``stimulus_id``, ``truth``, ``subject`` and ``condition``. "na" is
            a wrong answer.

        Returns
        -------
        Score
            `values`: kappa, ``subject x condition``; `draws`: ``draw x subject``. In `details`: ``accuracy_source``,
            ``accuracy_target``, ``attainable_maximum`` (the same mean, of what accuracies allow), ``undefined`` (how
            many kappas), ``subjects``, ``conditions``, ``stimuli``, ``sd_over_kappas`` (which
            Brain-Score 2 calls the error), ``interval_low``, ``interval_high`` at .95. Null and flagged
            ``undefined-kappa`` where no kappa is defined.

        Raises
        ------
        StimulusMismatch, InvalidAssembly, TooFewStimuli
        """
        return each_trial(source, lambda answers: self._compare(answers, target))

    def _compare(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """One trial of the model."""
        people = observers(target)
        model = correct_of(source, people)
        subjects = len(people.names)
        pairs = np.array([[subject, subjects] for subject in range(subjects)])
        details = {"accuracy_source": float(model.mean()), "accuracy_target": float(people.correct.mean())}
        return self._score(people, np.vstack([people.correct, model]), pairs, people.names, details)

    def ceiling(self, target: "xr.DataArray") -> Score:
        """How consistent people are with each other: the mean over all pairs of them.

        Raises
        ------
        InvalidAssembly
            For fewer than two people.
        """
        people = observers(target)
        if len(people.names) < 2:
            raise InvalidAssembly("trials of one observer", expected="at least two, to compare with each other")
        pairs = np.array(list(combinations(range(len(people.names)), 2)))
        names = np.array([f"{people.names[one]}|{people.names[other]}" for one, other in pairs])
        return self._score(people, people.correct, pairs, names, {"accuracy_target": float(people.correct.mean())})

    def _score(
        self, people: Observers, correct: np.ndarray, pairs: np.ndarray, names: np.ndarray, details: dict[str, float]
    ) -> Score:
        import xarray as xr

        blocks = people.blocks
        zeros = self.form == "absolute"
        found = np.stack([kappas(correct[:, rows], pairs, zeros=zeros)[0] for _, rows in blocks], axis=1)
        accuracy = np.stack([correct[:, rows].mean(1) for _, rows in blocks], axis=1)
        a, b = accuracy[pairs[:, 0]], accuracy[pairs[:, 1]]
        coords = {"subject": names, "condition": [name for name, _ in blocks]}
        values = xr.DataArray(found, dims=("subject", "condition"), coords=coords)
        undefined = np.isnan(found)
        counted = {
            "subjects": len(people.names),
            "conditions": len(blocks),
            "stimuli": len(people.keys),
            "undefined": int(undefined.sum()),
        }
        if undefined.all():
            return Score(None, flags=(UNDEFINED,), values=values, details={**details, **counted})
        said = {
            **details,
            **counted,
            "attainable_maximum": _mean(np.where(undefined, np.nan, attainable(a, b))[None])[1][0],
            "sd_over_kappas": float(found[~undefined].std()),
        }
        value = self._formed(_mean(found[None])[1])[0]
        return self._with_error(Score(value, values=values, details=said), people, correct, pairs, names)

    def _with_error(
        self, score: Score, people: Observers, correct: np.ndarray, pairs: np.ndarray, names: np.ndarray
    ) -> Score:
        if not self.bootstrap_samples:
            return score
        from brainscore_core.statistics.bootstrap import Interval, counts
        from brainscore_core.statistics.pairing import shared_draws

        weights = counts(len(people.keys), self.bootstrap_samples, self.seed)
        zeros = self.form == "absolute"
        parts = [kappas(correct[:, rows], pairs, weights[:, rows], zeros) for _, rows in people.blocks]
        drawn = np.stack(parts, axis=2)
        each, mean = _mean(drawn)
        interval = Interval.of(self._formed(mean))
        said = {
            "error": f"spread over {self.bootstrap_samples} draws of stimuli, observers fixed",
            "interval_low": interval.low,
            "interval_high": interval.high,
            "interval_level": interval.level,
        }
        draws = shared_draws(each, people.keys, seed=self.seed, subjects=names) if self.form == "signed" else None
        error = None if np.isnan(interval.error) else interval.error
        return score.with_(error=error, draws=draws, details={**score.details, **said})

    def _formed(self, means: np.ndarray) -> np.ndarray:
        return np.abs(means) if self.form == "absolute" else means


def _mean(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(mean over conditions, that over pairs too) of what is defined, from (draw, pair, condition)."""
    from brainscore_core.statistics.correlation import mean_of_defined

    each = mean_of_defined(found, axis=2)
    return each, mean_of_defined(each, axis=1)
