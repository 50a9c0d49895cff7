"""Metrics of behaviour, by identifier."""

from functools import partial

from .accuracy import Accuracy
from .confusion import ConfusionSimilarity
from .consistency import ErrorConsistency
from .distance import AccuracyDistance
from .odd_one_out import OddOneOut
from .patterns import image_pattern, object_pattern
from .rajalingham import ResponsePattern
from .shape_bias import ShapeBias
from .tasks import TasksConsistency

__all__ = [
    "Accuracy",
    "AccuracyDistance",
    "ConfusionSimilarity",
    "ErrorConsistency",
    "OddOneOut",
    "ResponsePattern",
    "ShapeBias",
    "TasksConsistency",
    "i1",
    "i1n",
    "i2",
    "i2n",
    "o1",
    "o2",
]

_I1 = partial(image_pattern, each_distractor=False, normalise=False)
_I1N = partial(image_pattern, each_distractor=False, normalise=True)
_I2 = partial(image_pattern, each_distractor=True, normalise=False)
_I2N = partial(image_pattern, each_distractor=True, normalise=True)
_O1 = partial(object_pattern, each_distractor=False)
_O2 = partial(object_pattern, each_distractor=True)


def i1(*, repetitions: int = 2, seed: int = 0, trials: str = "half", bootstrap_samples: int = 0) -> ResponsePattern:
    """One value an image: its d' against all distractors, mean. Not verified upstream."""
    return _pattern("i1", _I1, repetitions, seed, trials, bootstrap_samples)


def i1n(*, repetitions: int = 2, seed: int = 0, trials: str = "half", bootstrap_samples: int = 0) -> ResponsePattern:
    """The same, of d' without what the object and the distractor have in all images. Not verified upstream."""
    return _pattern("I1n", _I1N, repetitions, seed, trials, bootstrap_samples)


def i2(*, repetitions: int = 2, seed: int = 0, trials: str = "half", bootstrap_samples: int = 0) -> ResponsePattern:
    """One value an image and distractor. Not verified upstream."""
    return _pattern("I2", _I2, repetitions, seed, trials, bootstrap_samples)


def i2n(*, repetitions: int = 2, seed: int = 0, trials: str = "half", bootstrap_samples: int = 0) -> ResponsePattern:
    """One value an image and distractor, without what the object and the distractor have in all images. Verified."""
    return _pattern("i2n", _I2N, repetitions, seed, trials, bootstrap_samples)


def o1(*, repetitions: int = 2, seed: int = 0, trials: str = "half", bootstrap_samples: int = 0) -> ResponsePattern:
    """One value an object: its d' against all others, mean. Not verified upstream."""
    return _pattern("O1", _O1, repetitions, seed, trials, bootstrap_samples)


def o2(*, repetitions: int = 2, seed: int = 0, trials: str = "half", bootstrap_samples: int = 0) -> ResponsePattern:
    """One value a pair of objects. Not verified upstream."""
    return _pattern("O2", _O2, repetitions, seed, trials, bootstrap_samples)


def _pattern(
    name: str, pattern: partial, repetitions: int, seed: int, trials: str, bootstrap_samples: int
) -> ResponsePattern:
    return ResponsePattern(
        name,
        pattern,
        by_image=name.lower().startswith("i"),
        verified=name == "i2n",
        repetitions=repetitions,
        seed=seed,
        trials=trials,
        bootstrap_samples=bootstrap_samples,
    )


for _factory in (i1, i1n, i2, i2n, o1, o2):
    _factory.doi = ResponsePattern.doi  # what `brainscore cite` prints
