"""torchvision, also where its compiled part was made for another build of PyTorch.

The package index holds torchvision for CUDA; beside PyTorch for processors its compiled operators cannot be loaded, and
importing it fails at the first that it describes. No classification network uses them, so it is enough to declare them.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_ARGUMENTS = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_OPERATORS = ("nms", "qnms")

_library: Any = None  # declarations go when this goes


def import_torchvision() -> ModuleType:
    """The module ``torchvision``; call this before anything else imports it (timm does, transformers may).

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        return import_module("torchvision")
    except RuntimeError as error:
        if "does not exist" not in str(error):
            raise
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    _declare()
    return import_module("torchvision")


def _declare() -> None:
    global _library
    import torch

    _library = torch.library.Library("torchvision", "FRAGMENT")
    for name in _OPERATORS:
        if not hasattr(torch.ops.torchvision, name):
            _library.define(f"{name}{_ARGUMENTS}")
