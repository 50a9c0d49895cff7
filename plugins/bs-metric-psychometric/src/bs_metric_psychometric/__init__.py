"""Psychometric thresholds and their elevation, against those of people."""

from .elevation import ThresholdElevation
from .threshold import Threshold

__all__ = ["Threshold", "ThresholdElevation"]
