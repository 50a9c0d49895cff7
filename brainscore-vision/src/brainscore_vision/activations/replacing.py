"""Another output for a layer: one of its tensors edited, all else as it was, whatever the framework."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from brainscore_core.errors import InvalidModelOutput

Edit = Callable[[Any], Any]
IsTensor = Callable[[Any], bool]


def replaced(layer: str, output: Any, part: str, edit: Edit, is_tensor: IsTensor) -> Any:
    """What a layer returned, with the part that is recorded edited: the named one, or the first tensor.

    Parameters
    ----------
    layer : str
        For the error.
    output : tensor, tuple, list, mapping, dataclass
    part : str
        A key, the name of a field, or a number; ``""``: the first tensor.
    edit : callable
        Tensor to tensor.
    is_tensor : callable
        Whether something is a tensor of the framework.

    Raises
    ------
    InvalidModelOutput
        Without such a part, or without a tensor.
    """
    if is_tensor(output) and not part:
        return edit(output)
    if isinstance(output, Mapping):
        keys = [key for key in output if not part or str(key) == part]
        return _with_first(
            layer, {key: output[key] for key in keys}, lambda found: _mapping(output, found), edit, is_tensor
        )
    if is_dataclass(output) and not isinstance(output, type):
        found = {field.name: getattr(output, field.name) for field in fields(output) if part in ("", field.name)}
        return _with_first(layer, found, lambda changed: replace(output, **changed), edit, is_tensor)
    if isinstance(output, (tuple, list)):
        labels = getattr(output, "_fields", None)
        wanted = [i for i in range(len(output)) if not part or part == str(i) or (labels and labels[i] == part)]
        return _with_first(
            layer, {i: output[i] for i in wanted}, lambda found: _sequence(output, found), edit, is_tensor
        )
    raise InvalidModelOutput(f"layer {layer!r} returned a {type(output).__name__}", expected="a tensor that can change")


def _with_first(
    layer: str, parts: Mapping[Any, Any], rebuild: Callable[[dict[Any, Any]], Any], edit: Edit, is_tensor: IsTensor
) -> Any:
    for key, value in parts.items():
        if is_tensor(value):
            return rebuild({key: edit(value)})
        if isinstance(value, (Mapping, tuple, list)) or is_dataclass(value):
            return rebuild({key: replaced(layer, value, "", edit, is_tensor)})
    raise InvalidModelOutput(f"layer {layer!r} returned no tensor of that name", expected="a tensor that can change")


def _mapping(output: Any, changed: dict[Any, Any]) -> Any:
    made = type(output)(**output) if hasattr(output, "to_tuple") else type(output)(output)
    for key, value in changed.items():
        made[key] = value
    return made


def _sequence(output: Any, changed: dict[Any, Any]) -> Any:
    entries = [changed.get(index, entry) for index, entry in enumerate(output)]
    return type(output)(*entries) if hasattr(output, "_fields") else type(output)(entries)
