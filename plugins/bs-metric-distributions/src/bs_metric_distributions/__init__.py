"""How alike two distributions of a neuronal property are."""

from .metric import KSSimilarity

__all__ = ["KSSimilarity"]
