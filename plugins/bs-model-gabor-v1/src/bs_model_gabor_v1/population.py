"""The population: every cell's parameters, drawn from what was published of macaque V1.

The sources give one histogram a property. Which value goes with which is this module's choice, and follows what is
known: cells of low spatial frequency have large fields, fields and surrounds grow together, and strong suppression
goes with a surround much wider than the field.
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from . import frequency_tuning, histograms, size_tuning

if TYPE_CHECKING:
    import xarray as xr

# What the coarse set of gratings measures of cells of known parameters: the median differences of a population of 1500,
# found once. Orientations lie 30 degrees and, for size tuning, spatial frequencies an octave apart: off the preferred
# ones the peak frequency is lower and suppression stronger. Sizes lie sqrt(2) apart, and a surround diameter is read as
# the first that qualifies, which is on average 2^(1/4) too large (in the summation field both effects cancel).
# Smoothing and the flanks' 100 steps widen a bandwidth by that many octaves.
SURROUND_BIAS = 2**0.25
PEAK_BIAS = 2**-0.15
SUPPRESSION_BIAS = 1.09
BANDWIDTH_BIAS = 0.08
POSITION = 0.5
# Centres scatter about the position by up to half a field, and never farther than this (degrees).
JITTER = 0.25
FARTHEST = 0.3
# Rank correlations of the properties of one cell; the sources publish none.
FIELD_TO_PERIOD = 0.95
SURROUND_TO_FIELD = 0.85
SUPPRESSION_TO_RATIO = 0.9
BANDWIDTH_TO_CYCLES = 0.8
# A divisive surround cannot suppress below the resting rate.
LARGEST_SUPPRESSION = 0.98
# Envelopes of cells without a bandwidth: wide enough to peak away from 0, too narrow to fall to .707 on the way there.
UNSELECTIVE_EVEN = 1.35
UNSELECTIVE_PAIR = 1.1


@dataclass(frozen=True, eq=False)
class Population:
    """One entry a cell, shape (cells,).

    Parameters
    ----------
    complex_cell : numpy.ndarray
        Boolean: energy of a quadrature pair; else a half-rectified simple cell.
    balanced : numpy.ndarray
        Boolean: blind to uniform light.
    frequency : numpy.ndarray
        Of the carrier, in cycles per degree.
    orientation, phase : numpy.ndarray
        In radians; luminance of the preferred grating varies along ``orientation``.
    width, length : numpy.ndarray
        Standard deviations of the envelope across and along the bars, in degrees.
    gain : numpy.ndarray
        Makes the answer to the best grating of full contrast and of the best size equal 1.
    surround, suppression : numpy.ndarray
        Standard deviation of the normalisation pool in degrees, and its weight.
    x, y : numpy.ndarray
        Centre relative to that of the field of view, in degrees, y downwards.
    """

    complex_cell: np.ndarray
    balanced: np.ndarray
    frequency: np.ndarray
    orientation: np.ndarray
    phase: np.ndarray
    width: np.ndarray
    length: np.ndarray
    gain: np.ndarray
    surround: np.ndarray
    suppression: np.ndarray
    x: np.ndarray
    y: np.ndarray

    def take(self, cells: np.ndarray) -> "Population":
        """Some of the cells."""
        return Population(*(getattr(self, field.name)[cells] for field in fields(self)))


def draw(data: dict[str, "xr.DataArray"], cells: int, seed: int) -> Population:
    """Draw a population.

    Parameters
    ----------
    data : dict of str to xarray.DataArray
        The datasets ``DeValois1982a``, ``DeValois1982b``, ``Schiller1976c`` and ``Cavanaugh2002a``.
    cells, seed : int
    """
    rng = np.random.default_rng(seed)
    complex_cell = histograms.even_ranks(cells, rng) < _share_complex(data["DeValois1982b"])
    ranks = histograms.even_ranks(cells, rng)
    orientation = histograms.quantiles(data["DeValois1982a"], "preferred_orientation", ranks)
    peak = _peaks(data["DeValois1982b"], complex_cell, rng)
    summation, sizes = _sizes(data["Cavanaugh2002a"], peak, rng)
    tuning = _tune(data["Schiller1976c"], complex_cell, summation * peak, rng)
    frequency = peak / PEAK_BIAS / tuning.peak
    width = tuning.x / (2 * np.pi * frequency)
    distance = np.minimum(JITTER * sizes.centre, FARTHEST) * np.sqrt(rng.random(cells))
    direction = rng.uniform(0, 2 * np.pi, cells)
    return Population(
        complex_cell=complex_cell,
        balanced=tuning.balanced,
        frequency=frequency,
        orientation=np.deg2rad(orientation),
        phase=tuning.phase,
        width=width,
        length=width * size_tuning.elongation_for(sizes.centre / width),
        gain=1 / (tuning.amplitude * sizes.peak),
        surround=sizes.surround,
        suppression=sizes.gain,
        x=POSITION + distance * np.cos(direction),
        y=POSITION + distance * np.sin(direction),
    )


def _share_complex(assembly: "xr.DataArray") -> float:
    return float(np.char.startswith(assembly["cell_group"].values.astype(str), "complex").mean())


def _peaks(assembly: "xr.DataArray", complex_cell: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Peak spatial frequencies, of simple and of complex cells from their own histograms."""
    values = np.empty(len(complex_cell))
    for group, of_group in (("simple", ~complex_cell), ("complex", complex_cell)):
        ranks = histograms.even_ranks(int(of_group.sum()), rng)
        values[of_group] = histograms.quantiles(assembly, "peak_spatial_frequency", ranks, group)
    return values


class _Tuning(NamedTuple):
    """Envelope (``2 pi sigma f0``), peak in units of f0, phase, balance and amplitude at the peak: (cells,)."""

    x: np.ndarray
    peak: np.ndarray
    phase: np.ndarray
    balanced: np.ndarray
    amplitude: np.ndarray


def _tune(assembly: "xr.DataArray", complex_cell: np.ndarray, cycles: np.ndarray, rng: np.random.Generator) -> _Tuning:
    """Envelope, balance and phase that give the published bandwidths, and cells that have none.

    The more cycles a field holds, the narrower its tuning. A cell without a bandwidth keeps answering to the lowest
    frequencies: an even filter of barely one cycle that is not blind to uniform light.
    """
    selective = histograms.even_ranks(len(cycles), rng) < float(
        assembly.sel(neuronal_property="spatial_frequency_selective").mean()
    )
    percent = np.empty(len(cycles))
    for group, of_group in (("simple", ~complex_cell), ("complex", complex_cell)):
        ranks = histograms.ranks_like(cycles[of_group], BANDWIDTH_TO_CYCLES, rng)
        percent[of_group] = histograms.quantiles(assembly, "spatial_frequency_bandwidth", ranks, group)
    octaves = np.maximum(np.log2(100 / percent) - BANDWIDTH_BIAS, 0.1)
    phase = np.where(selective, rng.uniform(0, 2 * np.pi, len(cycles)), 0.0)
    filter_phase = np.where(complex_cell, np.nan, phase)
    x, peak = frequency_tuning.gabor_for_bandwidth(octaves, filter_phase)
    x = np.where(selective, x, np.where(complex_cell, UNSELECTIVE_PAIR, UNSELECTIVE_EVEN))
    u = frequency_tuning.U
    unbalanced = frequency_tuning.amplitude(u, x[:, None], filter_phase[:, None], balanced=False)
    peak = np.where(selective, peak, frequency_tuning.width_and_peak(unbalanced)[1])
    return _Tuning(x, peak, phase, selective, frequency_tuning.amplitude(peak, x, filter_phase, selective))


def _sizes(
    assembly: "xr.DataArray", peak: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, size_tuning.Fields]:
    """Summation diameters as drawn, and the fields that give them and the surrounds: published marginals, paired."""
    ranks = histograms.ranks_like(-peak, FIELD_TO_PERIOD, rng)
    summation = histograms.quantiles(assembly, "grating_summation_field", ranks)
    ranks = histograms.ranks_like(summation, SURROUND_TO_FIELD, rng)
    surround = histograms.quantiles(assembly, "surround_diameter", ranks)
    suppression = _suppression(assembly, histograms.ranks_like(surround / summation, SUPPRESSION_TO_RATIO, rng))
    return summation, size_tuning.fit_fields(summation, surround / SURROUND_BIAS, suppression)


def _suppression(assembly: "xr.DataArray", ranks: np.ndarray) -> np.ndarray:
    """Suppression indices: the published histogram, its first bin divided at .1 by the count of suppressed cells."""
    name = "surround_suppression_index"
    edges = np.asarray(assembly.attrs[f"{name}_bins"])
    counts = np.histogram(assembly.sel(neuronal_property=name).values, bins=edges)[0]
    weak = int((assembly.sel(neuronal_property="strongly_suppressed").values == 0).sum())
    edges, counts = np.insert(edges, 1, 0.1), np.concatenate([[weak, counts[0] - weak], counts[1:]])
    return np.minimum(histograms.between(edges, counts, ranks) / SUPPRESSION_BIAS, LARGEST_SUPPRESSION)
