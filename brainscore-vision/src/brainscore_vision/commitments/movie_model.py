"""A model that is committed to a way of watching movies."""

from dataclasses import replace

import numpy as np

from brainscore_core.digests import digest_json
from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

from ..activations import Engine
from ..activations.reduction import Components
from ..movies.unrolled import Stacked
from .committed_model import CommittedModel
from .layers import LayerCommitment
from .movies import Frames, Viewing, Windows, WithState, responses
from .recordings import Recording

__all__ = ["Frames", "MovieModel", "Windows", "WithState", "watching"]


def watching(model: CommittedModel, viewing: Viewing) -> "MovieModel":
    """The same model, committed to a way of watching; without any, a model watches :class:`~.movies.Frames`.

    Raises
    ------
    InvalidParameter
        If the network has no such method, or what is recorded hangs on many images at once.

    Examples
    --------
    >>> watching(wrap(r3d_18(), ...), Windows(length=16, stride=8, frame_rate=15))  # doctest: +SKIP
    """
    return MovieModel(model, viewing)


class MovieModel(CommittedModel):
    """A network committed to regions, and to a way of watching movies.

    Responses to clips come in the time bins that are asked for: each the mean over it, weighted by how long the frames
    (or strides) are shown within it. Without time bins, the mean over the clip.
    """

    def __init__(self, model: CommittedModel, viewing: Viewing):
        engine = model._engine
        if isinstance(engine.preprocessing, Stacked):
            engine = replace(engine, preprocessing=engine.preprocessing.preprocessing)
        if isinstance(viewing, Windows):
            engine = replace(engine, preprocessing=Stacked(engine.preprocessing, viewing.length, viewing.layout))
        super().__init__(
            model._identifier,
            engine,
            model._commitment,
            model._visual_degrees,
            model._info,
            model._physiology,
            model._behavior,
        )
        self._viewing = viewing
        if isinstance(viewing, WithState):
            viewing.restarting(engine)()
            if any(isinstance(step, Components) for steps in engine.reductions.values() for step in steps):
                raise InvalidParameter(
                    f"components of a network with state, {model.identifier}", expected="a reduction of single rows"
                )

    @property
    def viewing(self) -> Viewing:
        """How it watches."""
        return self._viewing

    def committed_to(self, commitment: LayerCommitment) -> CommittedModel:
        """The same network under another map."""
        return MovieModel(super().committed_to(commitment), self._viewing)

    def digest(self) -> str | None:
        """SHA-256 of all that :class:`CommittedModel` names, and of how it watches."""
        rest = super().digest()
        return None if rest is None else digest_json({"model": rest, "viewing": self._viewing.described()})

    def _values(self, stimuli: StimulusSet, recording: Recording, engine: Engine) -> tuple[np.ndarray, tuple[int, ...]]:
        """Images begin a state anew, each by itself."""
        if not isinstance(self._viewing, WithState):
            return super()._values(stimuli, recording, engine)
        selections, keep = recording.selections, recording.keep
        return responses(self._viewing, engine, stimuli, selections, time_bins=None, keep=keep, rates=None)
