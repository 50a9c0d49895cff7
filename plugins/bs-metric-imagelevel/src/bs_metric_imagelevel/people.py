"""From trials to what each person answered to each image."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch

if TYPE_CHECKING:
    import xarray as xr

SPLITS = 200
"""Random halves of the people that a ceiling is the mean of."""
AVERAGE = "average its probabilities: brainscore_core.statistics.averaging.average_repetitions(source, within=())"


@dataclass(frozen=True)
class People:
    """Share of each person's trials of an image that count as hits.

    Parameters
    ----------
    images : array of text, shape (image,)
        Sorted.
    subjects : array of text, shape (subject,)
    shares : array, shape (subject, image)
        NaN where a person did not answer to an image.
    """

    images: np.ndarray
    subjects: np.ndarray
    shares: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Over people, each counting alike, shape (image,)."""
        return mean_of(self.shares)


def people_of(target: "xr.DataArray", choice: str | None, left_out: tuple[str, ...]) -> People:
    """Hits of each person on each image.

    Parameters
    ----------
    target : BehavioralAssembly
        Text answers, with ``stimulus_id`` and ``subject``; ``truth`` where no choice is given.
    choice : str, optional
        The answer that counts; None: the right one.
    left_out : tuple of str
        Answers that are none.

    Raises
    ------
    InvalidAssembly
        Without one of the coordinates, or where an image is left without an answer.
    """
    ids, subjects = (text_of(target, name, "target") for name in ("stimulus_id", "subject"))
    answers = answers_of(target, "target")
    hits = answers == (choice if choice is not None else text_of(target, "truth", "target"))
    kept = ~np.isin(answers, left_out)
    images, image = np.unique(ids, return_inverse=True)
    names, person = np.unique(subjects, return_inverse=True)
    cell, size = person[kept] * len(images) + image[kept], len(names) * len(images)
    counts = np.bincount(cell, minlength=size)
    total = np.bincount(cell, weights=hits[kept], minlength=size)
    shares = np.divide(total, counts, out=np.full(size, np.nan), where=counts > 0).reshape(len(names), -1)
    if (silent := np.isnan(shares).all(0)).any():
        raise InvalidAssembly(
            f"nobody answered to {images[silent][0]!r}", expected="an answer to each image of the target"
        )
    return People(images, names, shares)


def check_counts(metric: str, bootstrap_samples: int, splits: int) -> None:
    """Refuse a number of draws that has no spread, and a ceiling over no halves.

    Raises
    ------
    InvalidParameter
    """
    if bootstrap_samples < 0 or bootstrap_samples == 1 or splits < 1:
        what = f"{metric}: bootstrap_samples={bootstrap_samples}, splits={splits}"
        raise InvalidParameter(what, expected="0 or from 2; from 1")


def halves(count: int, splits: int, seed: int) -> np.ndarray:
    """Which people are in the first half of each split, shape (split, person), bool.

    Raises
    ------
    InvalidAssembly
        For fewer than two people.
    """
    if count < 2:
        raise InvalidAssembly(f"answers of {count} person", expected="at least two people, to split them in halves")
    rng = np.random.default_rng(seed)
    ranks = np.stack([rng.permutation(count) for _ in range(splits)])
    return ranks < count // 2


def mean_of(shares: np.ndarray) -> np.ndarray:
    """Over the first axis, NaN left out."""
    from brainscore_core.statistics.correlation import mean_of_defined

    return mean_of_defined(shares)


def rows_of(source: "xr.DataArray", images: np.ndarray) -> np.ndarray:
    """Rows of the model's answers in the order of the images.

    Raises
    ------
    StimulusMismatch
        If it has others, or one twice.
    """
    ids = text_of(source, "stimulus_id", "source")
    if len(np.unique(ids)) != len(ids):
        image = next(name for name, count in zip(*np.unique(ids, return_counts=True), strict=True) if count > 1)
        raise StimulusMismatch(
            f"source answers to {str(image)!r} more than once",
            expected="one answer to each image",
            remedy=AVERAGE if "choice" in source.dims else "ask for one trial, or for probabilities, which have a mean",
        )
    if len(odd := np.setxor1d(ids, images)):
        side = "source" if odd[0] in images else "target"
        raise StimulusMismatch(f"{side} lacks {odd[0]!r} ({len(odd)} differ)", expected="the same images on both sides")
    return np.argsort(ids)


def truth_of(target: "xr.DataArray", images: np.ndarray) -> np.ndarray:
    """The right answer to each image.

    Raises
    ------
    StimulusMismatch
        If an image has two.
    """
    ids, truth = (text_of(target, name, "target") for name in ("stimulus_id", "truth"))
    found, first, place = np.unique(ids, return_index=True, return_inverse=True)
    if (odd := truth != truth[first][place]).any():
        raise StimulusMismatch(f"{ids[odd][0]!r} has two right answers", expected="one")
    return truth[first][np.searchsorted(found, images)]


def answers_of(assembly: "xr.DataArray", side: str) -> np.ndarray:
    """What was answered in each presentation, as text; of probabilities, the choice of the greatest.

    Raises
    ------
    InvalidAssembly
        For answers that are missing, which "na" is not, and probabilities that are NaN or infinite.
    """
    if "choice" in assembly.dims:
        return assembly["choice"].values.astype(str)[probabilities_of(assembly, side).argmax(1)]
    values = assembly.values
    if values.dtype.kind == "f" or any(value is None or value != value or value == "" for value in values.tolist()):
        raise InvalidAssembly(
            f"answers of {side} are numbers with fractions, or miss one",
            expected="text in each",
            remedy="write 'na' where nothing was answered",
        )
    return values.astype(str)


def probabilities_of(assembly: "xr.DataArray", side: str) -> np.ndarray:
    """Shape (presentation, choice), float64.

    Raises
    ------
    InvalidAssembly
        If some are NaN or infinite.
    """
    values = assembly.transpose("presentation", "choice").values.astype(np.float64)
    if not np.isfinite(values).all():
        raise InvalidAssembly(
            f"{side} gives {int((~np.isfinite(values)).sum())} probabilities that are NaN or infinite",
            expected="a number for every choice",
        )
    return values


def text_of(assembly: "xr.DataArray", name: str, side: str) -> np.ndarray:
    """A coordinate on ``presentation``, as text.

    Raises
    ------
    InvalidAssembly
    """
    if name not in assembly.coords or assembly[name].dims != ("presentation",):
        raise InvalidAssembly(
            f"{side} has no coordinate {name!r} on 'presentation'",
            expected=f"one of {sorted(map(str, assembly.coords))}",
        )
    return assembly[name].values.astype(str)
