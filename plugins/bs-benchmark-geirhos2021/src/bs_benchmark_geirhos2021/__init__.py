"""What people see in degraded images (Geirhos et al. 2021): 17 experiments, three questions."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.behavior import RATIO

from .experiment import DegradedImages, ShapeOrTexture
from .human import PEOPLE, SHAPE_BIAS

__all__ = [
    "colour_error_consistency",
    "colour_top1",
    "contrast_error_consistency",
    "contrast_top1",
    "cue_conflict_error_consistency",
    "cue_conflict_shape_bias",
    "cue_conflict_top1",
    "edge_error_consistency",
    "edge_top1",
    "eidoloni_error_consistency",
    "eidoloni_top1",
    "eidolonii_error_consistency",
    "eidolonii_top1",
    "eidoloniii_error_consistency",
    "eidoloniii_top1",
    "false_colour_error_consistency",
    "false_colour_top1",
    "high_pass_error_consistency",
    "high_pass_top1",
    "low_pass_error_consistency",
    "low_pass_top1",
    "phase_scrambling_error_consistency",
    "phase_scrambling_top1",
    "power_equalisation_error_consistency",
    "power_equalisation_top1",
    "rotation_error_consistency",
    "rotation_top1",
    "silhouette_error_consistency",
    "silhouette_top1",
    "sketch_error_consistency",
    "sketch_top1",
    "stylized_error_consistency",
    "stylized_top1",
    "uniform_noise_error_consistency",
    "uniform_noise_top1",
]

CATEGORIES = tuple(
    "airplane bear bicycle bird boat bottle car cat chair clock dog elephant keyboard knife oven truck".split()
)


def _shared(name: str) -> dict:
    return {
        "data": f"Geirhos2021_{name}",
        "stimuli": f"Geirhos2021_{name}",
        "task": "label",
        "labels": CATEGORIES,
        "aggregation": "mean",
        "version": 1,
        "species": "human",
    }


def _error_consistency(name: str) -> DegradedImages:
    person = PEOPLE[name]
    return DegradedImages(
        f"Geirhos2021{name.replace('-', '')}-error_consistency",
        metric=MetricSpec("error_consistency"),
        ceiling_metric=MetricSpec("error_consistency"),
        normalisation=RATIO,
        parent="Geirhos2021",
        visual_degrees=3,
        human={"kappa": person.kappa, "accuracy": person.accuracy},
        notes="Kappa of right and wrong with each person, over that between people; the sign is kept.",
        **_shared(name),
    )


def _top1(name: str) -> DegradedImages:
    person = PEOPLE[name]
    return DegradedImages(
        f"Geirhos2021{name.replace('-', '')}-top1",
        metric=MetricSpec("accuracy"),
        parent="Geirhos2021-top1",
        visual_degrees=None,
        human={
            "accuracy": person.accuracy,
            "accuracy_least": person.least_accurate,
            "accuracy_most": person.most_accurate,
        },
        no_ceiling_because="every answer can be right",
        notes="Engineering: images fill the field of the model.",
        **_shared(name),
    )


(
    colour_error_consistency,
    contrast_error_consistency,
    cue_conflict_error_consistency,
    edge_error_consistency,
    eidoloni_error_consistency,
    eidolonii_error_consistency,
    eidoloniii_error_consistency,
    false_colour_error_consistency,
    high_pass_error_consistency,
    low_pass_error_consistency,
    phase_scrambling_error_consistency,
    power_equalisation_error_consistency,
    rotation_error_consistency,
    silhouette_error_consistency,
    sketch_error_consistency,
    stylized_error_consistency,
    uniform_noise_error_consistency,
) = map(_error_consistency, PEOPLE)
(
    colour_top1,
    contrast_top1,
    cue_conflict_top1,
    edge_top1,
    eidoloni_top1,
    eidolonii_top1,
    eidoloniii_top1,
    false_colour_top1,
    high_pass_top1,
    low_pass_top1,
    phase_scrambling_top1,
    power_equalisation_top1,
    rotation_top1,
    silhouette_top1,
    sketch_top1,
    stylized_top1,
    uniform_noise_top1,
) = map(_top1, PEOPLE)

cue_conflict_shape_bias = ShapeOrTexture(
    "Geirhos2021cueconflict-shape_bias",
    metric=MetricSpec("shape_bias"),
    parent="engineering_vision",
    visual_degrees=3,
    human={"shape_bias": SHAPE_BIAS},
    no_ceiling_because="more shape than people is not more like people",
    notes="Shape / (shape + texture).",
    **_shared("cue-conflict"),
)
