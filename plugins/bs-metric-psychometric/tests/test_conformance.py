"""What every plugin promises."""

from brainscore_core.testing import Example, conformance
from bs_metric_psychometric.simulation import answers_of, observer

LEVELS = [1.0, 3.0, 5.0, 7.0, 9.0]


def thresholds():
    return answers_of(observer(), LEVELS, 60, seed=0), _people([4.0, 5.0, 6.0])


def elevations():
    import xarray as xr

    base = answers_of(observer(midpoint=3.0), LEVELS, 60, seed=0, condition="base")
    test = answers_of(observer(midpoint=6.0), LEVELS, 60, seed=1, condition="test")
    return xr.concat([base, test], "presentation"), _people([1.5, 2.0, 3.0])


def _people(values):
    import xarray as xr

    return xr.DataArray(values, dims=["subject"], coords={"subject": [f"s{index}" for index in range(len(values))]})


PARAMETERS = {"independent_variable": "level", "n_bootstrap": 20}
EXAMPLES = {
    "threshold": Example(PARAMETERS, thresholds),
    "threshold_elevation": Example({**PARAMETERS, "baseline_condition": "base", "test_condition": "test"}, elevations),
}

test_conformance = conformance("bs-metric-psychometric", examples=EXAMPLES)
