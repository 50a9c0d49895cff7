"""The seventeen experiments: how many people and images, and which conditions the paper leaves out."""

from dataclasses import dataclass

from brainscore_core.errors import InvalidParameter

CATEGORIES = (
    "airplane",
    "bear",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "car",
    "cat",
    "chair",
    "clock",
    "dog",
    "elephant",
    "keyboard",
    "knife",
    "oven",
    "truck",
)
"""What could be answered in each experiment, besides ``"na"``: no answer in time."""


@dataclass(frozen=True)
class Experiment:
    """What is known of one experiment.

    Parameters
    ----------
    name : str
        As its authors call it, ``"cue-conflict"``.
    subjects, images : int
        How many people saw how many images, each once.
    shown : str
        What was done to the images.
    conditions : tuple of str
        Levels of the manipulation, as written in the files.
    excluded : tuple of str
        Those left out of the paper's comparisons: not manipulated, or so hard that people answer below 20% right.
    """

    name: str
    subjects: int
    images: int
    shown: str
    conditions: tuple[str, ...] = ("0",)
    excluded: tuple[str, ...] = ()

    @property
    def compared(self) -> int:
        """Images in conditions that are not left out; a condition has equally many."""
        return self.images * (len(self.conditions) - len(self.excluded)) // len(self.conditions)

    def left_out(self, conditions: str) -> tuple[str, ...]:
        """The conditions that a choice of ``"published"`` or ``"all"`` leaves out."""
        if conditions not in ("published", "all"):
            raise InvalidParameter(
                f"conditions={conditions!r} of Geirhos2021_{self.name}",
                expected="'published' (without those the paper leaves out) or 'all'",
            )
        return self.excluded if conditions == "published" else ()


def _eidolon(coherence: int, *excluded: int) -> dict[str, tuple[str, ...]]:
    """Levels of reach; coherence and grain are the same in all of them."""
    return {
        "conditions": tuple(f"{2**power}-{coherence}-10" for power in range(8)),
        "excluded": tuple(f"{reach}-{coherence}-10" for reach in excluded),
    }


EXPERIMENTS = {
    experiment.name: experiment
    for experiment in (
        Experiment("colour", 4, 1280, "in colour or grey", ("cr", "bw"), ("cr",)),
        Experiment(
            "contrast",
            4,
            1280,
            "grey, at eight contrasts",
            ("c100", "c50", "c30", "c15", "c10", "c05", "c03", "c01"),
            ("c100", "c03", "c01"),
        ),
        Experiment("cue-conflict", 10, 1280, "with the shape of one category and the texture of another"),
        Experiment("edge", 10, 160, "reduced to edges"),
        Experiment("eidolonI", 4, 1280, "eidolons, coherence 1", **_eidolon(10, 1, 64, 128)),
        Experiment("eidolonII", 4, 1280, "eidolons, coherence .3", **_eidolon(3, 1, 32, 64, 128)),
        Experiment("eidolonIII", 4, 1280, "eidolons, coherence 0", **_eidolon(0, 1, 16, 32, 64, 128)),
        Experiment("false-colour", 4, 1120, "in true or opponent colours", ("true", "false"), ("true",)),
        Experiment(
            "high-pass",
            4,
            1280,
            "high-pass filtered",
            ("inf", "3", "1.5", "1", "0.7", "0.55", "0.45", "0.4"),
            ("inf", "0.55", "0.45", "0.4"),
        ),
        Experiment(
            "low-pass",
            4,
            1280,
            "low-pass filtered",
            ("0", "1", "3", "5", "7", "10", "15", "40"),
            ("0", "15", "40"),
        ),
        Experiment(
            "phase-scrambling",
            4,
            1120,
            "with phase noise",
            ("0", "30", "60", "90", "120", "150", "180"),
            ("0", "150", "180"),
        ),
        Experiment("power-equalisation", 4, 1120, "with equal power spectra or not", ("0", "pow"), ("0",)),
        Experiment("rotation", 4, 1280, "rotated by quarter turns", ("0", "90", "180", "270"), ("0",)),
        Experiment("silhouette", 10, 160, "reduced to filled silhouettes"),
        Experiment("sketch", 7, 800, "drawn as sketches"),
        Experiment("stylized", 5, 800, "painted over with the style of paintings"),
        Experiment(
            "uniform-noise",
            4,
            1280,
            "under uniform noise",
            ("0.00", "0.03", "0.05", "0.10", "0.20", "0.35", "0.60", "0.90"),
            ("0.00", "0.60", "0.90"),
        ),
    )
}
"""By the authors' name. Left out: plot.py of model-vs-human, as Brain-Score 2 quotes it, in the words of the csv files.

There the control condition of ``false-colour`` is ``"true"`` (true colours), which Brain-Score 2 renames False-Colour.
"""
