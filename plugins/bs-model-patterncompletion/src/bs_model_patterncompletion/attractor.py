"""The attractor network: a linear system on a closed hypercube whose corners hold the stored patterns."""

import math

import numpy as np
import torch
from torch import nn

STEPS = 256
TAU = 10.0
TIME_STEP = 0.15


class Attractor(nn.Module):
    """A Hopfield network with stored patterns and continuous states (Li, Michel & Porod 1989; ``newhop`` of MATLAB).

    Its state follows ``x' = T x + I`` within the hypercube from -1 to 1, with ``T = P - tau (1 - P)``, where P projects
    on what the differences between stored patterns span. In steps of h it is ``x <- clip(W x + b)``, with
    ``W = e^h P + e^(-tau h) (1 - P)`` and ``b = (1 - e^(-tau h)) (1 + 1 / tau) (1 - P) p`` for any stored pattern p.
    Nothing is trained, and W is kept as the projection that it is made of.

    Parameters
    ----------
    patterns : array, shape (pattern, unit)
        Of -1 and 1.
    """

    def __init__(self, patterns: np.ndarray):
        super().__init__()
        basis, bias = synthesised(patterns)
        self.register_buffer("basis", torch.from_numpy(basis.astype(np.float32)))
        self.register_buffer("bias", torch.from_numpy(bias.astype(np.float32)))
        self.output = nn.Identity()

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """The state after :data:`STEPS` steps, from the signs of the features on, shape (image, unit).

        Layer ``output`` is called with the state before the first step, and after each.
        """
        state = self.output(torch.where(features > 0, 1.0, -1.0).to(features.dtype))
        for _ in range(STEPS):
            state = self.output(self.step(state))
        return state

    def step(self, state: torch.Tensor) -> torch.Tensor:
        """One step of all units at once, shape (image, unit)."""
        shrunk, grown = math.exp(-TAU * TIME_STEP), math.exp(TIME_STEP)
        within = (state @ self.basis) @ self.basis.T
        return torch.clamp(shrunk * state + (grown - shrunk) * within + self.bias, -1, 1)


def synthesised(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the dynamics are made of.

    Parameters
    ----------
    patterns : array, shape (pattern, unit)

    Returns
    -------
    basis : array, shape (unit, rank)
        Orthonormal, of what differences between patterns span.
    bias : array, shape (unit,)
    """
    last = patterns[-1].astype(np.float64)
    differences = (patterns[:-1] - last).T
    basis, lengths, _ = np.linalg.svd(differences, full_matrices=False)
    tolerance = max(differences.shape) * np.finfo(float).eps * lengths.max(initial=0)
    basis = basis[:, lengths > tolerance]
    outside = last - basis @ (basis.T @ last)
    return basis, (1 - math.exp(-TAU * TIME_STEP)) * (1 + 1 / TAU) * outside


def signs(features: np.ndarray) -> np.ndarray:
    """The pattern of features: 1 where a unit responds, -1 elsewhere."""
    return np.where(features > 0, 1.0, -1.0)
