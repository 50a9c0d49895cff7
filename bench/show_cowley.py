# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-cowley2023>=1,<2",
#     "bs-metric-ceilings>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
#     "bs-model-gabor-v1>=1,<2",
#     "bs-model-hmax>=1,<2",
#     "bs-model-pixels>=1,<2",
# ]
# ///
"""Six models on macaque V4 (Cowley et al. 2023): scores, which pairs differ, the shown size, the learning curve.

``python bench/show_cowley.py [--write]``; with ``--write`` the tables are kept in ``bench/RESULTS-cowley.md``.
"""

import sys
import time
from typing import Any

from shown import ROOT, heading, pm, settled, table

MODELS = ("pixels", "gabor-v1", "hmax", "efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2")
LENT = "gabor-v1 lent to V4"
BENCHMARKS = ("Cowley2023.V4-pls", "Cowley2023.V4-ridge", "Cowley2023.V4-rdm")
STATED, OTHER = 11.2, 8
SIZES = (32, 64, 128, 256, 400)
CURVE_OF = "efficientnet-lite0"


def benchmark(identifier: str, degrees: float = STATED) -> Any:
    """A benchmark with its images shown at another size."""
    from brainscore_core import load_benchmark

    return load_benchmark(identifier) if degrees == STATED else load_benchmark(identifier, visual_degrees=degrees)


def lent(model: Any) -> Any:
    """The model of V1 with its cells taken for those of V4."""
    from brainscore_vision.commitments.layers import LayerCommitment

    return model.committed_to(
        LayerCommitment({"V4": "output"}, chosen="its only layer, to see what cells of V1 explain")
    )


def all_scores() -> dict[str, dict[tuple[str, float], Any]]:
    """Score, or the reason that there is none, by model, then by benchmark and shown size."""
    from brainscore_core import load_model, score_all

    asked = [(identifier, degrees) for degrees in (STATED, OTHER) for identifier in BENCHMARKS]
    tasks = [benchmark(*each) for each in asked]
    found = {}
    for name in MODELS:
        model = load_model(name)
        subjects = {name: model, LENT: lent(model)} if name == "gabor-v1" else {name: model}
        for label, subject in subjects.items():
            records = list(score_all([subject], tasks))
            found[label] = {
                key: record.score or record.status.value for key, record in zip(asked, records, strict=True)
            }
    return found


def scores_table(scores: dict[str, dict[tuple[str, float], Any]], identifier: str, degrees: float = STATED) -> str:
    """One row a model."""
    rows = []
    for name, of_model in scores.items():
        score = of_model[identifier, degrees]
        if isinstance(score, str):
            rows.append([name, score, "", "", ""])
            continue
        span = f"{score.details['interval_low']:.3f} to {score.details['interval_high']:.3f}"
        ceiling = pm(score.ceiling.value, score.ceiling.error)
        rows.append([name, pm(score.raw.value, score.raw.error), ceiling, pm(score.value, score.error), span])
    return table(["model", "raw", "ceiling", "score", "95% interval"], rows)


def ceilings_table() -> str:
    """The same recordings by every estimator."""
    from brainscore_core import load_metric

    trials = benchmark(BENCHMARKS[0]).trials()
    names = {
        "internal_consistency": "Brain-Score 2's order: random halves of the repetitions",
        "split_half_reliability": "equal halves of each image's trials (what the scores above are divided by)",
        "icc": "one-way analysis of variance, ICC(1, k)",
    }
    rows = [[f"`{name}`", told, f"{float(load_metric(name)(trials)):.4f}"] for name, told in names.items()]
    root = benchmark("Cowley2023.V4-rdm").ceiling
    told = f"root of the Spearman-Brown reliability ({root.details['reliability']:.4f}) of the split-half RDM"
    return table(["metric", "estimator", "ceiling"], [*rows, ["`rdm_reliability`", told, f"{float(root):.4f}"]])


def pairs_table(scores: dict[str, dict[tuple[str, float], Any]], identifier: str) -> str:
    """Every pair of models, the larger first."""
    from brainscore_core.statistics.pairing import compare_scores

    there = {name: of[identifier, STATED] for name, of in scores.items() if not isinstance(of[identifier, STATED], str)}
    found = compare_scores(there).to_dict()
    ranks = {entry["model"]: entry["rank"] for entry in found["models"]}
    rows = []
    for pair in sorted(found["pairs"], key=lambda entry: -abs(entry["difference"])):
        one, other = pair["models"] if pair["difference"] >= 0 else reversed(pair["models"])
        by = pm(abs(pair["difference"]), pair["error"])
        rows.append(
            [one, other, by, f"{pair['p']:.1g}", f"{pair['p_holm']:.1g}", f"{pair['q']:.1g}", str(pair["real"])]
        )
    head = f"{identifier}, {found['pairing']}. Ranks (95% of all at once): "
    head += ", ".join(f"{name} {low}" + (f" to {high}" if high > low else "") for name, (low, high) in ranks.items())
    return f"{head}.\n\n" + table(["better", "than", "by", "p", "p (Holm)", "q (FDR)", "real"], rows)


def size_table(scores: dict[str, dict[tuple[str, float], Any]]) -> str:
    """Scores at the stated size and at the other."""
    rows = []
    for name, of in scores.items():
        if any(isinstance(score, str) for score in of.values()):
            continue
        cells = [pm(of[task, size].value, of[task, size].error) for task in BENCHMARKS for size in (STATED, OTHER)]
        rows.append([name, *cells])
    headers = [f"{task.partition('-')[2]}, {size:g} deg" for task in BENCHMARKS for size in (STATED, OTHER)]
    return table(["model", *headers], rows)


def learning_table() -> str:
    """How raw predictivity grows with the images that are fitted, and where it is going."""
    from brainscore_core import load_benchmark, score
    from brainscore_core.contracts import MetricSpec

    rows = []
    for identifier in ("Cowley2023.V4-pls", "Cowley2023.V4-ridge"):
        spec = benchmark(identifier).metric
        longer = MetricSpec(spec.identifier, **{**spec.parameters, "learning_curve": SIZES})
        found = score(CURVE_OF, load_benchmark(identifier, metric=longer))
        told = found.details
        reached = pm(found.raw.value, found.raw.error)
        limit = pm(told.get("learning_curve_limit"), told.get("learning_curve_limit_error"))
        flagged = ", ".join(found.raw.flags)
        rows.append([identifier, *(pm(told[f"learning_curve_{size}"]) for size in SIZES), reached, limit, flagged])
    return table(["benchmark", *map(str, SIZES), "576", "limit", "flag"], rows)


def main() -> int:
    """Print, and write where asked."""
    started = time.perf_counter()
    with settled():
        scores = all_scores()
        parts = ["\n## Scores\n"]
        for identifier in BENCHMARKS:
            parts.append(f"`{identifier}`\n\n{scores_table(scores, identifier)}")
        parts += ["## Ceilings\n", ceilings_table(), "## Which pairs differ\n"]
        parts += [pairs_table(scores, identifier) for identifier in BENCHMARKS]
        parts += [f"## Shown at {STATED:g} or at {OTHER} degrees\n", size_table(scores)]
        parts += [f"## Learning curve of {CURVE_OF}, raw, by number of images fitted\n", learning_table()]
    head = heading("Macaque V4 (Cowley et al. 2023)", "show_cowley.py", time.perf_counter() - started)
    text = head + "\n".join(parts)
    print(text)
    if "--write" in sys.argv:
        keep(text)
    return 0


def keep(text: str) -> None:
    """Write the tables; what was written about them by hand below the line stays."""
    path = ROOT / "bench" / "RESULTS-cowley.md"
    _, line, words = (path.read_text() if path.exists() else "").partition("\n## What they say\n")
    path.write_text(text + line + words)


if __name__ == "__main__":
    raise SystemExit(main())
