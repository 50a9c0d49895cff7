"""Names of the areas, and when each answers: plain data, without a framework."""

from collections.abc import Mapping

REGIONS = ("V1", "V2", "V4", "IT")

Times = Mapping[str, Mapping[int, tuple[float, float]]]
"""Region to {time step: (start, end)}, in ms after stimulus onset."""


def regular(onset: float, length: float, steps: range) -> dict[int, tuple[float, float]]:
    """Steps of equal length, the first of them at `onset`."""
    return {step: (onset + length * number, onset + length * (number + 1)) for number, step in enumerate(steps)}


TIMES: Mapping[str, Times] = {
    "Z": {
        "V1": regular(50, 100, range(1)),
        "V2": regular(70, 100, range(1)),
        "V4": regular(90, 100, range(1)),
        "IT": regular(100, 100, range(1)),
    },
    "R": {
        "V1": regular(50, 30, range(5)),
        "V2": {1: (60, 110), 2: (110, 140), 3: (140, 170), 4: (170, 200)},
        "V4": {1: (70, 110), 2: (140, 170), 3: (170, 200), 4: (200, 250)},
        "IT": {1: (70, 110), 2: (140, 170), 3: (170, 200), 4: (200, 250)},
    },
    "RT": {
        "V1": regular(50, 20, range(5)),
        "V2": regular(70, 20, range(1, 5)),
        "V4": regular(90, 20, range(2, 5)),
        "IT": regular(110, 20, range(3, 5)),
    },
    "S": {
        "V1": regular(50, 100, range(1)),
        "V2": regular(70, 100, range(2)),
        "V4": regular(90, 50, range(4)),
        "IT": regular(100, 100, range(2)),
    },
}
"""Those of Z, R and S are the authors' (in the models of Brain-Score 1 and 2).

Of RT they committed none. Ours: a step lasts 20 ms, by which the authors let V1, V2 and V4 of the others follow each
other, and an area answers from the step on at which the image has reached it.
"""
