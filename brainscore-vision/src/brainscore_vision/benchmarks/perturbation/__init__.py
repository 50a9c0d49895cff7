"""Experiment type: what a perturbation of one region does to behaviour, or to the responses of another."""

from .experiment import PerturbationEffect
from .published import DESIGNS, Design

__all__ = ["DESIGNS", "Design", "PerturbationEffect"]
