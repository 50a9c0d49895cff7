"""The four sets of dissimilarity matrices."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .matlab import read_variable, text
from .sources import BRAINS, JUDGMENTS, MODELS, SUPPLEMENT
from .stimuli import COUNT, IDS

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr


def read_human() -> "xr.DataArray":
    """1 - Pearson r over 316 voxels of IT; a row a person and session.

    Returns
    -------
    xarray.DataArray
        DissimilarityAssembly, float32; ``subject_id`` BE, KO, SN, TI; ``session`` 1, 2.
    """
    import numpy as np

    entries = read_variable(BRAINS, "RDMs").ravel()
    # named 'hIT | BE | Session: 1'
    names = [text(entry["name"]).split(" | ") for entry in entries]
    sessions = [int(name[2].removeprefix("Session: ")) for name in names]
    return _assembly(
        np.stack([entry["RDM"] for entry in entries]), [name[1] for name in names], "IT", {"session": sessions}
    )


def read_monkey() -> "xr.DataArray":
    """1 - Pearson r over 674 IT neurons of two macaques taken together: one row."""
    entries = read_variable(SUPPLEMENT, "RDMs_mIT_hIT_fig1")[0]
    (entry,) = (entry for entry in entries if text(entry["name"]).startswith("mIT"))
    return _assembly(_square(entry["RDM"].ravel())[None], ["2 macaques"], "IT")


def read_judgments() -> "xr.DataArray":
    """Sixteen people's arrangements of the images by similarity, in units of their own: a row a person."""
    import numpy as np

    entries = read_variable(JUDGMENTS, "rdms_behav_92")[0]
    # named 'simJudge | subject1'
    subjects = [text(entry["name"]).split(" | ")[1] for entry in entries]
    return _assembly(np.stack([entry["RDM"] for entry in entries]), subjects, "behavior")


def read_models() -> "xr.DataArray":
    """Dissimilarities of models, published beside the data: a row a model, its name as ``subject_id``.

    ``monkeyIT`` among them is the monkey's row again.
    """
    import numpy as np

    entries = read_variable(MODELS, "Models").ravel()
    matrices = np.stack([entry["RDM"].astype(np.float64) for entry in entries])
    return _assembly(matrices, [text(entry["name"]) for entry in entries], "model")


def _square(vector: "np.ndarray") -> "np.ndarray":
    """The matrix of an upper triangle that is written row by row."""
    import numpy as np

    matrix = np.zeros((COUNT, COUNT), dtype=vector.dtype)
    matrix[np.triu_indices(COUNT, k=1)] = vector
    return matrix + matrix.T


def _assembly(
    matrices: "np.ndarray", subjects: Sequence[str], region: str, coords: Mapping[str, Sequence[Any]] | None = None
) -> "xr.DataArray":
    from brainscore_core.assemblies import DissimilarityAssembly

    return DissimilarityAssembly(
        matrices,
        dims=("subject", "stimulus_i", "stimulus_j"),
        coords={
            "subject_id": ("subject", list(subjects)),
            "region": ("subject", [region] * len(subjects)),
            "stimulus_id_i": ("stimulus_i", list(IDS)),
            "stimulus_id_j": ("stimulus_j", list(IDS)),
            **{name: ("subject", list(values)) for name, values in (coords or {}).items()},
        },
    )
