"""What was answered: from a behavioural assembly to labels, with everything wrong about it named."""

from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch

if TYPE_CHECKING:
    import xarray as xr

REMEDIES = {
    "source": "tell trials of a model apart by a coordinate 'repetition' (number_of_trials=1 asks for one);"
    " probabilities are averaged over trials first: brainscore_core.statistics.averaging.average_repetitions",
    "target": "give the right answer to each as a coordinate 'truth', with which a stimulus may stand in many trials",
}


def labels(assembly: "xr.DataArray", side: str) -> np.ndarray:
    """The label answered in each presentation, as text, shape (presentation,).

    Of probabilities, ``presentation x choice``, it is the choice of the greatest (the first of equals). ``"na"`` is an
    answer like any other.

    Parameters
    ----------
    assembly : xarray.DataArray
        BehavioralAssembly.
    side : str
        How errors call it.

    Raises
    ------
    InvalidAssembly
        For other dimensions, numbers that are no labels, and answers that are NaN or empty.
    """
    dims = getattr(assembly, "dims", ())
    if set(dims) == {"presentation", "choice"}:
        values = assembly.transpose("presentation", "choice").values
        if not np.isfinite(values).all():
            raise InvalidAssembly(
                f"{side} gives {int((~np.isfinite(values)).sum())} probabilities that are NaN or infinite",
                expected="a number for every choice",
            )
        return assembly["choice"].values.astype(str)[values.argmax(1)]
    if dims != ("presentation",):
        raise InvalidAssembly(
            f"{side} has dimensions {tuple(dims)}",
            expected="('presentation',) with labels, or ('presentation', 'choice') with probabilities",
            remedy="make it a BehavioralAssembly",
        )
    if assembly.dtype.kind not in "OUTiub":
        raise InvalidAssembly(f"answers of {side} are of dtype {assembly.dtype}", expected="text or whole numbers")
    return text(assembly.values, f"answers of {side}")


def text(values: np.ndarray, what: str) -> np.ndarray:
    """As fixed-width text.

    Raises
    ------
    InvalidAssembly
        For missing entries: NaN, None, or ''.
    """
    if values.dtype.kind in "OT" and not all(isinstance(entry, str) for entry in values.tolist()):
        raise InvalidAssembly(
            f"{what} mix types or miss one", expected="text in each", remedy="write 'na' where nothing was answered"
        )
    found = values.astype(str, copy=False)
    if (found == "").any():
        raise InvalidAssembly(
            f"{what} miss {int((found == '').sum())} entries",
            expected="text in each",
            remedy="write 'na' where nothing was answered",
        )
    return found


def column(assembly: "xr.DataArray", name: str, side: str) -> np.ndarray:
    """A coordinate on ``presentation``, as text.

    Raises
    ------
    InvalidAssembly
        Without it, naming those there are.
    """
    from brainscore_core.statistics.crossvalidation import coordinate

    return coordinate(assembly, name, remedy=f"give {side} that coordinate").astype(str, copy=False)


def optional_column(assembly: "xr.DataArray", name: str, side: str, default: str) -> np.ndarray:
    """The same; where it is not there, `default` in each row."""
    if name not in assembly.coords:
        return np.full(assembly.sizes["presentation"], default)
    return column(assembly, name, side)


def refuse_duplicates(keys: np.ndarray, what: str) -> None:
    """Refuse a key that stands twice.

    Raises
    ------
    StimulusMismatch
        Naming one.
    """
    names, often = np.unique(keys, return_counts=True)
    if (often > 1).any():
        raise StimulusMismatch(
            f"{what}: {str(names[often.argmax()])!r} stands {int(often.max())} times",
            expected="each once",
            remedy=REMEDIES.get(what, ""),
        )


def positions(wanted: np.ndarray, there: np.ndarray, side: str) -> np.ndarray:
    """Where each wanted key stands in `there`, which holds each once and nothing else.

    Raises
    ------
    StimulusMismatch
        Naming some that are missing, or that nobody asked for.
    """
    refuse_duplicates(there, side)
    missing, extra = np.setdiff1d(wanted, there), np.setdiff1d(there, wanted)
    if len(missing) or len(extra):
        verb, names = ("lacks", missing) if len(missing) else ("has besides", extra)
        raise StimulusMismatch(
            f"{side} {verb} {len(names)} stimuli: {', '.join(map(repr, names[:3].tolist()))}",
            expected="the same stimuli on both sides",
        )
    order = np.argsort(there)
    return order[np.searchsorted(there, wanted, sorter=order)]


def check_counts(metric: str, splits: int, samples: int) -> None:
    """Refuse a ceiling over no halves, and a number of draws that has no spread.

    Raises
    ------
    InvalidParameter
    """
    if splits < 1:
        raise InvalidParameter(f"{metric}: splits={splits}", expected="1 or more")
    check_samples(metric, samples)


def check_samples(metric: str, samples: int) -> None:
    """Refuse a number of draws that has no spread.

    Raises
    ------
    InvalidParameter
    """
    if samples < 0 or samples == 1:
        raise InvalidParameter(f"{metric}: bootstrap_samples={samples}", expected="0, or at least 2")
