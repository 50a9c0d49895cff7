# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-cowley2023>=1,<2",
#     "bs-benchmark-kriegeskorte2008>=1,<2",
#     "bs-benchmark-marques2020>=1,<2",
#     "bs-benchmark-vangerven2010>=1,<2",
#     "bs-model-cornet>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
#     "bs-model-hmo>=1,<2",
#     "bs-model-torchvision>=1,<2",
# ]
# ///
"""What training adds: a network beside its untrained twin, and other untrained networks, on every benchmark with data.

``python bench/show_twins.py [--kept FOLDER] [--only MODEL ...] [--on PREFIX ...] [--write]``; with ``--write`` the
tables are kept in ``bench/RESULTS-twins.md``. With ``--kept``, scores are remembered in that folder, so that it can be
run in pieces: ``--only`` some models, ``--on`` benchmarks whose names begin so (``--on none``: what is remembered).
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shown import ROOT, heading, pm, settled, table

TRAINED = "efficientnet-lite0"
TWIN = f"{TRAINED}-untrained"
OTHERS = ("torchvision:resnet18-untrained", "cornet:S-untrained", "hmo-random")
BENCHMARKS = (
    "Marques2020_Cavanaugh2002-grating_summation_field",
    "Marques2020_Cavanaugh2002-surround_diameter",
    "Marques2020_Cavanaugh2002-surround_suppression_index",
    "Marques2020_DeValois1982-peak_sf",
    "Marques2020_DeValois1982-pref_or",
    "Marques2020_Schiller1976-sf_bandwidth",
    "Marques2020_Schiller1976-sf_selective",
    "vanGerven2010.V1-V3-ridgecv",
    "Cowley2023.V4-pls",
    "Cowley2023.V4-ridge",
    "Cowley2023.V4-rdm",
    "Kriegeskorte2008.IT-human-rdm",
    "Kriegeskorte2008.IT-monkey-rdm",
)
NOT_RUN = "not run"
FIXED_PENALTY = "Cowley2023.V4-ridge"
LOUDER = 1e7
"""About what the activity of the twin's V4 is smaller by than the trained network's."""
LOUD = f"{TWIN}, V4 times {LOUDER:g}"


def scores_of(name: str, kept: Path | None, asked: Sequence[str]) -> dict[str, Any]:
    """Score, or the reason that there is none, by benchmark; what is remembered is not made again.

    Parameters
    ----------
    name : str
    kept : Path, optional
    asked : sequence of str
        Benchmarks that are scored where nothing is remembered.
    """
    from brainscore_core import Score, load_model, score_all

    files = {each: kept / f"{name.replace(':', '_')}--{each}.json" for each in BENCHMARKS} if kept else {}
    found: dict[str, Any] = dict.fromkeys(BENCHMARKS, NOT_RUN)
    found |= {each: Score.load(path) for each, path in files.items() if path.is_file()}
    missing = [each for each in asked if found[each] is NOT_RUN]
    for record in score_all([load_model(name)], missing) if missing else ():
        print(f"{name} on {record.benchmark}: {record.status} in {record.seconds:.0f} s", file=sys.stderr, flush=True)
        found[record.benchmark] = record.score or record.status.value
        if record.score and kept:
            record.score.save(files[record.benchmark])
    return found


def louder(kept: Path | None) -> Any:
    """The twin's score with a fixed penalty where its activity is as large as a trained network's."""
    from brainscore_core import Score, load_model, score
    from brainscore_vision.perturbation import Perturbation, perturbed

    path = kept / "louder.json" if kept else None
    if path and path.is_file():
        return Score.load(path)
    with perturbed(load_model(TWIN), Perturbation("amplified", "V4", gain=LOUDER)) as model:
        found = score(model, FIXED_PENALTY)
    if path:
        found.save(path)
    return found


def value_of(found: Any) -> str:
    """Score and error; the value before a ceiling where there is no score."""
    if isinstance(found, str):
        return found
    shown = found.raw if found.value is None and found.raw is not None else found
    return ("raw " if shown is not found else "") + (
        pm(shown.value, shown.error) if shown.value is not None else "null"
    )


def twins_table(scores: dict[str, dict[str, Any]]) -> str:
    """One row a benchmark: network, twin, and whether they differ."""
    rows = []
    for benchmark in BENCHMARKS:
        pair = {name: scores[name][benchmark] for name in (TRAINED, TWIN)}
        rows.append([f"`{benchmark}`", *map(value_of, pair.values()), *compared(pair)])
    return table(["benchmark", "trained", "untrained", "difference", "p", "real", "how it is known"], rows)


def compared(pair: dict[str, Any]) -> list[str]:
    """Difference of the first from the second with its error, p, verdict and pairing."""
    from brainscore_core.statistics.pairing import compare_scores

    if any(isinstance(score, str) for score in pair.values()):
        return ["", "", "", ""]
    found = compare_scores(pair)
    if found.comparison is None:
        one, other = (score.value for score in pair.values())
        apart = "" if one is None or other is None else f"{one - other:+.3f}"
        return [apart, "", "", "; ".join(dict.fromkeys(found.left_out.values()))]
    (told,) = found.to_dict()["pairs"]
    return [
        f"{told['difference']:+.3f} ± {told['error']:.3f}",
        "-" if told["p"] is None else f"{told['p']:.1g}",
        told["real"],
        found.pairing + (", raw" if found.quantity == "raw" else ""),
    ]


def others_table(scores: dict[str, dict[str, Any]]) -> str:
    """One row a benchmark, one column a network."""
    rows = [[f"`{each}`", *(value_of(of[each]) for of in scores.values())] for each in BENCHMARKS]
    return table(["benchmark", *(f"`{name}`" for name in scores)], rows)


def best_untrained_table(scores: dict[str, dict[str, Any]]) -> str:
    """The trained network against the best of several untrained ones, which favours those."""
    rows = []
    for benchmark in BENCHMARKS:
        there = {name: of[benchmark] for name, of in scores.items() if not isinstance(of[benchmark], str)}
        numbers = {name: _number(score) for name, score in there.items() if name != TRAINED}
        if TRAINED not in there or sum(value is not None for value in numbers.values()) < 2:
            continue
        best = max(numbers, key=lambda name: float("-inf") if numbers[name] is None else numbers[name])
        apart, p, real, _ = compared({TRAINED: there[TRAINED], best: there[best]})
        rows.append([f"`{benchmark}`", f"`{best}`", apart, p, real])
    return table(["benchmark", "best untrained", "trained is above it by", "p", "real"], rows)


def _number(score: Any) -> float | None:
    return score.raw.value if score.value is None and score.raw is not None else score.value


def flags_line(scores: dict[str, dict[str, Any]]) -> str:
    """What is said about scores that need a word."""
    found: dict[str, list[str]] = {}
    for name, of in scores.items():
        for benchmark, score in of.items():
            for flag in () if isinstance(score, str) else score.flags:
                found.setdefault(flag, []).append(f"{name} on `{benchmark}`")
    return "\n".join(f"- {flag}: {', '.join(where)}" for flag, where in found.items()) + "\n"


def main() -> int:
    """Print, and write where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--only", nargs="+", default=[TRAINED, TWIN, *OTHERS])
    parser.add_argument("--on", nargs="+", default=[""])
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    started = time.perf_counter()
    if asked.kept:
        asked.kept.mkdir(exist_ok=True)
    with settled():
        benchmarks = [each for each in BENCHMARKS if each.startswith(tuple(asked.on))]
        scores = {name: scores_of(name, asked.kept, benchmarks) for name in asked.only}
        if not {TRAINED, TWIN} <= set(scores):
            return 0
        amplified = louder(asked.kept)
    text = heading("Trained and untrained", "show_twins.py", time.perf_counter() - started) + "\n".join(
        [
            "",
            f"## {TRAINED} and its twin\n",
            twins_table(scores),
            f"`{LOUD}` has {value_of(amplified)} on `{FIXED_PENALTY}`, whose penalty does not follow the size"
            " of responses.\n",
            "## Other untrained networks\n",
            others_table(scores),
            "## Against the best of the untrained\n",
            best_untrained_table(scores),
            "## Flags\n",
            flags_line(scores),
        ]
    )
    print(text)
    if asked.write:
        path = ROOT / "bench" / "RESULTS-twins.md"
        _, line, words = (path.read_text() if path.exists() else "").partition("\n## What they say\n")
        path.write_text(text + line + words)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
