"""What is wrong with time bins and with the steps of a model. See ``cases.py``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from brainscore_core import load_metric
from brainscore_core.assemblies import DataAssembly, NeuroidAssembly
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.commitments.time import Steps, in_time

IDS = [f"image-{number}" for number in range(20)]
LABELS = ["car", "dog"] * 10


def solution_times(starts: tuple[float, ...], ends: tuple[float, ...]) -> None:
    """Of 20 images and 3 units."""
    shape = (len(IDS), 3, len(starts))
    coords = {
        "stimulus_id": ("presentation", IDS),
        "neuroid_id": ("neuroid", ["a", "b", "c"]),
        "region": ("neuroid", ["IT"] * 3),
        "time_bin_start": ("time_bin", list(starts)),
        "time_bin_end": ("time_bin", list(ends)),
    }
    source = NeuroidAssembly(np.ones(shape), dims=("presentation", "neuroid", "time_bin"), coords=coords)
    solved = {"stimulus_id": IDS, "image_label": LABELS, "i1": np.ones(20)}
    target = DataAssembly(
        np.full(20, 100.0),
        dims=("presentation",),
        coords={name: ("presentation", values) for name, values in solved.items()},
    )
    load_metric("ost")(source, target)


def too_early(folder: Path) -> None:
    def network(batch: Any) -> dict[str, Any]:
        rows = np.stack(batch).reshape(len(batch), -1).astype(float)
        return {"IT": rows, "IT@100": rows, "IT@110": rows}

    plain = wrap(network, layers={"IT": "IT"}, visual_degrees=8, identifier="mine")
    model = in_time(plain, {"IT": Steps.clock(("IT@100", "IT@110"), (100, 110, 120))})
    model.start_recording("IT", time_bins=[(70, 80), (100, 110)])
    table = pd.DataFrame({"stimulus_id": ["one"]})
    model.look_at(StimulusSet(table, identifier="one", open=lambda id: np.zeros((4, 4), np.uint8)))


CASES: dict[str, Callable[[Path], Any]] = {
    "time bins that overlap": lambda _: solution_times((70, 80, 90), (80, 95, 100)),
    "time bins that leave a gap": lambda _: solution_times((70, 80, 100), (80, 90, 110)),
    "time steps that overlap, to be read by overlap": lambda _: Steps(("a", "b"), ((0, 12), (10, 20)), "overlap"),
    "time steps that leave a gap": lambda _: Steps(("a", "b"), ((0, 10), (15, 20)), "overlap"),
    "a time bin before the first step of a model": too_early,
}
