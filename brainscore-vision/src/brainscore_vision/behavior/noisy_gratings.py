"""Gratings in noise, in pairs that differ in one parameter, with a known ideal observer: for ``discrimination``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

VARIABLES = ("contrast", "orientation", "spatial_frequency", "phase")
MEAN = 127.5


@dataclass(frozen=True)
class NoisyGrating:
    """A sinusoidal grating with white noise; every pixel is ``127.5 (1 + contrast * profile + noise * n)``.

    Parameters
    ----------
    contrast : float
        Michelson contrast, 0 to 1.
    orientation : float
        In degrees; at 0 luminance varies along x.
    spatial_frequency : float
        In cycles per degree.
    phase : float
        In degrees, at the centre.
    radius : float, optional
        Of a round aperture, in degrees; None: the grating fills the field. The noise always does.
    noise : float
        Standard deviation of the noise, in units of contrast. Values beyond 0 to 255 are clipped.
    visual_degrees : float
        Width of the field.
    pixels : int
        Width of the field.
    """

    contrast: float = 0.2
    orientation: float = 0.0
    spatial_frequency: float = 1.0
    phase: float = 0.0
    radius: float | None = None
    noise: float = 0.1
    visual_degrees: float = 4.0
    pixels: int = 64

    def __post_init__(self) -> None:
        sizes = (self.visual_degrees, self.pixels, self.spatial_frequency)
        if not 0 <= self.contrast <= 1 or not 0 <= self.noise < np.inf or not min(sizes) > 0:
            raise InvalidParameter(
                f"{self}", expected="contrast 0 to 1, noise not below 0, sizes and frequency above 0"
            )

    @property
    def profile(self) -> np.ndarray:
        """The grating at contrast 1, -1 to 1, without noise: float64, shape (pixels, pixels)."""
        axis = (np.arange(self.pixels) + 0.5 - self.pixels / 2) * self.visual_degrees / self.pixels
        x, y = axis, axis[:, None]
        angle = np.deg2rad(self.orientation)
        cycles = 2 * np.pi * self.spatial_frequency * (x * np.cos(angle) + y * np.sin(angle))
        wave = np.sin(cycles + np.deg2rad(self.phase))
        return wave if self.radius is None else np.where(x**2 + y**2 <= self.radius**2, wave, 0.0)

    def image(self, rng: np.random.Generator) -> np.ndarray:
        """With noise drawn: uint8, shape (pixels, pixels)."""
        values = self.contrast * self.profile
        if self.noise:
            values = values + self.noise * rng.standard_normal(values.shape)
        return np.rint(np.round(np.clip(MEAN * (1 + values), 0, 255), 6)).astype(np.uint8)


def contrast_threshold(grating: NoisyGrating, accuracy: float = 0.75) -> float:
    """The difference in contrast at which an ideal observer who knows the grating is right this often in two intervals.

    It compares both intervals with the profile; the noise of the difference has a standard deviation of ``sqrt(2)``
    times that of one, so that it is right with probability ``Phi(difference * |profile| / (sqrt(2) noise))`` (Green &
    Swets 1966, Signal detection theory and psychophysics, chapter 6).

    Raises
    ------
    InvalidParameter
        Without noise there is no threshold.
    """
    from statistics import NormalDist

    if not grating.noise or not 0.5 < accuracy < 1:
        raise InvalidParameter(f"{grating} at accuracy {accuracy}", expected="noise, and an accuracy from .5 to 1")
    return NormalDist().inv_cdf(accuracy) * np.sqrt(2) * grating.noise / float(np.linalg.norm(grating.profile))


def interval_pairs(
    standard: NoisyGrating,
    variable: str,
    levels: Sequence[float],
    trials: int,
    *,
    seed: int,
    random_phase: bool = False,
) -> StimulusSet:
    """Pairs of gratings for two-interval trials: the standard, and one whose `variable` is greater by a level.

    Parameters
    ----------
    standard : NoisyGrating
    variable : {'contrast', 'orientation', 'spatial_frequency', 'phase'}
    levels : sequence of float
        Differences above 0, in the unit of the variable.
    trials : int
        For each level; each with noise of its own and an order of its own.
    seed : int
    random_phase : bool
        Each stimulus has a phase of its own.

    Returns
    -------
    StimulusSet
        Two consecutive rows a trial, with the columns ``trial``, ``value``, ``level`` and ``degrees``.

    Raises
    ------
    InvalidParameter
    """
    _check(variable, levels, trials)
    if min(levels) <= 0:
        raise InvalidParameter(f"levels {list(levels)}", expected="differences above 0: else no answer is right")
    rng = np.random.default_rng([seed, 0])
    first = getattr(standard, variable)
    rows: list[dict[str, Any]] = []
    for level in levels:
        for _ in range(trials):
            pair = [first, first + level]
            rows += [
                {"trial": len(rows) // 2, "value": pair[which], "level": float(level)} for which in rng.permutation(2)
            ]
    return _set(f"{variable}-pairs-{seed}", standard, variable, rows, [seed, 1], random_phase)


def valued_gratings(
    standard: NoisyGrating,
    variable: str,
    values: Sequence[float],
    repeats: int,
    *,
    seed: int,
    random_phase: bool = False,
) -> StimulusSet:
    """Gratings with known values, for a decoder to be fitted on: `repeats` of each value, with noise of their own.

    Parameters are those of :func:`interval_pairs`. The set has the columns ``value`` and ``degrees``, and shares no
    stimulus with pairs of whatever seed.

    Raises
    ------
    InvalidParameter
    """
    _check(variable, values, repeats)
    rows = [{"value": float(value)} for value in values for _ in range(repeats)]
    return _set(f"{variable}-values-{seed}", standard, variable, rows, [seed, 2], random_phase)


def _check(variable: str, values: Sequence[float], count: int) -> None:
    if variable not in VARIABLES:
        raise InvalidParameter(f"variable {variable!r}", expected=f"one of {VARIABLES}")
    if not len(values) or count < 1:
        raise InvalidParameter(f"values {list(values)}, {count} of each", expected="at least one")


def _set(
    identifier: str,
    standard: NoisyGrating,
    variable: str,
    rows: Sequence[dict[str, Any]],
    entropy: list[int],
    random_phase: bool,
) -> StimulusSet:
    import pandas as pd

    phases = np.random.default_rng([*entropy, 0]).uniform(0, 360, len(rows))
    made: dict[str, tuple[NoisyGrating, int]] = {}
    for index, row in enumerate(rows):
        grating = replace(standard, phase=float(phases[index])) if random_phase else standard
        made[f"{identifier}-{index:05d}"] = (replace(grating, **{variable: row["value"]}), index)
    table = pd.DataFrame(rows).assign(stimulus_id=list(made), degrees=standard.visual_degrees)

    def opened(id: str) -> np.ndarray:
        grating, index = made[id]
        return grating.image(np.random.default_rng([*entropy, 1, index]))

    def key(id: str) -> str:
        grating, index = made[id]
        return f"noisy-grating-1:{grating!r}:{entropy}:{index}"

    return StimulusSet(table, identifier=identifier, open=opened, key=key)
