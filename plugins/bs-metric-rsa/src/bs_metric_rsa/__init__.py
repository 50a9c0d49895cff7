"""Representational similarity analysis: the entries ``rdm`` and ``rsa_noise_ceiling``."""

from .noise_ceiling import NoiseCeiling
from .rdm import RDM

__all__ = ["RDM", "NoiseCeiling"]
