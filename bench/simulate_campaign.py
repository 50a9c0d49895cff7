"""A campaign of a thousand workers without the workers: attempts end after drawn times, all else is as it is.

The loop, the files of attempts and the database are the real ones. The clock of the executor is its own: it never
waits, so that what is measured is how many pairs a second the campaign itself can begin, hear of and store.
"""

import heapq
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bs_app_campaign.jobs import RESULT, SCORE, Ending, Job, Outcome


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

    def __init__(self, workers: int, seconds: float = 600.0, lost: float = 0.01, seed: int = 0):
        self.capacity = workers
        self.now = 0.0
        self._rng, self._mean, self._lost = random.Random(seed), seconds, lost
        self._running: list[tuple[float, int, Job]] = []
        self._count = 0

    def submit(self, job: Job) -> None:
        """Begin one."""
        job.write()
        self._count += 1
        heapq.heappush(self._running, (self.now + self._rng.expovariate(1 / self._mean), self._count, job))

    def finished(self) -> Iterator[Outcome]:
        """The next that ends, and those that end while the campaign would look: within a tenth of a second."""
        self.now = self._running[0][0]
        while self._running and self._running[0][0] <= self.now + 0.1:
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


def simulate(database: Any, models: int, benchmarks: int, workers: int) -> dict[str, Any]:
    """Run one; pairs a second at its beginning, in its middle and at its end."""
    from bs_app_campaign import Campaign

    marks = [time.perf_counter()]
    names = [f"model-{n}" for n in range(models)], [f"benchmark-{n}" for n in range(benchmarks)]
    campaign = Campaign.create(database, "simulated", *names)
    marks.append(time.perf_counter())
    ended = []

    def tell(_: Any, outcome: Outcome, status: str) -> None:
        ended.append((time.perf_counter(), status))

    executor = Drawn(workers)
    counts = campaign.run(executor, tell=tell)
    marks.append(time.perf_counter())
    tenth = max(1, len(ended) // 10)
    rates = [
        len(part) / (part[-1][0] - part[0][0])
        for part in (ended[:tenth], ended[len(ended) // 2 : len(ended) // 2 + tenth], ended[-tenth:])
    ]
    return {"counts": counts, "create": marks[1] - marks[0], "run": marks[2] - marks[1], "attempts": len(ended)} | {
        "rates": rates,
        "virtual": executor.now,
    }
