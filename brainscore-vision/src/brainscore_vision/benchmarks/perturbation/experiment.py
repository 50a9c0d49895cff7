"""The experiment: measure, perturb one site, measure again; compare the pattern of changes with the recorded one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from brainscore_core.contracts import Benchmark, DataEntry, MetricSpec, Presentation
from brainscore_core.errors import InvalidAssembly, InvalidParameter, Unsupported
from brainscore_core.scores import Score
from brainscore_core.statistics.correlation import correlate_columns

from ...perturbation import Perturbation, perturbed

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet

MEASURES = ("accuracy", "responses")
UNDEFINED = "undefined"
"""Flag: no effect varies over sites and conditions; the score is null."""
DRAWS = 1000
PATTERN = MetricSpec("effect_pattern")
"""What is computed here: Pearson r between patterns of change, over sites and conditions."""


@dataclass(frozen=True, kw_only=True)
class PerturbationEffect(Benchmark):
    """What perturbing one region does to behaviour or to the responses of another, site by site.

    Each site is perturbed alone, between two measurements with the same stimuli. The effect, after minus before, is
    averaged over the stimuli of each condition and compared with the recorded one: `value` is the Pearson correlation
    over all sites and conditions, signed. It is not divided by a ceiling.

    Parameters
    ----------
    data : str or DataEntry
        Recorded effects: dims ``site``, ``condition``, each with a coordinate of that name.
    stimuli : str or DataEntry
        What is shown in both measurements.
    visual_degrees : float
        Width of the stimuli.
    condition : str
        Column of the stimulus table whose values are the conditions of the data.
    sites : mapping of str to Perturbation or several
        What is done at each site of the data.
    measure : {'accuracy', 'responses'}
        ``accuracy``: the share of correct answers of a decoder, fitted to the intact model and left as it is, that
        reads `region`; ``responses``: the mean response of `region`.
    region : str
        Where it is measured: behaviour is read from it.
    fitting_stimuli : str or DataEntry, optional
        For ``accuracy``: what the decoder is fitted on, with `label`; the model is asked for the task
        ``probabilities`` where it does that, else a nearest-mean readout of `region` stands for behaviour, and
        `details` say so.
    label : str
        Column of both tables with the right answer.
    number_of_trials : int
        Presentations of each stimulus, where a model's trials differ.
    """

    domain: ClassVar[str] = "vision"

    stimuli: Any
    visual_degrees: float
    condition: str
    sites: Any
    measure: str = "responses"
    region: str = "IT"
    fitting_stimuli: Any = None
    label: str = "image_label"
    number_of_trials: int = 1
    metric: MetricSpec = field(default=PATTERN)

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise InvalidParameter(f"measure={self.measure!r}", expected=f"one of {list(MEASURES)}")
        if (self.measure == "accuracy") != (self.fitting_stimuli is not None):
            raise InvalidParameter("fitting stimuli", expected="with measure='accuracy', and only then")
        sites = {
            str(name): (entry,) if isinstance(entry, Perturbation) else tuple(entry)
            for name, entry in dict(self.sites).items()
        }
        if not sites or not all(isinstance(part, Perturbation) for entry in sites.values() for part in entry):
            raise InvalidParameter(f"sites={self.sites!r}", expected="{site: Perturbation or several}")
        object.__setattr__(self, "sites", sites)

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """The stimulus sets."""
        named = [self.stimuli] if self.fitting_stimuli is None else [self.stimuli, self.fitting_stimuli]
        return tuple(map(_entry, named))

    def presents(self) -> tuple[Presentation, ...]:
        """Both sets, to the intact model; what a perturbed one computes cannot be recorded in advance."""
        return tuple(
            Presentation(entry.load(), self.visual_degrees, self.region, self.number_of_trials) for entry in self.shows
        )

    def target(self) -> "xr.DataArray":
        """Recorded effects, ``site x condition``, in the order of `sites`."""
        effects = self.dataset.load()
        if not {"site", "condition"} <= set(effects.dims) or effects.ndim != 2:
            raise InvalidAssembly(f"effects have dimensions {effects.dims}", expected="('site', 'condition')")
        effects = effects.transpose("site", "condition")
        there = effects["site"].values.astype(str).tolist()
        if sorted(there) != sorted(self.sites):
            raise InvalidAssembly(f"effects are of the sites {there}", expected=f"{list(self.sites)}")
        return effects.isel(site=[there.index(name) for name in self.sites])

    def __call__(self, model: Any) -> Score:
        """Measure before, perturb and measure after each site, correlate the changes."""
        target = self.target()
        stimuli = _entry(self.stimuli).load()
        conditions = target["condition"].values.astype(str).tolist()
        measure, described = self._measurement(model, stimuli)
        before = measure(model)
        effects = []
        for parts in self.sites.values():
            with perturbed(model, *parts):
                effects.append(_by_condition(measure(model) - before, stimuli, self.condition, conditions))
        found = np.stack(effects)
        return _score(found, target.values.astype(np.float64), described | {"measured_before": float(before.mean())})

    def _measurement(self, model: Any, stimuli: "StimulusSet") -> tuple[Any, dict[str, str | int | float]]:
        """``measure(model) -> array (stimulus,)``, and what it is."""
        if self.measure == "responses":

            def responses(subject: Any) -> np.ndarray:
                return self._record(subject, stimuli).mean(axis=1)

            return responses, {"measure": f"mean response of {self.region}"}
        fitting = _entry(self.fitting_stimuli).load()
        right = stimuli[self.label].to_numpy().astype(str)
        if readout := self._task(model, stimuli, fitting, right):
            return readout, {"measure": "accuracy, by the model's own decoder"}
        classes = np.unique(fitting[self.label].to_numpy().astype(str))
        labels = fitting[self.label].to_numpy().astype(str)
        trained = self._record(model, fitting)
        means = np.stack([trained[labels == name].mean(axis=0) for name in classes])
        scale = trained.std(axis=0)
        scale = np.where(scale > 0, scale, 1.0)

        def nearest(subject: Any) -> np.ndarray:
            shown = self._record(subject, stimuli)
            distance = (((shown[:, None] - means) / scale) ** 2).mean(axis=-1)
            return (classes[distance.argmin(axis=1)] == right).astype(float)

        return nearest, {"measure": f"accuracy of the nearest class mean, read from {self.region}"}

    def _task(self, model: Any, stimuli: "StimulusSet", fitting: "StimulusSet", right: np.ndarray) -> Any:
        """The model's own behaviour; None where it has none. Fitted once, before anything is done to it."""
        from ...model_interface import Task
        from ...screen import place_on_screen

        try:
            model.start_task(Task.PROBABILITIES, place_on_screen(fitting, model.visual_degrees(), self.visual_degrees))
        except Unsupported:
            return None
        placed = place_on_screen(stimuli, model.visual_degrees(), self.visual_degrees)

        def behave(subject: Any) -> np.ndarray:
            answers = subject.look_at(placed, self.number_of_trials)
            chosen = answers["choice"].values.astype(str)[answers.transpose("presentation", "choice").values.argmax(1)]
            shown = answers["stimulus_id"].values.astype(str)
            truth = dict(zip(stimuli.ids.tolist(), right.tolist(), strict=True))
            correct = np.array([truth[name] == answer for name, answer in zip(shown, chosen, strict=True)], float)
            return np.array([correct[shown == name].mean() for name in stimuli.ids])

        return behave

    def _record(self, model: Any, stimuli: "StimulusSet") -> np.ndarray:
        """Responses (stimulus, unit) of `region`, trials averaged."""
        from brainscore_core.statistics.averaging import average_repetitions

        from ..recording import record

        answer = record(
            model,
            stimuli,
            visual_degrees=self.visual_degrees,
            region=self.region,
            number_of_trials=self.number_of_trials,
            species=self.species or None,
        )
        return average_repetitions(answer).transpose("presentation", "neuroid").values.astype(np.float64)


def _entry(named: Any) -> DataEntry:
    if isinstance(named, str):
        from brainscore_core.registry import resolve

        return resolve("stimulus_sets", named)
    return named


def _by_condition(change: np.ndarray, stimuli: "StimulusSet", column: str, conditions: Sequence[str]) -> np.ndarray:
    """Mean change over the stimuli of each condition, shape (condition,)."""
    if column not in stimuli.table.columns:
        raise InvalidParameter(f"stimuli have no column {column!r}", expected=f"one of {list(stimuli.table.columns)}")
    labels = stimuli[column].to_numpy().astype(str)
    missing = [name for name in conditions if name not in labels]
    if missing:
        raise InvalidParameter(f"no stimulus of condition {missing[0]!r}", expected=f"values of {column!r}")
    return np.array([change[labels == name].mean() for name in conditions])


def _score(found: np.ndarray, recorded: np.ndarray, described: dict[str, str | int | float]) -> Score:
    details = described | {
        "sites": found.shape[0],
        "conditions": found.shape[1],
        "effect_model": float(np.abs(found).mean()),
        "effect_recorded": float(np.abs(recorded).mean()),
    }
    r = _correlation(found, recorded)
    if np.isnan(r):
        return Score(None, flags=(UNDEFINED,), details=details)
    rng = np.random.default_rng(0)
    drawn = [_correlation(found[rows], recorded[rows]) for rows in rng.integers(0, len(found), (DRAWS, len(found)))]
    known = np.array([value for value in drawn if not np.isnan(value)])
    error = float(known.std(ddof=1)) if len(found) > 2 and len(known) > 1 else None
    return Score(r, error, details=details | {"error_estimator": "bootstrap over sites"})


def _correlation(found: np.ndarray, recorded: np.ndarray) -> float:
    return float(correlate_columns(found.reshape(-1, 1), recorded.reshape(-1, 1))[0])
