"""A PyTorch network on several devices: copies of it that each run a part of the batch."""

import copy
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch

Record = Callable[[list[Any], Sequence[str]], dict[str, np.ndarray]]


def devices_of(names: str) -> list[torch.device]:
    """Devices by name, separated by commas; ``cuda:*`` is every GPU there is.

    Raises
    ------
    RuntimeError
        For what is no device.
    """
    found = []
    for name in (part.strip() for part in names.split(",")):
        if name == "cuda:*":
            found += [torch.device("cuda", number) for number in range(max(1, torch.cuda.device_count()))]
        else:
            found.append(torch.device(name))
    return found


def is_hooked(module: torch.nn.Module) -> bool:
    """Whether something listens to what parts compute or changes it: here, and not in copies."""
    return any(part._forward_hooks or part._forward_pre_hooks for part in module.modules())


class Replicas:
    """Copies of a module on other devices.

    Parameters
    ----------
    devices : sequence of torch.device
    make : callable
        ``make(module) -> record``: what runs a copy.
    """

    def __init__(self, devices: Sequence[torch.device], make: Callable[[torch.nn.Module], Record]):
        self.devices, self._make = list(devices), make
        self._records: list[Record] | None = None

    def __len__(self) -> int:
        return len(self.devices)

    def forget(self) -> None:
        """Copy anew before the next pass: the module may have changed."""
        self._records = None

    def record(self, module: torch.nn.Module, first: Record, inputs: list[Any], layers: Sequence[str]) -> Any:
        """Parts of a batch, side by side; rows in the order of the inputs.

        Parameters
        ----------
        module : torch.nn.Module
        first : callable
            Runs `module` itself.
        inputs : list
        layers : sequence of str
        """
        if self._records is None:
            self._records = [self._make(copy.deepcopy(module).to(device)) for device in self.devices]
        records = [first, *self._records]
        parts = [part.tolist() for part in np.array_split(np.arange(len(inputs)), len(records))]
        work = [
            (record, [inputs[number] for number in part]) for record, part in zip(records, parts, strict=True) if part
        ]
        with ThreadPoolExecutor(len(work), thread_name_prefix="brainscore-device") as pool:
            blocks = list(pool.map(lambda each: each[0](each[1], layers), work))
        return {layer: np.concatenate([block[layer] for block in blocks]) for layer in layers}
