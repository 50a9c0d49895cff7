"""Macaque V1 on natural images and textures made from them (Cadena et al. 2019): a description.

As Brain-Score 2: images that some neuron never saw are left out (1,000 of 7,249), and so are, for the ceiling, trials
in which some neuron was not recorded; the sign of r is kept.
"""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.neural_predictivity import NeuralPredictivity
from brainscore_vision.benchmarks.neural_predictivity.normalisation import INCUMBENT

__all__ = ["pls"]

pls = NeuralPredictivity(
    "Cadena2017-pls",
    data="Cadena2017",
    stimuli="Cadena2017",
    region="V1",
    parent="V1",
    version=1,
    species="macaque",
    visual_degrees=2,
    number_of_trials=2,
    incomplete="drop",
    metric=MetricSpec("pls", crossvalidation_kwargs={"stratification_coord": None}),
    ceiling_metric=MetricSpec("internal_consistency", split_coord="repetition_id"),
    normalisation=INCUMBENT,
    released="2019-04-23",
)
