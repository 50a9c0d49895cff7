"""What every plugin promises."""

from brainscore_core.testing import Example, conformance

from .examples import confusions, recognition, tasks, trials, triplets

RECOGNITION = {name: Example(inputs=recognition) for name in ("i1", "i2n", "I1n", "I2", "O1", "O2")}
EXAMPLES = {
    "accuracy": Example(inputs=trials),
    "accuracy_distance": Example(inputs=trials),
    "confusion_similarity": Example(inputs=confusions),
    "error_consistency": Example(inputs=trials),
    "odd_one_out": Example(inputs=triplets),
    "shape_bias": Example(inputs=trials),
    "tasks_consistency": Example(inputs=tasks),
    **RECOGNITION,
}

test_conformance = conformance("bs-metric-behavior", examples=EXAMPLES)
