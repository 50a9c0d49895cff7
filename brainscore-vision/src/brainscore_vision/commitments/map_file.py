"""The file that a map of layers lies in: JSON, written by ``brainscore commit``, shipped by a model package."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brainscore_core.data.writing import replacing
from brainscore_core.digests import canonical_json
from brainscore_core.errors import DataUnavailable, InvalidFile, InvalidParameter

from .layers import LayerCommitment

FORMAT = "brainscore-layer-map-1"


def write_map(commitment: LayerCommitment, path: str | Path, *, model: str = "") -> None:
    """Write a map; the old file stays until the new one is complete.

    Parameters
    ----------
    commitment : LayerCommitment
    path : path
    model : str
        Identifier of the model that it belongs to; default: that of the commitment.

    Raises
    ------
    InvalidParameter
        If its evidence has no JSON form.
    StorageError
    """
    content = {
        "format": FORMAT,
        "model": model or commitment.model,
        "chosen": commitment.chosen,
        "species": list(commitment.species),
        "layers": commitment.layers,
        "by_species": commitment.by_species,
        "evidence": commitment.evidence,
    }
    try:
        plain = json.loads(canonical_json(content))
    except (TypeError, ValueError) as error:
        raise InvalidParameter(f"evidence has no JSON form ({error})", expected="plain JSON values") from error
    with replacing(Path(path).absolute()) as temporary:
        temporary.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_map(path: str | Path) -> LayerCommitment:
    """Read a map.

    Raises
    ------
    DataUnavailable
        If there is no such file.
    InvalidFile
        If it is no map, or one of another format.
    """
    name = Path(path).name
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise DataUnavailable(
            f"the layer map {name} cannot be read ({error.strerror})", remedy="write one with `brainscore commit`"
        ) from error
    except ValueError as error:
        raise InvalidFile(f"the layer map {name} is no JSON ({error})", expected=FORMAT) from error
    if not isinstance(content, Mapping) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, Mapping) else type(content).__name__
        raise InvalidFile(f"{name} has format {found!r}", expected=repr(FORMAT))
    return _commitment(name, content)


def _commitment(name: str, content: Mapping[str, Any]) -> LayerCommitment:
    try:
        return LayerCommitment(
            content["layers"],
            _text(content["chosen"]),
            [_text(entry) for entry in content.get("species", ())],
            content.get("by_species"),
            content.get("evidence"),
            _text(content.get("model", "")),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InvalidFile(f"the layer map {name} is damaged ({error})", expected="layers, chosen, species") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
