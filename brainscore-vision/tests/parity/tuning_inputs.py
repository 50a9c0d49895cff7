"""Artificial units for comparing tuning computations: the same numbers under any numpy, from seeds.

Used by the script that asks the incumbent and by the test that asks ours; needs numpy only.
"""

import itertools

import numpy as np

UNITS = 160
COLUMNS = ("position_y", "position_x", "contrast", "radius", "spatial_frequency", "orientation", "phase")
ORIENTATION = np.arange(0.0, 180.0, 15.0)
FREQUENCY = 2 ** np.linspace(-1.375, 3.875, 22)
PHASE = np.arange(0.0, 360.0, 45.0)
RADIUS = 2 ** np.linspace(-2.25, 3.25, 12) / 2


def tables():
    """Stimulus parameters by set, each an array (stimuli, COLUMNS)."""
    positions, four = np.linspace(-2.5, 2.5, 21), FREQUENCY[[4, 8, 12, 16]]
    by_cycles = [(cycles / 2 / f, f) for cycles in (2, 3, 4) for f in four]
    orientation = [(0.5, 0.5, 1, r, f, o, p) for (r, f), o, p in itertools.product(by_cycles, ORIENTATION, PHASE)]
    centre, even = ([0.5], [0.5], [1]), ORIENTATION[::2]
    return {
        "receptive_field": _product(positions, positions, [1], [1 / 6], [3], ORIENTATION[::3], PHASE[::4]),
        "orientation": np.array(orientation),
        "spatial_frequency": _product(*centre, [0.75, 2.25], FREQUENCY, even, PHASE),
        "size": _product(*centre, RADIUS, four, even, PHASE),
    }


def activations(seed):
    """Responses by set, (stimuli, units) float64, and ``blank``, (units,).

    Tuned units with simple and complex parts, surrounds and noise; then units whose tuning is pure noise, units that
    never answer and units that answer all gratings alike; negative numbers throughout.
    """
    rng = np.random.default_rng(seed)
    cells = _Cells(rng)
    responses = {name: cells.respond(table) for name, table in tables().items()}
    blank = np.abs(rng.normal(0, 0.02, UNITS))
    for name, values in responses.items():
        values += rng.normal(0, 0.01, values.shape) * cells.gain
        if name != "receptive_field":
            values[:, -30:-10] = rng.normal(0, 0.3, (len(values), 20))
            values[:, -5:] = 0.7
        values[:, -10:-5] = -0.1
    return responses | {"blank": blank}


def _product(*axes):
    return np.array(list(itertools.product(*axes)), dtype=float)


class _Cells:
    def __init__(self, rng):
        self.position = 0.5 + rng.normal(0, 0.08, (2, UNITS))
        self.orientation = rng.uniform(0, 180, UNITS)
        self.width = rng.uniform(5, 60, UNITS)
        self.frequency = 2 ** rng.uniform(-1.5, 4, UNITS)
        self.octaves = rng.uniform(0.3, 2.5, UNITS)
        self.centre, self.surround = 2 ** rng.uniform(-3, 1, UNITS), 2 ** rng.uniform(-1, 3, UNITS)
        self.suppression = rng.uniform(0, 1.2, UNITS) * (rng.random(UNITS) < 0.8)
        self.simple = rng.random(UNITS) * (rng.random(UNITS) < 0.7)
        self.phase, self.gain = rng.uniform(0, 2 * np.pi, UNITS), rng.lognormal(0, 1.5, UNITS)

    def respond(self, table):
        y, x, _, radius, frequency, orientation, phase = (column[:, None] for column in table.T)
        if len(np.unique(y)) > 1:
            distance = (y - self.position[0]) ** 2 + (x - self.position[1]) ** 2
            return self.gain * np.exp(-0.5 * distance / 0.2**2) * np.cos(np.deg2rad(phase) + self.phase)
        away = (orientation - self.orientation + 90) % 180 - 90
        octaves = np.log2(frequency / self.frequency)
        tuning = np.exp(-0.5 * (away / self.width) ** 2 - 0.5 * (octaves / self.octaves) ** 2)
        area = 1 - np.exp(-((radius / self.centre) ** 2))
        divided = 1 + self.suppression * (1 - np.exp(-((radius / self.surround) ** 2)))
        carrier = 1 - self.simple + self.simple * np.cos(np.deg2rad(phase) + self.phase)
        return self.gain * tuning * area / divided * carrier


def textures(seed):
    """Firing rates to noise and texture, 6 families of 4 samples: rates (presentation, unit), baseline and labels."""
    rng = np.random.default_rng([seed, 7])
    labels = [(kind, family, sample) for sample in range(4) for kind in ("texture", "noise") for family in range(6)]
    rates = rng.gamma(1.5, 12, (len(labels), UNITS)) * rng.uniform(0, 2, UNITS)
    return rates, rng.uniform(0, 8, UNITS), labels
