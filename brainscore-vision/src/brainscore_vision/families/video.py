"""Rows of networks that take several frames at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .rows import NetworkInfo, Row

if TYPE_CHECKING:
    from ..commitments.committed_model import CommittedModel
    from ..commitments.movie_model import MovieModel


@dataclass(frozen=True)
class VideoRow(Row):
    """A network that is shown windows of frames.

    Parameters
    ----------
    windows : mapping
        ``length``, ``stride`` (frames), ``frame_rate`` (Hz) and ``layout``, as
        :class:`~brainscore_vision.commitments.movies.Windows` takes them.
    """

    windows: Mapping[str, Any] = field(default_factory=dict)

    def info(self, *, visual_degrees: float, untrained: bool = False, sha256: str = "") -> NetworkInfo:
        """Everything but the network; the windows stand with the preprocessing."""
        known = super().info(visual_degrees=visual_degrees, untrained=untrained, sha256=sha256)
        return replace(known, preprocessing={**known.preprocessing, "windows": dict(self.windows)})

    def watching(self, model: "CommittedModel") -> "MovieModel":
        """The model, committed to these windows."""
        from ..commitments.movie_model import Windows, watching

        return watching(model, Windows(**self.windows))


def windows(length: int, frame_rate: float, layout: str = "CTHW") -> dict[str, Any]:
    """Windows by the one rule for all: as long and as fast as published, one every quarter of it, or every 8 frames."""
    return {"length": length, "stride": max(1, min(length // 4, 8)), "frame_rate": frame_rate, "layout": layout}
