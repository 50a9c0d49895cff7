"""Single trials of a recording, and distances from them: Mahalanobis and crossnobis."""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly

from .distances import from_products, squared_distance
from .noise import NoiseCovariance

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.statistics.reliability import Repetitions

_GROUPS = 10


@dataclass(frozen=True)
class Trials:
    """Single trials of one recording.

    Parameters
    ----------
    stimulus_ids : array of text, shape (stimulus,)
        Sorted.
    responses : array, shape (repetition, stimulus, unit)
        0 where there is no such trial.
    there : bool array, shape (repetition, stimulus)
    """

    stimulus_ids: np.ndarray
    responses: np.ndarray
    there: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """Number of trials of each stimulus."""
        return self.there.sum(axis=0)

    def noise(self, kind: str, groups: np.ndarray) -> NoiseCovariance:
        """Covariance of the noise, groups of stimuli apart: (stimulus,) of int."""
        residuals = (self.responses - _means(self.responses, self.there))[self.there]
        return NoiseCovariance(residuals, np.nonzero(self.there)[1], groups, kind)


def mahalanobis(trials: Trials, noise: str, parts: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Squared distances between mean responses where noise is white, divided by the number of units.

    Noise makes them larger: by 2 / trials where all stimuli have so many.

    Parameters
    ----------
    trials : Trials
    noise : str
        One of :data:`~bs_metric_rsa.noise.NOISE`.
    parts : bool array, shape (part, repetition, stimulus)
        Which of the trials that are there count; one set of distances a part.

    Returns
    -------
    array, shape (part, stimulus, stimulus)
    dict
        ``noise_shrinkage``, where there is one.
    """
    responses, notes = trials.responses, {}
    if noise != "none":
        transform, shrinkage = trials.noise(noise, np.zeros(len(trials.stimulus_ids), int)).whitening()
        responses, notes = responses @ transform, _notes(shrinkage)
    return np.stack([squared_distance(_means(responses, trials.there & part)) for part in parts]), notes


def crossnobis(trials: Trials, noise: str, parts: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Squared distances between true responses where noise is white, per unit, without bias (Walther et al. 2016).

    Neuroimage 137:188; see :func:`cross_validated_distance`. The noise covariance must not know the noise of the two
    stimuli compared: estimated from the same trials, it shrinks their differences where these happen to be noise, and
    equal patterns come out apart (by a sixth of the bias of the Mahalanobis distance at 12 stimuli, 6 trials and 20
    units). So stimuli are taken in up to ten groups, and each two groups are compared with the covariance of the other
    stimuli.

    Parameters and returns as :func:`mahalanobis`.
    """
    stimuli = len(trials.stimulus_ids)
    if noise == "none":
        return np.stack([cross_validated_distance(trials.responses, trials.there & part) for part in parts]), {}
    number = min(_GROUPS, stimuli)
    groups = np.arange(stimuli) % number
    covariance = trials.noise(noise, groups)
    found = np.zeros((len(parts), stimuli, stimuli))
    for one, other in combinations(range(number), 2):
        transform, _ = covariance.whitening(without=(one, other))
        both = np.flatnonzero((groups == one) | (groups == other))
        responses, there = trials.responses[:, both] @ transform, trials.there[:, both]
        # distances within a group are those found with the group after it, so that all rest on equally many others
        own = groups[both]
        asked = own[:, None] != own
        for group in (one, other):
            if (group + 1) % number in (one, other):
                asked |= (own[:, None] == group) & (own == group)
        block = np.ix_(both, both)
        for matrix, part in zip(found, parts, strict=True):
            distances = cross_validated_distance(responses, there & part[:, both])
            matrix[block] = np.where(asked, distances, matrix[block])
    return found, _notes(covariance.whitening()[1])


def cross_validated_distance(responses: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances between true responses, divided by the number of units, without bias.

    With x_i the pattern of stimulus i in one repetition, (x_i - x_j)'(x_i - x_j) is expected to be the distance plus
    noise; with one factor from another repetition than the other, only the distance is left. Averaged over all ordered
    pairs of different repetitions, whose noise must be independent. Where repetitions are ragged, each of x_i'x_i,
    x_j'x_j and x_i'x_j is averaged over those that have both. Estimates of small distances may be negative.

    Parameters
    ----------
    responses : array, shape (repetition, stimulus, unit)
    there : bool array, shape (repetition, stimulus)

    Returns
    -------
    array, shape (stimulus, stimulus)
        Diagonal 0. NaN for a stimulus with one trial, whose pattern cannot be told from its noise.
    """
    if not there.all():
        responses = np.where(there[:, :, None], responses, 0)
    total = responses.sum(axis=0)
    stacked = responses.transpose(1, 0, 2).reshape(len(total), -1)
    products = total @ total.T - stacked @ stacked.T
    shown = there.astype(np.float64)
    counts = shown.sum(axis=0)
    pairs = np.outer(counts, counts) - shown.T @ shown
    products = np.divide(products, pairs, out=np.full_like(products, np.nan), where=pairs > 0)
    return from_products(products, total.shape[1])


def repetitions(assembly: "xr.DataArray", label: str) -> "Repetitions":
    """Rows of an assembly by stimulus and repetition.

    Raises
    ------
    InvalidAssembly
        Without ``repetition``, with time bins, or where each stimulus was shown once.
    """
    from brainscore_core.statistics.reliability import Repetitions

    NeuroidAssembly.validate(assembly)
    assembly = two_dimensional(assembly, label)
    if "repetition" not in assembly.coords:
        there = sorted(str(name) for name, coord in assembly.coords.items() if coord.dims == ("presentation",))
        raise InvalidAssembly(
            f"{label} has no coordinate 'repetition' that tells the trials of a stimulus apart",
            expected=f"it beside {there}",
        )
    ids = assembly["stimulus_id"].values.astype(str)
    found = Repetitions(assembly.values, ids, assembly["repetition"].values)
    if (found.trials < 2).all():
        raise InvalidAssembly(
            f"{label} shows each stimulus once",
            expected="repetitions",
            remedy="use distance='correlation', and say that the reliability is unknown",
        )
    return found


def trials_of(assembly: "xr.DataArray", label: str) -> Trials:
    """Single trials of a NeuroidAssembly, ``presentation x neuroid`` with ``repetition`` on presentation.

    Raises
    ------
    InvalidAssembly
        As :func:`repetitions`, and for responses that are NaN or infinite.
    """
    found = repetitions(assembly, label)
    values = two_dimensional(assembly, label).values.astype(np.float64)
    finite = np.isfinite(values).all(axis=0)
    if not finite.all():
        raise InvalidAssembly(
            f"{label} has NaN or infinite responses in {int((~finite).sum())} units",
            expected="every unit measured in every trial",
            remedy="leave out the units that were not",
        )
    there = found.rows >= 0
    return Trials(found.stimuli, np.where(there[:, :, None], values[found.rows], 0), there)


def two_dimensional(assembly: "xr.DataArray", label: str) -> "xr.DataArray":
    """The assembly as (presentation, neuroid).

    Raises
    ------
    InvalidAssembly
        If there are time bins.
    """
    if assembly.ndim != 2:
        raise InvalidAssembly(
            f"{label} has dimensions {tuple(assembly.dims)}",
            expected="(presentation, neuroid)",
            remedy="select one time bin, or average over them, first",
        )
    return assembly.transpose("presentation", "neuroid")


def _means(responses: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Mean response to each stimulus over the trials that are there, (stimulus, unit)."""
    total = responses.sum(axis=0) if there.all() else np.einsum("rsu,rs->su", responses, there.astype(np.float64))
    return total / there.sum(axis=0)[:, None]


def _notes(shrinkage: float | None) -> dict[str, float]:
    return {} if shrinkage is None else {"noise_shrinkage": shrinkage}
