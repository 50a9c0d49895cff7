# /// script
# dependencies = ["brainscore-vision>=3,<4"]
# ///
"""The decoder of ``probabilities``: Brain-Score 2 and ours in one run, one thread each, standardisation included.

``python bench/show_decoder.py [--write]`` with INCUMBENT_PYTHON naming a Python that has Brain-Score 2 (without: ours
alone). Both sides fit the same generated features in turn, in processes of their own, for some rounds; seconds are of
processor time, the least of all fits. ``--write`` keeps the table in ``bench/RESULTS-behavior.md``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"
os.environ["BS_INSTALL_DEPENDENCIES"] = "no"

import numpy as np  # noqa: E402  after the number of threads is set
from results import keep_section, machine  # noqa: E402
from shown import table  # noqa: E402

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS-behavior.md"
ROUNDS, FITS = 2, 3
SHAPES = (
    (2160, 1000, 24, "float64"),
    (2160, 1000, 24, "float32"),
    (2160, 4096, 24, "float32"),
    (240, 4096, 24, "float32"),
)
PROMISED = "5x"


def problem(stimuli: int, width: int, labels: int, dtype: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rectified, correlated features of objects in noise; numbers of the objects; features of 240 further stimuli."""
    rng = np.random.default_rng(0)
    centres, mixing = rng.normal(size=(labels, 60)), rng.normal(size=(60, width))

    def features(numbers: np.ndarray) -> np.ndarray:
        latent = 0.5 * centres[numbers] + rng.normal(size=(len(numbers), 60))
        return np.maximum(latent @ mixing / 8 + 0.5 * rng.normal(size=(len(numbers), width)), 0).astype(dtype)

    numbers = np.arange(stimuli) % labels
    return features(numbers), numbers, features(np.arange(240) % labels)


def side(ours: bool, out: Path) -> None:
    """Fit every problem some times; seconds on standard output, probabilities of further stimuli in `out`."""
    fit = _ours if ours else _incumbent
    found = []
    for place, shape in enumerate(SHAPES):
        features, numbers, further = problem(*shape)
        names = [f"object-{number:02}" for number in numbers]
        seconds = []
        for _ in range(FITS + 1):
            begin = time.process_time()
            fitted = fit(features, names)
            seconds.append(time.process_time() - begin)
        np.save(out / f"{place}.npy", fitted(further))
        found.append(min(seconds[1:]))
    sys.stdout.write(json.dumps(found) + "\n")


def _ours(features: np.ndarray, names: list[str]) -> Any:
    from brainscore_vision.behavior import LogisticDecoder

    return LogisticDecoder().fit(features, names).probabilities


def _incumbent(features: np.ndarray, names: list[str]) -> Any:
    """The class that its ``ProbabilitiesMapping`` fits, on what it is given there."""
    import warnings

    from brainscore_vision.model_helpers.brain_transformation.behavior import ProbabilitiesMapping

    class Labels:
        values = names

    warnings.simplefilter("ignore", FutureWarning)  # its arguments are on their way out of scikit-learn
    fitted = ProbabilitiesMapping.ProbabilitiesClassifier().fit(features, Labels)

    def probabilities(further: np.ndarray) -> np.ndarray:
        return fitted._classifier.predict_proba(fitted._scaler.transform(further))

    return probabilities


def run(python: str, which: str, out: Path) -> list[float]:
    """One side in a process of its own."""
    out.mkdir(exist_ok=True)
    command = [python, str(HERE / "show_decoder.py"), "--side", which, str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main(arguments: list[str]) -> None:
    """Measure, print, keep."""
    if arguments[:1] == ["--side"]:
        return side(arguments[1] == "ours", Path(arguments[2]))
    incumbent = os.environ.get("INCUMBENT_PYTHON")
    sides = {"ours": sys.executable} | ({"incumbent": incumbent} if incumbent else {})
    with tempfile.TemporaryDirectory() as folder:
        rounds = [
            {name: run(python, name, Path(folder) / name) for name, python in sides.items()} for _ in range(ROUNDS)
        ]
        apart = [
            float(np.abs(np.subtract(*(np.load(Path(folder) / name / f"{place}.npy") for name in sides))).max())
            if incumbent
            else float("nan")
            for place in range(len(SHAPES))
        ]
    best = {name: np.min([each[name] for each in rounds], axis=0) for name in sides}
    rows = []
    for place, (stimuli, width, labels, dtype) in enumerate(SHAPES):
        mine = best["ours"][place]
        theirs = best["incumbent"][place] if incumbent else float("nan")
        asked = PROMISED if (stimuli, width) == (2160, 1000) and dtype == "float64" else "-"
        rows.append([
            f"{stimuli:,} x {width:,}, {labels} classes, {dtype}",
            f"{theirs:.3f}", f"{mine:.3f}", f"{theirs / mine:.1f}x",
            asked, f"{apart[place]:.1e}",
        ])  # fmt: skip
    headers = ["features", "Brain-Score 2, s", "ours, s", "faster", "asked", "probabilities apart, at most"]
    said = (
        f"Printed by `python bench/show_decoder.py --write` on {date.today()}: {machine()}, one thread; seconds of"
        f" processor time, least of {ROUNDS * FITS} fits in {ROUNDS} rounds of both sides in turn.\n\n"
    )
    text = said + table(headers, rows)
    sys.stdout.write(text)
    if "--write" in arguments:
        keep_section(RESULTS, "Decoder of probabilities", text)


if __name__ == "__main__":
    main(sys.argv[1:])
