# /// script
# dependencies = ["brainscore-core>=3,<4", "brainscore-vision>=3,<4", "bs-benchmark-hebart2023>=1,<2"]
# ///
"""Millions of triplets: time and memory of ``Hebart2023-match`` on generated ones, each image looked at once.

``python bench/show_triplets.py [--write]``: 453,642 triplets, as the benchmark has, and two millions, of
1,854 generated images, each size in a process of its own; ``--write`` keeps the table in ``bench/RESULTS-behavior.md``.
"""

import json
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from results import keep_section, machine
from shown import settled, table

RESULTS = Path(__file__).parent / "RESULTS-behavior.md"
IMAGES, SIDE, FEATURES = 1854, 32, 4096
SIZES = (453_642, 2_000_000)
ROLES = ("stimulus_1", "stimulus_2", "stimulus_3")


def benchmark(count: int) -> Any:
    """The benchmark over generated triplets and images; people answer at random."""
    import pandas as pd

    from brainscore_core import load_benchmark
    from brainscore_core.assemblies import BehavioralAssembly
    from brainscore_core.contracts import DataEntry, DataInfo
    from brainscore_core.stimuli import StimulusSet

    def image(id: str) -> np.ndarray:
        return np.random.default_rng(int(id)).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)

    def stimuli() -> StimulusSet:
        table = pd.DataFrame({"stimulus_id": [str(number) for number in range(IMAGES)]})
        return StimulusSet(table, identifier="generated", open=image, key=lambda id: f"generated:{id}")

    rng = np.random.default_rng(0)
    first = rng.integers(0, IMAGES, count)
    second = (first + rng.integers(1, IMAGES // 2, count)) % IMAGES
    third = (first - rng.integers(1, IMAGES // 2, count)) % IMAGES
    columns = [column.astype("U4") for column in (first, second, third)]
    coords = dict(zip(ROLES, columns, strict=True)) | {"stimulus_id": _joined(columns)}
    answers = BehavioralAssembly(
        columns[2], dims=("presentation",), coords={name: ("presentation", values) for name, values in coords.items()}
    )
    return load_benchmark("Hebart2023-match").with_options(
        data=DataEntry("generated", lambda: answers, DataInfo("generated triplets")),
        stimuli=DataEntry("generated", stimuli, DataInfo("generated images")),
    )


def _joined(columns: list[np.ndarray]) -> np.ndarray:
    bar = np.strings.add(columns[0], "|")
    return np.strings.add(np.strings.add(np.strings.add(bar, columns[1]), "|"), columns[2])


def subject(looked: list[int]) -> Any:
    """A model of random features that notes how many images it looks at."""
    from brainscore_vision import wrap
    from brainscore_vision.commitments.behavior import Behavior

    weights = np.random.default_rng(1).normal(size=(SIDE * SIDE * 3, FEATURES)).astype(np.float32)

    def responses(batch: Any) -> dict[str, np.ndarray]:
        looked.append(len(batch))
        return {"output": (np.stack(batch).reshape(len(batch), -1).astype(np.float32) / 255 - 0.5) @ weights}

    return wrap(
        responses,
        layers={"IT": "output"},
        visual_degrees=8,
        identifier="random-features",
        preprocessing=lambda image: image,
        behavior=Behavior(readout="output"),
    )


def measure(count: int) -> None:
    """One size, as JSON on standard output."""
    from brainscore_core import score

    with settled():
        task, looked = benchmark(count), []
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.process_time()
        found = score(subject(looked), task)
        seconds = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {
        "seconds": seconds,
        "before": before / 2**10,
        "peak": peak / 2**10,
        "looked": sum(looked),
        "raw": found.raw.value,
    }
    sys.stdout.write(json.dumps(found) + "\n")


def main(arguments: list[str]) -> None:
    """Measure every size, print, keep."""
    if arguments[:1] == ["--count"]:
        return measure(int(arguments[1]))
    rows = []
    for count in SIZES:
        command = [sys.executable, __file__, "--count", str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout.strip().splitlines()[-1])
        rows.append([
            f"{count:,}", f"{found['seconds']:.1f}", f"{found['before']:,.0f}", f"{found['peak']:,.0f}",
            f"{found['looked']:,}", f"{found['raw']:.4f}",
        ])  # fmt: skip
    headers = ["triplets", "processor seconds", "MiB before", "MiB at most", "images looked at", "raw (chance .3333)"]
    said = (
        f"Printed by `python bench/show_triplets.py --write` on {date.today()}: {machine()}. {IMAGES:,} images,"
        f" {FEATURES:,} features; the score with 200 draws of the triplets.\n\n"
    )
    text = said + table(headers, rows)
    sys.stdout.write(text)
    if "--write" in arguments:
        keep_section(RESULTS, "Millions of triplets", text)


if __name__ == "__main__":
    main(sys.argv[1:])
