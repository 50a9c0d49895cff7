"""Perturbing a brain model: units of a committed region are lesioned, silenced, stimulated or made noisy.

The effects are felt downstream in the same forward pass, add up whatever their order, and are undone without a trace:
parameters, buffers and hooks are afterwards what they were. Activations of a perturbed model are never taken for those
of the intact one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from brainscore_core.digests import canonical_json, digest_sequence
from brainscore_core.errors import InvalidParameter

from .activations.content import Content, content_of
from .activations.effects import Effect, UnsupportedPerturbation

if TYPE_CHECKING:
    from .model_interface import BrainModel

__all__ = [
    "Disk",
    "Perturbation",
    "Selector",
    "UnsupportedPerturbation",
    "add_noise",
    "effect_of",
    "lesion",
    "perturbed",
    "silence",
    "stimulate",
]

Coords = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Disk:
    """Tissue within a radius of a point; needs a model whose units have positions.

    Parameters
    ----------
    x_mm, y_mm : float
        Centre, in the coordinates ``x_mm`` and ``y_mm`` of the units.
    radius_mm : float
    falloff : {'edge', 'gaussian'}
        Full effect up to the radius and none beyond; or exp(-d^2 / 2 r^2), as of a drug that spreads.
    """

    x_mm: float
    y_mm: float
    radius_mm: float
    falloff: str = "edge"

    def __post_init__(self) -> None:
        if not self.radius_mm > 0 or self.falloff not in ("edge", "gaussian"):
            raise InvalidParameter(f"{self}", expected="radius_mm above 0, falloff 'edge' or 'gaussian'")

    def __call__(self, coords: Coords) -> np.ndarray:
        """Weight of each unit, 0 to 1."""
        if "x_mm" not in coords:
            raise UnsupportedPerturbation(
                "units have no position in the tissue",
                expected="a model with committed tissue positions",
                remedy="wrap(..., physiology=Physiology(space=...))",
            )
        distance = np.hypot(coords["x_mm"] - self.x_mm, coords["y_mm"] - self.y_mm)
        if self.falloff == "gaussian":
            return np.exp(-((distance / self.radius_mm) ** 2) / 2)
        return (distance <= self.radius_mm).astype(float)


Selector = float | Sequence[str] | Callable[[Coords], np.ndarray]
"""A share of the units, drawn by `seed`; names of units; or weights (or a mask) computed from their coordinates."""


@dataclass(frozen=True)
class Perturbation:
    """What is done to some units of a region: ``gain * (activation + current + sd * z)``.

    Parameters
    ----------
    kind : str
    region : str
    units : Selector
        Weights between 0 and 1 scale the effect.
    gain : float
    current, sd : float
        In the units of the region's activations.
    seed : int
        Draws the units, and the noise.
    """

    kind: str
    region: str
    units: Selector = 1.0
    gain: float = 1.0
    current: float = 0.0
    sd: float = 0.0
    seed: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        numbers = (self.gain, self.current, self.sd)
        if not np.isfinite(numbers).all() or self.sd < 0 or not 0 <= self.gain:
            raise InvalidParameter(f"{self.kind} with {numbers}", expected="finite numbers, sd and gain not below 0")
        if isinstance(self.units, (int, float, np.floating)) and not 0 < float(self.units) <= 1:
            raise InvalidParameter(f"{self.kind} of a share {self.units!r}", expected="above 0, and at most 1")
        if not callable(self.units) and not isinstance(self.units, (int, float, np.floating)):
            object.__setattr__(self, "units", tuple(map(str, self.units)))
            if not self.units:
                raise InvalidParameter(f"{self.kind} of no unit", expected="at least one neuroid_id")

    @property
    def varies(self) -> bool:
        """Whether repeated presentations differ."""
        return self.sd > 0 and self.gain > 0

    @property
    def label(self) -> str:
        """For people, in the letters that an identifier may have; what differs in a number differs in its label."""
        share = f"{float(self.units):g}" if isinstance(self.units, (int, float, np.floating)) else "selected"
        told = [self.kind, self.region, share]
        told += [f"gain{self.gain:g}"] if self.gain not in (0, 1) else []
        told += [f"{name}{value:g}" for name, value in (("current", self.current), ("sd", self.sd)) if value]
        return "-".join([*told, *([f"seed{self.seed}"] if self.seed else [])])

    def content(self) -> Content:
        """What it is."""
        chosen = content_of(self.units)
        plain = [self.kind, self.region, self.gain, self.current, self.sd, self.seed]
        return Content(digest_sequence(["perturbation-1", canonical_json(plain), chosen.state]), chosen.unreadable)

    def weights(self, layer: str, count: int, coords: Callable[[], Coords]) -> np.ndarray:
        """How much of the effect each unit of a layer gets, 0 to 1, shape (unit,)."""
        if callable(self.units):
            return self._checked(layer, np.asarray(self.units(coords()), float), count)
        if isinstance(self.units, (int, float, np.floating)):
            chosen = np.random.default_rng([self.seed, crc32(layer.encode())]).permutation(count)
            weights = np.zeros(count)
            weights[chosen[: round(float(self.units) * count)]] = 1
            return weights
        weights = np.zeros(count)
        for unit in self.units:
            name, _, number = unit.rpartition(".")
            if name != layer:
                continue
            if not number.isdecimal() or int(number) >= count:
                raise InvalidParameter(f"unit {unit!r} does not exist", expected=f"{layer}.0 to {layer}.{count - 1}")
            weights[int(number)] = 1
        return weights

    def _checked(self, layer: str, weights: np.ndarray, count: int) -> np.ndarray:
        if weights.shape != (count,) or not ((weights >= 0) & (weights <= 1)).all():
            raise InvalidParameter(
                f"the selector of {self.label} returned an array of shape {weights.shape} for layer {layer!r}",
                expected=f"a mask or weights from 0 to 1, shape ({count},)",
            )
        return weights


def lesion(region: str, units: Selector = 1.0, *, seed: int = 0) -> Perturbation:
    """Remove units: they are 0 from then on, whatever else is done to them."""
    return Perturbation("lesion", region, units, gain=0.0, seed=seed)


def silence(region: str, units: Selector = 1.0, *, strength: float = 1.0, seed: int = 0) -> Perturbation:
    """Suppress responses by a share, as muscimol or an inhibitory opsin does.

    Parameters
    ----------
    strength : float
        0 to 1: the share of each response that is lost.
    """
    if not 0 < strength <= 1:
        raise InvalidParameter(f"strength={strength!r}", expected="above 0, and at most 1")
    return Perturbation("silence", region, units, gain=1 - strength, seed=seed)


def stimulate(region: str, current: float, units: Selector = 1.0, *, seed: int = 0) -> Perturbation:
    """Drive units: `current` is added to their activation."""
    return Perturbation("stimulate", region, units, current=current, seed=seed)


def add_noise(region: str, sd: float, units: Selector = 1.0, *, seed: int = 0) -> Perturbation:
    """Make units noisy: Gaussian, other in each trial and for each stimulus; repeated presentations then differ."""
    return Perturbation("noise", region, units, sd=sd, seed=seed)


def effect_of(perturbations: Sequence[Perturbation], layer: str, count: int, coords: Callable[[], Coords]) -> Effect:
    """What several perturbations do to a layer together; their order does not matter.

    Parameters
    ----------
    perturbations : sequence of Perturbation
    layer : str
    count : int
        Units of the layer.
    coords : callable
        Their coordinates, asked for by selectors that need them.
    """
    gain, shift, variance = np.ones(count), np.zeros(count), np.zeros(count)
    for entry in perturbations:
        weights = entry.weights(layer, count, coords)
        gain *= 1 - weights * (1 - entry.gain)
        shift += weights * entry.current
        variance += (weights * entry.sd) ** 2
    return Effect(gain, shift, np.sqrt(variance))


@contextmanager
def perturbed(model: "BrainModel", *perturbations: Perturbation) -> Iterator["BrainModel"]:
    """Perturb a model for a while, on top of what is done to it already.

    A task or recording that was started goes on: a subject is trained first, and perturbed then.

    Raises
    ------
    UnsupportedPerturbation
        If its network cannot be intervened on.
    UnsupportedRegion
        If it has no such region.

    Examples
    --------
    >>> with perturbed(model, lesion("V4", 0.5), stimulate("IT", 2.0)):  # doctest: +SKIP
    ...     model.look_at(stimuli)
    """
    perturb: Any = getattr(model, "perturb", None)
    if perturb is None:
        raise UnsupportedPerturbation(
            f"{model.identifier} cannot be perturbed", expected="a model made by wrap(...) from a PyTorch module"
        )
    undo = perturb(*perturbations)
    try:
        yield model
    finally:
        undo()
