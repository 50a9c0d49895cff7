"""Experiment types in which a subject does a task, and its answers are compared with people's or with the truth."""

from .comparison import BehavioralComparison
from .experiment import FITTED_ON_TEST, BehavioralExperiment
from .normalisation import CHANCE, RATIO, RAW, ROOT, normalised
from .psychometric import PsychometricExperiment

__all__ = [
    "CHANCE",
    "FITTED_ON_TEST",
    "RATIO",
    "RAW",
    "ROOT",
    "BehavioralComparison",
    "BehavioralExperiment",
    "PsychometricExperiment",
    "normalised",
]
