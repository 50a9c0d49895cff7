import numpy as np

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.testing import Example, conformance


def people_and_model():
    rng = np.random.default_rng(0)
    images, people = [f"image{number:02}" for number in range(30)], 8
    ease = np.linspace(0.2, 0.95, 30)
    ids = np.tile(images, people)
    right = rng.random(len(ids)) < np.tile(ease, people)
    truth = np.tile([f"kind{number % 3}" for number in range(30)], people)
    coords = {
        "stimulus_id": ids,
        "truth": truth,
        "subject": np.repeat([f"person{number}" for number in range(people)], 30),
        "condition": np.tile(np.arange(30) // 10, people),
    }
    target = BehavioralAssembly(
        np.where(right, truth, "other"),
        dims=("presentation",),
        coords={name: ("presentation", values) for name, values in coords.items()},
    )
    choices = ["kind0", "kind1", "kind2"]
    values = np.array(
        [[p if kind == number % 3 else (1 - p) / 2 for kind in range(3)] for number, p in enumerate(ease)]
    )
    source = BehavioralAssembly(
        values,
        dims=("presentation", "choice"),
        coords={
            "stimulus_id": ("presentation", images),
            "condition": ("presentation", np.arange(30) // 10),
            "choice": ("choice", choices),
        },
    )
    return source, target


test_conformance = conformance(
    "bs-metric-imagelevel",
    examples={name: Example(inputs=people_and_model) for name in ("accuracy_profile", "image_level")},
)
