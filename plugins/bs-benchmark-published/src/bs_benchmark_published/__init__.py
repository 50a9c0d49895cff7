"""Published results as benchmarks: each a TOML file beside this one, with the number and the source in it.

A file is read when its name is asked for; nothing is computed here.
"""

from brainscore_vision.papers import described_in

__all__, _describe = described_in(__name__)


def __getattr__(name: str):
    return _describe(name)


def __dir__() -> list[str]:
    return __all__
