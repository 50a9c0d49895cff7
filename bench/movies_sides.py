"""One measurement of ``show_movies.py`` in a process of its own: ``python movies_sides.py SIDE JSON``.

SIDE is ``bare`` (a loop over PyAV and the network, nothing else) or ``ours``. JSON: ``movie`` (a path), ``network``
(a name of :data:`NETWORKS`), ``cache``, ``twice``. The answer is one line of JSON: seconds by the clock and of the
processor, megabytes.
"""

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import av
import numpy as np
import pandas as pd
import torch

from brainscore_core.stimuli import StimulusSet
from brainscore_vision import place_on_screen, wrap
from brainscore_vision.activations.preprocessing import Preprocessing
from brainscore_vision.commitments.movie_model import Frames, Windows, WithState, watching
from brainscore_vision.movies import MOVIES, ArrayClip, movie_set

BATCH = 16
LENGTH, STRIDE = 16, 16
"""Of the windows of video networks, in frames."""


class Leaky(torch.nn.Module):
    """A convolution whose response decays: network with state."""

    def __init__(self) -> None:
        super().__init__()
        self.drive = torch.nn.Conv2d(3, 32, 7, stride=4, padding=3)
        self.features = torch.nn.AdaptiveAvgPool2d(7)
        self.reset()

    def reset(self) -> None:
        """Before a clip."""
        self.state: Any = 0.0

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """One frame."""
        self.state = 0.8 * self.state + 0.2 * torch.relu(self.drive(frames))
        return self.features(self.state).flatten(1)


def small() -> torch.nn.Module:
    """Three convolutions: decoding takes as long."""
    return torch.nn.Sequential(
        torch.nn.Conv2d(3, 16, 7, stride=4, padding=3),
        torch.nn.ReLU(),
        torch.nn.Conv2d(16, 32, 3, stride=2, padding=1),
        torch.nn.ReLU(),
        torch.nn.Conv2d(32, 64, 3, stride=2, padding=1),
        torch.nn.AdaptiveAvgPool2d(4),
        torch.nn.Flatten(),
    )


def small_video() -> torch.nn.Module:
    """Two convolutions over space and time."""
    return torch.nn.Sequential(
        torch.nn.Conv3d(3, 16, (3, 7, 7), stride=(2, 4, 4), padding=(1, 3, 3)),
        torch.nn.ReLU(),
        torch.nn.Conv3d(16, 32, 3, stride=2, padding=1),
        torch.nn.AdaptiveAvgPool3d((2, 4, 4)),
        torch.nn.Flatten(),
    )


def of_torchvision(name: str) -> torch.nn.Module:
    """The library's network with random weights."""
    from brainscore_vision.families.torchvision_import import import_torchvision

    return import_torchvision().models.get_model(name, weights=None)


NETWORKS: dict[str, tuple[Callable[[], torch.nn.Module], str, int]] = {
    "three convolutions": (small, "frames", 112),
    "resnet18": (lambda: of_torchvision("resnet18"), "frames", 224),
    "leaky convolution": (Leaky, "state", 112),
    "two 3-D convolutions": (small_video, "windows", 112),
    "r3d_18": (lambda: of_torchvision("r3d_18"), "windows", 112),
}
"""How each is made, how it watches, and pixels of its input."""


def bare(movie: str, network: torch.nn.Module, way: str, prepare: Any) -> int:
    """Decode, prepare, run, keep."""
    kept, waiting = [], []

    def run() -> None:
        if waiting:
            batch = torch.from_numpy(np.stack(waiting))
            batch = batch.transpose(0, 1)[None] if way == "windows" else batch
            kept.append(network(batch).numpy())
            waiting.clear()

    size = {"frames": BATCH, "state": 1, "windows": LENGTH}[way]
    with av.open(movie) as container, torch.inference_mode():
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            waiting.append(prepare(frame.to_ndarray(format="rgb24")))
            if len(waiting) == size:
                run()
        run()
    return len(np.concatenate(kept))


def ours(movie: str, network: torch.nn.Module, way: str, prepare: Any, *, cache: bool, twice: bool) -> list[Any]:
    """Record in bins of a second; seconds of each call, by the clock and of the processor."""
    viewing = {"frames": Frames(), "state": WithState(), "windows": Windows(length=LENGTH, stride=STRIDE)}[way]
    model = watching(wrap(network, preprocessing=prepare, layers={"IT": "output"}, visual_degrees=8), viewing)
    model.configure(cache=cache)
    table = pd.DataFrame({"stimulus_id": ["movie"], "degrees": [8.0]})
    few = ArrayClip(np.random.default_rng(1).integers(0, 256, (LENGTH, 256, 256, 3), dtype=np.uint8), 25)
    warm = StimulusSet(pd.DataFrame({"stimulus_id": ["few"]}), identifier="few", open=lambda _: few, kind=MOVIES)
    model.start_recording("IT", time_bins=[(0, 500)])
    model.look_at(warm)  # what is imported, and read of the network's library, once a process
    seconds = []
    for _ in range(2 if twice else 1):
        clock, processor = time.perf_counter(), time.process_time()
        stimuli = place_on_screen(movie_set("movie", table, {"movie": movie}), 8)
        end = int(stimuli.open("movie").duration)
        model.start_recording("IT", time_bins=[(1000 * n, 1000 * n + 1000) for n in range(end)])
        found = model.look_at(stimuli)
        if found is None or not np.isfinite(found.values).all():
            raise SystemExit("no answer")
        seconds.append((time.perf_counter() - clock, time.process_time() - processor))
    return seconds


@contextmanager
def watched(into: dict[str, Any]) -> Iterator[None]:
    """Seconds, and the largest memory beside files, seen every 10 ms."""
    most, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            with open("/proc/self/status") as status:
                lines = dict(line.split(":", 1) for line in status)
            most[0] = max(most[0], float(lines["RssAnon"].split()[0]) / 1024)

    thread = threading.Thread(target=look)
    thread.start()
    clock, processor = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        into["clock"], into["processor"] = time.perf_counter() - clock, time.process_time() - processor
        done.set()
        thread.join()
        into["held_mb"] = most[0]
        into["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure one side."""
    side, given = sys.argv[1], json.loads(sys.argv[2])
    torch.set_num_threads(int(os.environ.get("THREADS", "1")))
    torch.manual_seed(0)
    make, way, pixels = NETWORKS[given["network"]]
    network, prepare = make().eval().requires_grad_(False), Preprocessing(resize=(pixels, pixels))
    shape = (1, 3, LENGTH, pixels, pixels) if way == "windows" else (1, 3, pixels, pixels)
    with torch.inference_mode():
        network(torch.zeros(shape))  # what is compiled and allocated once
    if way == "state":
        network.reset()
    answer: dict[str, Any] = {}
    with watched(answer):
        if side == "bare":
            bare(given["movie"], network, way, prepare)
        else:
            options = {"cache": given["cache"], "twice": given["twice"]}
            answer["calls"] = ours(given["movie"], network, way, prepare, **options)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
