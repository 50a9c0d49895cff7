"""What is wrong with a task and what is asked in it. See ``cases.py``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from brainscore_core.contracts import DataEntry, DataInfo, MetricSpec
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.benchmarks.behavior import BehavioralComparison
from brainscore_vision.commitments.behavior import Behavior

CLASSES = ("cat", "dog", "boat")


def shown(labels: list[Any] | None = None, start: int = 0) -> StimulusSet:
    """Six images, with labels."""
    ids = [f"image-{start + index}" for index in range(6)]
    columns = {} if labels is None else {"image_label": labels}
    table = pd.DataFrame({"stimulus_id": ids, **columns})
    return StimulusSet(
        table, identifier="six", open=lambda id: np.full((4, 4), int(id[6:]), np.uint8), key=lambda id: id
    )


def model() -> Any:
    """Names three classes; read from in IT."""

    def network(batch: Any) -> dict[str, Any]:
        rows = np.stack(batch).reshape(len(batch), -1).astype(float)
        return {"features": rows, "scores": rows[:, :3]}

    behavior = Behavior(scores="scores", classes=CLASSES)
    return wrap(network, layers={"IT": "features"}, visual_degrees=8, identifier="mine", behavior=behavior)


def triplets(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["stimulus_1", "stimulus_2", "stimulus_3"])


def unnamed(folder: Path) -> None:
    model().start_task("label", ["cat", "zebra"])


def twice(folder: Path) -> None:
    model().start_task("label", ["cat", "dog", "cat"])


def one_class(folder: Path) -> None:
    model().start_task("probabilities", shown(["cat"] * 6))


def gaps(folder: Path) -> None:
    model().start_task("probabilities", shown(["cat", "dog", None] * 2))


def repeated(folder: Path) -> None:
    subject = model()
    subject.start_task("odd_one_out", trials=triplets(("image-0", "image-1", "image-1")))
    subject.look_at(shown())


def unseen(folder: Path) -> None:
    subject = model()
    subject.start_task("odd_one_out", trials=triplets(("image-0", "image-1", "image-9")))
    subject.look_at(shown())


def not_three(folder: Path) -> None:
    subject = model()
    subject.start_task("odd_one_out")
    subject.look_at(shown().take(range(4)))


def other_roles(folder: Path) -> None:
    model().start_task("match_to_sample", trials=triplets(("image-0", "image-1", "image-2")))


def nothing_committed(folder: Path) -> None:
    wrap(np.asarray, layers={"V1": "output"}, visual_degrees=8, identifier="mine").start_task("odd_one_out")


def fitted_on_test(folder: Path) -> None:
    labels = ["cat", "dog"] * 3
    BehavioralComparison(
        "Made-accuracy",
        data=DataEntry("people", lambda: None, DataInfo()),
        stimuli=DataEntry("test", lambda: shown(labels), DataInfo()),
        fitting_stimuli=DataEntry("fit", lambda: shown(labels, start=4), DataInfo()),
        visual_degrees=8,
        task="probabilities",
        metric=MetricSpec("accuracy"),
        parent="behavior_vision",
        version=1,
    )(model())


CASES: dict[str, Callable[[Path], Any]] = {
    "a label that a model cannot name": unnamed,
    "a label that is asked for twice": twice,
    "fitting stimuli of one class": one_class,
    "a fitting stimulus without its label": gaps,
    "a triplet that shows an image twice": repeated,
    "a trial with an image that is not shown": unseen,
    "four images where three make a trial": not_three,
    "trials of another task": other_roles,
    "a model that commits nothing to behaviour": nothing_committed,
    "fitting stimuli that are tested with": fitted_on_test,
}
