"""Which pair is next: a model's pairs one after the other, so that what one records the next one finds."""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A pair that waits.

    Parameters
    ----------
    pair : int
        Row of the database.
    model, benchmark : str
    cost : float
        Expected seconds.
    shows : tuple of str
        Identifiers of the stimulus sets: benchmarks that share them follow each other.
    """

    pair: int
    model: str
    benchmark: str
    cost: float = 0.0
    shows: tuple[str, ...] = ()


class Queue:
    """Pairs that wait, and how many of each model run.

    Two pairs of one model run side by side only when no other model waits: each would record what the other records.
    Models that take longest begin first, so that the last one does not begin when all others are done.
    """

    def __init__(self, tasks: Iterable[Task] = ()):
        self._waiting: dict[str, list[Task]] = {}
        self._running: Counter[str] = Counter()
        self._begun: set[str] = set()
        self._costs: Counter[str] = Counter()
        self._heap: list[tuple[int, bool, float, str]] = []
        self._count = 0
        self.add(tasks)

    def __len__(self) -> int:
        return self._count

    def add(self, tasks: Iterable[Task]) -> None:
        """More pairs that wait."""
        added: set[str] = set()
        for task in tasks:
            self._waiting.setdefault(task.model, []).append(task)
            self._costs[task.model] += task.cost
            self._count += 1
            added.add(task.model)
        for model in added:
            # taken from the end
            self._waiting[model].sort(key=lambda task: (task.shows, task.cost, task.benchmark), reverse=True)
            self._push(model)

    def next(self) -> Task:
        """Take one; it runs until :meth:`ended`."""
        while True:
            entry = heapq.heappop(self._heap)
            model = entry[-1]
            if model in self._waiting and entry == self._place(model):  # else it was pushed anew since
                break
        task = self._waiting[model].pop()
        self._count -= 1
        self._begun.add(model)
        self._running[model] += 1
        if not self._waiting[model]:
            del self._waiting[model]
        self._push(model)
        return task

    def ended(self, task: Task, *, again: bool = False) -> None:
        """It does not run any more; `again`: it waits, before the model's other pairs."""
        self._running[task.model] -= 1
        if again:
            self._waiting.setdefault(task.model, []).append(task)
            self._count += 1
        self._push(task.model)

    def beside(self, task: Task) -> tuple[str, ...]:
        """Benchmarks that wait for the same model and show it what this one shows."""
        waiting = self._waiting.get(task.model, ()) if task.shows else ()
        return tuple(other.benchmark for other in reversed(waiting) if set(other.shows) & set(task.shows))

    def _push(self, model: str) -> None:
        if model in self._waiting:
            heapq.heappush(self._heap, self._place(model))

    def _place(self, model: str) -> tuple[int, bool, float, str]:
        return self._running[model], model not in self._begun, -self._costs[model], model
