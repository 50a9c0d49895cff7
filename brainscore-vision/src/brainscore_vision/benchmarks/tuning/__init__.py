"""Tuning of single units: receptive fields, firing rates and properties, as functions of plain arrays."""
