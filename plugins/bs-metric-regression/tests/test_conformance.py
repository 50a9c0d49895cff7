import numpy as np

from brainscore_core.testing import conformance
from brainscore_core.testing.examples import Example, recordings


def _of_two_models():
    source, target = recordings()
    names = np.repeat(["a", "b"], source.sizes["neuroid"] // 2)
    return source.assign_coords(band=("neuroid", names), model=("neuroid", names)), target


_banded = Example(inputs=_of_two_models)
_partition = Example({"draws": 20, "candidates": 2}, _of_two_models)
test_conformance = conformance(
    "bs-metric-regression",
    examples={
        "ridge_banded": _banded,
        "ridge_banded_cv": _banded,
        "ridge_banded_split": _banded,
        "variance_partition": _partition,
    },
)
