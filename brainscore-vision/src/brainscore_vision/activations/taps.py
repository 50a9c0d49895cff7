"""Keeping what layers computed in one pass, whatever the framework, and ending the pass after the last of them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidModelOutput

PART = ":"
"""Between a layer and the part of its output that is meant, where it returns several: ``encoder:pooler_output``."""


class Stop(BaseException):
    """All layers asked for have been seen. No Exception, so that no network catches it."""


class Seen:
    """What has been kept in one pass.

    Parameters
    ----------
    known : collection of str
        Names of layers.
    asked : sequence of str
        Layers, or ``layer:part``.
    copy : callable
        ``copy(layer, output) -> array``: the values now, before a later in-place operation reaches them.
    is_tensor : callable
        Whether something is a tensor of the framework.
    calls_expected : int, optional
        Calls of the layers, all together, after which the pass can stop; None: not known, the pass ends by itself.
    """

    def __init__(
        self,
        known: Collection[str],
        asked: Sequence[str],
        copy: Callable[[str, Any], np.ndarray],
        is_tensor: Callable[[Any], bool],
        calls_expected: int | None,
    ):
        self.kept: dict[str, np.ndarray] = {}
        self.calls = 0
        self._copy, self._is_tensor, self._expected = copy, is_tensor, calls_expected
        self._asked: dict[str, list[tuple[str, str]]] = {}
        for layer in asked:
            name, part = split(layer, known)
            self._asked.setdefault(name, []).append((layer, part))

    @property
    def names(self) -> list[str]:
        """Layers that are asked for, without parts."""
        return list(self._asked)

    def tap(self, names: Sequence[str]) -> Callable[[Any], None]:
        """What a layer of these names calls with its output: its first call is that of the first name, and so on."""
        coming = iter(names)
        name = names[-1]

        def keep(output: Any) -> None:
            nonlocal name
            name = next(coming, name)
            for layer, part in self._asked.get(name, ()):
                self.kept[layer] = self._copy(layer, chosen(layer, output, part, self._is_tensor))
            self.calls += 1
            if self.calls == self._expected:
                raise Stop

        return keep

    def require(self, layers: Iterable[str], network: str) -> None:
        """Raise for a layer that took no part in the pass."""
        for layer in layers:
            if layer not in self.kept:
                raise InvalidModelOutput(
                    f"layer {layer!r} of {network} was never called",
                    expected="a layer that takes part in the forward pass",
                )


def split(layer: str, known: Collection[str]) -> tuple[str, str]:
    """Name of a layer, and the part of its output that is meant; no part: ``""``."""
    name, colon, part = layer.rpartition(PART)
    return (name, part) if layer not in known and colon and name in known else (layer, "")


def chosen(layer: str, output: Any, part: str, is_tensor: Callable[[Any], bool]) -> Any:
    """The named part of what a layer returned, or its first tensor.

    Parameters
    ----------
    layer : str
        For the error.
    output : tensor, tuple, list, mapping, dataclass
    part : str
        A key, the name of a field, or a number; ``""``: the first tensor, however deep.
    is_tensor : callable

    Raises
    ------
    InvalidModelOutput
        Without such a part, or without a tensor.
    """
    if part:
        parts = dict(_parts(output))
        if part not in parts:
            raise InvalidModelOutput(
                f"layer {layer!r} returned a {type(output).__name__} without a part {part!r}",
                expected=f"one of {list(parts)}" if parts else "several parts",
            )
        output = parts[part]
    found = next(_tensors(output, is_tensor), None)
    if found is None:
        raise InvalidModelOutput(
            f"layer {layer!r} returned a {type(output).__name__}", expected="a tensor of real numbers"
        )
    return found


def _parts(output: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(output, Mapping):
        yield from ((str(key), value) for key, value in output.items())
    elif is_dataclass(output) and not isinstance(output, type):
        yield from ((field.name, getattr(output, field.name)) for field in fields(output))
    elif isinstance(output, (tuple, list)):
        yield from ((str(number), value) for number, value in enumerate(output))
        yield from zip(getattr(output, "_fields", ()), output, strict=False)


def _tensors(output: Any, is_tensor: Callable[[Any], bool]) -> Iterator[Any]:
    if is_tensor(output):
        yield output
        return
    for _, part in _parts(output):
        yield from _tensors(part, is_tensor)
