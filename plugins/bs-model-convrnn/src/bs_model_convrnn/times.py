"""Layers and steps of time, as plain data."""

FEATURES = (64, 128, 256, 256, 512)
"""Channels of each layer."""

STEPS = 26
SHOWN = 10
STEP_MS = 10.0
"""The authors compare with recordings over 26 steps of 10 ms each, the image being shown in the first 10."""

GREY = 0.5
"""What is shown after the image, in the units of the prepared input."""

REGIONS = {"V1": 1, "V2": 2, "V4": 3, "IT": 5}
"""Region to layer."""


def steps_of(layer: int) -> dict[str, tuple[float, float]]:
    """Part of a layer's ``times`` to (start, end) in ms, from the step on at which the image has reached it."""
    return {f"conv{layer}.times:{step - 1}": ((step - 1) * STEP_MS, step * STEP_MS) for step in range(layer, STEPS + 1)}
