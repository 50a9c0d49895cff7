"""Distances from single trials: Mahalanobis and crossnobis."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly

from .distances import from_products, squared_distance
from .noise import whitening

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.statistics.reliability import Repetitions


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

    def means(self) -> np.ndarray:
        """Mean response to each stimulus, (stimulus, unit)."""
        return self.responses.sum(axis=0) / self.counts[:, None]

    def whitened(self, noise: str) -> tuple["Trials", dict[str, float]]:
        """The same where noise is white, and how it was estimated: see :func:`bs_metric_rsa.noise.whitening`."""
        if noise == "none":
            return self, {}
        residuals = (self.responses - self.means())[self.there]
        transform, notes = whitening(residuals, len(residuals) - len(self.stimulus_ids), noise)
        return Trials(self.stimulus_ids, self.responses @ transform, self.there), notes

    def part(self, weights: np.ndarray) -> "Trials":
        """Only the trials whose weight, (repetition,) or (repetition, stimulus), is not 0."""
        kept = self.there & (weights if weights.ndim == 2 else weights[:, None]).astype(bool)
        return Trials(self.stimulus_ids, np.where(kept[:, :, None], self.responses, 0), kept)


def mahalanobis(trials: Trials) -> np.ndarray:
    """Squared distance between mean responses, divided by the number of units, (stimulus, stimulus).

    Of trials that were whitened: the squared Mahalanobis distance. Noise makes it larger, by its variance in both.
    """
    return squared_distance(trials.means())


def crossnobis(trials: Trials) -> np.ndarray:
    """Squared distance between true responses, divided by the number of units, without bias (Walther et al. 2016).

    Neuroimage 137:188. For x_i the pattern of stimulus i in one repetition, (x_i - x_j)'(x_i - x_j) is expected to be
    the distance plus noise; with one factor from another repetition than the other, only the distance is left. Averaged
    over all ordered pairs of different repetitions. Where repetitions are ragged, each of x_i'x_i, x_j'x_j and x_i'x_j
    is averaged over those that have both. Estimates of small distances may be negative.

    Parameters
    ----------
    trials : Trials
        Whitened; trials of one repetition may share noise.

    Returns
    -------
    array, shape (stimulus, stimulus)
        Diagonal 0. NaN for a stimulus with one trial, whose pattern cannot be told from its noise.
    """
    total = trials.responses.sum(axis=0)
    stacked = trials.responses.transpose(1, 0, 2).reshape(len(total), -1)
    products = total @ total.T - stacked @ stacked.T
    there = trials.there.astype(np.float64)
    pairs = np.outer(trials.counts, trials.counts) - there.T @ there
    products = np.divide(products, pairs, out=np.full_like(products, np.nan), where=pairs > 0)
    return from_products((products + products.T) / 2, total.shape[1])


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
