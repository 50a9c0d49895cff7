# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-majajhong2015>=1,<2",
#     "bs-model-convrnn>=1,<2",
#     "bs-model-cornet>=1,<2",
#     "bs-model-pixels>=1,<2",
#     "matplotlib>=3.9",
# ]
# ///
"""``MajajHong2015public.IT-temporal-pls`` bin by bin on made-up sites: networks with time, and one without.

``python bench/show_time.py``: prints the tables and draws ``docs/time-curves.png``. The sites are made up: each weighs
40 units of ``convrnn:timedecay-shallow-untrained`` as they are 20 ms before, plus noise of its own in each of 8 trials.
"""

import sys
import time
from typing import Any

from shown import ROOT, pm, settled, table

SEEN = "convrnn:timedecay-shallow-untrained"
MODELS = (SEEN, "cornet:RT-untrained", "pixels")
OBJECTS, VIEWS, TRIALS, SITES, LATENCY = 4, 20, 8, 24, 20
BINS = tuple((start, start + 20) for start in range(0, 240, 20))


def stimuli() -> Any:
    """Blobs: those of one object share half of their pattern."""
    import numpy as np
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

    rng = np.random.default_rng(0)
    shared = np.repeat(rng.normal(size=(OBJECTS, 12, 12, 3)), VIEWS, axis=0)
    patterns = 0.7 * shared + 0.7 * rng.normal(size=(OBJECTS * VIEWS, 12, 12, 3))
    images = np.clip(127 + 45 * patterns, 0, 255).round().astype(np.uint8).repeat(16, 1).repeat(16, 2)
    ids = [f"image-{number:03}" for number in range(len(images))]
    shown = pd.DataFrame({"stimulus_id": ids, "object_name": [f"object-{n // VIEWS}" for n in range(len(ids))]})
    return StimulusSet(shown, identifier="blobs", open=dict(zip(ids, images, strict=True)).__getitem__)


def recording(shown: Any) -> Any:
    """What the sites answer, trial by trial."""
    import numpy as np

    from brainscore_core import load_model
    from brainscore_core.assemblies import NeuroidAssembly
    from brainscore_vision.screen import place_on_screen

    model: Any = load_model(SEEN)
    model.start_recording("IT", time_bins=[(start - LATENCY, end - LATENCY) for start, end in BINS])
    source = model.look_at(place_on_screen(shown, model.visual_degrees(), 8)).values
    late = np.array([start >= 80 for start, _ in BINS])  # before that the network has not answered
    rng = np.random.default_rng(1)
    signal = np.empty((len(shown), SITES, len(BINS)))
    for site in range(SITES):
        units = rng.choice(source.shape[1], 40, replace=False)
        signal[:, site] = np.einsum("pub,u->pb", source[:, units], rng.normal(size=40))
    signal = (signal - signal[..., late].mean()) / signal[..., late].std(0).mean() * late
    values = np.concatenate([signal + 1.5 * rng.normal(size=signal.shape) for _ in range(TRIALS)])
    presentation = {name: shown.table[name].tolist() * TRIALS for name in ("stimulus_id", "object_name")}
    presentation["repetition"] = np.repeat(np.arange(TRIALS), len(shown)).tolist()
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid", "time_bin"),
        coords={
            **{name: ("presentation", entries) for name, entries in presentation.items()},
            "neuroid_id": ("neuroid", [f"site-{number}" for number in range(SITES)]),
            "region": ("neuroid", ["IT"] * SITES),
            "time_bin_start": ("time_bin", [start for start, _ in BINS]),
            "time_bin_end": ("time_bin", [end for _, end in BINS]),
        },
    )


def defined(number: float) -> float | None:
    """None where nothing is."""
    return float(number) if number == number else None


def main() -> int:
    """Score, print, draw."""
    from brainscore_core import load_benchmark, load_model, score
    from brainscore_core.contracts import DataEntry, DataInfo
    from brainscore_vision.analysis.time_course import plot_time_course, time_courses

    with settled():
        shown = stimuli()
        recorded = recording(shown)
        info = DataInfo(description="made-up sites", stimuli=len(shown), species="macaque", regions=("IT",))
        benchmark = load_benchmark("MajajHong2015public.IT-temporal-pls").with_options(
            data=DataEntry("made-up", lambda: recorded, info),
            stimuli=DataEntry("blobs", lambda: shown, info),
            bin_width=20,
        )
        scores, rows = {}, []
        for name in MODELS:
            started = time.perf_counter()
            scores[name] = found = score(load_model(name), benchmark)
            seconds = time.perf_counter() - started
            rows.append([f"`{name}`", pm(found.value, found.error), pm(found.raw.value), ", ".join(found.flags)])
            print(f"{name}: {seconds:.0f} s", file=sys.stderr, flush=True)
        courses = {name: time_courses(found, name)[0] for name, found in scores.items()}
        by_bin = [
            [f"{start:g}-{end:g}", *(pm(defined(course.values[number])) for course in courses.values())]
            for number, (start, end) in enumerate(next(iter(courses.values())).edges)
        ]
        plot_time_course(
            scores, ROOT / "docs" / "time-curves.png", title="made-up sites, MajajHong2015public.IT-temporal-pls"
        )
    print(table(["model", "score", "raw", "flags"], rows))
    print(table(["ms", *(f"`{name}`" for name in courses)], by_bin))
    return 0


if __name__ == "__main__":
    sys.exit(main())
