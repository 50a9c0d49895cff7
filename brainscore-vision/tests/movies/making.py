"""Movies for tests: generated frames, written by PyAV and Pillow as files without loss."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from brainscore_core.stimuli import StimulusSet
from brainscore_vision.movies import MOVIES, ArrayClip


def frames(count: int, height: int = 24, width: int = 32, seed: int = 0) -> np.ndarray:
    """Blocks of 16 colours, another pattern in each frame; few enough for the palette of a GIF."""
    generator = np.random.default_rng(seed)
    colours = generator.integers(0, 256, (16, 3), dtype=np.uint8)
    return colours[generator.integers(0, 16, (count, height, width))]


def write_video(
    path: Path, shown: np.ndarray, *, rate: int = 25, times: list[int] | None = None, faststart: bool = False
) -> Path:
    """H.264 without loss, in RGB; `times` in frames."""
    av = pytest.importorskip("av", reason="video files are decoded by PyAV")
    options = {"movflags": "faststart"} if faststart else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("libx264rgb", rate=rate, options={"crf": "0", "preset": "ultrafast", "bf": "0"})
        stream.height, stream.width = shown.shape[1:3]
        stream.pix_fmt = "rgb24"
        for number, frame in enumerate(shown):
            made = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            made.pts, made.time_base = times[number] if times else number, Fraction(1, rate)
            container.mux(stream.encode(made))
        container.mux(stream.encode())
    return path


def write_gif(path: Path, shown: np.ndarray, *, milliseconds: int | list[int] = 40) -> Path:
    images = [Image.fromarray(frame) for frame in shown]
    images[0].save(path, save_all=True, append_images=images[1:], duration=milliseconds, optimize=False)
    return path


def write_folder(path: Path, shown: np.ndarray) -> Path:
    path.mkdir()
    for number, frame in enumerate(shown):
        Image.fromarray(frame).save(path / f"frame{number}.png")
    return path


def clip_set(clips: dict[str, np.ndarray], rate: float = 25.0, *, keyed: bool = True, **columns) -> StimulusSet:
    """Clips from arrays."""
    table = pd.DataFrame({"stimulus_id": list(clips), "degrees": 8.0, **columns})
    made = {name: ArrayClip(shown, rate) for name, shown in clips.items()}
    key = (lambda name: f"test-{made[name].content_digest()}") if keyed else None
    return StimulusSet(table, identifier="clips", open=made.__getitem__, key=key, kind=MOVIES)


def image_set(images: dict[str, np.ndarray], **columns) -> StimulusSet:
    table = pd.DataFrame({"stimulus_id": list(images), "degrees": 8.0, **columns})
    return StimulusSet(table, identifier="images", open=images.__getitem__)
