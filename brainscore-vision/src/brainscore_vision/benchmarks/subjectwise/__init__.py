"""Predictivity fitted apart for each person (voxels of fMRI), or for each neuron that saw stimuli of its own."""

from .experiment import SubjectwisePredictivity

__all__ = ["SubjectwisePredictivity"]
