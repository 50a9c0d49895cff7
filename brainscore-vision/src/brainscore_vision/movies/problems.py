"""What is wrong with a file of frames, and what to do."""

from pathlib import Path

from brainscore_core.errors import UnreadableStimulus


def unreadable(path: Path, why: str) -> UnreadableStimulus:
    """It cannot be decoded at all."""
    return UnreadableStimulus(
        f"cannot decode {path.name} ({why})",
        expected="a video that FFmpeg reads, a GIF, or a folder of images",
        remedy="replace the file, or fetch its archive again with `brainscore data verify`",
    )


def broken_tail(path: Path, good: int, stated: int) -> UnreadableStimulus:
    """Its end is missing or damaged."""
    return UnreadableStimulus(
        f"{path.name} breaks off: of its {stated} frames {good} can be decoded",
        expected="a whole file",
        remedy="fetch it again; what is left of it can be kept as a file of its own with `ffmpeg -i`",
    )


def varying(path: Path, shortest_ms: float, longest_ms: float) -> UnreadableStimulus:
    """Frames do not come at a steady rate."""
    return UnreadableStimulus(
        f"the frame rate of {path.name} varies: frames stay for {shortest_ms:g} to {longest_ms:g} ms",
        expected="a steady frame rate",
        remedy=f"resample it, as `ffmpeg -i {path.name} -fps_mode cfr -r RATE out.mp4` does",
    )
