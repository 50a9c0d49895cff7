"""A subject of random filters whose answers grow with time: with it the kit scores benchmarks that need time."""

from typing import TYPE_CHECKING, Any

from ..commitments.time import Steps, in_time
from ..random_subject import LAYER, responses, small
from ..wrapping import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from ..commitments.time import TimedModel

STEPS = 30
STEP_MS = 10.0


def timed_subject(benchmark: Any) -> "TimedModel":
    """A model of the benchmark's regions and field of view, at 30 steps of 10 ms.

    Parameters
    ----------
    benchmark : PublishedResult
    """
    names = tuple(f"{LAYER}-{step}" for step in range(STEPS))

    def network(inputs: "Sequence[np.ndarray]") -> "dict[str, np.ndarray]":
        found = responses(inputs)[LAYER]
        return {name: found * (step + 1) for step, name in enumerate(names)}

    model = wrap(
        network,
        preprocessing=small,
        layers=dict.fromkeys(benchmark.region, names[-1]),
        visual_degrees=benchmark.visual_degrees,
        identifier="random-filters-in-time",
    )
    return in_time(model, {region: Steps.regular(names, 0, STEP_MS) for region in benchmark.region})
