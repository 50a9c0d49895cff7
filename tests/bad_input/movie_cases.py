"""What is wrong with clips. See ``cases.py``."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pandas as pd
from PIL import Image

from brainscore_core.stimuli import StimulusSet
from brainscore_vision import place_on_screen, wrap
from brainscore_vision.movies import MOVIES, ArrayClip, movie_set

FRAMES = np.random.default_rng(0).integers(0, 256, (12, 16, 16, 3), dtype=np.uint8)


def video(folder: Path, times: range | list[int] = range(12)) -> Path:
    """Twelve frames at 25 Hz, shown at these times, the index first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "clip.mp4"
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264rgb", rate=25, options={"crf": "0", "bf": "0"})
        stream.width = stream.height = 16
        stream.pix_fmt = "rgb24"
        for frame, time in zip(FRAMES, times, strict=True):
            made = av.VideoFrame.from_ndarray(frame, format="rgb24")
            made.pts, made.time_base = time, Fraction(1, 25)
            container.mux(stream.encode(made))
        container.mux(stream.encode())
    return path


def images(folder: Path, numbers: range | list[int] = range(12)) -> Path:
    """A folder of these frames."""
    path = folder / "clip"
    path.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        Image.fromarray(FRAMES[number]).save(path / f"{number}.png")
    return path


def opened(path: Path, **stated: float) -> None:
    """What a table states of it, and a first look."""
    table = pd.DataFrame({"stimulus_id": ["a"], **{name: [value] for name, value in stated.items()}})
    list(movie_set("movies", table, {"a": path}).open("a").frames())


def broken(folder: Path) -> None:
    path = video(folder)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.7)])
    opened(path)


def another_size(folder: Path) -> None:
    path = images(folder)
    Image.fromarray(FRAMES[7][:9]).save(path / "7.png")
    opened(path, frame_rate=25)


def no_frames(folder: Path) -> None:
    opened(images(folder, []), frame_rate=25)


def shown(made: dict[str, Any], **options: Any) -> None:
    """To a model."""
    table = pd.DataFrame({"stimulus_id": list(made), "degrees": 8.0})
    stimuli = StimulusSet(table, identifier="mine", open=made.__getitem__, kind=MOVIES)
    model = wrap(lambda batch: batch.reshape(len(batch), -1), layers={"IT": "output"}, visual_degrees=8)
    model.start_recording("IT", **options)
    model.look_at(place_on_screen(stimuli, 8))


CASES: dict[str, Callable[[Path], Any]] = {
    "a video whose frame rate varies": lambda at: opened(video(at, [*range(6), *range(7, 13)])),
    "a video with a broken tail": broken,
    "a folder without frames": no_frames,
    "a folder in which a frame is missing": lambda at: opened(images(at, [0, 1, 3]), frame_rate=25),
    "a folder whose frame rate nobody states": lambda at: opened(images(at)),
    "a frame of another size": another_size,
    "a clip that lasts longer than its table states": lambda at: opened(video(at), duration=0.4),
    "a clip at another rate than its table states": lambda at: opened(video(at), frame_rate=30),
    "an image among the files of clips": lambda at: opened(images(at) / "0.png"),
    "an image among clips": lambda _: shown({"a": ArrayClip(FRAMES, 25), "b": FRAMES[0]}),
    "a time bin after the end of a clip": lambda _: shown(
        {"a": ArrayClip(FRAMES, 25)}, time_bins=[(400, 480), (500, 600)]
    ),
}
