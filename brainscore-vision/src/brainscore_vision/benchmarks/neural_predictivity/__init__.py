"""Neural predictivity: how well a model's units, mapped linearly, predict neurons on stimuli the map has not seen."""

from .experiment import NeuralPredictivity

__all__ = ["NeuralPredictivity"]
