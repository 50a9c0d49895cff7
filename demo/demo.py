# /// script
# dependencies = [
#     "brainscore-vision>=3,<4",
#     "bs-app-campaign>=1,<2",
#     "bs-app-leaderboard>=1,<2",
#     "bs-benchmark-kriegeskorte2008>=1,<2",
#     "bs-benchmark-marques2020>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
#     "bs-model-gabor-v1>=1,<2",
#     "bs-model-hmax>=1,<2",
#     "bs-model-pixels>=1,<2",
#     "matplotlib>=3.9",
# ]
# ///
"""The demo: four models against published macaque V1 and against human and monkey IT. ``nox -s demo`` runs it.

Prints a table, writes ``demo-results.json`` and ``demo.png`` into the present folder, and builds a leaderboard of the
scores.
"""

import os
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELS = ("pixels", "gabor-v1", "hmax", "efficientnet-lite0")
BENCHMARKS = (
    "Marques2020_DeValois1982-*",
    "Marques2020_Schiller1976-*",
    "Marques2020_Cavanaugh2002-*",
    "Kriegeskorte2008.IT-human-rdm",
    "Kriegeskorte2008.IT-monkey-rdm",
)


def settle_environment() -> None:
    """Keep what is stored beside the demo, so that a second run finds it; use files that lie beside the checkout."""
    os.environ.setdefault("BRAINSCORE_HOME", str(ROOT / ".demo-home"))
    beside = ROOT.parent / "shared" / "data"
    if (beside / "index.csv").is_file():
        os.environ.setdefault("BRAINSCORE_MIRRORS", str(beside))


def main() -> int:
    """Score, print, write; returns the exit code."""
    start = time.perf_counter()
    settle_environment()
    from board import build_board
    from picture import draw
    from table import echo_matrix

    from brainscore_core import score_all
    from brainscore_core.cli.kinds import expand
    from brainscore_core.cli.output import write_json_file
    from brainscore_core.cli.placement import placements
    from brainscore_core.cli.progress import watching
    from brainscore_core.cli.report import echo_flags, echo_marks, echo_nodes, echo_reasons
    from brainscore_core.provenance import peak_memory_mb

    benchmarks = expand("benchmarks", BENCHMARKS)
    pairs = [f"{model} on {benchmark}" for model in MODELS for benchmark in benchmarks]
    records = []
    with watching(len(pairs), pairs.__getitem__) as tell, redirect_stdout(sys.stderr):
        for record in score_all(MODELS, benchmarks):
            records.append(record)
            tell(record)
    runs = {model: [record for record in records if record.model == model] for model in MODELS}

    echo_matrix(runs)
    echo_marks(runs)
    for placement in placements(benchmarks):
        print()
        echo_nodes(runs, placement, "hierarchical")
    echo_flags(runs)
    echo_reasons(runs)
    write_json_file(Path("demo-results.json"), [record.to_dict() for record in records])
    draw(runs, Path("demo.png"))
    page = build_board(records)
    print("\nwritten: demo-results.json, demo.png")
    print(f"leaderboard: open {os.path.relpath(page)} in a browser")
    print(f"{len(records)} pairs in {time.perf_counter() - start:.0f} s, peak memory {peak_memory_mb():.0f} MB")
    return int(any(record.status == "failed" for record in records))


if __name__ == "__main__":
    sys.exit(main())
