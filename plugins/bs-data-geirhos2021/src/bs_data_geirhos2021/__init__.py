"""What people see in degraded images: 17 experiments of Geirhos et al. (2018, 2019, 2021), trial by trial.

Importing reads no file; the entries fetch and decode when asked.
"""

from functools import partial

from brainscore_core.contracts import DataEntry, DataInfo

from . import sources
from .experiments import EXPERIMENTS, Experiment
from .stimuli import PUBLISHED, read_stimuli
from .trials import read_trials

__all__ = [
    "images_colour",
    "images_contrast",
    "images_cue_conflict",
    "images_edge",
    "images_eidoloni",
    "images_eidolonii",
    "images_eidoloniii",
    "images_false_colour",
    "images_high_pass",
    "images_low_pass",
    "images_phase_scrambling",
    "images_power_equalisation",
    "images_rotation",
    "images_silhouette",
    "images_sketch",
    "images_stylized",
    "images_uniform_noise",
    "trials_colour",
    "trials_contrast",
    "trials_cue_conflict",
    "trials_edge",
    "trials_eidoloni",
    "trials_eidolonii",
    "trials_eidoloniii",
    "trials_false_colour",
    "trials_high_pass",
    "trials_low_pass",
    "trials_phase_scrambling",
    "trials_power_equalisation",
    "trials_rotation",
    "trials_silhouette",
    "trials_sketch",
    "trials_stylized",
    "trials_uniform_noise",
]

_SHARED = {"doi": sources.DOI, "bibtex": sources.CITATION, "released": "2021-06-14"}


def _trials(experiment: Experiment) -> DataEntry:
    return DataEntry(
        f"Geirhos2021_{experiment.name}",
        partial(read_trials, experiment.name),
        DataInfo(
            f"{experiment.subjects} people sort images {experiment.shown} into 16 categories",
            licence=sources.TRIALS_LICENCE,
            species="human",
            subjects=experiment.subjects,
            stimuli=experiment.compared,
            sources=sources.trial_sources(experiment.name),
            **_SHARED,
        ),
    )


def _images(experiment: Experiment) -> DataEntry:
    name = experiment.name
    files = tuple(sources.shape_sources(name).values()) if name in PUBLISHED else sources.archive_sources(name)
    return DataEntry(
        f"Geirhos2021_{name}",
        partial(read_stimuli, name),
        DataInfo(
            f"Images of 16 categories, {experiment.shown}",
            licence=sources.image_terms(name),
            stimuli=experiment.compared,
            sources=files,
            **_SHARED,
        ),
    )


(
    trials_colour,
    trials_contrast,
    trials_cue_conflict,
    trials_edge,
    trials_eidoloni,
    trials_eidolonii,
    trials_eidoloniii,
    trials_false_colour,
    trials_high_pass,
    trials_low_pass,
    trials_phase_scrambling,
    trials_power_equalisation,
    trials_rotation,
    trials_silhouette,
    trials_sketch,
    trials_stylized,
    trials_uniform_noise,
) = map(_trials, EXPERIMENTS.values())
(
    images_colour,
    images_contrast,
    images_cue_conflict,
    images_edge,
    images_eidoloni,
    images_eidolonii,
    images_eidoloniii,
    images_false_colour,
    images_high_pass,
    images_low_pass,
    images_phase_scrambling,
    images_power_equalisation,
    images_rotation,
    images_silhouette,
    images_sketch,
    images_stylized,
    images_uniform_noise,
) = map(_images, EXPERIMENTS.values())
