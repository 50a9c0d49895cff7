"""The files, by content, and where they can be had."""

from brainscore_core.data import Source

from .citations import KRIEGESKORTE2008, MUR2013

LICENCE = "not stated (supplement of the paper, redistributed in an MIT repository): cite, research use"

_FOLDER = (
    "https://raw.githubusercontent.com/rsagroup/rsatoolbox/f1f83cadb7243492a1aae7460466e0f0140b20ac/demos/92imageData/"
)


def _source(filename: str, size: int, sha1: str, sha256: str, citation: str = KRIEGESKORTE2008) -> Source:
    return Source(
        filename, (_FOLDER + filename,), sha256=sha256, sha1=sha1, size=size, licence=LICENCE, citation=citation
    )


SUPPLEMENT = _source(
    "Kriegeskorte_Neuron2008_supplementalData.mat",
    3_603_779,
    "6ef4c101203befc9caccc5070fa27ad3293c7f84",
    "06f21214399a5d43dc264eed19a7f4b8daf11c8622a59eec3e106064ce5e3504",
)
BRAINS = _source(
    "92_brainRDMs.mat",
    224_663,
    "3f181418b81699ad25778475a670344b7c65c39d",
    "1743f90a15e895798a94318649e80e1123a7e5943a1703fa1dd7c31ea5780b7c",
)
JUDGMENTS = _source(
    "92_behavRDMs.mat",
    982_719,
    "ed44d4f92b2c8ed719d0f38448fc2abf2e95e3ba",
    "7a8e118c144c3840adeeeef6ea0706a0be2b3e80df719af15fbb56fc62562f5f",
    MUR2013,
)
MODELS = _source(
    "92_modelRDMs.mat",
    333_004,
    "4161670718cb397308bc854685ecafbecdbbce78",
    "e1d2b58bb2f9508bc13da4c81b94d1ab07823b25ed30b9563bd9d6d730c2a00a",
)
