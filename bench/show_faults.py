# /// script
# dependencies = [
#     "brainscore-vision>=3,<4",
#     "bs-app-campaign[dask,postgresql]>=1,<2",
#     "pytest>=8.3",
# ]
# ///
"""What campaigns survive: faults injected and counted, policies compared on one table with gaps, two databases.

``python tools/with_postgresql.py python bench/show_faults.py [--once] [--write]``: injects everything that the tests
inject (half an hour), or each kind once, and writes bench/RESULTS-faults.md. Without the server, SQLite alone.
"""

import json
import os
import runpy
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from shown import ROOT, heading, settled, table

FAULTS = ROOT / "plugins" / "bs-app-campaign" / "tests" / "faults"
SERVER = "BRAINSCORE_TEST_POSTGRESQL"
PROMISED = 200
"""Injections in all."""
TEXT = """\
Moments and steps are drawn from a seed; after the last fault the campaign is resumed, and the database is counted.
Only what happened counts as injected: a campaign that ends before it is killed was not killed. Lost: a pair without its
score, or a score that a process said it had stored and that is not there. Twice: two scores of one pair. Wrong: another
number, status or version than is right, a date that is none, a process that outlives its campaign, a campaign that ends
because its server is restarted, a pair that a fault of the machine is counted against.

What campaigns cost, and what workers bring, is in [RESULTS-workers.md](RESULTS-workers.md); a thousand workers,
simulated, in [RESULTS-simulation.md](RESULTS-simulation.md). `nox -s faults` asserts what stands here.
"""
POLICIES = ("strict", "available", "zero")


def faults(kind: str, share: float) -> tuple[str, int]:
    """The table of faults on one kind of database, with `share` of the trials, one at least; how many were injected."""
    injections = runpy.run_path(str(FAULTS / "injections.py"), run_name="injections")
    stage = runpy.run_path(str(FAULTS / "stage.py"))
    rows, total = [], 0
    with tempfile.TemporaryDirectory() as folder:
        site = stage["make_site"](Path(folder) / "site")
        for name, found in injections["kinds"]().items():
            began, reports = time.perf_counter(), []
            for seed in range(max(1, round(found.trials * share))):
                home = Path(folder) / f"home-{len(rows)}-{seed}"
                home.mkdir()
                with stage["empty_database"](home) as url:
                    reports.append(injections["inject"](name, injections["Scene"](home, url, site, seed)))
            injected = sum(report.injected for report in reports)
            total += injected
            counts = [
                sum(len(getattr(report.audit, what)) for report in reports) for what in ("lost", "twice", "wrong")
            ]
            scores = sum(report.audit.scores for report in reports)
            numbers = (len(reports), injected, scores, *counts)
            rows.append([name, *map(str, numbers), f"{time.perf_counter() - began:.0f}"])
            sys.stderr.write(f"{kind}: {' '.join(rows[-1])}\n")
    headers = ("fault", "trials", "injected", "scores after it", "lost", "twice", "wrong", "seconds")
    return f"### {kind}: {total} injections\n\n{table(headers, rows)}", total


def policies() -> str:
    """One table with gaps under each policy, in each database, and by a rule written down once more."""
    stage = runpy.run_path(str(FAULTS / "stage.py"))
    found = {}
    for kind in ("SQLite", "PostgreSQL") if SERVER in os.environ else ("SQLite",):
        with tempfile.TemporaryDirectory() as folder, _only(kind), stage["empty_database"](Path(folder)) as url:
            found[kind] = _boards(url)
    boards = found["SQLite"]
    rows = [
        [model, f"{len(gaps)} of {len(boards['leaves'])}", *(_cell(boards[policy][model]) for policy in POLICIES)]
        for model, gaps in boards["gaps"].items()
    ]
    text = table(("model", "without a score", *POLICIES), rows)
    worst = max(abs(boards["zero"][model] - value) for model, value in boards["by hand"].items())
    text += f"\nMissing counts as zero, written down once more as nested means: at most {worst:.1e} from `zero`.\n"
    if len(found) == 2:
        same = json.dumps(found["SQLite"]) == json.dumps(found["PostgreSQL"])
        text += f"\nThe same table in PostgreSQL, to the last digit of every number, ranks included: {same}.\n"
    return text


def _boards(url: str) -> dict[str, Any]:
    made = runpy.run_path(str(FAULTS / "gaps.py"))
    return made["boards"](url, "vision", POLICIES)


class _only:
    """Without the server meanwhile, where SQLite is asked for."""

    def __init__(self, kind: str):
        self.hidden = os.environ.get(SERVER) if kind == "SQLite" else None

    def __enter__(self) -> None:
        if self.hidden is not None:
            del os.environ[SERVER]

    def __exit__(self, *_: object) -> None:
        if self.hidden is not None:
            os.environ[SERVER] = self.hidden


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def main() -> None:
    """Print, or write."""
    began = time.perf_counter()
    once = "--once" in sys.argv
    with settled():
        compared = policies()
        with _only("SQLite"):
            made = [faults("SQLite", 0 if once else 1)]
        if SERVER in os.environ:
            made.append(faults("PostgreSQL", 0 if once else 1 / 3))
    total = sum(injected for _, injected in made)
    if not once and total < PROMISED:
        raise SystemExit(f"{total} were injected, and {PROMISED} are promised")
    parts = [
        heading("What campaigns survive", "show_faults.py", time.perf_counter() - began),
        f"## Faults: {total} injections, {PROMISED} promised\n",
        TEXT,
        *(shown for shown, _ in made),
        "## Policies on one table with gaps\n",
        compared,
    ]
    text = "\n".join(parts)
    sys.stdout.write(text)
    if "--write" in sys.argv:
        (ROOT / "bench" / "RESULTS-faults.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
