# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4", "bs-metric-regression>=1,<2", "bs-metric-ceilings>=1,<2",
#     "bs-metric-rsa>=1,<2", "bs-metric-cka>=1,<2",
# ]
# ///
"""Metrics: Brain-Score 2 and ours in one run, one thread each, the whole call timed, alignment and labelling included.

``python bench/bench_metrics.py [path ...] [--write]`` with INCUMBENT_PYTHON naming a Python that has Brain-Score 2
(without: ours alone). Seconds are of processor time, the least of some calls after one that imports and fills caches,
so that a loaded machine blurs them less; medians by the clock stand beside them. ``--write`` keeps the table in
``bench/RESULTS-metrics.md``, beside the lines of other paths there. The floor is what the arithmetic and the bytes of a
path take at the rates that this machine reaches in a matrix product, a sort and a sum.
"""

import json
import os
import subprocess
import sys
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"
os.environ["BS_INSTALL_DEPENDENCIES"] = "no"

import numpy as np  # noqa: E402  after the number of threads is set
from results import METRICS, keep_section, kept_rows, machine  # noqa: E402

HERE = Path(__file__).parent
STIMULI, FEATURES, NEUROIDS, REPETITIONS, FOLDS = 2560, 1000, 168, 50, 10
LONG = 20.0
"""Seconds after which a path is not called again."""


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Parameters
    ----------
    asked : str
        What was promised.
    calls : int
        Of ours; the incumbent is called as often, or until 20 seconds have gone.
    flops, flops32 : float
        Operations of its algorithm, in billions.
    bytes : float
        That must be read, in billions.
    sorted : float
        Numbers that must be ranked, in millions.
    both : bool
        Whether Brain-Score 2 has it.
    """

    asked: str
    calls: int
    flops: float = 0.0
    flops32: float = 0.0
    bytes: float = 0.0
    sorted: float = 0.0
    both: bool = True


def _billions(*terms: float) -> float:
    return sum(terms) / 1e9


N, P, Q, K = STIMULI, FEATURES, NEUROIDS, FOLDS
_PLS = _billions(2 * N * P * Q, 25 * K * 6 * P * Q, 4 * K * 2 * P * Q**2, 25 * 2 * 2 * N * P * K)
_RIDGE = _billions(N * P**2, P**3 / 3, 4 * P**2 * Q, K * (P**2 * N / 10 + P * (N / 10) ** 2 * 2 + (N / 10) ** 3 / 3))
_TRAIN = N * 3 // 4
_RIDGECV = _billions(
    _TRAIN * P**2, 9 * P**3, 2 * _TRAIN * P**2, 20 * 2 * _TRAIN * P * Q, 2 * 20 * 99 * _TRAIN * Q, 2 * 99 * _TRAIN * P
)
_HALVES = _billions(2 * 20 * REPETITIONS * N * Q)
_TRIALS = _billions(8 * REPETITIONS * N * Q)
_GRAMS = _billions(N**2 * (P + Q))
_WIDE = _billions(1000**2 * 50_000, 2 * 1000**2 * 50_000)
PATHS = {
    "pls": Line("35x", 5, flops=_PLS, bytes=_billions(25 * 2 * 8 * N * P, 25 * K * 4 * 8 * P * Q)),
    "ridge": Line("20x", 5, flops=_RIDGE),
    "ridgecv_split, 99 alphas": Line("6x", 4, flops=_RIDGECV),
    "internal_consistency, full": Line("100x", 5, flops=_HALVES, bytes=_TRIALS),
    "internal_consistency, ragged": Line("2x of full", 5, flops=_HALVES, bytes=_TRIALS),
    "internal_consistency, NaN": Line("", 5, flops=2 * _HALVES, bytes=_TRIALS, both=False),
    "rdm_cv": Line("10x", 3, flops=_GRAMS, sorted=N * (N - 1) / 1e6),
    "cka_cv": Line("25x", 5, flops=_GRAMS + _billions(3 * 2 * N**2 * K), bytes=_billions(2 * 8 * N**2)),
    "averaging repetitions": Line("25x", 8, bytes=_TRIALS),
    "PCA 1000 x 50,000": Line("6x", 3, flops=_billions(9 * 1000**3), flops32=_WIDE),
    "pls, 135 stimuli": Line("", 5, flops=_billions(135**2 * P, K * 25 * (2 * 2 * 122**2 * 102))),
    "ridge, 135 stimuli": Line("", 5, flops=_billions(135**2 * P, 135**3)),
    "bootstrap of pls, 1000 draws": Line("< 1 s", 3, flops=_billions(5 * 2 * 1000 * (N / 10) * Q * K), both=False),
}


def matrices(n: int, p: int, q: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of falling variance and responses that they explain in part; the same in both environments."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, p)) * np.arange(1, p + 1) ** -0.4
    signal = x @ rng.normal(size=(p, q))
    return x, signal / signal.std(0) + rng.normal(size=(n, q))


def trials() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(values, stimulus, repetition) of 50 full repetitions."""
    rng = np.random.default_rng(1)
    signal = rng.normal(size=(1, N, Q))
    values = (signal + 2 * rng.normal(size=(REPETITIONS, N, Q))).reshape(-1, Q)
    return values, np.tile(np.arange(N), REPETITIONS), np.repeat(np.arange(REPETITIONS), N)


def kept(name: str, count: int) -> np.ndarray:
    """Rows of a ragged recording."""
    return np.flatnonzero(np.random.default_rng(2).random(count) < 0.8) if "ragged" in name else np.arange(count)


class Side(ABC):
    """How one of the two makes assemblies and metrics."""

    def __init__(self, assembly: Callable[..., Any], metric: Callable[..., Any], average: Callable[[Any], Any]):
        self.make, self.metric, self.average = assembly, metric, average

    def responses(self, values: np.ndarray, prefix: str) -> Any:
        """``presentation x neuroid``, one row a stimulus."""
        n, q = values.shape
        coords = {
            "stimulus_id": ("presentation", [f"s{i:05d}" for i in range(n)]),
            "object_name": ("presentation", [f"o{i % 8}" for i in range(n)]),
            "neuroid_id": ("neuroid", [f"{prefix}{i:05d}" for i in range(q)]),
            "region": ("neuroid", ["IT"] * q),
        }
        return self.make(values, coords=coords, dims=["presentation", "neuroid"])

    def recording(self, name: str) -> Any:
        """With repetitions."""
        values, stimulus, repetition = trials()
        rows = kept(name, len(values))
        if "NaN" in name:
            values[np.random.default_rng(3).random(values.shape) < 0.02] = np.nan
        coords = {
            "stimulus_id": ("presentation", np.char.add("s", stimulus[rows].astype(str))),
            "object_name": ("presentation", np.char.add("o", (stimulus[rows] % 8).astype(str))),
            "repetition": ("presentation", repetition[rows]),
            "neuroid_id": ("neuroid", [f"n{i:05d}" for i in range(Q)]),
            "region": ("neuroid", ["IT"] * Q),
        }
        return self.make(values[rows], coords=coords, dims=["presentation", "neuroid"])

    def prepare(self, name: str) -> Callable[[], float]:
        """What is timed; returns its value."""
        if name.startswith("internal_consistency"):
            recording = self.recording(name)
            return lambda: float(self.metric("internal_consistency")(recording))
        if name.startswith("averaging"):
            recording = self.recording(name)
            return lambda: float(np.square(self.average(recording).values).sum())
        if name.startswith("PCA"):
            return self.components()
        n, q = (135, 102) if "135" in name else (N, Q)
        values = matrices(n, P, q)
        x, y = self.responses(values[0], "f"), self.responses(values[1], "n")
        options = {"crossvalidation_kwargs": {"stratification_coord": None}} if n == 135 else {}
        if name.startswith("ridgecv_split"):
            parts = {"source_train": x[:_TRAIN], "source_test": x[_TRAIN:]}
            parts |= {"target_train": y[:_TRAIN], "target_test": y[_TRAIN:]}
            return lambda: float(self.metric("ridgecv_split")(**parts))
        metric = name.split(",")[0]
        return lambda: float(self.metric(metric, **options)(x, y))

    @abstractmethod
    def components(self) -> Callable[[], float]:
        """Fit and project 1000 other stimuli; the sum of squares stands for the result."""


class Incumbent(Side):
    """Brain-Score 2."""

    def __init__(self) -> None:
        from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly
        from brainscore_vision.benchmark_helpers.neural_common import average_repetition

        from brainscore_vision import load_metric

        super().__init__(NeuroidAssembly, load_metric, average_repetition)

    def components(self) -> Callable[[], float]:
        """As its hook on layers."""
        from sklearn.decomposition import PCA

        fitted, new = _wide()
        return lambda: float(np.square(PCA(1000, random_state=0).fit(fitted).transform(new)[:, :999]).sum())


class Ours(Side):
    """What is in this tree."""

    def __init__(self) -> None:
        from brainscore_core import load_metric
        from brainscore_core.assemblies import NeuroidAssembly
        from brainscore_core.statistics.averaging import average_repetitions

        super().__init__(NeuroidAssembly, load_metric, average_repetitions)

    def components(self) -> Callable[[], float]:
        """From the Gram matrix."""
        from brainscore_core.statistics.reduction import PCA

        fitted, new = _wide()
        return lambda: float(np.square(PCA(1000).fit(fitted).transform(new)[:, :999]).sum())

    def prepare(self, name: str) -> Callable[[], float]:
        """What is timed, the bootstrap included."""
        if not name.startswith("bootstrap"):
            return super().prepare(name)
        return self.bootstrap()

    def bootstrap(self) -> Callable[[], float]:
        """1,000 draws of the score from predictions that are there."""
        from brainscore_core.statistics.bootstrap import Interval, counts
        from brainscore_core.statistics.crossvalidation import CrossValidation
        from bs_metric_regression.held_out import HeldOut

        x, y = matrices(N, P, Q)
        tests = [test for _, test in CrossValidation(stratification_coord=None).split_rows(N)]
        held = HeldOut([y[test] + x[test][:, :Q] for test in tests], y, tests)
        return lambda: Interval.of(held.scores(counts(N))).error


def _wide() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    scale = np.arange(1, 50_001, dtype=np.float32) ** -0.3
    return tuple(rng.normal(size=(1000, 50_000)).astype(np.float32) * scale for _ in range(2))


def measure(side: Side, name: str) -> dict[str, float]:
    """Least processor seconds, median seconds by the clock, and the value."""
    run = side.prepare(name)
    processor, clock = [], []
    for _ in range(1 + PATHS[name].calls):
        start = time.process_time(), time.perf_counter()
        value = run()
        processor.append(time.process_time() - start[0])
        clock.append(time.perf_counter() - start[1])
        if sum(clock) > LONG:
            break
    calls = slice(1, None) if len(clock) > 1 else slice(None)
    return {"seconds": min(processor[calls]), "clock": median(clock[calls]), "value": value}


def rates() -> dict[str, float]:
    """What this machine does in a second, one thread: operations, bytes, sorted numbers (billions; millions)."""
    found = {}
    for name, dtype in (("flops", np.float64), ("flops32", np.float32)):
        a = np.random.default_rng(0).normal(size=(1500, 1500)).astype(dtype)
        found[name] = 2 * 1500**3 / 1e9 / _least(lambda a=a: a @ a[:, ::-1].copy())
    big = np.ones(2**25)
    found["bytes"] = big.nbytes / 1e9 / _least(big.sum)
    numbers = np.random.default_rng(0).random(3_000_000)
    found["sorted"] = 3 / _least(numbers.argsort)
    return found


def _least(function: Callable[[], Any]) -> float:
    times = []
    for _ in range(5):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def floor(path: Line, rate: dict[str, float]) -> float:
    """Seconds that arithmetic, bytes and ranks take at these rates."""
    return sum(getattr(path, name) / rate[name] for name in ("flops", "flops32", "bytes", "sorted"))


def incumbent(name: str) -> dict[str, float] | None:
    """The same in the incumbent's environment, in a process of its own."""
    python = os.environ.get("INCUMBENT_PYTHON")
    if python is None or not PATHS[name].both:
        return None
    answer = subprocess.run(
        [python, __file__, "--incumbent", name], capture_output=True, text=True, check=False, cwd=HERE
    )
    if answer.returncode:
        print(answer.stderr[-2000:], file=sys.stderr)
        return None
    return json.loads(answer.stdout.splitlines()[-1])


def times(theirs: float, ours: float) -> str:
    """How many times as fast."""
    ratio = theirs / ours
    return f"{ratio:.0f}x" if ratio >= 20 else f"{ratio:.1f}x"


def line(name: str, theirs: dict[str, float] | None, ours: dict[str, float], least: float) -> str:
    """One row of the table."""
    before = ratio = same = ""
    if theirs:
        before = f"{theirs['seconds']:.2f} ({theirs['clock']:.2f})"
        ratio = times(theirs["seconds"], ours["seconds"])
        same = f"{abs(theirs['value'] - ours['value']) / max(abs(theirs['value']), 1):.0e}"
    return (
        f"| {name} | {before} | {ours['seconds']:.3f} ({ours['clock']:.3f}) | {ratio} | {PATHS[name].asked} | {same} "
        f"| {least:.3f} | {ours['seconds'] / least:.1f} |"
    )


def head(rate: dict[str, float]) -> list[str]:
    """What stands above the table."""
    return [
        f"Printed by `python bench/bench_metrics.py --write` on {date.today()}: {machine()}, numpy {np.__version__}; "
        "one thread on both sides, other work beside it on the same cores.",
        "",
        f"{N} stimuli, {P} features, {Q} neuroids, {FOLDS} splits, {REPETITIONS} repetitions unless said. Seconds of "
        "processor time, the least of some calls (median by the clock), alignment and labelling included; ratios are "
        "of processor time. `same` is the deviation of the value. The floor is the path's own arithmetic, bytes and "
        f"ranks at what this machine reaches in one thread: {rate['flops']:.0f} (float64) and {rate['flops32']:.0f} "
        f"(float32) billion operations, {rate['bytes']:.0f} GB, {rate['sorted']:.0f} million sorted numbers a second.",
        "",
        "| path | Brain-Score 2 | ours | ratio | asked | same | floor | ours / floor |",
        "|---|---|---|---|---|---|---|---|",
    ]


def main() -> None:
    """Time what was asked for, print and keep the table."""
    warnings.simplefilter("ignore")
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    if "--incumbent" in sys.argv:
        print(json.dumps(measure(Incumbent(), words[0])))
        return
    names = [name for name in PATHS if not words or any(name.startswith(word) for word in words)]
    rate, ours = rates(), Ours()
    rows, above = kept_rows(METRICS, 8) if words else {}, head(rate)
    print("\n".join(above), flush=True)
    for name in names:
        theirs = incumbent(name)
        rows[name] = line(name, theirs, measure(ours, name), floor(PATHS[name], rate))
        print(rows[name], flush=True)
    if "--write" in sys.argv:
        keep_section(METRICS, "Speed", "\n".join([*above, *(rows[name] for name in PATHS if name in rows)]))


if __name__ == "__main__":
    main()
