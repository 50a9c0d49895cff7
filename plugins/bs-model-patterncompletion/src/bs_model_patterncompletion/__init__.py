"""Pattern completion by recurrence: an attractor network over the features of AlexNet (Tang et al. 2018)."""

from .family import PatternCompletion

patterncompletion = PatternCompletion("patterncompletion")
