"""Trial variability: in what repeated presentations of one stimulus differ, where a model says that they do.

Without any of these a model answers with one row a stimulus, whatever the number of trials. With them each trial is a
row, told apart by ``repetition``, and the same seed gives the same trials.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from brainscore_core.errors import InvalidModelOutput, InvalidParameter

CHANNELS = (1, 3)
PART = 32.0
"""Largest mean of a Poisson number that is drawn at once: its distribution function starts at exp(-mean)."""


@dataclass(frozen=True)
class Microsaccades:
    """The eye moves a little between presentations, over a spiral from the centre of gaze outwards.

    The positions are those of Brain-Score 2 (Rolfs 2009; Haddad & Steinman 1973 for the amplitude): trial i of n lies
    at radius sqrt(i / n) times the extent and angle 2 pi sqrt(i / n), so that the first is not moved and they fill the
    disk evenly. They are the same for every seed. The prepared input is moved, by parts of a pixel (bilinear), and its
    edge repeated.

    Parameters
    ----------
    degrees : float
        Extent, in degrees of visual angle.
    """

    degrees: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.degrees < np.inf:
            raise InvalidParameter(f"microsaccades of {self.degrees!r} degrees", expected="above 0")

    def shifts(self, number_of_trials: int) -> np.ndarray:
        """Movement of the image in each trial, to the right and downwards in degrees, shape (trial, 2)."""
        share = np.sqrt(np.arange(number_of_trials) / number_of_trials)
        return self.degrees * share[:, None] * np.stack([np.cos(2 * np.pi * share), np.sin(2 * np.pi * share)], axis=1)


@dataclass(frozen=True)
class Dropout:
    """The network's dropout layers stay active: each trial and stimulus has a mask of its own (PyTorch only)."""


@dataclass(frozen=True)
class Sampling:
    """Parts of the network that are random by themselves draw in each trial, and what follows receives what they drew.

    PyTorch only: modules with ``sample(inputs, noise)``, see :mod:`brainscore_vision.activations.torch_sampling`.
    """


@dataclass(frozen=True)
class GaussianNoise:
    """Normal noise on what is recorded, independent between units, of variance ``sd^2 + fano * |response|``.

    Parameters
    ----------
    sd : float
        In the unit of the responses.
    fano : float
        Variance per mean response; about 1 in cortex.
    """

    sd: float = 0.0
    fano: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.sd < np.inf and 0 <= self.fano < np.inf and self.sd + self.fano > 0):
            raise InvalidParameter(f"{self}", expected="sd and fano not below 0, one of them above")

    def apply(self, values: np.ndarray, draw: "Draw", window_ms: float | None) -> np.ndarray:
        """Noisy responses, in the dtype of `values`."""
        spread = np.sqrt(self.sd**2 + self.fano * np.abs(values.astype(np.float64)))
        return (values + spread * draw("gaussian", False)).astype(values.dtype)


@dataclass(frozen=True)
class PoissonNoise:
    """Spikes are counted: rates become Poisson counts in the window over its length.

    Parameters
    ----------
    window_ms : float, optional
        Length of the window where the recording has no time bins; those that it has are used.
    """

    window_ms: float | None = None

    def __post_init__(self) -> None:
        if self.window_ms is not None and not 0 < self.window_ms < np.inf:
            raise InvalidParameter(f"window_ms={self.window_ms!r}", expected="above 0")

    def apply(self, values: np.ndarray, draw: "Draw", window_ms: float | None) -> np.ndarray:
        """Rates of drawn counts, in the dtype of `values` where it is floating."""
        window = window_ms if window_ms is not None else self.window_ms
        if window is None:
            raise InvalidParameter(
                "Poisson noise without a window to count spikes in",
                expected="time_bins= of the recording, or PoissonNoise(window_ms=)",
            )
        if (values < 0).any():
            raise InvalidModelOutput(
                f"rates as low as {float(values.min()):.3g}",
                expected="spikes/s, which are not below 0",
                remedy="commit a rectified calibration: Physiology(rates={region: Calibration('rectified', ...)})",
            )
        seconds = window / 1000
        counts = poisson(values.astype(np.float64) * seconds, lambda part: draw(f"poisson {part}", True))
        return (counts / seconds).astype(values.dtype if values.dtype.kind == "f" else np.float64)


Source = Microsaccades | Dropout | Sampling | GaussianNoise | PoissonNoise
Draw = Callable[[str, bool], np.ndarray]
"""``draw(name, uniform)``: numbers of the shape of the responses, uniform in [0, 1) or standard normal."""


def sources_of(trials: Sequence[Source] | Source) -> tuple[Source, ...]:
    """Checked sources of variability, at most one of a kind."""
    sources = (trials,) if isinstance(trials, Source) else tuple(trials)
    kinds = [type(source) for source in sources]
    if not all(isinstance(source, Source) for source in sources) or len(set(kinds)) < len(kinds):
        raise InvalidParameter(
            f"trials={trials!r}",
            expected="Microsaccades, Dropout, Sampling, GaussianNoise, PoissonNoise, each at most once",
        )
    return sources


def described(sources: Sequence[Source]) -> list[dict[str, Any]]:
    """As plain values, for the digest."""
    return [{"kind": type(source).__name__, **asdict(source)} for source in sources]


def poisson(mean: np.ndarray, uniform: Callable[[int], np.ndarray]) -> np.ndarray:
    """Poisson numbers by inversion, one uniform number each and part of the mean.

    A number depends on its own mean and uniform number alone, so that a unit fires alike whoever is recorded beside it.

    Parameters
    ----------
    mean : array
    uniform : callable
        ``uniform(part)``: numbers in [0, 1) of the shape of `mean`; means above :data:`PART` take several parts.
    """
    total, left, part = np.zeros(mean.shape), mean.copy(), 0
    while (left > 0).any():
        total += _inverted(np.minimum(left, PART), uniform(part))
        left, part = np.maximum(left - PART, 0), part + 1
    return total


def _inverted(mean: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    count, probability = np.zeros(mean.shape), np.exp(-mean)
    below = probability.copy()
    for number in range(1, int(PART) * 6):  # beyond it nothing is left that 53 bits could tell from 1
        more = uniform >= below
        if not more.any():
            break
        count += more
        probability = probability * mean / number
        below += probability
    return count


@dataclass(frozen=True, eq=False)
class Moved:
    """A preprocessing whose result is moved.

    Parameters
    ----------
    preprocessing : callable, optional
    right, down : float
        In parts of the field of view.
    """

    preprocessing: Callable[[np.ndarray], Any] | None
    right: float
    down: float

    def __call__(self, image: np.ndarray) -> Any:
        """The prepared input, moved."""
        prepared = image if self.preprocessing is None else self.preprocessing(image)
        if hasattr(prepared, "detach"):
            import torch

            return torch.from_numpy(self._moved(prepared.detach().cpu().numpy()))
        return self._moved(np.asarray(prepared))

    def _moved(self, values: np.ndarray) -> np.ndarray:
        rows, columns = _plane(values.shape)
        extent = values.shape[rows]  # of both directions, as Brain-Score 2 counts
        moved = _along(values, rows, self.down * extent)
        return _rounded(_along(moved, columns, self.right * extent), values.dtype)


def _plane(shape: tuple[int, ...]) -> tuple[int, int]:
    """Axes of rows and columns."""
    if len(shape) == 2:
        return 0, 1
    if len(shape) == 3 and shape[0] in CHANNELS:
        return 1, 2
    if len(shape) == 3 and shape[2] in CHANNELS:
        return 0, 1
    raise InvalidModelOutput(
        f"an input of shape {shape} cannot be moved", expected="an image: (y, x), (channel, y, x) or (y, x, channel)"
    )


def _along(values: np.ndarray, axis: int, distance: float) -> np.ndarray:
    """Moved by `distance` entries towards higher ones, linear between neighbours, the edge repeated."""
    if distance == 0:
        return values
    last = values.shape[axis] - 1
    place = np.arange(last + 1) - distance
    lower = np.floor(place).astype(int)
    share = (place - lower).reshape([-1 if number == axis else 1 for number in range(values.ndim)])
    one, other = (np.take(values, np.clip(at, 0, last), axis) for at in (lower, lower + 1))
    return one * (1 - share) + other * share


def _rounded(values: np.ndarray, dtype: np.dtype[Any]) -> np.ndarray:
    return values.astype(dtype) if dtype.kind == "f" else np.rint(values).astype(dtype)
