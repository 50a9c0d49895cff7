"""Values of Brain-Score 2.4 for the parity grid; run in the incumbent's own environment, writes ``expected.json``.

    BS_INSTALL_DEPENDENCIES=no python tests/parity/regression/compute.py

Inputs are drawn by :mod:`cases` from a seed, so only results are stored, with the hash of both files and the versions.
"""

import hashlib
import json
import os
import platform
import sys
import warnings
from importlib import metadata
from pathlib import Path

os.environ.setdefault("BS_INSTALL_DEPENDENCIES", "no")
warnings.simplefilter("ignore")
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly  # noqa: E402
from cases import CASES, arrays  # noqa: E402


def assembly(values, coords):
    dims = ["presentation", "neuroid", "time_bin"][: values.ndim]
    return NeuroidAssembly(values, coords=coords, dims=dims)


def metric(name, options):
    from brainscore_vision import load_metric

    return load_metric(name, **options)


def run(case):
    parts = [assembly(values, coords) for values, coords in arrays(case)]
    measure = metric(case["metric"], case["options"])
    if case["form"] == "single":
        score = measure(parts[0])
    elif case["form"] == "split":
        source, target = parts
        half = source.sizes["presentation"] * 3 // 4
        score = measure(
            source_train=source[:half], source_test=source[half:], target_train=target[:half], target_test=target[half:]
        )
    else:
        score = measure(*parts)
    result = {"value": score.values.tolist()}
    if "error" in score.attrs:
        result["error"] = getattr(score.attrs["error"], "values", score.attrs["error"]).tolist()
    raw = score.attrs.get("raw")
    if raw is not None and getattr(raw, "ndim", 0):
        result["raw_sum"] = float(raw.sum())
    if raw is not None and "alpha" in getattr(raw, "attrs", {}):
        result["alpha"] = float(raw.attrs["alpha"])
    return result


def main():
    expected = {}
    for name, case in CASES.items():
        expected[name] = run(case)
        print(name, expected[name], file=sys.stderr)
    versions = {
        dist: metadata.version(dist)
        for dist in ("brainscore-core", "brainscore-vision", "numpy", "scipy", "scikit-learn")
    }
    hashes = {file: hashlib.sha256((HERE / file).read_bytes()).hexdigest() for file in ("cases.py", "compute.py")}
    content = {"versions": {**versions, "python": platform.python_version()}, "sha256": hashes, "expected": expected}
    (HERE / "expected.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
