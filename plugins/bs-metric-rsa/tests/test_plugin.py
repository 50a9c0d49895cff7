"""The package as users meet it: entries, laziness, misspelt options."""

import subprocess
import sys

import pytest

from brainscore_core import load_metric
from brainscore_core.errors import InvalidParameter

FORBIDDEN = ("scipy", "sklearn", "torch", "matplotlib", "tensorflow")


def test_entries():
    assert load_metric("rdm", comparison="rho-a").comparison == "rho-a"
    assert load_metric("rsa_noise_ceiling").inputs == "single"


@pytest.mark.parametrize("identifier", ["rdm", "rsa_noise_ceiling"])
def test_misspelt_option_is_an_error(identifier):
    with pytest.raises(InvalidParameter, match="sead"):
        load_metric(identifier, sead=3)


def test_loading_stays_light():
    code = (
        "import sys; from brainscore_core import load_metric; load_metric('rdm'); load_metric('rsa_noise_ceiling');"
        f"sys.exit(', '.join(name for name in {FORBIDDEN!r} if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
