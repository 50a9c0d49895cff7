"""Comparisons with published numbers, as metrics: a point, a bound, a ratio, a proportion, a profile."""
