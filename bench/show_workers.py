# /// script
# dependencies = [
#     "brainscore-core>=3,<4",
#     "bs-app-campaign[dask]>=1,<2",
# ]
# ///
"""Two workers against one: a campaign that only computes, on local processes and on a local Dask cluster.

``python bench/show_workers.py [--write]`` writes bench/RESULTS-workers.md. It needs two idle processors.
"""

import os
import runpy
import statistics
import sys
import tempfile
import time
from pathlib import Path

from shown import ROOT, heading, table

TESTS = ROOT / "plugins" / "bs-app-campaign" / "tests"
MODELS, BENCHMARKS = [f"turns-{number}" for number in range(4)], ["one", "two", "three"]
TURNS = 8_000_000
ROUNDS = 3


def campaign(kind: str, workers: int) -> float:
    """Seconds of one campaign, from the first pair to the last; the start of a cluster is not in it."""
    from bs_app_campaign import Campaign, Database
    from bs_app_campaign.executors import executor

    with tempfile.TemporaryDirectory() as home:
        os.environ["BRAINSCORE_HOME"] = home
        made = Campaign.create(Database(), "workers", MODELS, BENCHMARKS)
        chosen = executor(kind, workers=workers)
        began = time.perf_counter()
        counts = made.run(chosen)
        seconds = time.perf_counter() - began
    if counts != {"ok": len(MODELS) * len(BENCHMARKS)}:
        raise SystemExit(f"not all were scored: {counts}")
    return seconds


def main() -> None:
    """Print, or write."""
    began = time.perf_counter()
    os.environ["TROUBLE_TURNS"] = str(TURNS)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        site = runpy.run_path(str(TESTS / "faults" / "stage.py"))["make_site"](Path(folder))
        sys.path.insert(0, str(site))
        os.environ["PYTHONPATH"] = str(site)
        for kind in ("local", "dask"):
            taken: dict[int, list[float]] = {1: [], 2: []}
            for _ in range(ROUNDS):
                for workers, seconds in taken.items():
                    seconds.append(campaign(kind, workers))
                    sys.stderr.write(f"{kind}, {workers}: {seconds[-1]:.1f} s\n")
            one, two = (statistics.median(seconds) for seconds in taken.values())
            ratios = [a / b for a, b in zip(taken[1], taken[2], strict=True)]
            spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
            rows.append([kind, f"{one:.1f}", f"{two:.1f}", f"{statistics.median(ratios):.2f}x", spread, "1.7x"])
    headers = ("executor", "one worker, s", "two workers, s", "ratio, median", "of its rounds", "promised at least")
    text = (
        f"{heading('Two workers against one', 'show_workers.py', time.perf_counter() - began)}\n"
        f"{len(MODELS) * len(BENCHMARKS)} pairs, each in a process of its own that computes the same hash on one "
        f"processor, {ROUNDS} rounds in turns.\n\n{table(headers, rows)}"
    )
    sys.stdout.write(text)
    if "--write" in sys.argv:
        (ROOT / "bench" / "RESULTS-workers.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
