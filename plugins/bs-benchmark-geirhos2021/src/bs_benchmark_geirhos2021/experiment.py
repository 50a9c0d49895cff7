"""Experiment type: degraded images are sorted into 16 categories."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from brainscore_core.contracts import DataEntry
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_vision.benchmarks.behavior import BehavioralComparison

CONDITIONS = ("published", "all")


@dataclass(frozen=True, kw_only=True)
class DegradedImages(BehavioralComparison):
    """Degraded images are sorted into 16 categories, as people did.

    Parameters
    ----------
    conditions : "published" or "all"
        Whether to leave out the conditions that the paper leaves out: those without manipulation, and those in which
        people answer below 20% right. With all of them there are no human reference points.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.behavior.BehavioralComparison`.
    """

    conditions: str = "published"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.conditions not in CONDITIONS:
            raise InvalidParameter(
                f"benchmark {self.identifier!r} has conditions={self.conditions!r}", expected=f"one of {CONDITIONS}"
            )

    @property
    def dataset(self) -> DataEntry:
        """The trials of these conditions."""
        return self._of_conditions(super().dataset)

    @property
    def stimulus_entry(self) -> DataEntry:
        """The images of these conditions."""
        return self._of_conditions(super().stimulus_entry)

    @property
    def human_details(self) -> dict[str, float | str]:
        """What a person scores, where the conditions are those that this is known of."""
        return super().human_details if self.conditions == "published" else {}

    def _of_conditions(self, entry: DataEntry) -> DataEntry:
        if self.conditions == "published":
            return entry
        return replace(entry, read=partial(entry.read, conditions=self.conditions))


@dataclass(frozen=True, kw_only=True)
class ShapeOrTexture(DegradedImages):
    """Images have the shape of one category and the texture of another: which does the answer name.

    The score is the share of shape among the answers that name one of them. That of people is a reference point, no
    ceiling: to go by shape more than people do is not to be more like them.
    """

    def __call__(self, model: Any) -> Score:
        """Have the images sorted; of the answers the metric needs nothing but what was shown."""
        raw = self.metric.load()(self.behave(model))
        return raw.with_(raw=raw, flags=(*raw.flags, *self.flags), details={**raw.details, **self.human_details})
