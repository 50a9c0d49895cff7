"""From a network to rows of activations: adapters, the engine, and what a network is by content."""

import os

from .engine import Engine
from .network import Network
from .stored import Selection

__all__ = ["Engine", "Network", "Selection", "adapt"]


def adapt(network: object, autocast: str | None = None) -> Network:
    """The adapter of a network: a Keras model, a PyTorch module, or any callable.

    Parameters
    ----------
    network : object
    autocast : {"bfloat16", "float16"}, optional
        For PyTorch: type in which operations compute that allow it.

    Raises
    ------
    InvalidParameter
        If it is none of them, or takes no autocast.
    """
    import sys

    from brainscore_core.errors import InvalidParameter

    keras = sys.modules.get("keras")  # with PyTorch as its backend, a layer is a module too
    if isinstance(network, getattr(keras, "Layer", ())):
        from .keras_network import KerasNetwork

        _refuse_autocast(autocast, "build it under keras.config.set_dtype_policy('mixed_bfloat16')")
        return KerasNetwork(network)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(network, torch.nn.Module):
        from .torch_network import TorchNetwork

        return TorchNetwork(network, autocast)
    if callable(network):
        from .callable_network import CallableNetwork

        _refuse_autocast(autocast, "let the function compute in it")
        return CallableNetwork(network)
    raise InvalidParameter(
        f"a {type(network).__name__} is no network",
        expected="a Keras model, a torch.nn.Module or a callable",
        remedy=_loading(network),
    )


def _refuse_autocast(autocast: str | None, remedy: str) -> None:
    from brainscore_core.errors import InvalidParameter

    if autocast is not None:
        raise InvalidParameter(f"autocast={autocast!r}", expected="a PyTorch module", remedy=remedy)


def _loading(network: object) -> str:
    """What to do with the name of a file."""
    from importlib.util import find_spec

    if not isinstance(network, (str, os.PathLike)):
        return ""
    if not str(network).endswith((".keras", ".h5", ".hdf5")):
        return "load it first: a name or a file is no network yet"
    install = "" if find_spec("keras") else '`pip install "brainscore-vision[tensorflow]"`, then '
    return f"{install}load it with keras.saving.load_model({os.fspath(network)!r})"
