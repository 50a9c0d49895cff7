"""The demo's picture: each model's raw value on each benchmark, and the ceiling it could reach."""

from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from table import Row, split

from brainscore_core.cli.report import Runs
from brainscore_core.run import Record

matplotlib.use("Agg")

# Okabe & Ito's colours, and a shape each, so that neither colour vision nor a printer takes a model away
STYLES = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"), ("#CC79A7", "D"), ("#56B4E9", "v"), ("#E69F00", "P"))
TITLES = ("score = value / ceiling", "not normalised: the value itself is what is reported")
OPEN = {"few-units", "no-unit-defined"}
"""Flags of values that are drawn open: they rest on next to nothing."""
GUTTER = -0.17
"""Where on the axis stands what has no number: left of zero, in a column of its own."""


def draw(runs: Runs, path: Path) -> None:
    """Write the picture: a panel for what is normalised, one for raw values without a ceiling to divide by."""
    from matplotlib import pyplot

    rows = list(zip(*runs.values(), strict=True))
    panels = [(title, part) for title, part in zip(TITLES, split(rows), strict=True) if part]
    heights = [len(part) + 0.8 for _, part in panels]
    figure, axes = pyplot.subplots(
        len(panels), figsize=(11, 1.8 + 0.62 * sum(heights)), height_ratios=heights, squeeze=False, layout="constrained"
    )
    for axis, (title, part) in zip(axes[:, 0], panels, strict=True):
        _panel(axis, part)
        axis.set_title(title, loc="left", fontsize=11)
    axes[-1, 0].set_xlabel("value before normalisation (similarity of distributions; Spearman's rho)")
    figure.legend(handles=_legend(list(runs)), loc="outside upper center", ncols=len(runs) + 3, frameon=False)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)


def _panel(axis: Axes, rows: list[Row]) -> None:
    for y, row in enumerate(rows):
        if y % 2 == 0:
            axis.axhspan(y - 0.5, y + 0.5, color="#f4f4f4", zorder=0)
        offsets = [0.56 * (index / max(len(row) - 1, 1) - 0.5) for index in range(len(row))]
        for record, offset, (colour, marker) in zip(row, offsets, STYLES, strict=False):
            _mark(axis, record, y + offset, colour, marker)
        ceilings = [record.score.ceiling for record in row if record.score and record.score.ceiling]
        if ceilings and ceilings[0].value is not None:
            axis.plot([ceilings[0].value] * 2, [y - 0.42, y + 0.42], color="black", linewidth=2.2, zorder=4)
    axis.set_yticks(range(len(rows)), [row[0].benchmark for row in rows], fontsize=9)
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.set_xlim(GUTTER - 0.08, 1.03)
    axis.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axis.axvline(0, color="#888888", linewidth=0.8, zorder=1)
    axis.grid(axis="x", color="#dddddd", linewidth=0.6, zorder=0)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.tick_params(axis="y", length=0)


def _mark(axis: Axes, record: Record, y: float, colour: str, marker: str) -> None:
    value = record.score and (record.score.raw or record.score)
    if not value or value.value is None:
        axis.plot(
            GUTTER + 0.075, y, marker="x", color=colour, markersize=6, markeredgewidth=1.8, clip_on=False, zorder=3
        )
        word = str(record.status) if record.score is None else "null"
        axis.text(GUTTER + 0.06, y, word, color=colour, fontsize=7.5, ha="right", va="center", zorder=3)
        return
    fill = "white" if set(record.score.flags) & OPEN else colour
    axis.errorbar(
        value.value,
        y,
        xerr=value.error or None,
        color=colour,
        marker=marker,
        markerfacecolor=fill,
        markersize=6,
        linewidth=1.4,
        zorder=3,
    )


def _legend(models: list[str]) -> list[Line2D]:
    marks = [
        Line2D([], [], color=colour, marker=marker, linestyle="", label=model)
        for model, (colour, marker) in zip(models, STYLES, strict=False)
    ]
    ceiling = Line2D([], [], color="black", linewidth=2.2, marker="|", markersize=12, linestyle="", label="ceiling")
    none = Line2D([], [], color="#555555", marker="x", linestyle="", label="no value (not zero)")
    few = Line2D([], [], color="#555555", marker="o", markerfacecolor="white", linestyle="", label="few or no units")
    return [*marks, ceiling, few, none]
