# /// script
# dependencies = [
#     "brainscore-core>=3,<4",
#     "bs-app-campaign[dask]>=1,<2",
# ]
# ///
"""Two workers against one, on local processes and on a local Dask cluster; and what a campaign adds to each pair.

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
IDLE = 15
"""Pairs that compute nothing: what a campaign adds to each shows."""


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


def overhead() -> str:
    """Milliseconds of a pair in a campaign, and of the process that makes the same attempt without one."""
    from bs_app_campaign import Campaign, Database
    from bs_app_campaign.executors import executor, watching
    from bs_app_campaign.jobs import Job

    inside, bare = [], []
    models = [f"good-{number}" for number in range(IDLE)]
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as home:
            os.environ["BRAINSCORE_HOME"] = home
            made = Campaign.create(Database(), "overhead", models, ["one"])
            began = time.perf_counter()
            made.run(executor("local", workers=1))
            inside.append((time.perf_counter() - began) / IDLE * 1e3)
            began = time.perf_counter()
            for number, model in enumerate(models):
                watching.attempt(Job(number, model, "one", str(Path(home) / f"bare-{number}")))
            bare.append((time.perf_counter() - began) / IDLE * 1e3)
            sys.stderr.write(f"overhead: {inside[-1]:.0f} ms in a campaign, {bare[-1]:.0f} ms without\n")
    added = [a - b for a, b in zip(inside, bare, strict=True)]
    cells = [
        f"{statistics.median(inside):.0f}", f"{statistics.median(bare):.0f}", f"{statistics.median(added):.0f}",
        f"{min(added):.0f} to {max(added):.0f}", "50",
    ]  # fmt: skip
    headers = ("in a campaign, ms", "its process alone, ms", "added, median", "of its rounds", "promised below")
    return f"{IDLE} pairs that compute nothing, one after the other, local processes.\n\n{table(headers, [cells])}"


def main() -> None:
    """Print, or write."""
    began = time.perf_counter()
    os.environ["TROUBLE_TURNS"] = str(TURNS)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        site = runpy.run_path(str(TESTS / "faults" / "stage.py"))["make_site"](Path(folder))
        sys.path.insert(0, str(site))
        os.environ["PYTHONPATH"] = str(site)
        added = overhead()
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
        f"{heading('What a campaign costs, and what workers bring', 'show_workers.py', time.perf_counter() - began)}\n"
        f"## Scheduling overhead\n\n{added}\n## Two workers against one\n\n"
        f"{len(MODELS) * len(BENCHMARKS)} pairs, each in a process of its own that computes the same hash on one "
        f"processor, {ROUNDS} rounds in turns.\n\n{table(headers, rows)}"
    )
    sys.stdout.write(text)
    if "--write" in sys.argv:
        (ROOT / "bench" / "RESULTS-workers.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
