# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "brainscore-vision[torch,movies]>=3,<4",
#     "bs-metric-ceilings>=1,<2",
#     "bs-metric-regression>=1,<2",
#     "torchvision>=0.19",
# ]
# ///
"""Movies: seconds beside a bare loop, memory over the length of a clip, and one experiment whose answer is known.

``python bench/show_movies.py [--write] [PART ...]``; parts are ``speed``, ``memory`` and ``experiment``; with
``--write`` the tables are kept in ``bench/RESULTS-movies.md``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from results import keep_section, kept_rows, machine
from shown import ROOT, pm, table

RESULTS = ROOT / "bench" / "RESULTS-movies.md"
NETWORKS = ("three convolutions", "leaky convolution", "two 3-D convolutions")
LENGTHS = (100, 300, 1000, 3000, 10000)
SIZE, RATE = 256, 25
REPEATS = 3
SPEED = """Seconds of processor time (by the clock in brackets) to decode 1,000 frames of 256 x 256 (H.264), prepare,
run and record them in bins of a second; the bare loop keeps the output of the network and does nothing else. Each in a
process of its own, one thread of arithmetic, the least of {repeats}, after a short clip: what is
imported once, .6 s, is not counted. A second call reads what is stored.

"""
EXPERIMENT = """{made}. A texture drifts and jumps, at 25 Hz;
excerpts of .8 s. Neurons are random mixtures of what a convolution with a decaying state computes, with noise of
{noise:g} sd in each trial, in {bins} bins of 200 ms. `NeuralPredictivity`, one mapping for all bins (`spantime_ridge`),
folds grouped by movie, split-half ceiling per bin. The other model is the same network without its state.

"""


def film(path: Path, count: int) -> str:
    """A texture of coloured blocks under a moving window, H.264."""
    import av
    import numpy as np

    coarse = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    texture = np.repeat(np.repeat(coarse, 5, axis=0), 5, axis=1)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.width = stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for number in range(count):
            top, left = int(600 + 500 * np.sin(number / 50)), int(600 + 500 * np.cos(number / 70))
            shown = np.ascontiguousarray(texture[top : top + SIZE, left : left + SIZE])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(stream.encode())
    return str(path)


def measured(side: str, movie: str, network: str, *, cache: bool = True, twice: bool = False) -> dict[str, Any]:
    """One measurement in a process of its own, with an empty store."""
    given = json.dumps({"movie": movie, "network": network, "cache": cache, "twice": twice})
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "BRAINSCORE_HOME": home, "OMP_NUM_THREADS": os.environ.get("THREADS", "1")}
        command = [sys.executable, str(ROOT / "bench" / "movies_sides.py"), side, given]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def speed(folder: Path) -> str:
    """1,000 frames, each side in turn; networks that are not named keep their rows."""
    movie, lines = film(folder / "1000.mp4", 1000), kept_rows(RESULTS, 7)
    for network in [name for name in NETWORKS if name in sys.argv] or NETWORKS:
        seconds: dict[str, list[Sequence[float]]] = {"bare": [], "stored": [], "not": [], "again": []}
        for _ in range(REPEATS):
            bare = measured("bare", movie, network)
            seconds["bare"].append((bare["clock"], bare["processor"]))
            first, second = measured("ours", movie, network, twice=True)["calls"]
            seconds["stored"].append(first)
            seconds["again"].append(second)
            seconds["not"].append(measured("ours", movie, network, cache=False)["calls"][0])
        least = {name: [min(part) for part in zip(*runs, strict=True)] for name, runs in seconds.items()}
        clock, processor = least["bare"]
        cells = [f"{least[name][1]:.2f} ({least[name][0]:.2f})" for name in ("bare", "stored", "not")]
        ratios = [f"{least[name][1] / processor:.2f} ({least[name][0] / clock:.2f})" for name in ("stored", "not")]
        again = f"{least['again'][1]:.3f} ({least['again'][0]:.3f})"
        lines[network] = f"| {' | '.join([network, *cells, *ratios, again])} |"
        print(lines[network], file=sys.stderr, flush=True)
    headers = ["network", "bare loop, s", "ours, rows stored, s", "ours, nothing stored, s"]
    headers = [*headers, "stored / bare", "nothing stored / bare", "second call, s"]
    rows = "\n".join(lines[network] for network in NETWORKS if network in lines)
    return SPEED.format(repeats=REPEATS) + table(headers, []) + rows + "\n"


def memory(folder: Path) -> str:
    """What a process holds, over the length of the clip."""
    rows = []
    for length in LENGTHS:
        movie, row = film(folder / f"{length}.mp4", length), [f"{length:,}"]
        for network in NETWORKS:
            for cache in (False, True):
                found = measured("ours", movie, network, cache=cache)
                row.append(f"{found['held_mb']:.0f} ({found['peak_mb']:.0f})")
        rows.append(row)
        print(row, file=sys.stderr, flush=True)
    headers = [f"{network}{', stored' if cache else ''}" for network in NETWORKS for cache in (False, True)]
    return (
        "MB that the process holds at most beside files (peak with mapped files and libraries in brackets), one clip of"
        " so many\nframes, recorded in bins of a second; frame by frame, with state, and in windows of 16 frames.\n\n"
        + table(["frames", *headers], rows)
    )


def experiment(folder: Path) -> str:
    """Two models of neurons that are made of the first."""
    os.environ["BRAINSCORE_HOME"] = str(folder / "home")
    from movies_experiment import BINS, Known

    from brainscore_core import score

    known, rows = Known(), []
    for state in (True, False):
        started = time.perf_counter()
        model = known.model(state)
        found = score(model, known.benchmark())
        raw, ceiling = found.raw or found, found.ceiling or found
        cells = [pm(raw.value, raw.error), pm(ceiling.value), pm(found.value, found.error)]
        rows.append([model.identifier, *cells, f"{time.perf_counter() - started:.0f}"])
        print(rows[-1], file=sys.stderr, flush=True)
    headers = ["model", "r", "ceiling", "score (sign(r) r^2 / ceiling, median neuron)", "s"]
    made = f"{known.movies} generated movies of {known.seconds:g} s, {known.neurons} neurons, {known.trials} trials"
    return EXPERIMENT.format(made=made, noise=known.noise, bins=len(BINS)) + table(headers, rows)


PARTS: dict[str, tuple[str, Callable[[Path], str]]] = {
    "speed": ("Speed", speed),
    "memory": ("Memory over the length of a clip", memory),
    "experiment": ("One experiment whose answer is known", experiment),
}


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and keep with ``--write``."""
    from datetime import date

    asked = [name for name in arguments if name in PARTS] or list(PARTS)
    for name in asked:
        title, part = PARTS[name]
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            text = part(Path(folder))
        made = f"`python bench/show_movies.py --write {name}` on {date.today()}: {machine()},"
        text = f"{made} {time.perf_counter() - started:.0f} s.\n\n{text}"
        print(text)
        if "--write" in arguments:
            keep_section(RESULTS, title, text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
