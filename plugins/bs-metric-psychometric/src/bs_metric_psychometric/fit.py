"""A psychometric function fitted to counts: the most probable one, with priors that keep steps and lapses sane.

``rate(x) = guess + (1 - guess - lapse) * sigmoid(x; midpoint, width)`` (Wichmann & Hill 2001, Perception &
Psychophysics 63, equation 1). The guess rate is fixed by the design. The priors are those of psignifit 4 (Schuett,
Harmeling, Macke & Wichmann 2016, Vision Research 122, section 2.2): the midpoint is uniform over the levels shown,
falling off by a raised cosine until half their range beyond; the width is uniform from twice the smallest distance of
levels to their range, falling off to that distance and to three times the range; the lapse rate has a beta prior.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlog1py, xlogy

from brainscore_core.errors import InvalidAssembly, InvalidParameter

from .counts import Counts
from .sigmoids import Sigmoid, sigmoid_of

LARGEST_LAPSE = 0.5
TINY = 1e-10
GRID = (41, 25, 9)


@dataclass(frozen=True)
class Design:
    """What is known before the answers.

    Parameters
    ----------
    sigmoid : {'gaussian', 'logistic', 'weibull'}
        The Weibull function lies on the logarithm of the levels.
    guess : float
        Rate of right answers of somebody who sees nothing: .5 with two alternatives.
    lapse_prior : (float, float)
        Parameters of the beta distribution of the lapse rate, the first not below 1.
    increasing : bool
        False where the task becomes harder with the level.
    """

    sigmoid: str = "gaussian"
    guess: float = 0.5
    lapse_prior: tuple[float, float] = (1.0, 10.0)
    increasing: bool = True

    def __post_init__(self) -> None:
        sigmoid_of(self.sigmoid)
        if not 0 <= self.guess < 1:
            raise InvalidParameter(f"guess={self.guess!r}", expected="the rate at chance, 0 up to below 1")
        object.__setattr__(self, "lapse_prior", tuple(self.lapse_prior))
        if len(self.lapse_prior) != 2 or min(self.lapse_prior) < 1:
            raise InvalidParameter(f"lapse_prior={self.lapse_prior!r}", expected="two numbers, none below 1")

    @property
    def family(self) -> Sigmoid:
        """The sigmoid itself."""
        return sigmoid_of(self.sigmoid)

    @property
    def largest_lapse(self) -> float:
        """Upper end of the lapse rates looked at."""
        return min(LARGEST_LAPSE, (1 - self.guess) * 0.99)

    def axis(self, levels: np.ndarray) -> np.ndarray:
        """Levels on the axis of the sigmoid, on which performance rises.

        Raises
        ------
        InvalidAssembly
            If a level is not positive and the axis is logarithmic.
        """
        levels = np.asarray(levels, dtype=np.float64)
        if self.family.logarithmic:
            if (levels <= 0).any():
                raise InvalidAssembly(
                    f"level {levels.min():g} on a logarithmic axis",
                    expected="levels above 0",
                    remedy="take sigmoid='gaussian' or 'logistic'",
                )
            levels = np.log(levels)
        return levels if self.increasing else -levels

    def level(self, x: np.ndarray | float) -> np.ndarray:
        """From the axis back to levels."""
        x = np.asarray(x) if self.increasing else -np.asarray(x)
        return np.exp(x) if self.family.logarithmic else x


@dataclass(frozen=True)
class PsychometricFit:
    """One psychometric function.

    Parameters
    ----------
    design : Design
    midpoint, width : float
        On the axis of the sigmoid.
    lapse : float
    log_likelihood : float
        Of the counts it was fitted to, without the binomial coefficients.
    deviance : float
        Twice what it lacks to the likelihood of a rate of its own for each level (Wichmann & Hill 2001, equation 3).
    """

    design: Design
    midpoint: float
    width: float
    lapse: float
    log_likelihood: float
    deviance: float

    def rate(self, levels: np.ndarray) -> np.ndarray:
        """Expected share of right answers at `levels`."""
        return rates(self.design, self.design.axis(levels), self.midpoint, self.width, self.lapse)

    @property
    def middle_accuracy(self) -> float:
        """Half way from the guess rate to the best performance."""
        return (self.design.guess + 1 - self.lapse) / 2

    def threshold(self, accuracy: float | None = None) -> float:
        """The level at which the share of right answers is `accuracy`; NaN where it never is.

        None: half way from the guess rate to the best performance.
        """
        share = 0.5 if accuracy is None else (accuracy - self.design.guess) / (1 - self.design.guess - self.lapse)
        return float(self.design.level(self.midpoint + self.design.family.offset(share, self.width)))

    @property
    def slope(self) -> float:
        """Derivative of the rate at the midpoint, per unit of the axis; not negative."""
        return (1 - self.design.guess - self.lapse) * self.design.family.steepness(self.width)


def rates(
    design: Design,
    x: np.ndarray,
    midpoint: np.ndarray | float,
    width: np.ndarray | float,
    lapse: np.ndarray | float,
) -> np.ndarray:
    """Expected shares of right answers; everything broadcasts."""
    return design.guess + (1 - design.guess - lapse) * design.family.share(x, midpoint, width)


def log_likelihood(rate: np.ndarray, counts: Counts) -> np.ndarray:
    """Of counts under rates (..., level), without the binomial coefficients: shape (...)."""
    rate = np.clip(rate, TINY, 1 - TINY)
    return np.log(rate) @ counts.correct + np.log1p(-rate) @ (counts.trials - counts.correct)


@dataclass(frozen=True)
class Prior:
    """Log density of midpoint, width and lapse rate given the levels shown, up to a constant."""

    design: Design
    low: float
    high: float
    nearest: float

    @classmethod
    def of(cls, design: Design, levels: np.ndarray) -> "Prior":
        """For these levels."""
        x = np.sort(design.axis(levels))
        return cls(design, float(x[0]), float(x[-1]), float(np.diff(x).min()))

    @property
    def reach(self) -> float:
        """Range of the levels."""
        return self.high - self.low

    @property
    def bounds(self) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
        """Of midpoint, width and lapse rate, where the density is above 0."""
        edge = 1e-6
        half = self.reach / 2 * (1 - edge)
        return (
            (self.low - half, self.high + half),
            (self.nearest * (1 + edge), 3 * self.reach * (1 - edge)),
            (TINY, self.design.largest_lapse),
        )

    def __call__(
        self, midpoint: np.ndarray | float, width: np.ndarray | float, lapse: np.ndarray | float
    ) -> np.ndarray:
        """Log density; -inf outside."""
        beyond = np.maximum(self.low - midpoint, np.asarray(midpoint) - self.high) / (self.reach / 2)
        narrow = (2 * self.nearest - np.asarray(width)) / self.nearest
        wide = (np.asarray(width) - self.reach) / (2 * self.reach)
        first, second = self.design.lapse_prior
        lapses = xlogy(first - 1, lapse) + xlog1py(second - 1, -np.asarray(lapse))
        return _falling(beyond) + _falling(narrow) + _falling(wide) + lapses


def _falling(distance: np.ndarray) -> np.ndarray:
    """Log of a raised cosine: 0 up to distance 0, -inf from distance 1 on."""
    inside = np.clip(distance, 0, 1)
    with np.errstate(divide="ignore"):
        return np.log(0.5 + 0.5 * np.cos(np.pi * inside))


def fit(counts: Counts, design: Design, start: PsychometricFit | None = None) -> PsychometricFit:
    """The most probable psychometric function.

    Parameters
    ----------
    counts : Counts
    design : Design
    start : PsychometricFit, optional
        Where to begin; by default the best of a grid.
    """
    from scipy.optimize import minimize

    prior = Prior.of(design, counts.levels)
    x = design.axis(counts.levels)
    (m_low, m_high), (w_low, w_high), (l_low, l_high) = prior.bounds

    def cost(parameters: np.ndarray) -> float:
        midpoint, width, lapse = parameters[0] * prior.reach, np.exp(parameters[1]), parameters[2]
        return -float(log_likelihood(rates(design, x, midpoint, width, lapse), counts) + prior(midpoint, width, lapse))

    first = _best_of_grid(counts, design, prior) if start is None else (start.midpoint, start.width, start.lapse)
    bounds = [(m_low / prior.reach, m_high / prior.reach), (np.log(w_low), np.log(w_high)), (l_low, l_high)]
    begin = np.clip([first[0] / prior.reach, np.log(first[1]), first[2]], *np.transpose(bounds))
    found = minimize(cost, begin, method="L-BFGS-B", bounds=bounds)
    best = found.x if found.fun <= cost(begin) else begin
    midpoint, width, lapse = float(best[0] * prior.reach), float(np.exp(best[1])), float(best[2])
    reached = float(log_likelihood(rates(design, x, midpoint, width, lapse), counts))
    deviance = 2 * (float(log_likelihood(counts.rates, counts)) - reached)
    return PsychometricFit(design, midpoint, width, lapse, reached, max(deviance, 0.0))


def _best_of_grid(counts: Counts, design: Design, prior: Prior) -> tuple[float, float, float]:
    midpoint, width, lapse = grid(prior)
    x = design.axis(counts.levels)
    posterior = log_likelihood(
        rates(design, x, midpoint[..., None], width[..., None], lapse[..., None]), counts
    ) + prior(midpoint, width, lapse)
    place = np.unravel_index(int(np.argmax(posterior)), posterior.shape)
    return tuple(float(np.broadcast_to(axis, posterior.shape)[place]) for axis in (midpoint, width, lapse))  # type: ignore[return-value]


def grid(prior: Prior, size: tuple[int, int, int] = GRID) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Midpoints, widths (logarithmic) and lapse rates (denser near 0) that cover the prior, to broadcast."""
    (m_low, m_high), (w_low, w_high), (_, l_high) = prior.bounds
    midpoint = np.linspace(m_low, m_high, size[0])[:, None, None]
    width = np.geomspace(w_low, w_high, size[1])[:, None]
    lapse = np.linspace(TINY, np.sqrt(l_high), size[2]) ** 2
    return midpoint, width, lapse
