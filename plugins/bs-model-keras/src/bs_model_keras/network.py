"""A network of the library, drawn before training or with the weights of a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_vision.activations.keras_content import as_array
from brainscore_vision.activations.keras_network import import_keras
from brainscore_vision.families import Row
from brainscore_vision.families.family import SEED

from .drawing import draw
from .naming import rename
from .weight_file import load

if TYPE_CHECKING:
    import keras

_STD = np.array((0.229, 0.224, 0.225), np.float32)  # of ImageNet


def build(row: Row, state: Path | None) -> "keras.Model":
    """The network of a row.

    Raises
    ------
    InvalidParameter
        If Keras, its backend, or a backend on which this network runs is not installed: saying what to install.
    InvalidFile
        If the file is not of this network.
    """
    library = import_keras()
    if library.config.image_data_format() != "channels_last":
        raise InvalidParameter(
            "Keras is set to channels first",
            expected="channels last, which the published weights were trained with",
            remedy="keras.config.set_image_data_format('channels_last')",
        )
    network = _made(library, row)
    rename(network)
    if state is None:
        draw(network, np.random.default_rng(SEED))
        return network
    load(network, state, row.name)
    if row.architecture.startswith("EfficientNetB"):
        _normalise_as_trained(library, network)
    return network


def _made(library: Any, row: Row) -> "keras.Model":
    settings = {name: tuple(value) if isinstance(value, list) else value for name, value in row.settings.items()}
    try:
        return getattr(library.applications, row.architecture)(weights=None, **settings)
    except ValueError as error:
        backend = library.backend.backend()
        if backend not in str(error):
            raise
        raise InvalidParameter(
            f"keras:{row.name} does not run on {backend} ({error})",
            expected="TensorFlow as the backend of Keras",
            remedy='`pip install "brainscore-vision[tensorflow]"` and set KERAS_BACKEND=tensorflow',
        ) from error


def _normalise_as_trained(library: Any, network: "keras.Model") -> None:
    """Divide by the standard deviation where the file has it under a root.

    The library says: the variance in the files is the standard deviation squared, and their training divided by its
    root once more. It adds a layer for that where it fetches the weights itself; here the variance holds it.
    """
    (layer,) = (part for part in network.layers if isinstance(part, library.layers.Normalization))
    layer.adapt_variance.assign(as_array(layer.adapt_variance.value) * _STD)
    layer.finalize_state()
