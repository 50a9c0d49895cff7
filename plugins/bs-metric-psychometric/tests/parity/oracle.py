"""Asks brainscore-vision 2.4.2 for thresholds and stores its answers beside this file.

Run in an environment that has it: ``python oracle.py``.
"""

import json
from pathlib import Path

import numpy as np
from brainscore_core.supported_data_standards.brainio.assemblies import BehavioralAssembly, PropertyAssembly
from brainscore_vision.metrics.threshold.metric import Threshold, ThresholdElevation
from cases import ACCURACIES, PEOPLE, cases, pairs


def assembly(levels, right):
    values = np.stack([right, ~right], axis=1).astype(float)
    coords = {
        "stimulus_id": ("presentation", np.arange(len(levels))),
        "level": ("presentation", levels),
        "image_label": ("presentation", ["yes"] * len(levels)),
        "choice": ("choice", ["yes", "no"]),
    }
    return BehavioralAssembly(values, coords=coords, dims=["presentation", "choice"])


def people(values):
    names = ("subject", [f"s{index}" for index in range(len(values))])
    return PropertyAssembly(values, coords={"subject": names}, dims=["subject"])


def number(value):
    return None if isinstance(value, str) else float(value)


def scored(score):
    return [float(score.values), float(score.attrs.get("error", 0.0))]


def main():
    made = {name: assembly(*case) for name, case in cases().items()}
    found = {"thresholds": {}, "scores": {}, "elevations": {}}
    for accuracy in ACCURACIES:
        for name, answers in made.items():
            # a new metric for each: 'inflection' is replaced by the first accuracy that it finds
            metric = Threshold("level", threshold_accuracy=accuracy)
            found["thresholds"][f"{name} @ {accuracy}"] = number(metric.compute_threshold(answers, "level"))
            score = Threshold("level", threshold_accuracy=accuracy)(answers, people(PEOPLE))
            found["scores"][f"{name} @ {accuracy}"] = scored(score)
        for name, (one, other) in pairs().items():
            metric = ThresholdElevation("level", "base", "test", threshold_accuracy=accuracy)
            score = metric({"base": made[one], "test": made[other]}, people(PEOPLE))
            found["elevations"][f"{name} @ {accuracy}"] = scored(score)
    found["ceiling"] = scored(Threshold("level").ceiling(people(PEOPLE)))
    Path(__file__).with_name("oracle.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
