"""What a long analysis is doing, on standard error; silent where nobody looks."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

PACKAGE = "brainscore_vision"


@contextmanager
def watching() -> Iterator[None]:
    """Within it, what vision logs as information is printed, a line each, where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    logger, handler = logging.getLogger(PACKAGE), logging.StreamHandler(sys.stderr)
    before = logger.level
    logger.addHandler(handler)
    if logger.getEffectiveLevel() > logging.INFO:
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
