"""The networks that the authors published: sources of their weights, and areas."""

from collections.abc import Mapping
from types import MappingProxyType

from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.families import CommittedRow, ImageInput, Weights

PLACE = "https://vonenet-models.s3.us-east-2.amazonaws.com/"
LICENCE = "GPL-3.0-or-later"
TRAINED = "ImageNet (ILSVRC 2012): 1.28 million photographs with labels of 1000 classes"
HALF = (0.5, 0.5, 0.5)

BIBTEX = """@inproceedings{dapello2020simulating,
  title = {Simulating a Primary Visual Cortex at the Front of {CNN}s Improves Robustness to Image Perturbations},
  author = {Dapello, Joel and Marques, Tiago and Schrimpf, Martin and Geiger, Franziska and Cox, David D. and DiCarlo,
    James J.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {33},
  pages = {13073--13087},
  year = {2020}
}"""

_BY_DEPTH = (
    "V1 is the front end, by construction; V2, V4 and IT stand at the end of the first, second and last third of the "
    "stages of what follows (rounded up), fixed before any recording was seen."
)
_BY_NAME = (
    "By construction: V1 is the front end, and V2, V4 and IT are the areas of CORnet-S. Time steps are those of its "
    "authors, as in Brain-Score 2: V2 from 70 ms (2 of 100), V4 from 90 ms (4 of 50), IT from 100 ms (2 of 100)."
)

STAGES = {
    "resnet50": ("model.layer1", "model.layer2", "model.layer3", "model.layer4"),
    "alexnet": ("model.features.1", "model.features.4", "model.features.6", "model.features.8"),
    "cornet-s": ("model.V2.output", "model.V4.output", "model.IT.output"),
}


def _areas(architecture: str) -> dict[str, str]:
    stages = STAGES[architecture]
    ends = (-(-len(stages) * part // 3) for part in (1, 2, 3))
    later = {region: stages[end - 1] for region, end in zip(("V2", "V4", "IT"), ends, strict=True)}
    return {"V1": "vone_block.output", **later}


def _row(
    name: str, architecture: str, file: str, title: str, parameters: int, flops: int, stochastic: bool = True
) -> CommittedRow:
    areas = _areas(architecture)
    cells = "256 simple and 256 complex cells of V1" + (", stochastic" if stochastic else "")
    return CommittedRow(
        name=name,
        architecture=architecture,
        description=f"{cells}, before {title}; 224 x 224 RGB pixels, trained to name objects",
        input=ImageInput(224, 224, mean=HALF, std=HALF),
        stages=("vone_block.output", *STAGES[architecture]),
        parameters=parameters,
        flops=flops,
        behavior=Behavior(scores="output", classes="imagenet-1k"),
        weights=Weights(file, (PLACE + file,), licence=LICENCE, citation=BIBTEX),
        licence=LICENCE,
        doi="10.1101/2020.06.16.154542",
        bibtex=BIBTEX,
        training_data=TRAINED,
        released="",
        evaluation="shorter side to 256 pixels, central 224 x 224",
        settings={"stochastic": stochastic},
        regions=areas,
        chosen=_BY_NAME if architecture == "cornet-s" else _BY_DEPTH,
    )


_ALL = (
    _row("resnet50", "resnet50", "voneresnet50_e70.pth.tar", "ResNet-50", 25_580_264, 17_179_541_504),
    _row("resnet50-ns", "resnet50", "voneresnet50_ns_e70.pth.tar", "ResNet-50", 25_580_264, 17_179_541_504, False),
    _row("cornet-s", "cornet-s", "vonecornets_e70.pth.tar", "CORnet-S", 53_402_856, 41_633_456_128),
    _row("alexnet", "alexnet", "vonealexnet_e70.pth.tar", "AlexNet", 74_741_800, 10_701_537_280),
)

ROWS: Mapping[str, CommittedRow] = MappingProxyType({row.name: row for row in _ALL})
