"""Remembered choices between distributions that claim one identifier."""

import json
from pathlib import Path

from ..errors import InvalidFile, InvalidIdentifier, StorageError, UnknownIdentifier
from .identifiers import KINDS, parse
from .scanning import scan


def preferences() -> dict[str, str]:
    """Identifier to preferred distribution.

    Raises
    ------
    InvalidFile
        When the stored file is damaged.
    StorageError
        When it cannot be read.
    """
    path = _path()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(stored, dict) or not all(isinstance(value, str) for value in stored.values()):
            raise ValueError("no mapping of identifiers to distributions")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error})", remedy="check BRAINSCORE_HOME") from error
    except ValueError as error:
        remedy = "delete it, then choose again with `brainscore prefer`"
        raise InvalidFile(f"{path} is damaged ({error})", remedy=remedy) from error
    return stored


def prefer(choice: str) -> None:
    """Remember which distribution an identifier is taken from; a later choice replaces it.

    Parameters
    ----------
    choice : str
        ``distribution::identifier``.

    Raises
    ------
    InvalidIdentifier
        When it names no distribution.
    UnknownIdentifier
        When that distribution does not provide that identifier.
    StorageError
        When the choice cannot be stored; the earlier choices stay as they were.
    """
    distribution, identifier = parse(choice)
    if distribution is None:
        raise InvalidIdentifier(f"{choice!r} names no distribution", expected="distribution::identifier")
    claims = sorted({entry.provider for kind in KINDS for entry in scan().by_identifier(kind).get(identifier, ())})
    if distribution not in claims:
        what, remedy = f"{distribution} provides no {identifier!r}", "`brainscore list` shows what is installed"
        raise UnknownIdentifier(what, expected=f"one of {', '.join(claims)}" if claims else "", remedy=remedy)
    _write(preferences() | {identifier: distribution})


def forget(identifier: str) -> None:
    """Drop the choice for an identifier, if there is one."""
    _write({name: chosen for name, chosen in preferences().items() if name != identifier})


def _path() -> Path:
    from ..data.home import config_folder

    return config_folder() / "preferences.json"


def _write(stored: dict[str, str]) -> None:
    from ..data.writing import write_json

    write_json(_path(), stored)
