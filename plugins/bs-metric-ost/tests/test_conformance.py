"""What every plugin promises."""

import numpy as np

from brainscore_core.testing import conformance
from brainscore_core.testing.examples import Example

from .populations import onsets_of, population, source_of, target_of


def inputs():
    """Sixty images of three objects, over time."""
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    onsets = onsets_of(60, rng)
    return source_of(population(labels, onsets, 20, rng), labels), target_of(onsets, 1.0, labels)


test_conformance = conformance("bs-metric-ost", examples={"ost": Example({"draws": 20}, inputs)})
