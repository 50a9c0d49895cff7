"""Tensors out of a file, and nothing else: no code in it is ever run."""

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from brainscore_core.errors import InvalidFile

if TYPE_CHECKING:
    import torch

NESTED = ("state_dict_ema", "model_ema", "state_dict", "model")
"""Where training scripts keep the parameters in a file that holds more."""

State = dict[str, "torch.Tensor"]


def read_state(path: Path) -> State:
    """Names to tensors, from a file of safetensors or of PyTorch.

    Raises
    ------
    InvalidFile
        If it is truncated, of another format, or holds anything but tensors, numbers and text (pickled code).
    """
    import pickle

    import torch

    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            content = load_file(path)
        else:
            content = torch.load(path, map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except pickle.UnpicklingError as error:
        raise InvalidFile(
            f"{path.name} holds something else than tensors ({_first_line(error)})",
            expected="tensors alone: pickled code is never run",
            remedy="ask its authors for safetensors, or for a state_dict",
        ) from error
    except Exception as error:  # what readers of damaged files stumble over
        raise InvalidFile(
            f"{path.name} cannot be read ({_first_line(error)})", expected="a whole file of PyTorch or safetensors"
        ) from error
    return _tensors(path, content)


def _tensors(path: Path, content: object) -> State:
    if isinstance(content, dict):
        inner = next((content[name] for name in NESTED if isinstance(content.get(name), dict)), content)
        state = OrderedDict((name, value) for name, value in inner.items() if hasattr(value, "detach"))
        if state and all(isinstance(name, str) for name in state):
            if hasattr(inner, "_metadata"):  # versions of modules: some read the state of old ones otherwise
                state._metadata = inner._metadata  # type: ignore[attr-defined]
            return state
    raise InvalidFile(f"{path.name} holds a {type(content).__name__}", expected="a mapping of names to tensors")


def load_state(network: "torch.nn.Module", state: State, name: str) -> None:
    """Give a network its parameters, each of them.

    Raises
    ------
    InvalidFile
        Naming what is missing, what is too much and what has another shape.
    """
    try:
        network.load_state_dict(state, strict=True)
    except RuntimeError as error:
        raise InvalidFile(
            f"the weights are not those of {name}: {' '.join(str(error).split())[:500]}",
            expected="a tensor for each parameter and buffer",
        ) from error


def refuse_missing(name: str, missing: list[str]) -> None:
    """Refuse a network some of whose parameters were left as they were drawn."""
    if missing:
        raise InvalidFile(
            f"the weights of {name} lack {', '.join(missing[:5])}{' and more' if len(missing) > 5 else ''}",
            expected="a tensor for each parameter",
        )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
