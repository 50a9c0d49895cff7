"""Representational similarity analysis: the entries ``rdm``, ``rdm_cv``, ``rdm_reliability``, ``rsa_noise_ceiling``."""

from .cross_validated import RDMCrossValidated
from .noise_ceiling import NoiseCeiling
from .rdm import RDM
from .reliability import RDMReliability

__all__ = ["RDM", "NoiseCeiling", "RDMCrossValidated", "RDMReliability"]
