"""The networks of the shallow form that the authors published."""

from collections.abc import Mapping
from types import MappingProxyType

from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.families import CommittedRow, ImageInput

from .times import REGIONS

BIBTEX = """@inproceedings{nayebi2018task,
  title = {Task-Driven Convolutional Recurrent Models of the Visual System},
  author = {Nayebi, Aran and Bear, Daniel and Kubilius, Jonas and Kar, Kohitij and Ganguli, Surya and Sussillo, David
    and DiCarlo, James J. and Yamins, Daniel L. K.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {31},
  pages = {5290--5301},
  year = {2018}
}
@article{nayebi2022recurrent,
  title = {Recurrent Connections in the Primate Ventral Visual Stream Mediate a Tradeoff Between Task Performance and
    Network Size During Core Object Recognition},
  author = {Nayebi, Aran and Sagastuy-Brena, Javier and Bear, Daniel M. and Kar, Kohitij and Kubilius, Jonas and
    Ganguli, Surya and Sussillo, David and DiCarlo, James J. and Yamins, Daniel L. K.},
  journal = {Neural Computation},
  year = {2022}
}"""

CHOSEN = (
    "V4 and IT are the layers that the authors found to match V4 and anterior IT best, conv3 and conv5; V1 and V2 are "
    "the two before them. Each of the 26 time steps lasts 10 ms, as the authors say; a layer answers from the step on "
    "at which the image has reached it, and a time bin gets the step whose start is nearest to its own."
)


def _row(name: str, cells: str, parameters: int, flops: int, *, gated: bool) -> CommittedRow:
    layers = {region: f"conv{number}.output" for region, number in REGIONS.items()}
    return CommittedRow(
        name=name,
        architecture=name,
        description=f"Five convolutional layers over 26 steps of 10 ms, {cells}; 224 x 224 RGB pixels",
        input=ImageInput(224, 224),
        stages=tuple(layers.values()),
        parameters=parameters,
        flops=flops,
        behavior=Behavior(scores="output", classes="imagenet-1k"),
        licence="MIT",
        doi="10.48550/arXiv.1807.00053",
        bibtex=BIBTEX,
        regions=layers,
        chosen=CHOSEN,
        settings={"gated": gated},
    )


_ALL = (
    _row("timedecay-shallow", "responses of the last three fading", 4_197_739, 12_763_103_232, gated=False),
    _row("rgc-shallow", "the last three of them with reciprocal gated cells", 23_961_960, 214_147_891_200, gated=True),
)

ROWS: Mapping[str, CommittedRow] = MappingProxyType({row.name: row for row in _ALL})
