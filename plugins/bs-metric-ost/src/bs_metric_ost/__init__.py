"""Object solution times: the entry ``ost``."""

from .metric import ObjectSolutionTimes

__all__ = ["ObjectSolutionTimes"]
