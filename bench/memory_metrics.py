"""Peak memory of ``ridge`` and ``pls`` on memory-mapped float32 features, as all three sizes double.

``python bench/memory_metrics.py [ridge|pls ...] [stimuli] [--write]``: by default both at 12,500 x 2,500 x 250 up to
50,000 x 10,000 x 1,000 (half an hour on one core); with a number only the size of so many stimuli. ``--write`` keeps
the table in ``bench/RESULTS-metrics.md``, beside the lines measured earlier. Memory is what a process of its own holds
besides the mapped file (anonymous pages), sampled every 20 ms.

``--short`` allocates the same at a tenth of the arithmetic, where a machine has no half hour to spare: ``ridge`` runs 2
of 10 splits and does not add up X'X (its array is there), ``pls`` takes 2 of 25 components. Its values mean nothing.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

from results import METRICS, keep_section, kept_rows, machine

SIZES = ((12_500, 2500, 250), (25_000, 5000, 500), (50_000, 10_000, 1000))
LIMIT = 4000
"""Megabytes."""


def anonymous() -> float:
    """Megabytes that this process holds besides files."""
    text = Path("/proc/self/status").read_text()
    return int(text.partition("RssAnon:")[2].split()[0]) / 1024


class Peak(threading.Thread):
    """The most that was held."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.running = 0.0, True

    def run(self) -> None:
        """Sample until told to stop."""
        while self.running:
            self.most = max(self.most, anonymous())
            time.sleep(0.02)


def one(metric: str, n: int, p: int, q: int, file: str) -> dict[str, float]:
    """Peak memory and processor seconds of one call; runs in a process of its own."""
    import numpy as np
    import xarray as xr

    from brainscore_core import load_metric

    def assembly(values: np.ndarray, prefix: str) -> xr.DataArray:
        coords = {
            "stimulus_id": ("presentation", np.arange(n)),
            "neuroid_id": ("neuroid", [f"{prefix}{i}" for i in range(values.shape[1])]),
        }
        return xr.DataArray(values, dims=["presentation", "neuroid"], coords=coords)

    x = np.load(file, mmap_mode="r")
    rng = np.random.default_rng(1)
    y = (x[:, :50] @ rng.normal(size=(50, q)).astype(np.float32)) + rng.normal(size=(n, q)).astype(np.float32)
    source, target = assembly(x, "f"), assembly(y, "n")
    splits = {"splits": 2} if metric == "ridge" and "--short" in sys.argv else {}
    measure = load_metric(metric, crossvalidation_kwargs={"stratification_coord": None, **splits}, **shortened(metric))
    before, peak = anonymous(), Peak()
    peak.start()
    start = time.process_time()
    value = float(measure(source, target))
    seconds = time.process_time() - start
    peak.running = False
    peak.join()
    return {"peak": peak.most, "before": before, "seconds": seconds, "value": value}


def shortened(metric: str) -> dict[str, int]:
    """Options of a run that only allocates."""
    if "--short" not in sys.argv:
        return {}
    if metric == "pls":
        return {"n_components": 2}
    from scipy.linalg import blas

    blas.dsyrk = lambda alpha, a, *, beta, c, lower, overwrite_c: touched(c)
    return {}


def touched(matrix: Any) -> Any:
    """The matrix, every page of it in memory."""
    matrix += 0.0
    return matrix


def features(n: int, p: int, file: Path) -> None:
    """Write float32 features block by block."""
    import numpy as np

    rng = np.random.default_rng(0)
    values = np.lib.format.open_memmap(file, "w+", np.float32, (n, p))
    for start in range(0, n, 1000):
        values[start : start + 1000] = rng.standard_normal((min(1000, n - start), p), dtype=np.float32)
    values.flush()


def main() -> None:
    """Measure each size in its own process."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    metrics = [word for word in words if not word.isdigit()] or ["ridge", "pls"]
    numbers = [int(word) for word in words if word.isdigit()]
    above = [
        f"Printed by `python bench/memory_metrics.py --write` on {date.today()}: {machine()}; one thread. float32 "
        "features, memory-mapped, float32 responses, 10 splits. Peak is what a process holds besides the mapped file, "
        f"its imports and the responses included; at most {LIMIT} MB were promised for the largest.",
        "",
        "| metric, stimuli x features x neuroids | features, MB | before, MB | peak, MB | peak / features "
        "| processor seconds | value |",
        "|---|---|---|---|---|---|---|",
    ]
    rows, short = kept_rows(METRICS, 7), [word for word in sys.argv if word == "--short"]
    print("\n".join(above), flush=True)
    for n, p, q in SIZES:
        if numbers and n not in numbers:
            continue
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "features.npy"
            features(n, p, file)
            for metric in metrics:
                arguments = [sys.executable, __file__, "--one", metric, *map(str, (n, p, q)), str(file), *short]
                answer = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True)
                name = f"{metric}, {n} x {p} x {q}" + (", allocations alone" if short else "")
                rows[name] = line(name, 4 * n * p / 2**20, json.loads(answer.stdout))
                print(rows[name], flush=True)
    if "--write" in sys.argv:
        kinds = ("", ", allocations alone")
        names = [f"{m}, {n} x {p} x {q}{kind}" for m in ("ridge", "pls") for n, p, q in SIZES for kind in kinds]
        keep_section(METRICS, "Memory", "\n".join([*above, *(rows[name] for name in names if name in rows)]))


def line(name: str, size: float, found: dict[str, float]) -> str:
    """One row of the table."""
    return (
        f"| {name} | {size:.0f} | {found['before']:.0f} | {found['peak']:.0f} | {found['peak'] / size:.2f} "
        f"| {found['seconds']:.0f} | {found['value']:.4f} |"
    )


if __name__ == "__main__":
    if "--one" in sys.argv:
        name, stimuli, units, neuroids, path = sys.argv[2:7]
        print(json.dumps(one(name, int(stimuli), int(units), int(neuroids), path)))
    else:
        main()
