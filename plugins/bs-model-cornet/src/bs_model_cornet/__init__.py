"""CORnet: shallow networks whose parts are V1, V2, V4 and IT (Kubilius, Schrimpf et al. 2018, 2019)."""

from .family import Cornet

cornet = Cornet("cornet")
