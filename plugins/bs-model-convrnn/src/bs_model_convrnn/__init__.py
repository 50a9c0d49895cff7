"""Convolutional recurrent networks with reciprocal gated cells (Nayebi, Bear, Kubilius et al. 2018)."""

from .family import ConvRNNs

convrnn = ConvRNNs("convrnn")
