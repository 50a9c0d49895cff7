"""The network: retinas in, layers C1 and C2 out."""

from collections.abc import Iterable

import numpy as np

from .c1 import c1
from .c2 import c2
from .s1 import Workspace

LAYERS = ("C1", "C2")


def hmax(batch: np.ndarray, layers: Iterable[str] = LAYERS) -> dict[str, np.ndarray]:
    """Responses to a batch of retinas.

    Parameters
    ----------
    batch : ndarray, shape (n, FIELD, FIELD), float32
        Stacked outputs of :func:`~bs_model_hmax.retina.retina`.
    layers : iterable of str
        Of "C1" and "C2"; only what they need is computed. A name that is neither is not in the answer.

    Returns
    -------
    dict of str to ndarray
        "C1": (n, 42548), in the order of :func:`~bs_model_hmax.c1.positions`; "C2": (n, 256). float32.
    """
    wanted = [name for name in LAYERS if name in set(layers)]
    workspace = Workspace()
    rows = [_respond(image, wanted, workspace) for image in batch]
    return {name: np.stack([row[name] for row in rows]) for name in wanted}


def _respond(image: np.ndarray, wanted: list[str], workspace: Workspace) -> dict[str, np.ndarray]:
    bands = c1(image, workspace)
    responses = {}
    if "C1" in wanted:
        responses["C1"] = np.concatenate([band.reshape(-1) for band in bands])
    if "C2" in wanted:
        responses["C2"] = c2(bands)
    return responses


hmax.layer_names = LAYERS  # type: ignore[attr-defined]  # names are then checked before anything runs
