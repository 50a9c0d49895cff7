"""What holds without any file."""

import json
import subprocess
import sys

import pytest

from brainscore_core import load_benchmark

BENCHMARKS = [f"Adversarial-{images}-{norm}" for images in ("ImageNet", "silhouette") for norm in ("l2", "linf")]


@pytest.mark.parametrize("identifier", BENCHMARKS)
def test_info_states_the_budget(identifier):
    info = json.loads(json.dumps(load_benchmark(identifier).info.to_dict()))
    assert info["parent"] == "engineering_vision" and "Madry" in info["bibtex"]
    budget = info["experiment"]["budget"]
    assert budget["norm"] == identifier.rpartition("-")[2]
    assert {"epsilon", "steps", "step_size", "restarts", "attack_seed"} < set(budget)
    assert budget["steps"] * budget["step_size"] >= 2 * budget["epsilon"]


def test_descriptions_are_light():
    code = (
        "import sys; from brainscore_core import load_benchmark;"
        f"infos = [load_benchmark(name).info for name in {BENCHMARKS!r}];"
        "heavy = [name for name in ('scipy', 'torch', 'sklearn', 'PIL', 'matplotlib') if name in sys.modules];"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
