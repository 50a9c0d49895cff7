"""Parameters as JSON and back; what a JSON says too much, too little or wrongly is an error."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from brainscore_core.errors import InvalidFile, InvalidParameter

from .parameters import (
    Activation,
    FilterBank,
    LayerParameters,
    MixtureParameters,
    ModuleParameters,
    Normalisation,
    Pooling,
)

Part = TypeVar("Part")

_PARTS: dict[type, dict[str, type]] = {
    MixtureParameters: {"modules": ModuleParameters, "top": LayerParameters},
    ModuleParameters: {"normalisation": Normalisation, "layers": LayerParameters},
    LayerParameters: {
        "filters": FilterBank,
        "activation": Activation,
        "pooling": Pooling,
        "normalisation": Normalisation,
    },
}
_NUMBERS: dict[Any, tuple[type, ...]] = {
    int: (int,),
    float: (int, float),
    bool: (bool,),
    float | None: (int, float, type(None)),
}


def to_dict(parameters: MixtureParameters) -> dict[str, Any]:
    """As JSON holds it."""
    return asdict(parameters)


def from_dict(document: Mapping[str, Any]) -> MixtureParameters:
    """The parameters that :func:`to_dict` wrote.

    Raises
    ------
    InvalidParameter
        Naming the entry that is missing, unknown or of the wrong kind.
    """
    return _part(MixtureParameters, document, "mixture")


def read(path: str | Path) -> MixtureParameters:
    """Parameters from a JSON file.

    Raises
    ------
    InvalidFile
    """
    try:
        return from_dict(json.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:  # InvalidParameter and errors of JSON are ValueErrors
        raise InvalidFile(f"{path} holds no parameters of a mixture ({error})") from error


def write(parameters: MixtureParameters, path: str | Path) -> None:
    """Write parameters as JSON, the same bytes each time."""
    Path(path).write_text(json.dumps(to_dict(parameters), indent=1) + "\n", encoding="utf-8")


def _part(kind: type[Part], document: Any, where: str) -> Part:
    if not isinstance(document, Mapping):
        raise InvalidParameter(f"{where} is {document!r}", expected=f"the entries of a {kind.__name__}")
    known = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    missing = [name for name, entry in known.items() if entry.default is MISSING and name not in document]
    unknown = [name for name in document if name not in known]
    if missing or unknown:
        raise InvalidParameter(f"{where} lacks {missing} and has {unknown} too much", expected=f"{sorted(known)}")
    return kind(**{name: _value(kind, known[name], value, f"{where}.{name}") for name, value in document.items()})


def _value(kind: type, entry: Any, value: Any, where: str) -> Any:
    part = _PARTS.get(kind, {}).get(entry.name)
    if part is not None and isinstance(value, (list, tuple)):
        return tuple(_part(part, one, f"{where}[{number}]") for number, one in enumerate(value))
    if part is not None:
        return _part(part, value, where)
    allowed = _NUMBERS[entry.type]
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        raise InvalidParameter(f"{where} is {value!r}", expected=" or ".join(one.__name__ for one in allowed))
    return value
