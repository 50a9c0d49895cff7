"""How a score comes about over time: its unaggregated values, bin by bin, as numbers and as a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidParameter

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.scores import Score

HEADERS = ["ms", "value", "first quartile", "third quartile", "ceiling"]
_MEASURES = {
    "neuroid": "r (median over units, and quartiles)",
    "presentation": "i1 (median over images, and quartiles)",
    "subject": "rho (median over subjects, and quartiles)",
}
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


@dataclass(frozen=True)
class TimeCourse:
    """One curve.

    Parameters
    ----------
    name : str
        Of the model, or of the model and its stage.
    measure : str
        What the numbers are.
    edges : array, shape (bin, 2)
        Ms after stimulus onset.
    values, low, high : array, shape (bin,)
        Median over units (images, subjects) and quartiles, repeats averaged; NaN where nothing is defined.
    ceiling : array, shape (bin,), optional
        Of each bin, in the metric's own unit: median over units of the reliability.
    """

    name: str
    measure: str
    edges: np.ndarray
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    ceiling: np.ndarray | None = None

    def rows(self) -> list[list[str]]:
        """A table under :data:`HEADERS`."""
        ceilings = np.full(len(self.values), np.nan) if self.ceiling is None else self.ceiling
        parts = np.column_stack([self.values, self.low, self.high, ceilings])
        return [
            [f"{start:g}-{end:g}", *("" if np.isnan(number) else f"{number:.3f}" for number in row)]
            for (start, end), row in zip(self.edges, parts, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """JSON; null where nothing is defined."""
        numbers = {"value": self.values, "low": self.low, "high": self.high, "ceiling": self.ceiling}
        lists = {name: None if part is None else _json(part) for name, part in numbers.items()}
        return {"name": self.name, "measure": self.measure, "time_bins_ms": self.edges.tolist(), **lists}


def time_courses(score: "Score", name: str = "") -> list[TimeCourse]:
    """Curves that a score holds: one, or one for each stage of the model.

    Parameters
    ----------
    score : Score
        Of a benchmark over time, as ``MajajHong2015public.IT-temporal-pls`` or ``Kar2019-ost``.
    name : str
        Of the model.

    Raises
    ------
    InvalidParameter
        If the score holds no values over time.
    """
    values = next(
        (part.values for part in (score, score.raw) if part is not None and _over_time(part.values)),
        None,
    )
    if values is None:
        raise InvalidParameter(
            f"a score without values over time ({score!r})",
            expected="a benchmark whose model is recorded in several time bins, with public data",
        )
    reliabilities = None if score.ceiling is None else score.ceiling.values
    ceiling = _summary(reliabilities)[0] if reliabilities is not None and _over_time(reliabilities) else None
    stages = values["model_region"].values.astype(str).tolist() if "model_region" in values.dims else [None]
    found = []
    for stage in stages:
        part = values if stage is None else values.isel(model_region=stages.index(stage), drop=True)
        middle, low, high, measure = _summary(part)
        label = " ".join(filter(None, (name, stage)))
        found.append(TimeCourse(label, measure, _edges(values), middle, low, high, ceiling))
    return found


def plot_time_course(scores: "Score | Mapping[str, Score]", path: Path | str, *, title: str = "") -> Path:
    """Draw the curves of one score, or of several models on one benchmark.

    Parameters
    ----------
    scores : Score, or mapping of model to Score
    path : Path or str
        Of the picture; the ending says the format, as ``.png``.
    title : str

    Returns
    -------
    Path

    Raises
    ------
    InvalidParameter
        If a score holds no values over time, or matplotlib is not installed.
    """
    named = scores if isinstance(scores, Mapping) else {"": scores}
    curves = [curve for name, score in named.items() for curve in time_courses(score, name)]
    return draw(curves, path, title=title)


def draw(curves: Sequence[TimeCourse], path: Path | str, *, title: str = "") -> Path:
    """Draw curves into a file; see :func:`plot_time_course`."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InvalidParameter(
            "a picture without matplotlib",
            expected="matplotlib installed",
            remedy='`pip install "brainscore-vision[pictures]"`',
        ) from error
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for number, curve in enumerate(curves):
        colour, centres = COLOURS[number % len(COLOURS)], curve.edges.mean(1)
        axes.fill_between(centres, curve.low, curve.high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(centres, curve.values, color=colour, marker=".", label=curve.name or None)
    if curves[0].ceiling is not None:
        bound = np.sqrt(np.clip(curves[0].ceiling, 0, None))
        axes.plot(
            curves[0].edges.mean(1), bound, color="0.4", linestyle="--", label="largest r there can be, root of ceiling"
        )
    axes.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    axes.set(xlabel="ms after stimulus onset", ylabel=curves[0].measure, title=title)
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_legend_handles_labels()[1]:
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
    figure.savefig(path, dpi=120)
    return Path(path)


def _over_time(values: "xr.DataArray | None") -> bool:
    return values is not None and values.sizes.get("time_bin", 1) > 1


def _summary(values: "xr.DataArray") -> tuple[np.ndarray, np.ndarray, np.ndarray, str]:
    """(median, first and third quartile, each of shape (bin,), what they are of); repeats averaged after the median."""
    from brainscore_core.statistics.correlation import mean_of_defined, median_of_defined

    over = next((dim for dim in _MEASURES if dim in values.dims), None)
    if over is None:
        raise InvalidParameter(f"values over {values.dims}", expected=f"one of {list(_MEASURES)} beside 'time_bin'")
    others = [dim for dim in values.dims if dim not in ("time_bin", over)]
    cube = values.transpose(*others, "time_bin", over).values.reshape(-1, values.sizes["time_bin"], values.sizes[over])
    middle = mean_of_defined(median_of_defined(cube))
    entries = mean_of_defined(cube)
    empty = np.isnan(entries).all(1)
    low, high = np.nanquantile(np.where(empty[:, None], 0, entries), (0.25, 0.75), axis=1)
    return middle, np.where(empty, np.nan, low), np.where(empty, np.nan, high), _MEASURES[over]


def _edges(values: "xr.DataArray") -> np.ndarray:
    return np.column_stack([values["time_bin_start"].values, values["time_bin_end"].values]).astype(float)


def _json(numbers: np.ndarray) -> list[float | None]:
    return [float(number) if np.isfinite(number) else None for number in numbers]
