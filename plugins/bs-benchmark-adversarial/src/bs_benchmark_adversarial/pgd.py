"""Projected gradient descent (Madry et al. 2018): change pixels within a budget until the answer is wrong."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from .budget import Budget
from .victim import Victim

TINY = 1e-12


@dataclass(frozen=True)
class Attacked:
    """What came of an attack, each of shape (image,).

    Parameters
    ----------
    clean : int array
        Labels named before.
    named : int array
        Labels named where the margin was smallest, of the image itself, the starts and all steps.
    norm : float array
        Of the change that gave the smallest margin.
    margin : float array
        Smallest log probability of the right label minus that of the best other one.
    still : bool array
        Whether the first gradient was zero: such an image may seem robust and be merely flat.
    """

    clean: np.ndarray
    named: np.ndarray
    norm: np.ndarray
    margin: np.ndarray
    still: np.ndarray


def attack(victim: Victim, images: list[np.ndarray], truth: np.ndarray, budget: Budget, places: np.ndarray) -> Attacked:
    """Attack a batch.

    Parameters
    ----------
    victim : Victim
    images : list of uint8 arrays
        Placed, of one size.
    truth : int array, shape (image,)
        Right answers, as numbers of the victim's labels.
    budget : Budget
    places : int array, shape (image,)
        Of the images in their set: they seed the starts.

    Returns
    -------
    Attacked
    """
    parts = [victim.pixels(image) for image in images]
    pixels, low, span = (torch.from_numpy(np.stack(column)).to(victim.device) for column in zip(*parts, strict=True))
    right = torch.from_numpy(np.asarray(truth)).to(victim.device)
    run = _Run(victim, pixels, low, span, right, budget)
    clean = run.judge(torch.zeros_like(pixels))
    still = run.gradient(torch.zeros_like(pixels)).flatten(1).abs().amax(1) == 0
    for restart in range(budget.restarts):
        change = run.inside(_start(pixels.shape, budget, places, restart).to(pixels))
        for _ in range(budget.steps):
            change = run.inside(change + run.step(change))
        run.judge(change)
    return Attacked(
        clean.cpu().numpy(), run.named.cpu().numpy(), run.norm.cpu().numpy(), run.margin.cpu().numpy(),
        still.cpu().numpy(),
    )  # fmt: skip


class _Run:
    """A batch under attack, and the worst that was done to each image so far."""

    def __init__(self, victim: Victim, pixels: Any, low: Any, span: Any, right: Any, budget: Budget):
        self.victim, self.pixels, self.low, self.span = victim, pixels, low, span
        self.right, self.budget = right, budget
        self.margin = torch.full((len(pixels),), torch.inf, dtype=torch.float64, device=pixels.device)
        self.norm = torch.zeros_like(self.margin)
        self.named = torch.zeros(len(pixels), dtype=torch.long, device=pixels.device)

    def judge(self, change: torch.Tensor) -> torch.Tensor:
        """Note what the change does; the labels named."""
        with torch.no_grad():
            return self._note(change, self._evidence(change))

    def gradient(self, change: torch.Tensor) -> torch.Tensor:
        """Of the cross-entropy with the right label; what the change does is noted on the way."""
        change = change.detach().requires_grad_(True)
        evidence = self._evidence(change)
        self._note(change.detach(), evidence.detach())
        loss = torch.nn.functional.cross_entropy(evidence, self.right, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, change)
        return gradient

    def step(self, change: torch.Tensor) -> torch.Tensor:
        """Uphill, of the length of a step."""
        gradient = self.gradient(change)
        if self.budget.norm == "linf":
            return self.budget.step_size * gradient.sign()
        return self.budget.step_size * gradient / _lengths(gradient).clamp_min(TINY)

    def inside(self, change: torch.Tensor) -> torch.Tensor:
        """The nearest change within ball and range; where no pixel has a say, none."""
        change = torch.where(self.span == 0, 0.0, change)
        epsilon = self.budget.epsilon
        if self.budget.norm == "linf":
            change = change.clamp(-epsilon, epsilon)
        else:
            change = change * (epsilon / _lengths(change).clamp_min(TINY)).clamp_max(1.0)
        return (self.pixels + change).clamp(0, 1) - self.pixels

    def _evidence(self, change: torch.Tensor) -> torch.Tensor:
        return self.victim.evidence(self.low + self.span * (self.pixels + change))

    def _note(self, change: torch.Tensor, evidence: torch.Tensor) -> torch.Tensor:
        right = evidence.gather(1, self.right[:, None])[:, 0]
        others = evidence.scatter(1, self.right[:, None], -torch.inf)
        margin = right - others.amax(1)
        named = evidence.argmax(1)
        flat = change.flatten(1).double()
        length = flat.abs().amax(1) if self.budget.norm == "linf" else flat.norm(dim=1)
        worse = margin < self.margin
        self.norm = torch.where(worse, length, self.norm)
        self.named = torch.where(worse, named, self.named)
        self.margin = torch.where(worse, margin, self.margin)
        return named


def _start(shape: torch.Size, budget: Budget, places: np.ndarray, restart: int) -> torch.Tensor:
    """Uniform in the ball."""
    size, drawn = int(np.prod(shape[1:])), []
    for place in places:
        rng = np.random.default_rng([budget.seed, restart, int(place)])
        if budget.norm == "linf":
            drawn.append(rng.uniform(-1, 1, size))
        else:
            direction = rng.standard_normal(size)
            drawn.append(direction / np.linalg.norm(direction) * rng.uniform() ** (1 / size))
    return torch.from_numpy(budget.epsilon * np.stack(drawn)).reshape(shape)


def _lengths(values: torch.Tensor) -> torch.Tensor:
    """Euclidean, of each image, shaped so that it divides a batch."""
    return values.flatten(1).norm(dim=1).reshape(-1, *[1] * (values.ndim - 1))
