"""What the name of a stimulus says: condition, right answer, and for cue conflict the texture.

Brain-Score 2 names stimuli so, and its tables and recordings carry the same ids.
"""

import re
from typing import NamedTuple

from brainscore_core.errors import InvalidFile

SHAPES = ("cue-conflict", "edge", "silhouette")
"""Experiments whose stimuli are named by category and number, the others by condition and category."""

_SHAPE = re.compile(r"(?P<truth>[a-z]+)\d+(-(?P<texture>[a-z]+)\d+)?")


class Named(NamedTuple):
    """What a name says; `texture` is empty outside ``cue-conflict``."""

    condition: str
    truth: str
    texture: str


def stimulus_id(experiment: str, imagename: str) -> str:
    """The part of a file name of a trial that names the image: the same for all people.

    ``0001_cl_s01_cr_oven_40_n04111531_14126.png`` is ``cr_oven_40_n04111531_14126``.
    """
    parts = imagename.removesuffix(".png").split("_", 6 if experiment in SHAPES else 3)
    return parts[-1]


def named(experiment: str, stimulus: str) -> Named:
    """Read the name of a stimulus.

    Raises
    ------
    InvalidFile
        If it is no name of this experiment.
    """
    if experiment not in SHAPES:
        condition, _, rest = stimulus.partition("_")
        truth, _, image = rest.partition("_")
        if condition and truth and image:
            return Named(condition, truth, "")
    elif (match := _SHAPE.fullmatch(stimulus)) and (match["texture"] is None) == (experiment != "cue-conflict"):
        return Named("0", match["truth"], match["texture"] or "")
    raise InvalidFile(f"stimulus {stimulus!r} of Geirhos2021_{experiment}", expected="a name with its category")
