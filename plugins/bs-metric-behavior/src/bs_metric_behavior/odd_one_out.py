"""``odd_one_out``: whether a model leaves out of three images the one that people leave out."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score

from .answers import check_samples, column, labels, positions
from .repetitions import each_trial
from .resampling import drawn, spread

if TYPE_CHECKING:
    import xarray as xr

ROLES = ("stimulus_1", "stimulus_2", "stimulus_3")
CHANCE = 1 / 3


class OddOneOut:
    """Share of people's trials in which the model's odd one out is theirs; 1/3 by chance.

    Hebart et al. 2023, eLife 12:e82580. Triplets are compared whatever the order of their images.

    Parameters
    ----------
    bootstrap_samples : int
        Draws of the triplets; 0: no error.
    seed : int
        Of these draws.

    Raises
    ------
    InvalidParameter
        For a single draw.
    """

    inputs: Literal["pair"] = "pair"
    doi = "10.7554/eLife.82580"

    def __init__(self, bootstrap_samples: int = 1000, seed: int = 0):
        check_samples("odd_one_out", bootstrap_samples)
        self.bootstrap_samples, self.seed = bootstrap_samples, seed

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source, target : xarray.DataArray
            BehavioralAssemblies, ``presentation``: the id of the odd one, with the three ids in ``stimulus_1``,
            ``stimulus_2``, ``stimulus_3``, or in ``stimulus_id`` as ``a|b|c``. The model answers each triplet
            once, or once in each ``repetition``, over which the scores are averaged; people may have answered one
            often, and each of their trials counts.

        Returns
        -------
        Score
            `values`: share of the trials of each triplet, ``presentation``; `draws`. `details`: ``triplets``,
            ``trials``, ``chance``.

        Raises
        ------
        InvalidAssembly
            For triplets of fewer than three images, or an odd one that is none of them.
        StimulusMismatch
            If the model answered other triplets, or one twice in a trial.
        """
        return each_trial(source, lambda answers: self._compare(answers, target))

    def _compare(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """One trial of the model."""
        import xarray as xr

        from brainscore_core.statistics.pairing import shared_draws

        wanted, theirs = triplets(target, "target")
        known, ours = triplets(source, "source")
        names, code = np.unique(wanted, return_inverse=True)
        agreed = (ours[positions(names, known, "source")][code] == theirs).astype(np.float64)
        trials, matched = np.bincount(code), np.bincount(code, agreed)
        details: dict[str, str | int | float] = {"triplets": len(names), "trials": len(theirs), "chance": CHANCE}
        values = xr.DataArray(matched / trials, dims=("presentation",), coords={"stimulus_id": ("presentation", names)})
        score = Score(float(agreed.mean()), values=values, details=details)
        if not self.bootstrap_samples or len(names) < 2:
            return score
        draws = drawn(
            len(names), self.bootstrap_samples, self.seed, lambda weights: (weights @ matched) / (weights @ trials)
        )
        error, said = spread(draws, self.bootstrap_samples)
        return score.with_(error=error, draws=shared_draws(draws, names, seed=self.seed), details={**details, **said})

    def ceiling(self, target: "xr.DataArray") -> Score:
        """What a model that knows the choice of the majority would get.

        The mean, over triplets that were answered more than once, of the share of the commonest answer (Brain-Score 2
        quotes .6767 for Hebart et al. 2023). With few answers a triplet (``details["answers_a_triplet"]``) it is too
        high: of two people who guess, the commonest answer always has half of the answers.

        Raises
        ------
        InvalidAssembly
            If no triplet was answered twice.
        """
        wanted, theirs = triplets(target, "target")
        names, code, trials = np.unique(wanted, return_inverse=True, return_counts=True)
        options, answer = np.unique(theirs, return_inverse=True)
        pairs, often = np.unique(code * len(options) + answer, return_counts=True)
        most = np.zeros(len(names))
        np.maximum.at(most, pairs // len(options), often)
        again = trials > 1
        if not again.any():
            raise InvalidAssembly("no triplet was answered twice", expected="several answers to some of them")
        shares = most[again] / trials[again]
        details = {"triplets": int(again.sum()), "answers_a_triplet": float(trials[again].mean()), "chance": CHANCE}
        error = float(shares.std(ddof=1) / np.sqrt(len(shares))) if len(shares) > 1 else None
        return Score(float(shares.mean()), error, details=details)


def triplets(assembly: "xr.DataArray", side: str) -> tuple[np.ndarray, np.ndarray]:
    """(the three ids in order, joined; the odd one) of each trial."""
    if all(role in assembly.coords for role in ROLES):
        images = np.stack([column(assembly, role, side) for role in ROLES], axis=1)
    else:
        parts = [name.split("|") for name in column(assembly, "stimulus_id", side).tolist()]
        if odd := [part for part in parts if len(part) != len(ROLES)]:
            raise InvalidAssembly(
                f"{side} has a trial of {len(odd[0])} stimuli: {'|'.join(odd[0])!r}",
                expected=f"three, in {', '.join(ROLES)} or as stimulus_id 'a|b|c'",
            )
        images = np.array(parts)
    images = np.sort(images, axis=1)
    repeated = (images[:, 1:] == images[:, :-1]).any(1)
    if repeated.any():
        raise InvalidAssembly(
            f"{side} has a triplet with a repeated image: {'|'.join(images[repeated.argmax()])!r}",
            expected="three images",
        )
    odd_one = labels(assembly, side)
    strange = (images != odd_one[:, None]).all(1)
    if strange.any():
        row = int(strange.argmax())
        raise InvalidAssembly(
            f"{side} leaves {str(odd_one[row])!r} out of {'|'.join(images[row])!r}", expected="one of the three"
        )
    return np.array(["|".join(row) for row in images.tolist()]), odd_one
