"""What arrived at the first use of weights whose whole hash nobody stated; at every later use it must be the same."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .weights import Weights

_logger = logging.getLogger(__name__)


def file() -> Path:
    """Where pins are kept: a JSON file that may be copied to other machines."""
    from brainscore_core.data.home import config_folder

    return config_folder() / "weights.json"


def read(weights: "Weights") -> str:
    """The SHA-256 that was pinned, or nothing. One that contradicts what the publisher states counts as nothing."""
    pinned = _all().get(_name(weights), "")
    return pinned if len(pinned) == 64 and pinned.startswith(weights.sha256) else ""


def write(weights: "Weights", sha256: str) -> None:
    """Remember what arrived."""
    from brainscore_core.data.store import locked
    from brainscore_core.data.writing import write_json

    with locked("weights-pins"):
        write_json(file(), _all() | {_name(weights): sha256})
    _logger.info("%s has sha256 %s, and must have it from now on (%s)", weights.filename, sha256, file())


def _name(weights: "Weights") -> str:
    return weights.places[0] if weights.places else weights.filename


def _all() -> dict[str, str]:
    try:
        content = json.loads(file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _logger.warning("%s cannot be read (%s); weights are pinned anew", file(), error)
        return {}
    return {str(name): str(value) for name, value in content.items()} if isinstance(content, dict) else {}
