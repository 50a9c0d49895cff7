"""Representational similarity analysis: the entries ``rdm``, ``rdm_reliability`` and ``rsa_noise_ceiling``."""

from .noise_ceiling import NoiseCeiling
from .rdm import RDM
from .reliability import RDMReliability

__all__ = ["RDM", "NoiseCeiling", "RDMReliability"]
