"""Experiment types: what most benchmark packages describe and none computes itself."""
