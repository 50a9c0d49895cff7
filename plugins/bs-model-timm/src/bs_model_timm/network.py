"""A network of the library, with its own initialisation or the parameters of a file."""

from functools import partial
from typing import TYPE_CHECKING, Any

from brainscore_core.errors import BrokenPlugin, InvalidFile
from brainscore_vision.families import Row
from brainscore_vision.families.torchvision_import import import_torchvision

if TYPE_CHECKING:
    import torch

    from brainscore_vision.families.reading import State

_NO_CONTENT = ("default_cfg", "pretrained_cfg")
"""Where a network came from: addresses and names, which decide nothing of what it computes."""


def build(row: Row, state: "State | None") -> "torch.nn.Module":
    """The network of a row in training mode, as the library gives it.

    Raises
    ------
    InvalidFile
        If `state` is not of this network.
    BrokenPlugin
        If the installed library does not have it.
    """
    import_torchvision()
    import timm

    name = row.settings["name"]
    if not timm.is_model(row.architecture):
        raise BrokenPlugin(
            f"timm {timm.__version__} has no {row.architecture}",
            expected=f"timm {row.settings['library']}, whose networks the table lists",
            remedy=f"pip install timm=={row.settings['library']}",
        )
    overlay: dict[str, Any] = {"pretrained_cfg_overlay": {"state_dict": state}} if state is not None else {}
    try:
        network = timm.create_model(name, pretrained=state is not None, **overlay)
    except (RuntimeError, KeyError, ValueError, AttributeError, IndexError) as error:
        if state is None:
            raise
        raise InvalidFile(
            f"the weights are not those of {row.name}: {' '.join(str(error).split())[:500]}",
            expected="a tensor for each parameter and buffer",
        ) from error
    for attribute in _NO_CONTENT:
        network.__dict__.pop(attribute, None)
    _settle(network)
    return network


def _settle(network: "torch.nn.Module") -> None:
    """Do at once what some parts do in their first pass, so that no pass changes what a network is."""
    for part in network.modules():
        if hasattr(part, "attention_bias_cache"):
            part.get_attention_biases = partial(_biases, part)
        if hasattr(part, "get_rel_indices"):
            part.rel_indices = part.get_rel_indices(network.patch_embed.num_patches)


def _biases(attention: "torch.nn.Module", device: "torch.device") -> "torch.Tensor":
    """As the library has it in training, without what it keeps in evaluation."""
    return attention.attention_biases[:, attention.attention_bias_idxs]
