"""Behaviour image by image, and condition by condition."""

from .image_level import ImageLevel
from .profile import AccuracyProfile

__all__ = ["AccuracyProfile", "ImageLevel"]
