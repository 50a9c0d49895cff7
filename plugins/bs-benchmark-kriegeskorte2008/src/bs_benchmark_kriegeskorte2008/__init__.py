"""Human and monkey IT on 92 objects (Kriegeskorte et al. 2008): two descriptions."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.representational_similarity import RepresentationalSimilarity
from brainscore_vision.geometry import StimulusGeometry

__all__ = ["human", "monkey"]

_SHARED = {
    "stimuli": "Kriegeskorte2008",
    "stimulus_digest": "e6d2a4fc46d8ca88586959e15278e88d3dcd9bbe6087ffb743a0f4362844f863",
    "region": "IT",
    "parent": "IT",
    "version": 1,
    "metric": MetricSpec("rdm", bootstrap_samples=1000),
    "geometry": StimulusGeometry(background=128),
    "released": "2008-12-26",
}

human = RepresentationalSimilarity(
    "Kriegeskorte2008.IT-human-rdm",
    data="Kriegeskorte2008.human",
    species="human",
    visual_degrees=2.9,
    ceiling_metric=MetricSpec("rsa_noise_ceiling"),
    notes="Mean over 4 people. Shown at 2.9 degrees as quoted, not confirmed.",
    **_SHARED,
)
monkey = RepresentationalSimilarity(
    "Kriegeskorte2008.IT-monkey-rdm",
    data="Kriegeskorte2008.monkey",
    species="macaque",
    visual_degrees=7,
    no_ceiling_because="one matrix of two animals taken together, without repetitions",
    notes="Shown at about 7 degrees as quoted, not confirmed.",
    **_SHARED,
)
