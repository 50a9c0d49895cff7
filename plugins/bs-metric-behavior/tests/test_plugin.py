"""The package as users meet it: entries, laziness, misspelt options."""

import subprocess
import sys

import pytest

from brainscore_core import load_metric
from brainscore_core.errors import InvalidParameter

FORBIDDEN = ("scipy", "sklearn", "torch", "matplotlib", "tensorflow")
IDENTIFIERS = [
    *("i1", "i2n", "I1n", "I2", "O1", "O2", "accuracy", "accuracy_distance", "error_consistency", "odd_one_out"),
    *("confusion_similarity", "tasks_consistency", "shape_bias"),
]


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_misspelt_option_is_an_error(identifier):
    with pytest.raises(InvalidParameter, match="sead"):
        load_metric(identifier, sead=3)


def test_loading_stays_light():
    code = (
        f"import sys; from brainscore_core import load_metric; [load_metric(name) for name in {IDENTIFIERS!r}];"
        f"sys.exit(', '.join(name for name in {FORBIDDEN!r} if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
