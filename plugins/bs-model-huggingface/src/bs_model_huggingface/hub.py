"""Files of a repository."""

import json
from typing import Any

from brainscore_core.errors import InvalidFile
from brainscore_vision.families import Weights
from brainscore_vision.families.hub import hub_place

WEIGHTS = "model.safetensors"
CONFIG = "config.json"
PREPROCESSOR = "preprocessor_config.json"

_LARGEST = 1 << 20  # bytes of a description


def place(repository: str, revision: str, filename: str) -> str:
    """The address of a file."""
    return hub_place(repository, filename, revision)


def weights(repository: str, revision: str, licence: str = "", citation: str = "") -> Weights:
    """The one file of safetensors; its hash is asked of the Hub, and pinned at the first use."""
    return _file(repository, revision, WEIGHTS, licence or "not stated", citation)


def description(repository: str, revision: str, filename: str) -> dict[str, Any]:
    """What a JSON file of a repository says; fetched once, the same from then on.

    Raises
    ------
    DataUnavailable
        If the repository has no such file, or cannot be reached.
    InvalidFile
        If it is no JSON object.
    """
    path, _ = _file(repository, revision, filename).fetch()
    try:
        content = json.loads(path.read_bytes()) if path.stat().st_size <= _LARGEST else None
    except ValueError as error:
        raise InvalidFile(f"{filename} of {repository} is no JSON ({error})", expected="a JSON object") from error
    if not isinstance(content, dict):
        raise InvalidFile(f"{filename} of {repository} is no description", expected="a JSON object below 1 MB")
    return content


def _file(repository: str, revision: str, filename: str, licence: str = "not stated", citation: str = "") -> Weights:
    name = f"{repository.replace('/', '--')}.{filename.removeprefix('model.')}"
    return Weights(name, (place(repository, revision, filename),), licence=licence, citation=citation)
