"""218 people naming 8 categories under 17 manipulations of the image (Maniquet et al. 2024).

Importing reads no file; the entries fetch and decode when asked.
"""

from functools import partial

from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_vision import ecosystem

from . import sources
from .reading import answered, read_confusions, read_stimuli, read_tasks

__all__ = ["confusions", "reassigned", "stimuli", "tasks", "test_stimuli", "train_stimuli", "trials"]

RELEASED = "2024-04-10"
_ABOUT = {"licence": sources.LICENCE, "doi": sources.DOI, "bibtex": sources.CITATION, "released": RELEASED}
_PEOPLE = {"species": "human", "subjects": 218}

stimuli = DataEntry(
    "Maniquet2024",
    read_stimuli,
    DataInfo(
        "1,360 grey images that people saw, 128 x 128: 8 categories, 10 exemplars, 17 manipulations",
        stimuli=1360,
        sources=(sources.IMAGES,),
        **_ABOUT,
    ),
)
confusions = DataEntry(
    "Maniquet2024.confusions",
    read_confusions,
    DataInfo(
        "97,983 answers of 218 people, counted by true and chosen category",
        units="answers",
        sources=(sources.CONFUSIONS,),
        **_PEOPLE,
        **_ABOUT,
    ),
)
reassigned = DataEntry(
    "Maniquet2024.confusions-reassigned",
    partial(read_confusions, reassigned=True),
    DataInfo(
        "The same, with the answers of 27 people brought back to the categories that they chose",
        units="answers",
        sources=(sources.CONFUSIONS,),
        **_PEOPLE,
        **_ABOUT,
    ),
)
tasks = DataEntry(
    "Maniquet2024.tasks",
    read_tasks,
    DataInfo(
        "Accuracy of 218 people in each of 17 tasks, of which each did some",
        units="share right",
        sources=(sources.ACCURACY,),
        **_PEOPLE,
        **_ABOUT,
    ),
)

train_stimuli = ecosystem.images(
    "Maniquet2024-train",
    "da965af3ae5ab6e49d46c28f682ef4b75d0a2045",
    "6685effb52f6870175988c47892b3f9a916a0375",
    description="What Brain-Score 2 fits a model's decoder on",
    **_ABOUT,
)
test_stimuli = ecosystem.images(
    "Maniquet2024-test",
    "993089ba4aaeffbc61303acb2a5171a5fa271ea5",
    "39f9aaf13fdd66d284bcea99f187bb0c065144e4",
    description="What Brain-Score 2 tests a model with",
    **_ABOUT,
)
trials = ecosystem.trials(
    "Maniquet2024",
    "Maniquet2024",
    "39b8b7b29fad080ebba6df8a46ac4426261342d5",
    adapt=answered,
    description="Single trials of 218 people, as Brain-Score 2 has them",
    units="category answered",
    **_PEOPLE,
    **_ABOUT,
)
