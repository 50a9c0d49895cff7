"""Texture against noise of the same spectrum: modulation, selectivity and magnitude.

The set has two types (noise, then texture, as sorted), families of texture, and samples of each (Freeman, Ziemba,
Heeger, Simoncelli & Movshon 2013, as measured by Marques, Schrimpf & DiCarlo 2021). The parameters of each function are

    responses : in spikes/s, shape (units, types, families, samples)
    baseline : response to the blank, shape (units,)
    grid : TextureGrid

and the results the values, shape (units,), and which units are responsive: their largest response exceeds the baseline
by more than 5 spikes/s.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidStimulusSet

from .firing_rate import RESPONSIVE

if TYPE_CHECKING:
    import pandas as pd

NOISE, TEXTURE = 0, 1
WINDOW = 10
"""Counts are taken in a tenth of a second: the square-root transform is that of counts."""
Measured = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class TextureGrid:
    """The rows of a texture set as types x families x samples.

    Parameters
    ----------
    order : numpy.ndarray
        Rows sorted by type, family and sample.
    shape : (int, int, int)
        Types (2), families, samples.
    position : numpy.ndarray
        (y, x) in degrees.
    """

    order: np.ndarray
    shape: tuple[int, int, int]
    position: np.ndarray

    def unfold(self, responses: np.ndarray) -> np.ndarray:
        """Responses (presentations, units) as (units, types, families, samples), float64."""
        by_unit = np.asarray(responses, dtype=np.float64)[self.order].T
        return by_unit.reshape(by_unit.shape[0], *self.shape)

    @classmethod
    def of(cls, table: "pd.DataFrame") -> "TextureGrid":
        """Read it off the columns ``type``, ``family``, ``sample``, ``position_y`` and ``position_x``.

        Raises
        ------
        InvalidStimulusSet
            If a column is missing, or each sample of each family is not there once as texture and once as noise.
        """
        names = ["type", "family", "sample"]
        for name in (*names, "position_y", "position_x"):
            if name not in table:
                raise InvalidStimulusSet(f"the textures have no column {name!r}", expected="type, family, sample")
        counts = [table[name].nunique() for name in names]
        once = not table.duplicated(names).any() and len(table) == np.prod(counts)
        if counts[0] != 2 or not once or len(table[["position_y", "position_x"]].drop_duplicates()) != 1:
            raise InvalidStimulusSet(
                "the textures are no full grid at one position", expected="noise and texture of each sample, once"
            )
        order = table.reset_index(drop=True).sort_values(names, kind="stable").index.to_numpy()
        position = table[["position_y", "position_x"]].iloc[0].to_numpy(dtype=np.float64)
        return cls(order, (counts[0], counts[1], counts[2]), position)


def max_texture(responses: np.ndarray, baseline: np.ndarray, grid: TextureGrid) -> Measured:
    """The largest response to texture above baseline, in spikes/s."""
    return _largest(responses, baseline, TEXTURE), _responsive(responses, baseline)


def max_noise(responses: np.ndarray, baseline: np.ndarray, grid: TextureGrid) -> Measured:
    """The largest response to noise above baseline, in spikes/s."""
    return _largest(responses, baseline, NOISE), _responsive(responses, baseline)


def texture_modulation_index(responses: np.ndarray, baseline: np.ndarray, grid: TextureGrid) -> Measured:
    """(texture - noise) / (texture + noise), responses above baseline, averaged over the families."""
    by_family = _above(responses, baseline).mean(axis=-1)
    texture, noise = by_family[:, TEXTURE], by_family[:, NOISE]
    index = _divide(texture - noise, texture + noise)
    defined = ~np.isnan(index)
    total = np.where(defined, index, 0).sum(axis=1)
    return _divide(total, defined.sum(axis=1).astype(np.float64)), _responsive(responses, baseline)


def absolute_texture_modulation_index(responses: np.ndarray, baseline: np.ndarray, grid: TextureGrid) -> Measured:
    """The amount of :func:`texture_modulation_index`."""
    index, responsive = texture_modulation_index(responses, baseline, grid)
    return np.abs(index), responsive


def texture_selectivity(responses: np.ndarray, baseline: np.ndarray, grid: TextureGrid) -> Measured:
    """:func:`sparseness` over the families of texture, samples averaged."""
    by_family = _above(responses, baseline).mean(axis=-1)
    return sparseness(by_family[:, TEXTURE]), _responsive(responses, baseline)


def texture_sparseness(responses: np.ndarray, baseline: np.ndarray, grid: TextureGrid) -> Measured:
    """:func:`sparseness` over all textures."""
    answers = _above(responses, baseline)[:, TEXTURE]
    return sparseness(answers.reshape(len(answers), -1)), _responsive(responses, baseline)


def variance_ratio(responses: np.ndarray, baseline: np.ndarray, grid: TextureGrid) -> Measured:
    """Variance between families over that between samples, of transformed counts; .02 of the total added to both."""
    counts = responses[:, TEXTURE] / WINDOW
    answers = np.sqrt(counts) + np.sqrt(counts + 1)
    families, samples = answers.shape[1:]
    means = answers.mean(axis=2)
    within = ((answers - means[..., None]) ** 2).sum(axis=(1, 2)) / (families * (samples - 1))
    overall = means.mean(axis=1, keepdims=True)
    between = (samples * ((means - overall) ** 2).sum(axis=1) / (families - 1) - within) / samples
    total = within + between
    ratio = _divide(_divide(between, total) + 0.02, _divide(within, total) + 0.02)
    return ratio, _responsive(responses, baseline)


def sparseness(responses: np.ndarray) -> np.ndarray:
    """Treves-Rolls sparseness over the last axis: 0 where all are alike, 1 for one answer (Vinje & Gallant 2000)."""
    count = responses.shape[-1]
    mean, square = responses.mean(axis=-1), (responses**2).mean(axis=-1)
    return (1 - _divide(mean**2, square)) / (1 - 1 / count)


def _above(responses: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    return responses - baseline[:, None, None, None]


def _largest(responses: np.ndarray, baseline: np.ndarray, type: int) -> np.ndarray:
    return _above(responses, baseline)[:, type].reshape(len(responses), -1).max(axis=1)


def _responsive(responses: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    return _above(responses, baseline).reshape(len(responses), -1).max(axis=1) > RESPONSIVE


def _divide(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.divide(one, other, out=np.full(np.shape(one), np.nan), where=(other != 0) & ~np.isnan(other))
