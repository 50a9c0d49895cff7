"""Whether code of a PyTorch network looks at what it has computed, and so may take another course for other inputs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

_TELLING = (torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape)


class Looking(TorchDispatchMode):
    """In force during a pass; afterwards `seen` says whether a number or a shape came out that hangs on values.

    ``if x.mean() > 0``, ``float(x)``, ``x.item()``, ``x.nonzero()`` and ``x[mask]`` are seen; ``x.numpy()`` and
    ``x.tolist()`` on a processor are not.
    """

    supports_higher_order_operators = True

    def __init__(self) -> None:
        super().__init__()
        self.seen = False

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run an operation, and note what kind it is."""
        answer = func(*args, **(kwargs or {}))
        tells = isinstance(answer, (bool, int, float)) or any(tag in getattr(func, "tags", ()) for tag in _TELLING)
        self.seen = self.seen or tells
        return answer
