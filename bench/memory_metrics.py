"""Peak memory of ``ridge`` and ``pls`` on memory-mapped float32 features as stimuli grow.

``python bench/memory_metrics.py [stimuli features neuroids] [--write]``: by default a row of sizes up to a quarter of
50,000 x 10,000 x 1,000; with three numbers that size alone (the whole takes an hour on one core). ``--write`` adds the
table to ``bench/RESULTS-metrics.md``. Memory is what a process of its own holds besides the mapped file (anonymous
pages), sampled every 20 ms.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).parent
SIZES = ((12_500, 2500, 250), (25_000, 2500, 250), (50_000, 2500, 250), (12_500, 5000, 500), (25_000, 5000, 500))


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
    measure = load_metric(metric, crossvalidation_kwargs={"stratification_coord": None})
    before, peak = anonymous(), Peak()
    peak.start()
    start = time.process_time()
    value = float(measure(source, target))
    seconds = time.process_time() - start
    peak.running = False
    peak.join()
    return {"peak": peak.most, "before": before, "seconds": seconds, "value": value}


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
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    sizes = (tuple(numbers),) if len(numbers) == 3 else SIZES
    lines = [
        "",
        "## Memory",
        "",
        "`python bench/memory_metrics.py`: float32 features, memory-mapped, float32 responses; megabytes that a "
        "process holds besides the mapped file, its imports and the responses included.",
        "",
        "| metric | stimuli x features x neuroids | features, MB | peak, MB | processor seconds |",
        "|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for n, p, q in sizes:
            file = Path(folder) / "features.npy"
            features(n, p, file)
            for metric in ("ridge", "pls"):
                arguments = [sys.executable, __file__, "--one", metric, *map(str, (n, p, q)), str(file)]
                answer = subprocess.run(arguments, capture_output=True, text=True, check=True)
                found = json.loads(answer.stdout)
                size = 4 * n * p / 2**20
                row = f"| {metric} | {n} x {p} x {q} | {size:.0f} | {found['peak']:.0f} | {found['seconds']:.0f} |"
                print(row, flush=True)
                lines.append(row)
    if "--write" in sys.argv:
        results = HERE / "RESULTS-metrics.md"
        kept = results.read_text().partition("\n\n## Memory")[0].rstrip("\n") if results.exists() else "# Metrics"
        results.write_text(kept + "\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    if "--one" in sys.argv:
        name, stimuli, units, neuroids, path = sys.argv[2:]
        print(json.dumps(one(name, int(stimuli), int(units), int(neuroids), path)))
    else:
        main()
