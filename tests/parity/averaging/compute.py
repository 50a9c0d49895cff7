"""What Brain-Score 2.4's ``average_repetition`` gives; run in its own environment, writes ``expected.json``.

BS_INSTALL_DEPENDENCIES=no python tests/parity/averaging/compute.py
"""

import hashlib
import json
import os
import warnings
from importlib import metadata
from pathlib import Path

os.environ.setdefault("BS_INSTALL_DEPENDENCIES", "no")
warnings.simplefilter("ignore")

from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly  # noqa: E402
from brainscore_vision.benchmark_helpers.neural_common import average_repetition  # noqa: E402
from cases import CASES, recording  # noqa: E402

HERE = Path(__file__).parent


def averaged(case):
    values, coords = recording(*case)
    units = [f"n{i}" for i in range(values.shape[1])]
    coords = {name: ("presentation", labels) for name, labels in coords.items()}
    coords |= {"neuroid_id": ("neuroid", units), "region": ("neuroid", ["IT"] * len(units))}
    found = average_repetition(NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid"]))
    found = found.transpose("presentation", "neuroid")
    rows = zip(found["stimulus_id"].values, found["object_name"].values, found.values, strict=True)
    # JSON has no NaN
    return {
        str(stimulus): {"object_name": str(name), "means": [None if value != value else float(value) for value in row]}
        for stimulus, name, row in rows
    }


def main():
    content = {
        "versions": {name: metadata.version(name) for name in ("brainscore-core", "brainscore-vision", "numpy")},
        "sha256": {name: hashlib.sha256((HERE / name).read_bytes()).hexdigest() for name in ("cases.py", "compute.py")},
        "expected": {name: averaged(case) for name, case in CASES.items()},
    }
    (HERE / "expected.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
