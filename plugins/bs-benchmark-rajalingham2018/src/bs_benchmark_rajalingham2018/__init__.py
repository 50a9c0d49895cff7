"""What people take objects for, image by image (Rajalingham, Issa et al. 2018): descriptions.

Stimuli, decoder, metric, formula and version are those of Brain-Score 2, whose public benchmark carries the identifier
of the private one; here each has its own. The public one fits the decoder on the images that it tests with, as
published.
"""

from typing import Any

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.behavior import ROOT

from .halves import ConsistencyByHalves

__all__ = ["private", "public"]

_I2N = MetricSpec("i2n", bootstrap_samples=200)
"""The error is that of drawing images; Brain-Score 2's, the spread of two halves of the trials, says little."""


def _benchmark(identifier: str, part: str, notes: str, **more: Any) -> ConsistencyByHalves:
    return ConsistencyByHalves(
        identifier,
        data=f"Rajalingham2018.{part}",
        stimuli=f"objectome.{part}",
        fitting_stimuli="objectome.public",
        task="probabilities",
        metric=_I2N,
        ceiling_metric=MetricSpec("i2n"),
        normalisation=ROOT,
        visual_degrees=8,
        number_of_trials=2,
        parent="behavior_vision",
        species="human",
        version=2,
        released="2018-08-15",
        notes=notes,
        **more,
    )


private = _benchmark(
    "Rajalingham2018-i2n",
    "private",
    "Published for the 240 images: two halves of the trials agree with r = .479.",
    human={"agreement_of_halves": 0.479},
)
public = _benchmark(
    "Rajalingham2018public-i2n",
    "public",
    "The decoder is fitted on the images that it is tested with. How well halves agree on them is not published.",
    overlap_published=True,
    human={"agreement_of_halves": "not published"},
)
