"""EfficientNet-Lite 0, 1 and 2 with their published weights, as brain models, and an untrained twin of each."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from brainscore_core.contracts import ModelEntry
from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.families import UNTRAINED
from brainscore_vision.info import VisualModelInfo

from .table import ROWS, RULE, Row

if TYPE_CHECKING:
    from brainscore_vision import BrainModel

VISUAL_DEGREES = 8.0

BEHAVIOR = Behavior(scores="_fc", classes="imagenet-1k")

BIBTEX = """@inproceedings{tan2019efficientnet,
  title = {EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks},
  author = {Tan, Mingxing and Le, Quoc V.},
  booktitle = {Proceedings of the 36th International Conference on Machine Learning},
  series = {Proceedings of Machine Learning Research},
  volume = {97},
  pages = {6105--6114},
  year = {2019}
}
@misc{liu2020efficientnetlite,
  title = {Higher accuracy on vision models with EfficientNet-Lite},
  author = {Liu, Renjie},
  howpublished = {TensorFlow Blog},
  year = {2020},
  url = {https://blog.tensorflow.org/2020/03/higher-accuracy-on-vision-models-with-efficientnet-lite.html}
}"""


def build(row: Row, *, untrained: bool = False) -> "BrainModel":
    """The brain model of one row of the table, or its twin with random weights."""
    from brainscore_vision import wrap
    from brainscore_vision.commitments.layers import LayerCommitment

    from .network import drawn, network
    from .preprocessing import Preprocessing

    return wrap(
        drawn(row) if untrained else network(row),
        preprocessing=Preprocessing(row.pixels),
        layers=LayerCommitment(row.layers, chosen=RULE),
        visual_degrees=VISUAL_DEGREES,
        identifier=row.identifier + UNTRAINED * untrained,
        info=twin_of(describe(row)) if untrained else describe(row),
        behavior=BEHAVIOR,
    )


def describe(row: Row) -> VisualModelInfo:
    """What is known of a row without building it."""
    return VisualModelInfo(
        f"Convolutional network of {row.blocks} inverted residual blocks with ReLU6, {row.pixels} x {row.pixels} RGB "
        "pixels, trained to name objects",
        licence="Apache-2.0",
        doi="10.48550/arXiv.1905.11946",
        bibtex=BIBTEX,
        parameters=row.parameters,
        flops=row.flops,
        preprocessing=row.preprocessing,
        training_data="ImageNet (ILSVRC 2012): 1.28 million photographs with labels of 1000 classes",
        weights=((row.file, row.sha256),),
        released="2020-03-16",
        visual_degrees=VISUAL_DEGREES,
        layers=row.layers,
        layers_chosen=RULE,
        behavior=BEHAVIOR.described(),
        tasks=BEHAVIOR.tasks(row.layers),
    )


def twin_of(info: VisualModelInfo) -> VisualModelInfo:
    """The same architecture before training."""
    description = info.description.replace(
        "trained to name objects", "random weights, as its library initialises them: a control"
    )
    return replace(info, description=description, training_data="", weights=(), released="", flags=("untrained",))


lite0, lite1, lite2 = (ModelEntry(row.identifier, partial(build, row), describe(row)) for row in ROWS)
lite0_untrained, lite1_untrained, lite2_untrained = (
    ModelEntry(row.identifier + UNTRAINED, partial(build, row, untrained=True), twin_of(describe(row))) for row in ROWS
)
