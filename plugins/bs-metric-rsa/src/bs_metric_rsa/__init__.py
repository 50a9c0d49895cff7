"""Representational similarity analysis: the entries that start with ``rdm``, ``partial_rdm``, ``rsa_noise_ceiling``."""

from .cross_validated import RDMCrossValidated
from .noise_ceiling import NoiseCeiling
from .partial import PartialRDM
from .rdm import RDM
from .recordings import measure
from .reliability import RDMReliability

__all__ = ["RDM", "NoiseCeiling", "PartialRDM", "RDMCrossValidated", "RDMReliability", "measure"]
