"""Model recovery: what a benchmark takes neurons for that are known to be a model's."""

from .experiment import recover
from .result import Confusion, Recovery

__all__ = ["Confusion", "Recovery", "recover"]
