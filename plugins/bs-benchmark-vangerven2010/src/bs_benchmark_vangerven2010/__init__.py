"""Human V1 to V3 on handwritten digits (van Gerven et al. 2010): a description."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.subjectwise import SubjectwisePredictivity

__all__ = ["ridgecv"]

ridgecv = SubjectwisePredictivity(
    "vanGerven2010.V1-V3-ridgecv",
    data="vanGerven2010",
    stimuli="vanGerven2010",
    stimulus_digest="56c575fa2212e91d7bfec18448cbcfaadbb5c31b115f69f5f0fbad45b6e6567e",
    region="V1-V3",
    model_regions=("V1", "V2"),
    parent="neural_vision",
    version=1,
    species="human",
    visual_degrees=9,
    metric=MetricSpec("ridgecv", mode="honest", crossvalidation_kwargs={"splits": 5, "stratification_coord": "digit"}),
    no_ceiling_because="each image was shown once, so nothing tells signal from noise",
    notes="Voxels of V1, V2 and V3 are not told apart: the model's V1 or V2 is taken, whichever predicts better within "
    "the training images. Shown at 9 degrees as quoted, not confirmed.",
    released="2010-12-01",
)
