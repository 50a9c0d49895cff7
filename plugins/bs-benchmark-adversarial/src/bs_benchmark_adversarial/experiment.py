"""Experiment type: accuracy on images that were changed to mislead the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from brainscore_core.contracts import Benchmark, BenchmarkInfo, DataEntry
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.proportion import wilson
from brainscore_vision.benchmarks.behavior import RATIO, normalised

from .budget import Budget

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

    from .pgd import Attacked
    from .victim import Victim

BATCH = 16
FLAT = 0.05
"""Share of images without a gradient from which on a score says so."""

NOTHING_RIGHT = "nothing-right-unattacked"
"""Flag: no image is named rightly even unchanged, so that no share of these can be kept."""


@dataclass(frozen=True, kw_only=True)
class AdversarialRobustness(Benchmark):
    """Share of images that are still named rightly after projected gradient descent (Madry et al. 2018).

    An image counts as right only if it is right unchanged and after every step of every restart. Nothing of this is a
    claim about brains: it stands in the engineering branch. A model without gradients is ``unsupported``.

    Parameters
    ----------
    stimuli : str or DataEntry
        Images; also what `data` names.
    labels : sequence of str or 'imagenet'
        To choose from.
    truth : str
        Column of the stimuli with the right label.
    visual_degrees : float, optional
        Width of the images; None: they fill the field of view.
    budget : Budget
    images : int, optional
        How many are attacked, drawn by the budget's seed; None: all.
    notes : str
        What a reader should know of the images.
    human : mapping of str to number or str
        Human reference points, or why there are none; in the details as ``human_NAME``.
    """

    domain: ClassVar[str] = "vision"
    conformance_subject: ClassVar[str] = "bs_benchmark_adversarial.random_network:random_network"

    data: Any
    labels: Sequence[str] | str
    truth: str = "image_label"
    visual_degrees: float | None = None
    budget: Budget = Budget()
    images: int | None = 100
    notes: str = ""
    human: Mapping[str, float | str] = field(default_factory=lambda: {"accuracy": "not measured on attacked images"})

    def __post_init__(self) -> None:
        if self.images is not None and self.images < 1:
            raise InvalidParameter(f"images={self.images}", expected="1 or more, or None for all")

    @property
    def stimulus_entry(self) -> DataEntry:
        """The description of what is attacked."""
        if isinstance(self.data, str):
            from brainscore_core.registry import resolve

            return resolve("stimulus_sets", self.data)
        return self.data

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """The description of what is attacked."""
        return (self.stimulus_entry,)

    @property
    def dataset(self) -> DataEntry:
        """The right labels, which come with the images."""
        entry = self.stimulus_entry
        return replace(entry, read=lambda: _truth(entry.load(), self.truth))

    @property
    def info(self) -> BenchmarkInfo:
        """Derived, with the notes and the budget."""
        derived = super().info
        experiment = dict(derived.experiment) | {"budget": self.budget.described()}
        experiment.pop("notes", None)
        description = " ".join(filter(None, (derived.description, self.notes)))
        return replace(derived, description=description, ceiling="1", experiment=experiment)

    @property
    def ceiling(self) -> Score:
        """1: every image named rightly, whatever is done to it."""
        return Score(1.0)

    def ask(self, model: Any) -> "Victim":
        """Refuse a model without gradients, or that cannot name a label, before images are fetched.

        Raises
        ------
        UnsupportedTask
        """
        from .victim import Victim

        return Victim(model, self.labels)

    def __call__(self, model: Any) -> Score:
        """Attack, and count what is still right."""
        victim = self.ask(model)
        stimuli, places = self._drawn()
        result = self._attacked(model, victim, stimuli, places)
        labels = np.asarray(victim.labels)
        truth = _truth(stimuli, self.truth)
        raw = self.metric.load()(_assembly(labels[result.named], stimuli), truth)
        right, clean = labels[result.named] == truth.values, float((labels[result.clean] == truth.values).mean())
        low, high = wilson(int(right.sum()), len(right))
        details = dict(raw.details) | self.budget.described()
        details |= {
            "clean_accuracy": clean,
            "right_unattacked": round(clean * len(right)),
            "kept_share": float(raw) / clean if clean else float("nan"),
            "interval": "95%, Wilson 1927",
            "interval_low": low,
            "interval_high": high,
            "median_norm_of_change": float(np.median(result.norm)),
            "without_gradient": float(result.still.mean()),
        }
        details |= {f"human_{name}": entry for name, entry in self.human.items()}
        found = {"vanishing-gradients": result.still.mean() > FLAT, NOTHING_RIGHT: not clean}
        flags = tuple(flag for flag, holds in found.items() if holds)
        return normalised(raw, self.ceiling, RATIO, flags=flags, details=details)

    def _drawn(self) -> "tuple[StimulusSet, np.ndarray]":
        stimuli = self.stimulus_entry.load()
        if self.images is None or self.images >= len(stimuli):
            return stimuli, np.arange(len(stimuli))
        rng = np.random.default_rng([self.budget.seed, 2018])
        places = np.sort(rng.permutation(len(stimuli))[: self.images])
        return stimuli.take(places), places

    def _attacked(self, model: Any, victim: "Victim", stimuli: "StimulusSet", places: np.ndarray) -> "Attacked":
        from brainscore_vision.screen import place_on_screen

        from .pgd import Attacked, attack

        degrees = model.visual_degrees()
        placed = place_on_screen(stimuli, degrees, self.visual_degrees or degrees)
        truth = _numbers(stimuli, self.truth, victim.labels)
        found = []
        for start in range(0, len(stimuli), BATCH):
            part = slice(start, start + BATCH)
            shown = [placed.open(stimulus_id) for stimulus_id in placed.ids[part].tolist()]
            found.append(attack(victim, shown, truth[part], self.budget, places[part]))
        fields = ("clean", "named", "norm", "margin", "still")
        return Attacked(*(np.concatenate([getattr(entry, name) for entry in found]) for name in fields))


def _truth(stimuli: "StimulusSet", column: str) -> Any:
    return _assembly(_column(stimuli, column), stimuli)


def _assembly(answers: np.ndarray, stimuli: "StimulusSet") -> Any:
    from brainscore_core.assemblies import BehavioralAssembly

    return BehavioralAssembly(answers, dims=("presentation",), coords={"stimulus_id": ("presentation", stimuli.ids)})


def _numbers(stimuli: "StimulusSet", column: str, labels: Sequence[str]) -> np.ndarray:
    number = {label: index for index, label in enumerate(labels)}
    truth = _column(stimuli, column).tolist()
    if strange := [label for label in truth if label not in number]:
        raise InvalidParameter(
            f"{stimuli.identifier!r} has the label {strange[0]!r}", expected=f"one of the {len(labels)} to choose from"
        )
    return np.array([number[label] for label in truth])


def _column(stimuli: "StimulusSet", column: str) -> np.ndarray:
    if column not in stimuli.table.columns:
        raise InvalidParameter(
            f"{stimuli.identifier!r} has the columns {list(stimuli.table.columns)}",
            expected=f"right labels in {column!r}",
        )
    return stimuli[column].to_numpy().astype(str)
