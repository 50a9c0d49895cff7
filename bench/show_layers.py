# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-cowley2023>=1,<2",
#     "bs-benchmark-kriegeskorte2008>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
#     "matplotlib>=3.9",
# ]
# ///
"""Every block of a network on human IT, monkey IT and macaque V4: which is best where, and what choosing it is worth.

``python bench/show_layers.py [--write]``; with ``--write`` the tables are kept in ``bench/RESULTS-layers.md``, and the
picture in ``docs/layer-curves.png``.
"""

import sys
import time
from pathlib import Path
from typing import Any

from shown import ROOT, heading, pm, settled, table

MODEL = "efficientnet-lite0"
EVERY = tuple(f"_blocks.{number}" for number in range(16))
SOME = tuple(f"_blocks.{number}" for number in (1, 3, 5, 7, 9, 11, 12, 13, 14, 15))
BENCHMARKS = {
    "Kriegeskorte2008.IT-human-rdm": EVERY,
    "Kriegeskorte2008.IT-monkey-rdm": EVERY,
    "Cowley2023.V4-ridge": SOME,  # an interval for each: a quarter of a minute a block
}


def curves() -> list[Any]:
    """One a benchmark; all with one network, whose activations are kept."""
    from brainscore_core import load_model
    from brainscore_vision.analysis.layers import layer_curve

    model = load_model(MODEL)
    found = []
    for identifier, layers in BENCHMARKS.items():
        started = time.perf_counter()
        found.append(layer_curve(model, identifier, layers))
        print(f"{identifier}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return found


def curves_table(found: list[Any]) -> str:
    """One row a layer: the raw value of each benchmark, its score where it is divided by a ceiling, and the marks."""
    rows = []
    for layer in EVERY:
        cells = [f"`{layer}`"]
        for curve in found:
            if layer not in curve.scores:
                cells.append("")
                continue
            score = curve.scores[layer]
            raw = score.raw or score
            text = pm(raw.value, raw.error) + (f" ({score.value:.3f})" if score.value is not None else "")
            text = f"**{text}**" if layer == curve.best_in_hindsight else text
            cells.append(text + (" ←" if layer in curve.committed else ""))
        rows.append(cells)
    return table(["layer", *(f"`{curve.benchmark}`" for curve in found)], rows)


def choices_table(found: list[Any]) -> str:
    """Committed, nested and in hindsight, all tested on the same folds."""
    import numpy as np

    rows = []
    for curve in found:
        selection = curve.selection
        means = {layer: float(np.nanmean(values)) for layer, values in selection.tested.items()}
        best = max(means, key=lambda layer: means[layer])
        (committed,) = curve.committed
        rows.append(
            [
                f"`{curve.benchmark}`",
                f"`{committed}` {means[committed]:.3f}",
                f"{pm(selection.score.value, selection.score.error)}: {selection.score.details['chosen']}",
                f"`{best}` {means[best]:.3f}",
                f"{selection.best_of_tested - float(selection.score):+.3f}",
            ]
        )
    return table(["benchmark", "committed", "nested choice", "best in hindsight", "what hindsight adds"], rows)


def draw(found: list[Any], path: Path) -> None:
    """The curves, side by side."""
    import matplotlib
    import numpy as np

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(found), figsize=(4 * len(found), 3.8), layout="constrained")
    for axis, curve in zip(axes, found, strict=True):
        names = list(curve.scores)
        raws = [score.raw or score for score in curve.scores.values()]
        errors = [raw.error or 0 for raw in raws]
        depth = [int(name.rpartition(".")[2]) for name in names]
        axis.errorbar(depth, [float(raw) for raw in raws], errors, color="#0072B2", marker="o", markersize=4)
        held = curve.selection.score
        tested = [float(np.nanmean(curve.selection.tested[name])) for name in names]
        axis.plot(depth, tested, color="#56B4E9", linestyle=":", marker=".")
        best = int(np.argmax(tested))
        axis.plot(depth[best], tested[best], marker="*", markersize=14, color="#E69F00", linestyle="", zorder=3)
        axis.set_xticks(range(0, len(EVERY), 3))
        for layer in curve.committed:
            axis.axvline(depth[names.index(layer)], color="#009E73", linestyle="--", zorder=0)
        axis.axhline(float(held), color="#D55E00", linewidth=1)
        axis.axhspan(held.value - held.error, held.value + held.error, color="#D55E00", alpha=0.15, linewidth=0)
        axis.set_title(curve.benchmark, fontsize=10)
        axis.set_xlabel("block")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("value before any ceiling")
    handles = [
        pyplot.Line2D(
            [], [], color="#0072B2", marker="o", markersize=4, label="every block, all stimuli, with its error"
        ),
        pyplot.Line2D([], [], color="#56B4E9", marker=".", linestyle=":", label="mean over the held-out folds"),
        pyplot.Line2D(
            [], [], color="#E69F00", marker="*", markersize=12, linestyle="", label="the best of these, in hindsight"
        ),
        pyplot.Line2D([], [], color="#009E73", linestyle="--", label="committed"),
        pyplot.Line2D([], [], color="#D55E00", label="nested choice, the same folds"),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def main() -> int:
    """Print, and write where asked."""
    started = time.perf_counter()
    with settled():
        found = curves()
    head = heading(f"Layer curves of {MODEL}", "show_layers.py", time.perf_counter() - started)
    parts = [
        "",
        "Value before any ceiling (in brackets the score, where the benchmark divides by one); bold: best in hindsight;"
        " ←: the block that the model is committed to, by relative depth, before any recording was seen.\n",
        curves_table(found),
        "## Choosing a block\n",
        "Five outer folds of the stimuli; every column is the mean on the stimuli held out. The nested choice is made"
        " on the others, in each fold anew; flagged `selected`, it enters no aggregate. Its error is over folds.\n",
        choices_table(found),
        "![Layer curves](../docs/layer-curves.png)\n",
    ]
    text = head + "\n".join(parts)
    print(text)
    if "--write" in sys.argv:
        path = ROOT / "bench" / "RESULTS-layers.md"
        _, line, words = (path.read_text() if path.exists() else "").partition("\n## What they say\n")
        path.write_text(text + line + words)
        draw(found, ROOT / "docs" / "layer-curves.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
