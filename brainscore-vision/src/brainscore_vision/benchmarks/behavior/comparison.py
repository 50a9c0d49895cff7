"""Experiment type: are a model's answers those of people, or right."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brainscore_core.contracts import BenchmarkInfo
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score

from ..shown import CEILING_UNKNOWN
from .answers import require_right_answers
from .experiment import BehavioralExperiment
from .normalisation import NORMALISATIONS, RAW, normalised

if TYPE_CHECKING:
    import xarray as xr

QUOTED = "ceiling-quoted"
"""Flag: the ceiling is a published number, not computed from data here."""


@dataclass(frozen=True, kw_only=True)
class BehavioralComparison(BehavioralExperiment):
    """A task is done, and a metric compares the answers with the recorded ones.

    The metric is called as ``metric(answers of the model, recorded answers)``.

    Parameters
    ----------
    normalisation : {"", "raw / ceiling", "raw / sqrt(ceiling)", "(raw - chance) / (ceiling - chance)"}
        From raw value and ceiling to the score; see :mod:`~brainscore_vision.benchmarks.behavior.normalisation`.
    chance : float
        Raw value of answers at random, where the normalisation asks for it.
    published_ceiling : (float, float or None), optional
        Value and standard error of a ceiling that is quoted instead of computed.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.behavior.BehavioralExperiment`.
    """

    normalisation: str = RAW
    chance: float = 0.0
    published_ceiling: tuple[float, float | None] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.normalisation not in NORMALISATIONS:
            raise InvalidParameter(f"normalisation={self.normalisation!r}", expected=f"one of {NORMALISATIONS}")
        if self.ceiling_metric is not None and self.published_ceiling is not None:
            raise InvalidParameter(f"benchmark {self.identifier!r} has two ceilings", expected="one")
        if self.normalisation and self.ceiling_metric is None and self.published_ceiling is None:
            raise InvalidParameter(f"benchmark {self.identifier!r} divides by no ceiling", expected="ceiling_metric=")

    @property
    def ceiling(self) -> Score | None:
        """What a perfect model would get: quoted, or computed from the data."""
        if self.published_ceiling is None:
            return super().ceiling
        value, error = self.published_ceiling
        return Score(value, error, flags=(QUOTED,))

    def answers(self, model: Any) -> "xr.DataArray":
        """What of the model's behaviour the metric compares."""
        return self.behave(model)

    def __call__(self, model: Any) -> Score:
        """Have the task done, compare, relate to the ceiling; `details` say which layers behaviour was read from."""
        self.ask(model)
        target, ceiling = self.target(), self.ceiling
        require_right_answers(self, target)
        raw = self.metric.load()(self.answers(model), target)
        read = ", ".join(getattr(model, "reads", ()))
        unknown = () if ceiling is not None else (CEILING_UNKNOWN,)
        quoted = (QUOTED,) if self.published_ceiling is not None else ()
        return normalised(
            raw,
            ceiling,
            self.normalisation,
            self.chance,
            flags=(*self.flags, *unknown, *quoted),
            details=self.human_details | ({"read_from": read} if read else {}),
        )

    @property
    def info(self) -> BenchmarkInfo:
        """Derived, with the quoted ceiling and the flags that every score has."""
        from dataclasses import replace

        derived = super().info
        flags = (*derived.flags, *self.flags)
        if self.published_ceiling is None:
            return replace(derived, flags=tuple(dict.fromkeys(flags)))
        kept = dict.fromkeys((*(flag for flag in flags if flag != CEILING_UNKNOWN), QUOTED))
        return replace(derived, ceiling=f"{self.published_ceiling[0]:g}, quoted", flags=tuple(kept))
