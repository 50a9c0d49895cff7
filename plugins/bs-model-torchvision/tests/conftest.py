"""An empty home, a web server for weights, and what must not be unpickled."""

from brainscore_core.testing.fixtures import harmful, home, served

__all__ = ["harmful", "home", "served"]
