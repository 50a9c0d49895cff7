"""Time bins of a model -> time bins of an experiment, by how long they overlap."""

from collections.abc import Sequence

import numpy as np

from brainscore_core.errors import InvalidParameter

Bins = Sequence[tuple[float, float]] | np.ndarray
"""(start, end) in ms after stimulus onset."""


def overlap_ms(model_bins: Bins, asked_bins: Bins) -> np.ndarray:
    """How long each bin of the model lies within each that is asked for.

    Parameters
    ----------
    model_bins : sequence of (start, end), or array (model bin, 2)
        In ms; may be infinite.
    asked_bins : sequence of (start, end), or array (asked bin, 2)
        In ms.

    Returns
    -------
    array, shape (asked bin, model bin), ms
    """
    model, asked = (np.asarray(part, np.float64).reshape(-1, 2) for part in (model_bins, asked_bins))
    starts = np.maximum(asked[:, :1], model[None, :, 0])
    return np.clip(np.minimum(asked[:, 1:], model[None, :, 1]) - starts, 0, None)


def overlap_weights(model_bins: Bins, asked_bins: Bins) -> np.ndarray:
    """Share of each bin of the model in the mean over each bin that is asked for.

    Parameters
    ----------
    model_bins, asked_bins
        As for :func:`overlap_ms`.

    Returns
    -------
    array, shape (asked bin, model bin)
        Rows sum to 1: of a bin that the model covers in part, the mean over that part.

    Raises
    ------
    InvalidParameter
        If an asked bin lies wholly outside the model's.
    """
    shared = overlap_ms(model_bins, asked_bins)
    total = shared.sum(1, keepdims=True)
    if (total == 0).any():
        start, end = np.asarray(asked_bins, np.float64).reshape(-1, 2)[int(np.argmin(total))]
        times = np.asarray(model_bins, np.float64)
        raise InvalidParameter(
            f"the model says nothing of {start:g} to {end:g} ms",
            expected=f"time bins that overlap its own, {times.min():g} to {times.max():g} ms",
        )
    return shared / total
