"""A subject with gradients that answers at random: with it the conformance kit scores the benchmarks once."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brainscore_vision import BrainModel

PIXELS = 16


def random_network(benchmark: Any) -> "BrainModel":
    """One linear layer with random weights over 16 x 16 pixels, which names the benchmark's labels."""
    import torch

    from brainscore_vision import wrap
    from brainscore_vision.activations.preprocessing import Preprocessing
    from brainscore_vision.behavior.classes import IMAGENET, imagenet_classes
    from brainscore_vision.commitments.behavior import Behavior

    named = isinstance(benchmark.labels, str)
    classes = imagenet_classes() if named else tuple(benchmark.labels)
    head = torch.nn.Linear(3 * PIXELS**2, len(classes))
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        head.weight.copy_(torch.randn(head.weight.shape, generator=generator) / PIXELS)
        head.bias.zero_()
    return wrap(
        torch.nn.Sequential(torch.nn.Flatten(), head),
        preprocessing=Preprocessing(resize=(PIXELS, PIXELS)),
        layers={},
        visual_degrees=benchmark.visual_degrees or 8,
        identifier="random-linear",
        behavior=Behavior(scores="output", classes=IMAGENET if named else classes),
    )
