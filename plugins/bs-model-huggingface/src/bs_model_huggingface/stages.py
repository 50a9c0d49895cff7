"""The stages of a network, found in the order of its forward pass."""

from typing import TYPE_CHECKING, Any

from brainscore_core.errors import InvalidParameter

if TYPE_CHECKING:
    import torch

DOWNSAMPLES_AT_ITS_END = ("swin", "swinv2", "maskformer-swin", "donut-swin")
"""Kinds of which a stage's own output is already that of the next resolution; its last block is meant."""


def stages_of(network: "torch.nn.Module", pixels: int, frames: int | None = None) -> list[str]:
    """The layer at the end of each stage: see :data:`brainscore_vision.families.RULE`.

    Of the lists of modules that a forward pass calls one after another, the outermost and then the longest holds the
    stages, or the blocks: of blocks of one resolution in the midst of others, the last one ends a stage.

    Parameters
    ----------
    network : torch.nn.Module
        On any device, ``meta`` included.
    pixels : int
        Side of the input.
    frames : int, optional
        Of a window, for networks of clips.

    Raises
    ------
    InvalidParameter
        If there is no such list.
    """
    from torch import nn

    lists = {name: part for name, part in network.named_modules() if isinstance(part, nn.ModuleList) and len(part) > 1}
    names = {f"{name}.{index}" for name, part in lists.items() for index in range(len(part))}
    sizes = _sizes(network, sorted(names), pixels, frames)
    found = [name for name, part in lists.items() if all(f"{name}.{index}" in sizes for index in range(len(part)))]
    if not found:
        raise InvalidParameter(
            f"{type(network).__name__} has no layers that follow each other",
            remedy="wrap(network, layers={'IT': ...}) says which layers are meant",
        )
    chosen = min(found, key=lambda name: (name.count("."), -len(lists[name])))
    ends = [f"{chosen}.{index}" for index in range(len(lists[chosen]))]
    if getattr(network.config, "model_type", "") in DOWNSAMPLES_AT_ITS_END:
        return [f"{end}.blocks.{len(network.get_submodule(end).blocks) - 1}" for end in ends]
    if len({sizes[end] for end in ends}) == 1:
        return ends
    return [end for end, coming in zip(ends, [*ends[1:], ""], strict=True) if sizes[end] != sizes.get(coming)]


def _sizes(network: "torch.nn.Module", names: list[str], pixels: int, frames: int | None) -> dict[str, int]:
    """Rows of the map, or number of tokens, that each of these modules computes; those that are called."""
    import torch

    seen: dict[str, int] = {}

    def hook(name: str) -> Any:
        def note(_module: Any, _inputs: Any, output: Any) -> None:
            tensor = output if isinstance(output, torch.Tensor) else output[0]
            if isinstance(tensor, torch.Tensor):
                seen.setdefault(name, tensor.shape[2 if tensor.ndim == 4 else 1])

        return note

    handles = [network.get_submodule(name).register_forward_hook(hook(name)) for name in names]
    device = next(network.parameters()).device
    training = network.training
    try:
        with torch.inference_mode():
            network.eval()(torch.zeros(1, *([frames] if frames else []), 3, pixels, pixels, device=device))
    except (TypeError, ValueError, RuntimeError) as error:
        raise InvalidParameter(
            f"{type(network).__name__} does not run on an image of {pixels} x {pixels} pixels alone ({error})",
            expected="a network of images alone",
            remedy="wrap(...) takes a module of yours that calls it",
        ) from error
    finally:
        network.train(training)
        for handle in handles:
            handle.remove()
    return seen
