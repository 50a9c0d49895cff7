"""From a network to rows of activations: adapters, the engine, and what a network is by content."""

from .engine import Engine
from .network import Network
from .stored import Selection

__all__ = ["Engine", "Network", "Selection", "adapt"]


def adapt(network: object) -> Network:
    """The adapter of a network: a PyTorch module, or any callable.

    Raises
    ------
    InvalidParameter
        If it is neither.
    """
    import sys

    from brainscore_core.errors import InvalidParameter

    torch = sys.modules.get("torch")
    if torch is not None and isinstance(network, torch.nn.Module):
        from .torch_network import TorchNetwork

        return TorchNetwork(network)
    if callable(network):
        from .callable_network import CallableNetwork

        return CallableNetwork(network)
    raise InvalidParameter(f"a {type(network).__name__} is no network", expected="a torch.nn.Module or a callable")
