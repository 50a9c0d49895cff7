"""Files of weights as Keras publishes them: HDF5, arrays alone, read by topology."""

from pathlib import Path
from typing import TYPE_CHECKING

from brainscore_core.errors import InvalidFile

if TYPE_CHECKING:
    import h5py
    import keras


def check(path: Path) -> None:
    """Refuse what is no whole HDF5 file, or reaches for other files.

    Raises
    ------
    InvalidFile
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            _check(file, path.name)
    except InvalidFile:
        raise
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise InvalidFile(
            f"{path.name} cannot be read ({' '.join(str(error).split())[:200]})", expected="a whole HDF5 file of Keras"
        ) from error


def load(network: "keras.Model", path: Path, name: str) -> None:
    """Give a network its weights, each of them.

    Raises
    ------
    InvalidFile
        If they are of another network, or damaged.
    """
    try:
        network.load_weights(str(path))
    except (OSError, RuntimeError, ValueError, KeyError, IndexError, TypeError) as error:
        raise InvalidFile(
            f"the weights are not those of {name}: {' '.join(str(error).split())[:500]}",
            expected="an array for each weight of each layer",
        ) from error


def _check(group: "h5py.Group", filename: str) -> None:
    import h5py

    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise _reaching(filename, f"{group.name}/{name} is a link")
        part = group[name]
        if isinstance(part, h5py.Group):
            _check(part, filename)
        elif not isinstance(part, h5py.Dataset) or part.external or part.is_virtual or part.dtype.kind not in "biuf":
            raise _reaching(filename, f"{part.name} is no array of numbers within it")


def _reaching(filename: str, what: str) -> InvalidFile:
    return InvalidFile(
        f"{filename} holds something else than arrays ({what})", expected="arrays of numbers in the file itself"
    )
