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
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error})", remedy="check BRAINSCORE_HOME") from error
    except ValueError as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(stored, dict) or not all(isinstance(value, str) for value in stored.values()):
        raise _damaged(path, "no mapping of identifiers to distributions")
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
    claims = {entry.provider for kind in KINDS for entry in scan().by_identifier(kind).get(identifier, ())}
    if distribution not in claims:
        raise UnknownIdentifier(
            f"{distribution} provides no {identifier!r}",
            expected=f"one of {', '.join(sorted(claims))}" if claims else "",
            remedy="`brainscore list` shows what is installed",
        )
    _write(preferences() | {identifier: distribution})


def forget(identifier: str) -> None:
    """Drop the choice for an identifier, if there is one."""
    stored = preferences()
    if stored.pop(identifier, None) is not None:
        _write(stored)


def _path() -> Path:
    from ..data.home import config_folder

    return config_folder() / "preferences.json"


def _write(stored: dict[str, str]) -> None:
    from ..data.writing import write_json

    write_json(_path(), stored)


def _damaged(path: Path, why: str) -> InvalidFile:
    return InvalidFile(f"{path} is damaged ({why})", remedy="delete it, then choose again with `brainscore prefer`")
