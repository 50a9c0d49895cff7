"""Compute what the incumbent's ``rdm`` gives; run with an interpreter that has brainscore-vision 2.4.2.

Usage: python compute_incumbent.py > incumbent.json
"""

import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy
from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly
from brainscore_vision.metrics.rdm.metric import RDMMetric
from cases import cases, digest


def assembly(values):
    stimuli, units = values.shape
    return NeuroidAssembly(
        values,
        dims=["presentation", "neuroid"],
        coords={
            "stimulus_id": ("presentation", [f"s{i:03}" for i in range(stimuli)]),
            "object_name": ("presentation", ["a"] * stimuli),
            "neuroid_id": ("neuroid", list(range(units))),
            "region": ("neuroid", ["IT"] * units),
        },
    )


def main():
    rows = [
        {"case": name, "inputs": digest(source, target), "rdm": float(RDMMetric()(assembly(source), assembly(target)))}
        for name, source, target in cases()
    ]
    here = Path(__file__).parent
    content = {
        "scripts": {
            name: hashlib.sha256((here / name).read_bytes()).hexdigest()
            for name in ("cases.py", "compute_incumbent.py")
        },
        "versions": {
            "brainscore-vision": version("brainscore-vision"),
            "brainscore-core": version("brainscore-core"),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "python": sys.version.split()[0],
        },
        "rows": rows,
    }
    json.dump(content, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
