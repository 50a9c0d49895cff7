"""What a person scores: human reference points, from the trials of the conditions that the paper compares."""

from typing import NamedTuple


class Person(NamedTuple):
    """Of one experiment: means over people, or over pairs of them, and the least and most accurate person.

    `kappa` is between people, the mean over conditions and pairs: what a person's error consistency with others is.
    """

    kappa: float
    accuracy: float
    least_accurate: float
    most_accurate: float


PEOPLE = {
    "colour": Person(0.4154, 0.8867, 0.8703, 0.9141),
    "contrast": Person(0.4370, 0.6609, 0.6162, 0.7412),
    "cue-conflict": Person(0.3311, 0.7755, 0.6164, 0.8625),
    "edge": Person(0.3184, 0.8713, 0.6125, 0.9563),
    "eidolonI": Person(0.3863, 0.6075, 0.5337, 0.6825),
    "eidolonII": Person(0.4540, 0.5828, 0.5297, 0.6047),
    "eidolonIII": Person(0.4595, 0.6391, 0.5375, 0.6854),
    "false-colour": Person(0.4440, 0.8737, 0.8161, 0.9107),
    "high-pass": Person(0.4401, 0.6289, 0.5125, 0.6937),
    "low-pass": Person(0.4689, 0.6612, 0.6488, 0.6775),
    "phase-scrambling": Person(0.4467, 0.6879, 0.6734, 0.7047),
    "power-equalisation": Person(0.5106, 0.7589, 0.7125, 0.7929),
    "rotation": Person(0.4385, 0.8299, 0.8156, 0.8583),
    "silhouette": Person(0.4757, 0.7531, 0.6375, 0.8500),
    "sketch": Person(0.3696, 0.9163, 0.8275, 0.9600),
    "stylized": Person(0.5006, 0.4713, 0.3975, 0.5288),
    "uniform-noise": Person(0.4341, 0.6828, 0.6725, 0.6950),
}
"""By the authors' name of the experiment. A test computes them anew."""

SHAPE_BIAS = 0.9587
"""Share of shape among all people's answers that name shape or texture, in cue-conflict."""
