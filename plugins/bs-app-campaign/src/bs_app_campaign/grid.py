"""The live picture of a campaign: models x benchmarks, a sign a pair, what runs, and the time left."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .campaign import Campaign
from .jobs import Job, Outcome

if TYPE_CHECKING:
    from rich.text import Text

GLYPHS = {
    "ok": "●",
    "unsupported": "○",
    "unavailable": "◌",
    "failed": "✗",
    "withheld": "◍",
    "cancelled": "–",
    "pending": "·",
    "running": "▶",
}
STAIRS = 12
"""Benchmarks that are named above their columns; of more, the columns are numbered and named below."""
RUNNING = 4
"""Pairs that run and are named; of more, how many."""
LEGEND = 3
"""Lines that name the columns below the picture."""
Pair = tuple[str, str]


class Grid:
    """How far a campaign is, told by those who run it, drawn by another thread.

    Parameters
    ----------
    campaign : Campaign
    costs : mapping of (model, benchmark) to float
        Seconds that pairs which wait are expected to take.
    workers : int
        Attempts at once.
    clock : callable, optional
        Seconds that go on whatever the calendar does.
    """

    def __init__(
        self,
        campaign: Campaign,
        costs: Mapping[Pair, float],
        workers: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.name, self.workers, self.clock = campaign.name, workers, clock
        self.began, self.worked = clock(), 0.0
        self.states: dict[Pair, str] = {(pair.model, pair.benchmark): pair.status for pair in campaign.pairs()}
        self.costs = {pair: costs.get(pair, 0.0) for pair, status in self.states.items() if status == "pending"}
        self.waiting, self.seconds = len(self.costs), sum(self.costs.values())
        self.running: dict[Pair, float] = {}
        self._recent = dict.fromkeys(model for model, _ in self.states)
        self._lock = threading.RLock()

    def begun(self, job: Job, cost: float) -> None:
        """An attempt begins."""
        with self._lock:
            pair = job.model, job.benchmark
            self._set(pair, "pending", cost)
            self.running[pair] = self.clock()

    def note(self, model: str, benchmark: str, status: str) -> None:
        """An attempt ended, and its pair has this status now."""
        with self._lock:
            pair = model, benchmark
            self.running.pop(pair, None)
            cost = self.costs.get(pair, 0.0)
            self.worked += cost if status != "pending" else 0.0
            self._set(pair, status, cost)

    def _set(self, pair: Pair, status: str, cost: float) -> None:
        if pair in self.costs:
            self.waiting -= 1
            self.seconds -= self.costs.pop(pair)
        if status == "pending":
            self.waiting += 1
            self.seconds += cost
            self.costs[pair] = cost
        self.states[pair] = status
        self._recent[pair[0]] = self._recent.pop(pair[0], None)

    def line(self, outcome: Outcome, status: str) -> str:
        """What is printed of an attempt where there is no terminal."""
        self.note(outcome.job.model, outcome.job.benchmark, status)
        what = f"{status}, attempted again" if status == "pending" else status
        detail = f" ({outcome.detail})" if outcome.detail else ""
        return f"{outcome.job.model} on {outcome.job.benchmark}: {what}{detail}; {self.progress()}"

    def progress(self) -> str:
        """The counts, and the time left."""
        with self._lock:
            left = self.seconds_left()
            remaining = f", about {duration(left)} left" if self.waiting and left > 0 else ""
            return f"{len(self.states) - self.waiting} of {len(self.states)} pairs{remaining}"

    def seconds_left(self) -> float:
        """What waits and what runs, by what each is expected to take, at the pace so far."""
        now = self.clock()
        partly = sum(min(now - since, self.costs.get(pair, 0.0)) for pair, since in self.running.items())
        pace = (self.worked + partly) / (now - self.began) if self.worked and now > self.began else float(self.workers)
        return max(0.0, self.seconds - partly) / pace

    def render(self, width: int = 80, height: int = 24) -> "Text":
        """The picture, in a terminal of that size."""
        from rich.text import Text

        with self._lock:
            benchmarks = list(dict.fromkeys(benchmark for _, benchmark in self.states))
            named = len(benchmarks) <= min(STAIRS, height // 3)
            longest = max((len(model) for model, _ in self.states), default=0)
            margin = min(longest, width // 2)
            columns = benchmarks[: max(1, width - margin - 1)]
            above, below = (_stairs(columns), []) if named else _numbered(columns, width)
            spare = max(0, height - len(above) - 3)
            below = [*below, *self._runs()][-spare:] if spare else []
            models = self._shown(height - len(above) - len(below) - 2)
            rows = [f"{model[:margin]:{margin}} {self._signs(model, columns)}" for model in models]
            lines = [*(f"{'':{margin}} {text}" for text in above), *rows, *below]
            lines.append(f"{self.name}: {self.progress()}")
        return Text("\n".join(lines), no_wrap=True, overflow="ellipsis")

    def _shown(self, room: int) -> list[str]:
        """Models in the order in which they were asked for; where they do not fit, those that changed last."""
        models = list(dict.fromkeys(model for model, _ in self.states))
        return models if len(models) <= room else list(self._recent)[-max(1, room) :]

    def _signs(self, model: str, benchmarks: Sequence[str]) -> str:
        signs = []
        for benchmark in benchmarks:
            status = "running" if (model, benchmark) in self.running else self.states.get((model, benchmark), "")
            signs.append(GLYPHS.get(status, " "))
        return "".join(signs)

    def _runs(self) -> list[str]:
        now = self.clock()
        runs = [
            f"{GLYPHS['running']} {model} on {benchmark}, {duration(now - since)}"
            for (model, benchmark), since in self.running.items()
        ]
        more = [f"{GLYPHS['running']} and {len(runs) - RUNNING} more"] if len(runs) > RUNNING else []
        return [*runs[:RUNNING], *more]


def _stairs(benchmarks: Sequence[str]) -> list[str]:
    return [f"{'│' * index}{benchmark}" for index, benchmark in enumerate(benchmarks)]


def _numbered(benchmarks: Sequence[str], width: int) -> tuple[list[str], list[str]]:
    """A ruler with a number at every tenth column; and as many names as fit."""
    import textwrap

    numbers = range(1, len(benchmarks) + 1, 10)
    ruler = "".join(f"{number:<10}" for number in numbers).rstrip()
    names = ", ".join(f"{number} {benchmark}" for number, benchmark in enumerate(benchmarks, 1))
    return [ruler], textwrap.wrap(names, width, max_lines=LEGEND, placeholder=" ...")


def duration(seconds: float) -> str:
    """In the largest unit that says enough."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
