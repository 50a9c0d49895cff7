"""The vision domain, as core sees it."""

from brainscore_core.domains import Domain

V1_PROPERTIES = (
    "orientation",
    "spatial_frequency",
    "receptive_field_size",
    "surround_modulation",
    "response_selectivity",
    "texture_modulation",
    "response_magnitude",
)

vision = Domain(
    identifier="vision",
    description="Models that look at images and movies, and are recorded from along the ventral stream.",
    interface="brainscore_vision.model_interface:BrainModel",
    conformance="brainscore_vision.testing:model_checks",
    subject="brainscore_vision.random_subject:random_subject",
    reads={".toml": "brainscore_vision.papers.files:read_benchmark"},
    tree={
        "average_vision": "",
        "neural_vision": "average_vision",
        "V1": "neural_vision",
        "V2": "neural_vision",
        "V4": "neural_vision",
        "IT": "neural_vision",
        **{f"V1-{name}": "V1" for name in V1_PROPERTIES},
        "behavior_vision": "average_vision",
        **{name: "behavior_vision" for name in ("Geirhos2021", "Kar2022", "Maniquet2024", "Tang2018")},
        "engineering_vision": "",
        "Geirhos2021-top1": "engineering_vision",
        "Hendrycks2019-top1": "engineering_vision",
    },
    inputs=("images", "movies"),
    behaviours=(
        "passive",
        "label",
        "probabilities",
        "odd_one_out",
        "match_to_sample",
        "discrimination",
        "visual_search",
        "rating",
    ),
    regions=("V1", "V2", "V4", "IT"),
    first_models=("pixels", "gabor-v1", "hmax", "efficientnet-lite0"),
)
