"""Every classification network of ``keras.applications`` as a brain model, with an untrained twin of each."""

from .family import Keras

keras = Keras("keras")
"""The family: rows from the table, networks from the library."""
