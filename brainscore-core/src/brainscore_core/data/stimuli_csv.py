"""Stimulus sets of the existing ecosystem: a csv with one row a stimulus, and a zip with the files."""

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataUnavailable, InvalidFile, InvalidStimulusSet

if TYPE_CHECKING:
    import pandas as pd

_ID_COLUMNS = ("stimulus_id", "image_id")
_FILE_COLUMNS = ("filename", "stimulus_path_within_store")


def read_stimulus_table(path: Path, *, drop_repeated: bool = False) -> "pd.DataFrame":
    """Read a csv with a column ``stimulus_id`` (``image_id`` in old sets); other columns are kept as they are.

    Parameters
    ----------
    path : Path
    drop_repeated : bool
        Keep the first row of each id, for a published table that is known to repeat some.

    Returns
    -------
    pandas.DataFrame
        One row a stimulus in the order of the file; ``stimulus_id`` is text ('007' stays that) and unique.

    Raises
    ------
    DataUnavailable, InvalidFile
        There is no csv, or it is none.
    InvalidStimulusSet
        There is no such column, or an id is empty or there twice.
    """
    table = _read(path)
    table["stimulus_id"] = ids = table[_first(table, _ID_COLUMNS, path)]
    if ids.empty or (ids == "").any():
        raise InvalidStimulusSet(f"{path.name} has no rows, or an empty stimulus_id", expected="an id a stimulus")
    if drop_repeated:
        return table[~ids.duplicated()].reset_index(drop=True)
    if ids.duplicated().any():
        raise InvalidStimulusSet(f"{path.name} has ids more than once ({_some(ids[ids.duplicated()])})")
    return table


def read_stimulus_csv(
    path: Path, folder: Path, *, drop_repeated: bool = False
) -> "tuple[pd.DataFrame, dict[str, Path]]":
    """Read a stimulus table and find the file of each stimulus: ``read_stimulus_csv(fetch(table), unpack(archive))``.

    Parameters
    ----------
    path : Path
        The files are named by its column ``filename``, or ``stimulus_path_within_store``, where the extension may be
        missing.
    folder : Path
        The unpacked archive.
    drop_repeated : bool
        As for :func:`read_stimulus_table`.

    Returns
    -------
    table : pandas.DataFrame
    paths : dict of str to Path
        The file of each ``stimulus_id``.

    Raises
    ------
    InvalidStimulusSet
        A file is missing or lies outside the folder, or as for the table.
    """
    table = read_stimulus_table(path, drop_repeated=drop_repeated)
    files = dict(zip(table["stimulus_id"], table[_first(table, _FILE_COLUMNS, path)], strict=True))
    return table, _find_files(files, folder, path)


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


def _first(table: "pd.DataFrame", columns: tuple[str, ...], path: Path) -> str:
    for column in columns:
        if column in table.columns:
            return column
    what = f"{path.name} has the columns {', '.join(map(str, table.columns))}"
    raise InvalidStimulusSet(what, expected=f"one named {' or '.join(columns)}")


def _find_files(files: dict[str, str], folder: Path, table: Path) -> dict[str, Path]:
    """Only what lies in the folder can be found; a name without extension that fits two files names none."""
    there = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    exact = {inside.as_posix(): path for inside, path in there.items()}
    stems: dict[str, list[Path]] = defaultdict(list)
    for inside, path in there.items():
        stems[inside.with_suffix("").as_posix()].append(path)
    fitting = {each: [exact[file]] if file in exact else stems.get(file, []) for each, file in files.items()}
    found = {each: paths[0] for each, paths in fitting.items() if len(paths) == 1}
    if missing := [each for each in files if each not in found]:
        raise InvalidStimulusSet(
            f"{table.name}: no file for {len(missing)} of {len(files)} stimuli ({_some(missing)})",
            expected=f"each in {folder}",
            remedy="check that table and archive are of one set",
        )
    return found


def _some(names: "list[str] | pd.Series") -> str:
    return ", ".join(map(repr, names[:5])) + (", ..." if len(names) > 5 else "")
