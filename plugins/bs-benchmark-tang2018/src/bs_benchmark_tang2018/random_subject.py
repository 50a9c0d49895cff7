"""A subject with time that answers at random: with it the conformance kit scores the benchmark of masks once."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brainscore_vision import BrainModel


def in_time(benchmark: Any) -> "BrainModel":
    """Random filters whose units are shuffled at every step, one step a time bin."""
    from functools import partial

    from brainscore_vision import wrap
    from brainscore_vision.commitments.time import Steps
    from brainscore_vision.commitments.time import in_time as committed
    from brainscore_vision.random_subject import small

    layers = [f"step{number}" for number in range(len(benchmark.time_bins))]
    model = wrap(
        partial(responses, layers=tuple(layers)),
        preprocessing=small,
        layers={benchmark.region: layers[-1]},
        visual_degrees=benchmark.visual_degrees,
        identifier="random-steps",
    )
    return committed(model, {benchmark.region: Steps(tuple(layers), benchmark.time_bins)})


def responses(batch: Any, *, layers: tuple[str, ...]) -> dict[str, Any]:
    """Thirty random projections of each image, others at each step."""
    import numpy as np

    pixels = np.asarray(batch).reshape(len(batch), -1)
    drawn = [np.random.default_rng(number).standard_normal((pixels.shape[1], 30)) for number in range(len(layers))]
    return {layer: pixels @ filters for layer, filters in zip(layers, drawn, strict=True)}
