"""Stimulus sets of the existing ecosystem: a csv with one row a stimulus, and a zip with the files."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from brainscore_core.data.source import Source
from brainscore_core.data.store import fetch, unpack
from brainscore_core.errors import DataUnavailable, InvalidFile, InvalidStimulusSet

if TYPE_CHECKING:
    import pandas as pd

_ID_COLUMNS = ("stimulus_id", "image_id")
_FILE_COLUMNS = ("filename", "stimulus_path_within_store")
_JUNK = {".DS_Store", "Thumbs.db", "desktop.ini"}


def load_stimulus_files(table: Source, archive: Source) -> "tuple[pd.DataFrame, dict[str, Path]]":
    """Fetch both files of a stimulus set, unpack the archive once, and read them with `read_stimulus_csv`."""
    return read_stimulus_csv(fetch(table), unpack(archive))


def read_stimulus_csv(path: Path, folder: Path) -> "tuple[pd.DataFrame, dict[str, Path]]":
    """Read a stimulus table and find the file of each stimulus.

    Parameters
    ----------
    path : Path
        A csv with a column ``stimulus_id`` (``image_id`` in old sets) and a column ``filename``, or
        ``stimulus_path_within_store``, where the extension may be missing; all other columns are kept as they are.
    folder : Path
        The unpacked archive.

    Returns
    -------
    table : pandas.DataFrame
        One row a stimulus in the order of the file; ``stimulus_id`` is text ('007' stays that) and unique.
    paths : dict of str to Path
        The file of each ``stimulus_id``.

    Raises
    ------
    DataUnavailable, InvalidFile
        There is no csv, or it is none.
    InvalidStimulusSet
        A column is missing, an id is empty or there twice, a file is missing or lies outside the folder, or the folder
        holds files that no row names: then table and archive are not of one set.
    """
    table = _read(Path(path))
    name = Path(path).name
    id_column = _first(table, _ID_COLUMNS, name)
    file_column = _first(table, _FILE_COLUMNS, name)
    if id_column != "stimulus_id":
        table["stimulus_id"] = table[id_column]
    ids = list(table["stimulus_id"])
    if not ids or "" in ids:
        raise InvalidStimulusSet(
            f"{name} has {'an empty stimulus_id' if ids else 'no rows'}", expected="one row a stimulus, each with an id"
        )
    if twice := [each for each, count in Counter(ids).items() if count > 1]:
        raise InvalidStimulusSet(f"{name} has ids more than once ({_some(twice)})", expected="each id once")
    return table, _find_files(dict(zip(ids, table[file_column], strict=True)), Path(folder), name)


def _read(path: Path) -> "pd.DataFrame":
    import pandas as pd

    if not path.is_file():
        raise DataUnavailable(f"there is no stimulus table {path}")
    named = (*_ID_COLUMNS, *_FILE_COLUMNS)
    try:  # read apart, so that an id 'NA' or '007' stays what it is
        as_text = pd.read_csv(path, usecols=lambda name: name in named, dtype=str, keep_default_na=False)
        return pd.read_csv(path, low_memory=False).assign(**{name: as_text[name] for name in as_text.columns})
    except (ValueError, OSError) as error:  # pandas' parser errors and undecodable text are ValueErrors
        raise InvalidFile(f"{path} cannot be read as csv ({error})", remedy="fetch it again") from error


def _first(table: "pd.DataFrame", columns: tuple[str, ...], name: str) -> str:
    for column in columns:
        if column in table.columns:
            return column
    raise InvalidStimulusSet(
        f"{name} has the columns {', '.join(map(str, table.columns))}", expected=f"one named {' or '.join(columns)}"
    )


def _find_files(files: dict[str, str], folder: Path, name: str) -> dict[str, Path]:
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and not _is_junk(path)}
    stems: dict[str, list[str]] = defaultdict(list)
    for each in sorted(there):
        stems[each.rpartition(".")[0]].append(each)
    found: dict[str, str] = {}
    for stimulus_id, file in files.items():
        candidates = [file] if file in there else stems.get(file, [])
        if len(candidates) == 1:
            found[stimulus_id] = candidates[0]
    if missing := [stimulus_id for stimulus_id in files if stimulus_id not in found]:
        raise InvalidStimulusSet(
            f"{name}: no file for {len(missing)} of {len(files)} stimuli ({_some(missing)})",
            expected=f"each in {folder}",
            remedy="check that table and archive are of one set",
        )
    if extra := sorted(there - set(found.values())):
        raise InvalidStimulusSet(
            f"{name}: {len(extra)} files that no row names ({_some(extra)})",
            expected="exactly the files of the table",
            remedy="check that table and archive are of one set",
        )
    return {stimulus_id: folder / file for stimulus_id, file in found.items()}


def _is_junk(path: Path) -> bool:
    return path.name in _JUNK or path.name.startswith("._") or "__MACOSX" in path.parts


def _some(names: list[str]) -> str:
    return ", ".join(map(repr, names[:5])) + (", ..." if len(names) > 5 else "")
