"""What else is committed besides layers: rates, space, how many units are recorded, and how trials differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brainscore_core.errors import InvalidParameter

from ..trials import Source, described, sources_of
from .rates import Calibration
from .space import UnitSpace


@dataclass(frozen=True)
class Physiology:
    """Everything that turns activations into what an electrode would record.

    Parameters
    ----------
    rates : mapping of region to Calibration
        Activations -> spikes/s; regions without one answer with activations.
    space : UnitSpace, optional
        Where units look and lie: coordinates on ``neuroid``.
    units : mapping of region to int
        How many units are recorded of a region, drawn by `seed`.
    trials : sequence of Source
        In what trials differ: see :mod:`brainscore_vision.trials`. Empty: in nothing.
    seed : int
        Of the sample of units; that of the trials is the run's (``configure(seed=)``).
    """

    rates: Mapping[str, Calibration] = field(default_factory=dict)
    space: UnitSpace | None = None
    units: Mapping[str, int] = field(default_factory=dict)
    trials: Sequence[Source] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "trials", sources_of(self.trials))
        for region, count in self.units.items():
            if isinstance(count, bool) or int(count) != count or count < 1:
                raise InvalidParameter(f"a sample of {count!r} units of {region!r}", expected="a number above 0")

    def described(self) -> dict[str, Any]:
        """As plain values, for the digest; empty where nothing is committed."""
        found: dict[str, Any] = {
            "rates": {region: rate.described() for region, rate in self.rates.items()},
            "space": self.space.described() if self.space is not None else None,
            "units": dict(self.units) and {"counts": dict(self.units), "seed": self.seed},
            "trials": described(self.trials),
        }
        return {name: entry for name, entry in found.items() if entry}
