"""Errors and difficult images, of people and of a model (Maniquet et al. 2024): three descriptions."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.behavior import RATIO

from .people import AgreementWithPeople

__all__ = ["confusion_similarity", "confusion_similarity_reassigned", "tasks_consistency"]

_CONFUSIONS = MetricSpec("confusion_similarity")
_TASKS = MetricSpec("tasks_consistency")
_SHARED = {
    "stimuli": "Maniquet2024",
    "parent": "Maniquet2024",
    "species": "human",
    "released": "2024-04-10",
    "visual_degrees": 8,
    "normalisation": RATIO,
    "folds": "exemplar",
    "fit_where": {"task": ["control"]},
}
_NOTES = (
    "A decoder is fitted on the control images of nine exemplars of each category and answers to all of the tenth."
    " Brain-Score 2 fits and tests on other images, which have addresses only; its scores are another version."
)
_ASTRAY = (
    " The published counts of 27 of 218 people stand under other categories than were chosen, which lowers the ceiling"
    " from .948 to .536."
)

confusion_similarity = AgreementWithPeople(
    "Maniquet2024-confusion_similarity",
    data="Maniquet2024.confusions",
    metric=_CONFUSIONS,
    ceiling_metric=_CONFUSIONS,
    version=2,
    notes=_NOTES + _ASTRAY,
    caveats=("counts-as-published",),
    human={"one_person": 0.268, "split_half_published": 0.53526, "accuracy": 0.800},
    **_SHARED,
)
confusion_similarity_reassigned = AgreementWithPeople(
    "Maniquet2024reassigned-confusion_similarity",
    data="Maniquet2024.confusions-reassigned",
    metric=_CONFUSIONS,
    ceiling_metric=_CONFUSIONS,
    version=1,
    notes=_NOTES + " The answers of 27 people are brought back to the categories that they chose.",
    human={"one_person": 0.363, "accuracy": 0.895},
    **_SHARED,
)
tasks_consistency = AgreementWithPeople(
    "Maniquet2024-tasks_consistency",
    data="Maniquet2024.tasks",
    metric=_TASKS,
    ceiling_metric=_TASKS,
    version=2,
    notes=_NOTES,
    human={"one_person": 0.944, "split_half_published": 0.99810, "accuracy": 0.893},
    **_SHARED,
)
"""Human reference points: mean r of one person with all others (over the 4 to 6 tasks that the person did), what
Brain-Score 2 quotes for halves of the people, and how often people are right."""
