"""What an attack may do: stated with every score, since a robustness without its budget means nothing."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from brainscore_core.errors import InvalidParameter


@dataclass(frozen=True)
class Budget:
    """Of projected gradient descent (Madry et al. 2018, section 2.1).

    Parameters
    ----------
    norm : {'linf', 'l2'}
        Of the change, over all pixels and channels of the network's input.
    epsilon : float
        Largest norm; pixels go from 0 to 1.
    steps : int
        Gradients that are taken in each restart.
    step_size : float
        Length of a step, in `norm`.
    restarts : int
        Starts at random in the ball, each image by itself.
    seed : int
        Of the starts; an image's starts hang on its place in the set and not on the others.

    Raises
    ------
    InvalidParameter
    """

    norm: Literal["linf", "l2"] = "linf"
    epsilon: float = 1 / 255
    steps: int = 20
    step_size: float = 1 / 255 / 8
    restarts: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if self.norm not in ("linf", "l2"):
            raise InvalidParameter(f"norm={self.norm!r}", expected="'linf' or 'l2'")
        if not (self.epsilon >= 0 and self.step_size > 0 and np.isfinite([self.epsilon, self.step_size]).all()):
            raise InvalidParameter(f"{self}", expected="epsilon from 0, step_size above 0, both finite")
        if self.steps < 0 or self.restarts < 1:
            raise InvalidParameter(f"{self}", expected="steps from 0, restarts from 1")

    def described(self) -> dict[str, Any]:
        """For the details of a score."""
        return {
            "norm": self.norm,
            "epsilon": self.epsilon,
            "steps": self.steps,
            "step_size": self.step_size,
            "restarts": self.restarts,
            "attack_seed": self.seed,
        }
