"""Which pair is next: a model's pairs one after the other, so that what one records the next one finds."""

from collections.abc import Iterable, Mapping
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
    """Pairs that wait.

    Two pairs of one model run side by side only when no other model waits: each would record what the other records.
    Models that take longest begin first, so that the last one does not begin when all others are done.
    """

    def __init__(self, tasks: Iterable[Task]):
        self._waiting: dict[str, list[Task]] = {}
        for task in tasks:
            self._waiting.setdefault(task.model, []).append(task)
        for queue in self._waiting.values():
            queue.sort(key=lambda task: (task.shows, task.cost, task.benchmark), reverse=True)  # taken from the end
        self._begun: set[str] = set()
        self._costs = {model: sum(task.cost for task in queue) for model, queue in self._waiting.items()}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def put(self, task: Task) -> None:
        """Wait again, before the model's other pairs."""
        self._waiting.setdefault(task.model, []).append(task)
        self._costs.setdefault(task.model, task.cost)

    def next(self, running: Mapping[str, int]) -> Task:
        """Take one, given how many pairs of each model run."""
        model = min(self._waiting, key=lambda name: (running.get(name, 0), name not in self._begun, -self._costs[name]))
        queue = self._waiting[model]
        task = queue.pop()
        self._begun.add(model)
        if not queue:
            del self._waiting[model]
        return task
