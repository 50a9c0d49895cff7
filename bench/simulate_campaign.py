# /// script
# dependencies = [
#     "brainscore-core>=3,<4",
#     "bs-app-campaign>=1,<2",
# ]
# ///
"""A campaign of a thousand workers without the workers: attempts end after drawn times, all else is as it is.

``python bench/simulate_campaign.py [--write]`` (a quarter of an hour) writes bench/RESULTS-simulation.md. The
loop, the files of attempts and the database are the real ones. The executor's clock skips the time in which the
campaign would only wait, and goes on while the campaign works: workers that end meanwhile stand idle, as they would.
"""

import heapq
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shown import ROOT, heading, table

from bs_app_campaign.jobs import RESULT, SCORE, Ending, Job, Outcome

WORKERS, MODELS, BENCHMARKS = 1_000, 500, 150
MEANS = (600.0, 60.0, 20.0, 6.0, 2.0)
"""Seconds of a pair, on average, that the shorter campaigns are tried with."""
SHORT = 40, 150
KEPT_UP = 0.95
"""Share of their time that workers that are kept busy have a pair."""


class Drawn:
    """An executor that ends attempts after drawn times, and runs nothing.

    Parameters
    ----------
    workers : int
        At once.
    seconds : float
        Mean of the exponential distribution that durations are drawn from.
    lost : float
        Share of attempts whose worker dies.
    """

    separate = True

    def __init__(self, workers: int, seconds: float = 600.0, lost: float = 0.01, seed: int = 0):
        self.capacity = workers
        self._now, self._looked = 0.0, time.perf_counter()
        self._rng, self._mean, self._lost = random.Random(seed), seconds, lost
        self._running: list[tuple[float, int, Job]] = []
        self._count, self._drawn = 0, 0.0

    @property
    def mean(self) -> float:
        """Seconds of an attempt, of those that were drawn."""
        return self._drawn / self._count

    @property
    def now(self) -> float:
        """Seconds since the campaign began, those that were skipped included."""
        looked = time.perf_counter()
        self._now, self._looked = self._now + looked - self._looked, looked
        return self._now

    def submit(self, job: Job) -> None:
        """Begin one."""
        job.write()
        self._count += 1
        seconds = self._rng.expovariate(1 / self._mean)
        self._drawn += seconds
        heapq.heappush(self._running, (self.now + seconds, self._count, job))

    def finished(self, timeout: float | None = None) -> Iterator[Outcome]:
        """All that have ended; where none has, the next, after its time has been skipped."""
        self._now = max(self.now, self._running[0][0])
        while self._running and self._running[0][0] <= self._now:
            _, _, job = heapq.heappop(self._running)
            if self._rng.random() < self._lost:
                yield Outcome(job, Ending.LOST, "its worker is gone")
            else:
                leave(job, self._rng.random())
                yield Outcome(job, Ending.DONE)

    def close(self, *, kill: bool = False) -> None:
        """Nothing runs."""


def leave(job: Job, value: float) -> None:
    """What an attempt leaves: a score and a result."""
    from brainscore_core.data.writing import write_json
    from brainscore_core.scores import Score

    folder = Path(job.folder)
    Score(value, 0.01, Score(0.8, 0.02), Score(value * 0.8, 0.01)).save(folder / SCORE)
    model = {"identifier": job.model, "distribution": "made-up", "version": "1.0.0", "digest": f"{job.model:0>64}"[:64]}
    benchmark = {"identifier": job.benchmark, "version": 1, "digest": "d", "domain": "vision", "parent": "IT"}
    result = {"run": job.run, "pair": job.pair, "key": f"{job.model} {job.benchmark}", "status": "ok", "reason": ""}
    provenance = {"settings": {"seed": 0}, "libraries": {"numpy": "2.4"}, "written_mb": 1.0}
    more = {"seconds": 1.0, "peak_memory_mb": 100.0, "provenance": provenance}
    write_json(folder / RESULT, result | {"model": model, "benchmark": benchmark} | more)


def simulate(models: int, benchmarks: int, workers: int, seconds: float) -> dict[str, Any]:
    """Run one.

    Returns
    -------
    mapping
        ``created``: seconds that its pairs took to be noted. ``marks``: (attempts, seconds, seconds of processor, MB of
        the database) after each tenth. ``busy``: share of their time in which workers had a pair, while others waited.
    """
    from bs_app_campaign import Campaign, Database

    pairs, ended = models * benchmarks, 0
    marks, moments = list[tuple[int, float, float, float]](), list[float]()
    executor = Drawn(workers, seconds)

    def tell(_: Any, outcome: Outcome, status: str) -> None:
        nonlocal ended
        ended += status == "ok"
        if status == "ok" and ended in (workers, pairs - workers):
            moments.append(executor.now)
        if status == "ok" and ended % max(1, pairs // 10) == 0:
            size = sum(path.stat().st_size for path in Path(home).glob("*.db*")) / 2**20
            marks.append((ended, time.perf_counter() - began, time.process_time() - processor, size))
            sys.stderr.write(f"{seconds:g} s a pair: {marks[-1]}\n")

    with tempfile.TemporaryDirectory() as home:
        os.environ["BRAINSCORE_HOME"] = home
        asked = time.perf_counter()
        names = [f"model-{n}" for n in range(models)], [f"benchmark-{n}" for n in range(benchmarks)]
        campaign = Campaign.create(Database(), "simulated", *names)
        began, processor = time.perf_counter(), time.process_time()
        counts = campaign.run(executor, tell=tell)
        if counts != {"ok": pairs}:
            raise SystemExit(f"not every pair has its score: {counts}")
    ended_each = (pairs - 2 * workers) / (moments[1] - moments[0])
    return {"created": began - asked, "marks": marks, "busy": ended_each * executor.mean / workers}


def long() -> str:
    """500 models on 150 benchmarks: whether the rate falls as scores gather."""
    found = simulate(MODELS, BENCHMARKS, WORKERS, 600.0)
    rows, before = [], (0, 0.0, 0.0, 0.0)
    for mark in found["marks"]:
        attempts, seconds, processor, size = mark
        each = (attempts - before[0]) / (seconds - before[1])
        rows.append([f"{attempts:,}", f"{each:.0f}", f"{seconds:.0f}", f"{processor:.0f}", f"{size:.1f}"])
        before = mark
    headers = ("scores", "a second, in this tenth", "seconds", "of which processor", "database, MB")
    return f"Noting the {MODELS * BENCHMARKS:,} pairs took {found['created']:.1f} s.\n\n{table(headers, rows)}"


def short() -> str:
    """How long a pair must be for the loop to keep all workers busy."""
    rows, kept_up = [], []
    for seconds in MEANS:
        found = simulate(*SHORT, WORKERS, seconds)
        attempts, taken, *_ = found["marks"][-1]
        rows.append([f"{seconds:g}", f"{WORKERS / seconds:.0f}", f"{attempts / taken:.0f}", f"{found['busy']:.0%}"])
        kept_up += [seconds] if found["busy"] > KEPT_UP else []
    headers = ("a pair, s", "ends to hear of, a second", "the loop's rate", "workers have a pair")
    least = f"{min(kept_up):g} s" if kept_up else "more than any of these"
    limit = (
        f"The loop, one process with one database, keeps {WORKERS:,} workers busy where a pair takes {least} on average"
    )
    return f"{table(headers, rows)}\n{limit}; where pairs are shorter, it is the limit, and not the number of scores.\n"


def main() -> None:
    """Print, or write."""
    began = time.perf_counter()
    kept_up, rate = short(), long()
    text = "\n".join([
        heading(f"{WORKERS:,} workers, simulated", "simulate_campaign.py", time.perf_counter() - began),
        "SQLite; one attempt in a hundred loses its worker and is made again.\n",
        f"## {MODELS} models x {BENCHMARKS} benchmarks\n",
        rate,
        f"## When the scheduler becomes the limit\n\n{SHORT[0] * SHORT[1]:,} pairs each.\n",
        kept_up,
    ])  # fmt: skip
    sys.stdout.write(text)
    if "--write" in sys.argv:
        (ROOT / "bench" / "RESULTS-simulation.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
