# /// script
# dependencies = [
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-kriegeskorte2008>=1,<2",
#     "bs-benchmark-marques2020>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
#     "bs-model-gabor-v1>=1,<2",
#     "bs-model-hmax>=1,<2",
#     "bs-model-pixels>=1,<2",
#     "matplotlib>=3.9",
# ]
# ///
"""The demo, twice in one store: time, memory, what it leaves, and how many images went through a network again.

``python bench/bench_demo.py [HOME]``; with a store that is filled already the first run is a second one.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

DEMO = Path(__file__).resolve().parent.parent / "demo" / "demo.py"
WATCHED = """
import collections, json, runpy, sys
from brainscore_vision.activations.recording import Recording

seen, record = collections.Counter(), Recording._record

def watched(self, batch, layers):
    network = self.engine.network_digest()
    seen.update((network, shown.digest) for shown in batch)
    return record(self, batch, layers)

Recording._record = watched
sys.path.insert(0, sys.argv[1].rpartition("/")[0])
try:
    runpy.run_path(sys.argv[1], run_name="__main__")
finally:
    with open("images.json", "w") as file:
        json.dump({"images": len(seen), "again": sum(count - 1 for count in seen.values())}, file)
"""
NUMBERS = ("model", "benchmark", "status", "score", "error", "ceiling", "raw", "raw_error", "flags", "details")


def run(home: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(what one run costs, its numbers)."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, str(DEMO)],
            cwd=folder,
            env=os.environ | {"BRAINSCORE_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"the demo ended with {done.returncode}:\n{done.stderr[-2000:]}")
        records = json.loads((Path(folder) / "demo-results.json").read_text())
        images = json.loads((Path(folder) / "images.json").read_text())
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {
        "seconds": round(seconds, 1),
        "peak_memory_mb_so_far": round(used.ru_maxrss / 1024),
        "images_through_a_network": images["images"],
        "images_through_it_again": images["again"],
        "store_mb": round(sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6, 1),
    }
    return cost, [{name: record[name] for name in NUMBERS} for record in records]


def main() -> None:
    """Print one JSON object; a second run looks at two images of each entry again, on purpose."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder)
        first, numbers = run(home)
        second, again = run(home)
    told = {"first_run": first, "second_run": second, "same_numbers": numbers == again}
    limits = {"seconds": [240, 20], "peak_memory_mb": 1500, "store_mb": 100}
    sys.stdout.write(json.dumps(told | {"at_most": limits}, indent=1) + "\n")


if __name__ == "__main__":
    main()
