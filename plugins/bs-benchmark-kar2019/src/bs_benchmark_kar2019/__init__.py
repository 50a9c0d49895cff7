"""Object solution times of macaque IT (Kar et al. 2019): a description, as Brain-Score 2 has it."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.solution_times import SolutionTimes

__all__ = ["solution_times"]

solution_times = SolutionTimes(
    "Kar2019-ost",
    data="Kar2019",
    stimuli="Kar2019",
    region="IT",
    parent="IT",
    species="macaque",
    decoder="svm",
    metric=MetricSpec("ost", honest_beside=True),
    quoted_ceiling=0.79,
    quoted_from="computed by the authors (K. Kar), stated in Brain-Score 2",
    time_bins=[(start, start + 10) for start in range(70, 250, 10)],
    visual_degrees=8,
    number_of_trials=44,
    version=2,
    released="2019-04-29",
    notes="Reference point: how well the solution times of one monkey follow those of another is not published."
    " The value is computed as in Brain-Score 2; what the honest mode finds stands in the details.",
)
