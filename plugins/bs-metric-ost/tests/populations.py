"""Populations whose solution times are known: what tells objects apart comes on at a stated moment in each image."""

import numpy as np

from brainscore_core.assemblies import DataAssembly, NeuroidAssembly

STARTS = np.arange(70, 250, 10)


def gains(onsets, starts=STARTS, width=10.0):
    """Share of each bin that lies after the onset, shape (image, bin); NaN: never."""
    return np.nan_to_num(np.clip((starts + width - onsets[:, None]) / width, 0, 1))


def onsets_of(count, rng, early=0.3, never=0.05):
    """Some images are told from the first bin on, some never, the rest from a moment between 80 and 240 ms on."""
    onsets = rng.uniform(80, 240, count)
    kind = rng.random(count)
    onsets[kind < early] = 60.0
    onsets[kind > 1 - never] = np.nan
    return onsets


def population(labels, onsets, units, rng, amplitude=1.0, noise=1.0, starts=STARTS):
    """Units that weigh objects at random, with noise of their own in each bin; (image, unit, bin)."""
    means = rng.normal(size=(labels.max() + 1, units))
    signal = amplitude * means[labels][:, :, None] * gains(onsets, starts)[:, None, :]
    return signal + noise * rng.normal(size=signal.shape)


def source_of(values, labels, starts=STARTS):
    images, units, _ = values.shape
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid", "time_bin"),
        coords={
            "stimulus_id": ("presentation", [f"image-{n:04d}" for n in range(images)]),
            "image_label": ("presentation", [f"object-{n}" for n in labels]),
            "neuroid_id": ("neuroid", [f"unit-{n}" for n in range(units)]),
            "region": ("neuroid", ["IT"] * units),
            "time_bin_start": ("time_bin", starts.astype(float)),
            "time_bin_end": ("time_bin", starts + 10.0),
        },
    )


def target_of(times, thresholds, labels):
    return DataAssembly(
        np.asarray(times, float),
        dims=("presentation",),
        coords={
            "stimulus_id": ("presentation", [f"image-{n:04d}" for n in range(len(times))]),
            "image_label": ("presentation", [f"object-{n}" for n in labels]),
            "i1": ("presentation", np.broadcast_to(thresholds, len(times)).astype(float)),
        },
    )
