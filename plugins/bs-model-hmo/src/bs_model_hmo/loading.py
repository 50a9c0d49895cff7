"""Mixtures of one's own: from parameters, and from filters in a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from brainscore_core.errors import InvalidFile, InvalidParameter

from . import documents
from .network import Mixture
from .parameters import MixtureParameters

if TYPE_CHECKING:
    from brainscore_core.data import Source


def network(parameters: MixtureParameters, weights: "Source | None" = None) -> Mixture:
    """The network, ready to be recorded from.

    Parameters
    ----------
    parameters : MixtureParameters
    weights : Source, optional
        A file of filters, ``.npz`` or ``.safetensors``, always verified by its hash: ``hierarchies.M.L.weight`` for
        layer L of module M, ``top.layers.T.weight``, each (filter, channel below, size, size). Without, filters are
        drawn from the parameters' seeds.

    Raises
    ------
    DataUnavailable, HashMismatch
        If the file cannot be had, or is another.
    InvalidFile
        If it holds anything but the filters of these parameters.
    """
    built = Mixture(parameters)
    if weights is not None:
        from brainscore_core.data import fetch_weights
        from brainscore_vision.families.reading import load_state

        load_state(built, read_filters(fetch_weights(weights)), weights.filename)
    return built.eval().requires_grad_(False)


def read_filters(path: Path) -> dict[str, torch.Tensor]:
    """Names to filters; nothing in the file is ever run.

    Raises
    ------
    InvalidFile
    """
    if path.suffix == ".safetensors":
        from brainscore_vision.families.reading import read_state

        return {name: tensor.float() for name, tensor in read_state(path).items()}
    if path.suffix != ".npz":
        raise InvalidFile(f"{path.name} is no file of filters", expected="a name that ends in .npz or .safetensors")
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return {name: torch.from_numpy(np.asarray(arrays[name], dtype=np.float32)) for name in arrays.files}
    except MemoryError:
        raise
    except Exception as error:  # what readers of damaged files stumble over
        raise InvalidFile(
            f"{path.name} cannot be read ({str(error).strip()[:200] or type(error).__name__})",
            expected="a whole .npz of numbers: pickled code is never run",
        ) from error


def write_filters(mixture: Mixture, path: str | Path) -> None:
    """Write all filters to a ``.npz`` that :func:`network` reads.

    Raises
    ------
    InvalidParameter
        If the name ends otherwise.
    """
    if Path(path).suffix != ".npz":
        raise InvalidParameter(f"filters to {path}", expected="a name that ends in .npz")
    np.savez_compressed(path, **{name: value.numpy() for name, value in mixture.state_dict().items()})


def parameters_of(parameters: MixtureParameters | str | Path) -> MixtureParameters:
    """Parameters, or those in a JSON file."""
    return parameters if isinstance(parameters, MixtureParameters) else documents.read(parameters)
