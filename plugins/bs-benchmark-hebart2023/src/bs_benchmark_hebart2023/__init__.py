"""Which of three objects is the odd one out (THINGS-data, Hebart et al. 2023): the description.

Identifier, formula and ceiling are those of Brain-Score 2: (share - 1/3) / (.6767 - 1/3). It cuts the value off at 0
and 1; here the sign is kept, and the value cut off stands in ``details["bounded"]``.
"""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.behavior import CHANCE

from .triplets import TripletComparison

__all__ = ["match"]

AGREEMENT = 0.6767
"""Mean share of people who give the commonest answer to a triplet, as Brain-Score 2 quotes it from the paper."""

match = TripletComparison(
    "Hebart2023-match",
    data="Hebart2023",
    stimuli="Hebart2023",
    task="odd_one_out",
    metric=MetricSpec("odd_one_out", bootstrap_samples=200),
    published_ceiling=(AGREEMENT, None),
    normalisation=CHANCE,
    chance=1 / 3,
    human={"agreement": AGREEMENT},
    notes="The ceiling is the agreement of people with each other, published as a number without its spread.",
    visual_degrees=8,
    parent="behavior_vision",
    species="human",
    version=1,
    released="2023-02-27",
)
