"""Recordings with repetitions, drawn from seeds; numpy only: two environments make them."""

import itertools

import numpy as np

KINDS = ("full", "shuffled", "ragged", "missing", "ragged and missing")
IDS = ("text", "numbers")
CASES = {f"{kind}, {ids}": (kind, ids, seed) for seed, (kind, ids) in enumerate(itertools.product(KINDS, IDS))}


def recording(kind, ids, seed, stimuli=9, repetitions=6, units=3):
    """(values, coordinates on presentation): trials of each stimulus, perhaps out of order, ragged, or with gaps."""
    rng = np.random.default_rng((7, seed))
    values = rng.normal(size=(stimuli * repetitions, units))
    stimulus, repetition = np.tile(np.arange(stimuli), repetitions), np.repeat(np.arange(repetitions), stimuli)
    rows = np.arange(len(values))
    if kind == "shuffled":
        rows = rng.permutation(rows)
    if kind.startswith("ragged"):
        rows = rows[rng.random(len(rows)) < 0.6]
    if kind.endswith("missing"):
        values[rng.random(values.shape) < 0.25] = np.nan
    names = stimulus * 3 + 100 if ids == "numbers" else np.char.add("s", (stimulus * 3 + 100).astype(str))
    coords = {
        "stimulus_id": names[rows],
        "object_name": np.char.add("o", (stimulus % 4).astype(str))[rows],
        "repetition": repetition[rows],
    }
    return values[rows], coords
