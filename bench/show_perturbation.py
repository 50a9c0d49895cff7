# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-cowley2023>=1,<2",
#     "bs-benchmark-kriegeskorte2008>=1,<2",
#     "bs-data-kriegeskorte2008>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
#     "matplotlib>=3.9",
#     "numpy>=2.1",
# ]
# ///
"""What lesions, silencing, noise and stimulation of a network's V4 and IT do to its scores, and to a decoder of its IT.

``python bench/show_perturbation.py [--kept FILE] [--write]``; with ``--write`` the tables are kept in
``bench/RESULTS-perturbation.md``, and the picture in ``docs/lesion-curves.png``. With ``--kept`` measures are
remembered in that file, so that it can be run in pieces; ``--without-v4`` measures what is fast, and writes no table.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from shown import ROOT, heading, settled, table

MODEL = "efficientnet-lite0"
V4, IT = "Cowley2023.V4-ridge", "Kriegeskorte2008.IT-monkey-rdm"
OBJECTS, DEGREES = "Kriegeskorte2008", 7
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
DRAWS, DRAWS_OF_V4 = 3, 2
"""Of the units of a lesion; and how many of them are scored on V4, which takes longer than all else."""
SPLITS = 50
MEASURES = {
    V4: "score on V4",
    IT: "RDM of IT, raw",
    "kept": "tuning of IT units kept, r",
    "fixed": "animate?, decoder as it was",
    "refitted": "animate?, decoder fitted again",
}
Measured = dict[str, float | None]
Kept = dict[str, Measured]
COLOURS = {"V4": "#0072B2", "IT": "#D55E00"}


@dataclass(frozen=True)
class Intact:
    """What the unperturbed model does, which perturbed ones are measured by.

    Parameters
    ----------
    objects : array, shape (image, unit)
        Responses of IT.
    animate : array, shape (image,)
        The right answers.
    spread : mapping of region to float
        Standard deviation of a unit over the images, averaged over units.
    """

    objects: np.ndarray
    animate: np.ndarray
    spread: dict[str, float]


def recorded(model: Any, region: str, cache: bool = True) -> np.ndarray:
    """Responses to the 92 objects, one trial, shape (image, unit)."""
    from brainscore_core import load_stimulus_set
    from brainscore_vision.benchmarks.recording import record

    model.configure(cache=cache)
    return record(model, load_stimulus_set(OBJECTS), visual_degrees=DEGREES, region=region).values


def intact_of(model: Any) -> Intact:
    """Measured before anything is done."""
    from brainscore_core import load_stimulus_set

    spread = {region: float(recorded(model, region).std(axis=0).mean()) for region in ("V4", "IT")}
    animate = load_stimulus_set(OBJECTS)["animate"].to_numpy().astype(bool)
    return Intact(recorded(model, "IT"), animate, spread)


def accuracy(fitted: np.ndarray, shown: np.ndarray, animate: np.ndarray) -> float:
    """Share of objects that the nearer of two class means names rightly; fitted on one half, asked of the other.

    Parameters
    ----------
    fitted, shown : array, shape (image, unit)
        Responses to the same images: those that the means are of, and those that are asked about. Units that vary by
        no more than rounding say nothing; between equal distances the answer is guessed.
    animate : array, shape (image,)
    """
    right = []
    for seed in range(SPLITS):
        order = np.random.default_rng(seed).permutation(len(animate))
        order = np.concatenate([order[animate[order]], order[~animate[order]]])
        train, test = order[::2], order[1::2]
        scale = _varying(fitted[train])
        no, yes = (fitted[train][animate[train] == answer].mean(axis=0) / scale for answer in (False, True))
        towards = (shown[test] / scale) @ (yes - no) - (yes @ yes - no @ no) / 2
        right.append(np.where(towards == 0, 0.5, (towards > 0) == animate[test]).mean())
    return float(np.mean(right))


def tuning_kept(before: np.ndarray, after: np.ndarray) -> float:
    """Correlation of each unit's responses with those before, averaged over units; 0 for one that varies no more."""
    one, other = ((values - values.mean(axis=0)) / _varying(values) for values in (before, after))
    return float((one * other).mean(axis=0)[np.isfinite(_varying(before))].mean())


def _varying(values: np.ndarray) -> np.ndarray:
    """Standard deviation over images, shape (unit,); infinite where it is rounding."""
    spread = values.std(axis=0)
    return np.where(spread > 1e-5 * np.abs(values).max(), spread, np.inf)


def measured(model: Any, intact: Intact, *, of_v4: bool = True, cache: bool = True) -> Measured:
    """Every measure of the model as it is now; without the slow score on V4 where that is not asked for."""
    return (scored(model, cache) if of_v4 else {}) | seen_in_it(model, intact, cache)


def scored(model: Any, cache: bool = True) -> Measured:
    """The score on V4."""
    from brainscore_core import score

    return {V4: score(model, load_v4(), cache=cache).value}


def seen_in_it(model: Any, intact: Intact, cache: bool = True) -> Measured:
    """What is measured with the 92 objects."""
    from brainscore_core import score

    objects = recorded(model, "IT", cache)
    of_it = score(model, IT, cache=cache)
    return {
        IT: (of_it.raw or of_it).value,
        "kept": tuning_kept(intact.objects, objects),
        "fixed": accuracy(intact.objects, objects, intact.animate),
        "refitted": accuracy(objects, objects, intact.animate),
    }


def load_v4() -> Any:
    """The benchmark, with one presentation of each image also where presentations differ."""
    from brainscore_core import load_benchmark

    return load_benchmark(V4, number_of_trials=1)


@dataclass(frozen=True)
class Subject:
    """A model, what it did before anything was done to it, and what was measured already.

    Parameters
    ----------
    model : BrainModel
    intact : Intact
    kept : mapping of content to Measured
    path : Path, optional
        Where that is written.
    without_v4 : bool
        Leave out the score on V4, which takes longer than all else.
    """

    model: Any
    intact: Intact
    kept: Kept
    path: Path | None
    without_v4: bool = False

    def under(self, *perturbations: Any, of_v4: bool = True) -> Measured:
        """The measures under perturbations; without any, of the intact model."""
        from brainscore_vision.perturbation import perturbed

        of_v4 = of_v4 and not self.without_v4
        with perturbed(self.model, *perturbations):
            started, known = time.perf_counter(), self.kept.setdefault(self.model.digest(), {})
            missing = (V4 not in known) * of_v4 + (IT not in known)
            known |= scored(self.model) if of_v4 and V4 not in known else {}
            known |= seen_in_it(self.model, self.intact) if IT not in known else {}
            if missing:
                took = time.perf_counter() - started
                print(f"{self.model.identifier}: {took:.0f} s", file=sys.stderr, flush=True)
                if self.path:
                    self.path.write_text(json.dumps(self.kept))
        return known


def lesions(subject: Subject) -> dict[tuple[str, float], list[Measured]]:
    """By region and share of its units; the score on V4 for the first draws alone, and once where IT is lesioned."""
    from brainscore_vision.perturbation import lesion

    curves = {}
    for region in COLOURS:
        for share in SHARES:
            scored = DRAWS_OF_V4 if region == "V4" else int(share == 1)
            seeds = range(DRAWS if share < 1 else 1)
            curves[region, share] = [
                subject.under(lesion(region, share, seed=seed), of_v4=seed < scored) for seed in seeds
            ]
    return curves


def others(subject: Subject) -> dict[str, list[Measured]]:
    """Silencing, noise and current; the last two in the region's own spread."""
    from brainscore_vision.perturbation import add_noise, silence, stimulate

    spread = subject.intact.spread["V4"]
    cases = {f"half of V4 silenced by {loss:.0%}": silence("V4", 0.5, strength=loss) for loss in (0.5, 0.9)}
    cases |= {f"noise of {times:g} SD in V4": add_noise("V4", times * spread) for times in (1, 2)}
    cases["current of 2 SD into a tenth of V4"] = stimulate("V4", 2 * spread, 0.1)
    return {label: [subject.under(case)] for label, case in cases.items()}


def summary(found: list[Measured], measure: str) -> tuple[float, float] | None:
    """Mean and standard deviation over draws; None where a value is null."""
    values = [each[measure] for each in found if measure in each]
    known = [value for value in values if value is not None]
    if not values or len(known) < len(values):
        return None
    return float(np.mean(known)), float(np.std(known, ddof=1)) if len(known) > 1 else 0.0


def cells(found: list[Measured]) -> list[str]:
    """One row of a table."""
    row = []
    for measure in MEASURES:
        pair = summary(found, measure)
        if pair is None:
            row.append("null" if any(measure in each for each in found) else "")
        else:
            row.append(f"{pair[0]:.3f}" + (f" ± {pair[1]:.3f}" if pair[1] else ""))
    return row


def lesions_table(first: list[Measured], curves: dict[tuple[str, float], list[Measured]]) -> str:
    """One row a region and share."""
    rows = [["-", "0", *cells(first)]]
    rows += [[region, f"{share:g}", *cells(found)] for (region, share), found in curves.items()]
    return table(["lesioned", "share", *MEASURES.values()], rows)


def restored_table(first: Measured, last: Measured) -> str:
    """What came back when nothing was done any more."""
    rows = [
        [told, *map(repr, (first[name], last[name])), str(first[name] == last[name])] for name, told in MEASURES.items()
    ]
    return table(["measure", "before", "after, nothing taken from a store", "the same"], rows)


def draw(first: list[Measured], curves: dict[tuple[str, float], list[Measured]], path: Path) -> None:
    """The curves: score on V4, RDM of IT, decoder."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels = {V4: "score", IT: "raw correlation", "fixed": "share right"}
    figure, axes = pyplot.subplots(1, len(panels), figsize=(11, 3.7), layout="constrained")
    for axis, (measure, unit) in zip(axes, panels.items(), strict=True):
        for region, colour in COLOURS.items():
            found = {0.0: first} | {share: each for (of, share), each in curves.items() if of == region}
            there = {share: pair for share, each in found.items() if (pair := summary(each, measure)) is not None}
            means, spreads = zip(*there.values(), strict=True)
            axis.errorbar(
                list(there), means, spreads, color=colour, marker="o", markersize=4, label=f"{region} lesioned"
            )
        if measure == "fixed":
            again = {0.0: first} | {share: each for (of, share), each in curves.items() if of == "V4"}
            values = [summary(each, "refitted") for each in again.values()]
            axis.plot(
                list(again), [pair[0] for pair in values if pair], "--", color=COLOURS["V4"], label="V4, fitted again"
            )
            axis.axhline(0.5, color="#999999", linewidth=0.8, zorder=0)
        axis.set_title(MEASURES[measure] if measure == "fixed" else measure, fontsize=10)
        axis.set_xlabel("share of units lesioned")
        axis.set_ylabel(unit)
        axis.set_xlim(-0.03, 1.03)
        axis.set_ylim(bottom=0.4 if measure == "fixed" else 0)
        axis.spines[["top", "right"]].set_visible(False)
    axes[-1].legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def main() -> int:
    """Print, and write where asked."""
    from brainscore_core import load_model

    parser = argparse.ArgumentParser()
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--without-v4", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    started = time.perf_counter()
    with settled():
        model = load_model(MODEL)
        intact = intact_of(model)
        kept = json.loads(asked.kept.read_text()) if asked.kept and asked.kept.exists() else {}
        subject = Subject(model, intact, kept, asked.kept, asked.without_v4)
        first = subject.under()
        curves, rest = lesions(subject), others(subject)
        if asked.without_v4:
            return 0
        last = measured(model, intact, cache=False)
    spread = ", ".join(f"{value:.2f} in {region}" for region, value in intact.spread.items())
    parts = [
        "",
        f"Units of {', '.join(f'{region} `{layer}`' for region, (layer,) in _layers(model).items())}. Mean ± standard"
        f" deviation over {DRAWS} draws of the units, of which {DRAWS_OF_V4} are scored on V4. `animate?`: the nearer"
        " of two class means of IT, fitted on half of the 92 objects of Kriegeskorte et al. and asked of the other,"
        f" {SPLITS} splits; chance is .5.\n",
        "## Lesions\n",
        lesions_table([first], curves),
        "![Lesion curves](../docs/lesion-curves.png)\n",
        "## Silencing, noise, current\n",
        f"An SD is a unit's over the 92 objects, averaged over units: {spread}.\n",
        table(
            ["done", *MEASURES.values()],
            [["nothing", *cells([first])], *([name, *cells(f)] for name, f in rest.items())],
        ),
        "## Restored\n",
        restored_table(first, last),
    ]
    text = heading(f"Perturbing {MODEL}", "show_perturbation.py", time.perf_counter() - started) + "\n".join(parts)
    print(text)
    if asked.write:
        path = ROOT / "bench" / "RESULTS-perturbation.md"
        _, line, words = (path.read_text() if path.exists() else "").partition("\n## What they say\n")
        path.write_text(text + line + words)
        draw([first], curves, ROOT / "docs" / "lesion-curves.png")
    return 0


def _layers(model: Any) -> dict[str, tuple[str, ...]]:
    return {region: model.commitment.of(region) for region in COLOURS}


if __name__ == "__main__":
    raise SystemExit(main())
