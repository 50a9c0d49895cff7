"""The published form with learned features: C2 of 1,000 prototypes (Serre et al. 2007)."""

from collections.abc import Iterable, Mapping

import numpy as np

from .c1 import c1
from .s1 import Workspace

LAYERS = ("C1", "C2")


class LearnedHMAX:
    """Retinas in, layers C1 and C2 out.

    Parameters
    ----------
    prototypes : mapping of int to ndarray
        Side n of a piece, in C1 units, to pieces of shape (count, 4 orientations, n, n).
    """

    layer_names = LAYERS

    def __init__(self, prototypes: Mapping[int, np.ndarray]):
        self.prototypes = {size: pieces.reshape(len(pieces), -1) for size, pieces in prototypes.items()}

    def __call__(self, batch: np.ndarray, layers: Iterable[str] = LAYERS) -> dict[str, np.ndarray]:
        """Responses to a batch of retinas.

        Parameters
        ----------
        batch : ndarray, shape (n, FIELD, FIELD), float32
        layers : iterable of str
            Of "C1" and "C2"; only what they need is computed.

        Returns
        -------
        dict of str to ndarray
            "C1": (n, 42548), in the order of :func:`~bs_model_hmax.c1.positions`; "C2": (n, 1000), sizes one after the
            other. float32.
        """
        wanted = [name for name in LAYERS if name in set(layers)]
        workspace = Workspace()
        rows = [self._respond(image, wanted, workspace) for image in batch]
        return {name: np.stack([row[name] for row in rows]) for name in wanted}

    def _respond(self, image: np.ndarray, wanted: list[str], workspace: Workspace) -> dict[str, np.ndarray]:
        bands = c1(image, workspace)
        responses = {}
        if "C1" in wanted:
            responses["C1"] = np.concatenate([band.reshape(-1) for band in bands])
        if "C2" in wanted:
            responses["C2"] = np.concatenate([matches(bands, size, self.prototypes[size]) for size in self.prototypes])
        return responses


def matches(bands: list[np.ndarray], size: int, prototypes: np.ndarray) -> np.ndarray:
    """The best match of every prototype over positions and bands.

    An S2 unit answers exp(-|X - P|^2 / (2 a)) where X is a piece of C1 and P the prototype (Serre et al. 2007,
    equation 4), with a = (n / 4)^2, which makes large pieces as tolerant as small ones (Mutch & Lowe 2008, section 2).

    Parameters
    ----------
    bands : list of ndarray, shape (4 orientations, side, side)
    size : int
        Side n of the pieces; bands smaller than that hold none.
    prototypes : ndarray, shape (count, 4 * size * size)

    Returns
    -------
    ndarray, shape (count,), float32
    """
    nearest = np.full(len(prototypes), np.inf, np.float32)
    lengths = np.square(prototypes).sum(1)
    for band in bands:
        if band.shape[-1] < size:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(band, (size, size), axis=(1, 2))
        pieces = windows.transpose(1, 2, 0, 3, 4).reshape(-1, prototypes.shape[1])
        distances = np.square(pieces).sum(1)[:, None] - 2 * (pieces @ prototypes.T)
        np.minimum(nearest, distances.min(0) + lengths, out=nearest)
    return np.exp(-np.maximum(nearest, 0) / (2 * (size / 4) ** 2))
