"""C1, complex cells: the strongest simple cell of one orientation within a window of position and scale."""

from collections.abc import Iterator

import numpy as np

from .parameters import BANDS, ORIENTATIONS, Band
from .retina import Window, stimulus_of
from .s1 import Workspace, s1

SILENT = 1e-3
"""Responses below this are set to 0: single-precision transforms leave noise of 1e-5 where nothing is."""


def c1(image: np.ndarray, workspace: Workspace) -> list[np.ndarray]:
    """Responses of all complex cells.

    Parameters
    ----------
    image : ndarray, shape (FIELD, FIELD), float32
        What :func:`~bs_model_hmax.retina.retina` returns.
    workspace : Workspace
        Not shared between threads.

    Returns
    -------
    list of ndarray
        One per band, shape (4 orientations, side, side), float32, in [0, 1].
    """
    stimulus = stimulus_of(image)
    if stimulus is None:
        return [np.zeros((len(ORIENTATIONS), band.side, band.side), dtype=np.float32) for band in BANDS]
    responses = s1(stimulus, workspace)
    return [pool(values, band, window) for band, (window, values) in zip(BANDS, responses, strict=True)]


def pool(responses: np.ndarray, band: Band, window: Window) -> np.ndarray:
    """The maximum over windows of ``band.pool`` pixels every ``band.step``.

    A window is two steps wide, so maxima over blocks of one step are taken first, and then over 2 x 2 blocks.

    Parameters
    ----------
    responses : ndarray, shape (4 orientations, side, side)
        Of S1 in `window`, the stronger of the two sizes; 0 elsewhere.
    """
    rows, columns = (_Span.of(band, start, window.side) for start in (window.top, window.left))
    blocks = np.zeros((len(ORIENTATIONS), band.blocks, band.blocks), dtype=np.float32)
    if rows.count > 0 and columns.count > 0:
        aligned = np.zeros((len(ORIENTATIONS), rows.count * band.step, columns.count * band.step), dtype=np.float32)
        aligned[:, rows.target, columns.target] = responses[:, rows.source, columns.source]
        blocks[:, rows.blocks, columns.blocks] = _block_maxima(aligned, band.step)
    blocks[blocks < SILENT] = 0
    tall = np.maximum(blocks[:, :-1], blocks[:, 1:])
    return np.maximum(tall[:, :, :-1], tall[:, :, 1:])


def _block_maxima(values: np.ndarray, step: int) -> np.ndarray:
    """Maxima of blocks of step x step: (n, a * step, b * step) -> (n, a, b)."""
    count, height, width = values.shape
    rows = values.reshape(count, height // step, step, width).max(axis=2)
    best = rows[:, :, ::step].copy()
    for offset in range(1, step):
        np.maximum(best, rows[:, :, offset::step], out=best)
    return best


class _Span:
    """One axis of a window against the grid of blocks of a band."""

    def __init__(self, blocks: slice, source: slice, target: slice):
        self.blocks, self.source, self.target = blocks, source, target
        self.count = blocks.stop - blocks.start

    @classmethod
    def of(cls, band: Band, start: int, side: int) -> "_Span":
        """`start` and `side` of the window in pixels of the retina."""
        begin, end = max(start, band.origin), min(start + side, band.origin + band.blocks * band.step)
        first = (begin - band.origin) // band.step
        last = -((band.origin - end) // band.step)
        shift = band.origin + first * band.step
        return cls(slice(first, max(last, first)), slice(begin - start, end - start), slice(begin - shift, end - shift))


def positions() -> Iterator[tuple[int, float, np.ndarray, np.ndarray]]:
    """Where the units of layer C1 look, in the order of the layer.

    Yields
    ------
    band : int
        From 1.
    orientation : float
        Degrees.
    y, x : ndarray, shape (side, side)
        Degrees from the middle of the field, down and to the right.
    """
    for number, band in enumerate(BANDS, start=1):
        y, x = np.meshgrid(band.centres, band.centres, indexing="ij")
        for orientation in ORIENTATIONS:
            yield number, orientation, y, x
