"""Keras on the backend that is there, an empty home, and a web server for weights."""

import importlib.util
import os

from brainscore_core.testing.fixtures import home, served

__all__ = ["home", "served"]

if "KERAS_BACKEND" not in os.environ and importlib.util.find_spec("tensorflow") is None:
    os.environ["KERAS_BACKEND"] = "torch"
