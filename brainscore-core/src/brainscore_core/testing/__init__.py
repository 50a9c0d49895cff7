"""The conformance kit: what every plugin promises, checked by one call in its own tests.

``tests/test_conformance.py`` of a plugin::

    from brainscore_core.testing import conformance

    test_conformance = conformance("bs-metric-rsa")

A metric that takes other inputs than the kit can guess gets an :class:`Example`. Without pytest, :func:`check_plugin`
runs the same checks and returns what came of each.
"""

from .conformance import Check, Outcome, check_plugin, checks, conformance
from .examples import Example
from .failure import Nonconformity

__all__ = ["Check", "Example", "Nonconformity", "Outcome", "check_plugin", "checks", "conformance"]
