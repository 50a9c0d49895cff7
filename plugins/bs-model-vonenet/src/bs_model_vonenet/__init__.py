"""VOneNets: a fixed model of primary visual cortex in front of a network (Dapello, Marques et al. 2020)."""

from .family import VOneNets

vonenet = VOneNets("vonenet")
