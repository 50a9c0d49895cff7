"""Compute what the incumbent's metrics of behaviour give; run with an interpreter that has brainscore-vision 2.4.2.

Usage: BS_INSTALL_DEPENDENCIES=no python compute_incumbent.py > incumbent.json
"""

import hashlib
import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy
from brainscore_core.supported_data_standards.brainio.assemblies import BehavioralAssembly
from brainscore_vision.metrics.accuracy.metric import Accuracy
from brainscore_vision.metrics.accuracy_distance.metric import AccuracyDistance
from brainscore_vision.metrics.error_consistency.metric import ErrorConsistency
from brainscore_vision.metrics.i1i2.metric import I1, I2, O1, O2, I1n, I2n
from brainscore_vision.metrics.maniquet2024_metrics.metric import ConfusionSimilarity, TasksConsistency
from cases import cases, digest

warnings.simplefilter("ignore")


def assembly(values, dims=("presentation",), **coords):
    return BehavioralAssembly(
        values,
        dims=list(dims),
        coords={name: ("choice" if name == "choice" else "presentation", column) for name, column in coords.items()},
    )


def recognition(case):
    trials = dict(
        stimulus_id=case["images"][case["image"]],
        truth=case["truth"][case["image"]],
        sample_obj=case["truth"][case["image"]],
        dist_obj=case["distractor"],
    )
    found = {}
    for metric in (I1, I1n, I2, I2n, O1, O2):
        source = assembly(
            case["probabilities"],
            ("presentation", "choice"),
            stimulus_id=case["images"],
            image_number=np.arange(len(case["images"])),
            choice=case["choices"],
        )
        people = assembly(case["chosen"], **trials)
        name = {"I1": "i1", "I2n": "i2n"}.get(metric.__name__, metric.__name__)
        try:
            found[name] = _both(metric()(source, people))
            found[f"{name} ceiling"] = _both(metric().ceiling(people, skipna=True))
        except Exception as error:  # what it cannot compute has no value to compare with
            found[f"{name} fails"] = type(error).__name__
    return found


def answers(case):
    subjects = len(case["people"])
    shared = {
        name: case[key] for name, key in (("stimulus_id", "stimuli"), ("condition", "condition"), ("truth", "truth"))
    }
    people = assembly(
        case["people"].ravel(),
        subject=np.repeat([f"s{number:02}" for number in range(subjects)], len(case["stimuli"])),
        **{name: np.tile(column, subjects) for name, column in shared.items()},
    )
    model = assembly(case["model"], **shared, animacy=case["condition"] % 2)
    return {
        "error_consistency": _both(ErrorConsistency()(model, people)),
        "error_consistency ceiling": _both(ErrorConsistency().ceiling(people)),
        "accuracy_distance": _both(AccuracyDistance()(model, people)),
        "accuracy_distance condition": _both(AccuracyDistance()(model, people, ("condition",))),
        "accuracy_distance ceiling": _both(AccuracyDistance().ceiling(people)),
        "accuracy": _both(Accuracy()(case["model"], case["truth"])),
    }


def confusions(case):
    one_hot = (case["model_said"][:, None] == case["labels"]).astype(float)
    model = assembly(
        one_hot,
        ("presentation", "choice"),
        stimulus_id=[f"image{number:04}" for number in range(len(one_hot))],
        image_label=case["model_truth"],
        manipulation=[f"m{number:02}" for number in case["model_task"]],
        manipulation_details=["all"] * len(one_hot),
        choice=case["labels"],
    )
    people = assembly(
        (case["people_said"] == case["people_truth"]).astype(float),
        stimulus_id=[f"image{number:04}" for number in range(len(case["people_said"]))],
        image_label=case["people_truth"],
        prediction=case["people_said"],
        task=[f"m{number:02}" for number in case["people_task"]],
        subject_id=np.arange(len(case["people_said"])) % 5,
    )
    consistency = TasksConsistency()
    consistency._map_human_to_dnn_categories = lambda task: (task, "all")
    return {
        "confusion_similarity": {"value": float(ConfusionSimilarity()(model, people))},
        "tasks_consistency": {"value": float(consistency(model, people))},
    }


def _both(score):
    return {"value": float(score), "error": float(score.attrs["error"])}


COMPUTE = {"recognition": recognition, "answers": answers, "confusions": confusions}


def main():
    rows = [{"case": name, "inputs": digest(arrays), "found": COMPUTE[kind](arrays)} for kind, name, arrays in cases()]
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
