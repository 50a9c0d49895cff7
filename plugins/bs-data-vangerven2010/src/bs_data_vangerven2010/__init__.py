"""Human fMRI of V1 to V3 for 100 handwritten sixes and nines (van Gerven, de Lange, Heskes 2010).

Importing reads no file; the entries fetch and decode when asked.
"""

from typing import TYPE_CHECKING, Any

from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.data import Source

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

__all__ = ["recordings", "stimuli"]

LICENCE = "not stated (no licence file in the repository): cite, research use"
DOI = "10.1162/NECO_a_00047"
CITATION = """@article{vangerven2010neural,
  title = {Neural decoding with hierarchical generative models},
  author = {van Gerven, Marcel A. J. and de Lange, Floris P. and Heskes, Tom},
  journal = {Neural Computation},
  volume = {22},
  number = {12},
  pages = {3127--3142},
  year = {2010},
  doi = {10.1162/NECO_a_00047}
}"""
FILE = Source(
    "digit69_28x28.mat",
    ("https://raw.githubusercontent.com/ChangdeDu/DGMM/684daf6eb531cfc812bfadf72e07563295264ea2/digit69_28x28.mat",),
    sha256="44513e09ad2398566aedd550088b817a3c0bf9cd7873f87078ecd7fdf170b22d",
    sha1="9d4fed2e6c29baf16c69510cd21e12c4c8f717c8",
    size=2_390_173,
    licence=LICENCE,
    citation=CITATION,
)
VOXELS, SIDE = 3092, 28
PARTS = (("train", "Trn", 90), ("test", "Test", 10))
"""Name here, ending in the file, number of images."""


def read_recordings() -> "xr.DataArray":
    """One trial an image, one person.

    Returns
    -------
    xarray.DataArray
        NeuroidAssembly, ``presentation x neuroid``, signal change, float64. ``part`` says how the authors split the
        images; voxels of V1, V2 and V3 are not told apart, so their ``region`` is ``V1-V3``.
    """
    import numpy as np

    from brainscore_core.assemblies import NeuroidAssembly

    content, table = _content(), _table()
    coords: dict[str, Any] = {name: ("presentation", table[name].to_numpy()) for name in table}
    coords |= {
        "neuroid_id": ("neuroid", [f"voxel-{index:04}" for index in range(VOXELS)]),
        "region": ("neuroid", ["V1-V3"] * VOXELS),
        "subject": ("neuroid", ["1"] * VOXELS),
    }
    values = np.concatenate([content[f"fmri{ending}"] for _, ending, _ in PARTS])
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


def read_stimuli() -> "StimulusSet":
    """The digits, uint8, (28, 28), upright."""
    import numpy as np

    from brainscore_core.stimuli import StimulusSet

    content, table = _content(), _table()
    rows = np.concatenate([content[f"stim{ending}"] for _, ending, _ in PARTS])
    pixels = rows.reshape(-1, SIDE, SIDE).transpose(0, 2, 1)
    digits = dict(zip(table["stimulus_id"], pixels, strict=True))
    return StimulusSet(
        table,
        identifier="vanGerven2010",
        open=lambda id: digits[id].copy(),
        key=lambda id: f"{FILE.key}:{id}",
    )


def _content() -> dict[str, Any]:
    from scipy.io import loadmat

    from brainscore_core.data import fetch

    return loadmat(fetch(FILE))


def _table() -> "pd.DataFrame":
    import pandas as pd

    content = _content()
    rows = [
        (f"{part}-{index:02}", part, {1: 6, 2: 9}[int(label)])
        for part, ending, count in PARTS
        for index, label in zip(range(count), content[f"label{ending}"].ravel(), strict=True)
    ]
    return pd.DataFrame(rows, columns=["stimulus_id", "part", "digit"])


_SHARED: dict[str, Any] = {
    "licence": LICENCE, "doi": DOI, "bibtex": CITATION, "stimuli": 100, "sources": (FILE,), "released": "2010-12-01",
}  # fmt: skip
recordings = DataEntry(
    "vanGerven2010",
    read_recordings,
    DataInfo(
        "fMRI of 3,092 voxels of V1 to V3 of one person to 100 handwritten digits, one trial each",
        species="human",
        regions=("V1-V3",),
        subjects=1,
        units="signal change",
        **_SHARED,
    ),
)
stimuli = DataEntry(
    "vanGerven2010", read_stimuli, DataInfo("100 handwritten sixes and nines, 28 x 28, grey", **_SHARED)
)
