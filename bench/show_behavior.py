# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-maniquet2024>=1,<2",
#     "bs-metric-behavior>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
#     "bs-model-hmax>=1,<2",
#     "bs-model-pixels>=1,<2",
# ]
# ///
"""Behaviour: the metrics of Brain-Score 2 and ours in one run, and five models beside people (Maniquet et al. 2024).

``python bench/show_behavior.py [speed] [maniquet] [--write]`` with INCUMBENT_PYTHON naming a Python that has
Brain-Score 2 (without: ours alone); without a name, both parts. ``--write`` keeps each part as a section of
``bench/RESULTS-behavior.md``. Seconds are of processor time, the least of some calls after one that imports.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"
os.environ["BS_INSTALL_DEPENDENCIES"] = "no"

import numpy as np  # noqa: E402  after the number of threads is set
from results import keep_section, machine  # noqa: E402
from shown import pm, settled, table  # noqa: E402

RESULTS = Path(__file__).parent / "RESULTS-behavior.md"
IMAGES, OBJECTS, TRIALS = 240, 24, 99_840
OBSERVERS, STIMULI = 10, 160
LONG = 20.0
"""Seconds after which a path is not called again."""

ASKED = {
    "i1": "50x",
    "i2n": "35x",
    "i2n, ceiling": "",
    "error_consistency": "",
    "error_consistency, ceiling": "",
    "error_consistency, 1,000 draws": "< 1 s",
    "error_consistency, ceiling, 1,000 draws": "< 1 s",
    "accuracy_distance": "",
    "i2n, 1,000 draws": "",
}
"""Path to what was promised; those with draws are ours alone."""

MODELS = ("efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2", "pixels", "hmax")
BENCHMARKS = {
    "Maniquet2024-confusion_similarity": "confusions, as published",
    "Maniquet2024reassigned-confusion_similarity": "confusions, 27 people put right",
    "Maniquet2024-tasks_consistency": "17 tasks",
}


def recognition() -> dict[str, Any]:
    """Probabilities of a model, and two-alternative trials of people."""
    rng = np.random.default_rng(0)
    names = np.array([f"object{number:02}" for number in range(OBJECTS)])
    ids = np.array([f"{number:040x}" for number in range(IMAGES)])
    truth = np.arange(IMAGES) % OBJECTS
    logits = rng.standard_normal((IMAGES, OBJECTS))
    logits[np.arange(IMAGES), truth] += 1.5
    model = np.round(np.exp(logits), 6)
    image = np.arange(TRIALS) % IMAGES
    distractor = (truth[image] + rng.integers(1, OBJECTS, TRIALS)) % OBJECTS
    own, other = model[image, truth[image]], model[image, distractor]
    chosen = np.where(rng.random(TRIALS) < own / (own + other), truth[image], distractor)
    columns = {"stimulus_id": ids[image], "truth": names[truth[image]], "sample_obj": names[truth[image]]}
    return {
        "source": (model / model.sum(1, keepdims=True), {"stimulus_id": ids, "number": np.arange(IMAGES)}, names),
        "target": (names[chosen], {**columns, "dist_obj": names[distractor]}, None),
    }


def answers() -> dict[str, Any]:
    """Answers of observers to the same stimuli, and of a model."""
    rng = np.random.default_rng(1)
    names = np.array(["bear", "cat", "dog", "truck"])
    truth = names[rng.integers(0, 4, STIMULI)]
    said = [
        np.where(rng.random(STIMULI) < 0.7, truth, names[rng.integers(0, 4, STIMULI)]) for _ in range(OBSERVERS + 1)
    ]
    shared = {
        "stimulus_id": np.array([f"image{number:04}" for number in range(STIMULI)]),
        "truth": truth,
        "condition": np.array(["0", "1"])[np.arange(STIMULI) % 2],
    }
    people = {name: np.tile(column, OBSERVERS) for name, column in shared.items()}
    people["subject"] = np.repeat([f"s{number:02}" for number in range(OBSERVERS)], STIMULI)
    model = {**shared, "number": np.arange(STIMULI)}
    return {"source": (said[-1], model, None), "target": (np.concatenate(said[:-1]), people, None)}


def assembly(make: Callable[..., Any], values: np.ndarray, columns: dict[str, Any], choices: Any) -> Any:
    """As either side makes it."""
    coords = {name: ("presentation", column) for name, column in columns.items()}
    if choices is None:
        return make(values, dims=["presentation"], coords=coords)
    return make(values, dims=["presentation", "choice"], coords={**coords, "choice": ("choice", choices)})


def prepare(name: str, make: Callable[..., Any], metric: Callable[..., Any], **of_ceiling: Any) -> Callable[[], float]:
    """What is timed; returns its value. Entries that a half lacks must be named to be skipped in Brain-Score 2."""
    parts = recognition() if name.startswith("i") else answers()
    source, target = (assembly(make, *parts[side]) for side in ("source", "target"))
    measured = metric(name.split(",")[0], name)
    if "ceiling" in name:
        return lambda: float(measured.ceiling(target, **of_ceiling))
    return lambda: float(measured(source, target))


def ours(name: str, path: str) -> Any:
    """A metric of this tree, with the incumbent's form where it has one."""
    from brainscore_core import load_metric

    options: dict[str, Any] = {"bootstrap_samples": 1000 if "draws" in path else 0}
    if name == "error_consistency" and "draws" not in path:
        options["form"] = "absolute"
    return load_metric(name, **options)


def measure(run: Callable[[], float], calls: int = 5) -> dict[str, float]:
    """Least processor seconds and the value."""
    seconds, began = [], time.perf_counter()
    for _ in range(1 + calls):
        start = time.process_time()
        value = run()
        seconds.append(time.process_time() - start)
        if time.perf_counter() - began > LONG:
            break
    return {"seconds": min(seconds[1:] or seconds), "value": value}


def measure_incumbent(name: str) -> None:
    """In the incumbent's environment: print one line of JSON."""
    from brainscore_core.supported_data_standards.brainio.assemblies import BehavioralAssembly

    from brainscore_vision import load_metric

    options = {"skipna": True} if name.startswith("i") else {}
    found = measure(prepare(name, BehavioralAssembly, lambda metric, _: load_metric(metric), **options), calls=2)
    sys.stdout.write(json.dumps(found) + "\n")


def incumbent(name: str) -> dict[str, float] | None:
    """The same in a process of its own."""
    python = os.environ.get("INCUMBENT_PYTHON")
    if python is None or "draws" in name:
        return None
    done = subprocess.run([python, __file__, "--incumbent", name], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def speed() -> str:
    """The table of the metrics."""
    from brainscore_core.assemblies import BehavioralAssembly

    rows = []
    for name, asked in ASKED.items():
        mine, theirs = measure(prepare(name, BehavioralAssembly, ours)), incumbent(name)
        before = ratio = same = ""
        if theirs is not None:
            before, ratio = f"{theirs['seconds']:.3f}", f"{theirs['seconds'] / mine['seconds']:.0f}x"
            same = f"{abs(theirs['value'] - mine['value']):.0e}"
        rows.append([name, before, f"{mine['seconds']:.4f}", ratio, asked, same])
    size = (
        f"i1, i2n: {IMAGES} images x {OBJECTS} objects x {TRIALS:,} trials; the rest: {OBSERVERS} observers x {STIMULI}"
        " images in 2 conditions. One thread on both sides, seconds of processor time, from assemblies to a score."
    )
    return f"{said('speed')}\n\n{size}\n\n" + table(
        ["path", "Brain-Score 2", "ours", "ratio", "asked", "difference of values"], rows
    )


def maniquet() -> str:
    """Five models beside people."""
    from brainscore_core import load_benchmark, score_all

    records = {(record.model, record.benchmark): record for record in score_all(MODELS, list(BENCHMARKS))}
    rows, people = [], []
    for name, meaning in BENCHMARKS.items():
        benchmark = load_benchmark(name)
        ceiling, human = benchmark.ceiling, benchmark.human
        quoted = human.get("split_half_published")
        people.append(
            [f"{meaning} (`{name}`)", pm(ceiling.value, ceiling.error), "" if quoted is None else f"{quoted:.5f}"]
            + [f"{human['one_person']:.3f}", f"{human['accuracy']:.3f}"]
        )
    for model in MODELS:
        found = [records[model, name] for name in BENCHMARKS]
        cells = [record.status if record.score is None else _cell(record.score) for record in found]
        rows.append([f"`{model}`", *cells, _accuracy(found[0].score)])
    return "\n".join(
        [
            said("maniquet"),
            "",
            "People: ceilings (mean r of halves, its spread), what one person scores, how often people are right.",
            "",
            table(["", "ceiling", "quoted by Brain-Score 2", "one person", "accuracy"], people),
            "Models: raw r ± error over stimuli (score = raw / ceiling). A decoder fitted on control images of nine",
            "exemplars answers to all images of the tenth.",
            "",
            table(["model", *BENCHMARKS.values(), "accuracy"], rows),
        ]
    )


def _cell(score: Any) -> str:
    value = "null" if score.value is None else f"{score.value:.3f}"
    return f"{pm(score.raw.value, score.raw.error)} ({value})"


def _accuracy(score: Any) -> str:
    return "" if score is None else f"{score.details['accuracy_source']:.3f}"


def said(part: str) -> str:
    """Which run printed it."""
    command = f"python bench/show_behavior.py {part} --write"
    return f"Printed by `{command}` on {date.today()}: {machine()}, numpy {np.__version__}."


TITLES = {
    "speed": "Metrics of behaviour: Brain-Score 2 and ours",
    "maniquet": "Maniquet 2024: five models beside people",
}


def main(arguments: list[str]) -> None:
    """Print the parts that are asked for."""
    if arguments[:1] == ["--incumbent"]:
        measure_incumbent(arguments[1])
        return
    if "--write" in arguments and not RESULTS.exists():
        RESULTS.write_text("# Behaviour: speed, agreement, models beside people\n")
    with settled():
        for part, show in (("speed", speed), ("maniquet", maniquet)):
            if part in arguments or not set(arguments) & set(TITLES):
                text = show()
                sys.stdout.write(f"## {TITLES[part]}\n\n{text}\n")
                if "--write" in arguments:
                    keep_section(RESULTS, TITLES[part], text)


if __name__ == "__main__":
    main(sys.argv[1:])
