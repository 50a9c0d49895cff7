"""Weights before training: from the distributions of the library, the same numbers on every backend.

Keras draws with the generator of its backend, so that one seed gives other numbers on TensorFlow than on PyTorch.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidParameter

if TYPE_CHECKING:
    import keras

_WEIGHTS = {
    "kernel": ("kernel_initializer", "depthwise_initializer"),
    "depthwise_kernel": ("depthwise_initializer",),
    "pointwise_kernel": ("pointwise_initializer",),
}
_CONSTANT = ("Zeros", "Ones", "Constant")
_TRUNCATED_STD = 0.87962566103423978
"""Standard deviation of a standard normal distribution truncated at 2."""


def draw(network: "keras.Model", generator: np.random.Generator) -> None:
    """Give every kernel numbers from the distribution that its initialiser names; other weights are constants.

    Raises
    ------
    InvalidParameter
        If an initialiser is of a kind that is not known here.
    """
    for layer in network._flatten_layers():
        for name, initialisers in _WEIGHTS.items():
            weight = getattr(layer, name, None)
            initialiser = next((getattr(layer, entry) for entry in initialisers if hasattr(layer, entry)), None)
            if weight is not None and initialiser is not None and type(initialiser).__name__ not in _CONSTANT:
                weight.assign(drawn(initialiser, tuple(weight.shape), generator))


def drawn(initialiser: Any, shape: tuple[int, ...], generator: np.random.Generator) -> np.ndarray:
    """Numbers of an initialiser, float32.

    Parameters
    ----------
    initialiser : keras.initializers.Initializer
        With ``scale``, ``mode`` and ``distribution`` (variance scaling: Glorot & Bengio 2010, He et al. 2015) or
        with ``mean`` and ``stddev``.
    shape : tuple of int
        Of a kernel: (..., inputs, outputs).
    generator : numpy.random.Generator
    """
    if all(hasattr(initialiser, name) for name in ("scale", "mode", "distribution")):
        variance = initialiser.scale / max(1.0, _fan(shape, initialiser.mode))
        kind, mean, std = initialiser.distribution, 0.0, variance**0.5
        std /= _TRUNCATED_STD if kind == "truncated_normal" else 1
    else:
        kinds = {"TruncatedNormal": "truncated_normal", "RandomNormal": "untruncated_normal"}
        kind = kinds.get(type(initialiser).__name__, "")
        mean, std = getattr(initialiser, "mean", 0.0), getattr(initialiser, "stddev", 0.0)
    match kind:
        case "uniform":
            return generator.uniform(-(3**0.5) * std, 3**0.5 * std, shape).astype(np.float32)
        case "untruncated_normal":
            return generator.normal(mean, std, shape).astype(np.float32)
        case "truncated_normal":
            return (mean + std * _truncated(shape, generator)).astype(np.float32)
    raise InvalidParameter(
        f"the initialiser {type(initialiser).__name__}",
        expected="variance scaling, or a (truncated) normal distribution",
    )


def _fan(shape: tuple[int, ...], mode: str) -> float:
    field = float(np.prod(shape[:-2]))
    fan_in, fan_out = field * shape[-2], field * shape[-1]
    return {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]


def _truncated(shape: tuple[int, ...], generator: np.random.Generator) -> np.ndarray:
    """Standard normal numbers, those beyond 2 drawn again."""
    values = generator.standard_normal(int(np.prod(shape)))
    while len(beyond := np.flatnonzero(np.abs(values) > 2)):
        values[beyond] = generator.standard_normal(len(beyond))
    return values.reshape(shape)
