"""Experiment type: one decoder reads objects out of recorded and of model units; do both find the same ones hard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.contracts import BenchmarkInfo, DataEntry, MetricSpec
from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_vision.behavior import LogisticDecoder
from brainscore_vision.benchmarks.behavior import ROOT, normalised
from brainscore_vision.benchmarks.recorded import RecordingExperiment

from .folds import decoded, folds_of

if TYPE_CHECKING:
    import xarray as xr

IMAGES = MetricSpec("i2n")
"""The pattern over single images, beside the one over pairs of objects."""


@dataclass(frozen=True, kw_only=True)
class DecoderConsistency(RecordingExperiment):
    """Does a decoder of the model's units confuse what the same decoder of recorded units, or people, confuse.

    Majaj et al. 2015: weighted sums of IT responses, learned from labels, predict which objects people confuse. The
    decoder is fitted on some stimuli and answers to others, until all have an answer; it is never asked about a
    stimulus that it was fitted on. Patterns of d' over pairs of objects are correlated (`metric`); r over single images
    stands in the details.

    Parameters
    ----------
    label : str
        Column of the stimuli with what is decoded.
    folds : int
    fold_seed : int
        Of the split, stratified by `label`.
    decoder : LogisticDecoder
    halvings : int
        Random splits of the repetitions in two, for the ceiling.
    people : DataEntry, optional
        Trials of people: the answer, with ``stimulus_id``, ``truth``, ``sample_obj``, ``dist_obj``. The model is then
        compared with them, and how consistent the recorded units are with them stands in the details.
    human : mapping of str to number or str
        Human reference points, or why there are none; in the details as ``human_NAME``.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.recorded.RecordingExperiment`.
    """

    label: str = "object_name"
    folds: int = 5
    fold_seed: int = 0
    decoder: LogisticDecoder = LogisticDecoder()
    halvings: int = 4
    people: DataEntry | None = None
    human: Mapping[str, float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, least in (("folds", 2), ("halvings", 1)):
            if getattr(self, name) < least:
                raise InvalidParameter(
                    f"benchmark {self.identifier!r} has {name}={getattr(self, name)}", expected=f"{least} or more"
                )

    @property
    def access(self) -> Any:
        """As private as the recordings, the stimuli, or the trials of people."""
        hidden = self.people is not None and self.people.info.access == "private"
        return "private" if hidden else super().access

    def trials(self) -> "xr.DataArray":
        """Recordings of the region, repetitions not averaged."""
        from brainscore_vision.benchmarks.neural_predictivity.recordings import of_region
        from brainscore_vision.benchmarks.neural_predictivity.windows import in_windows

        found = in_windows(of_region(self.dataset, self.region), self.time_bins)
        return found.isel(time_bin=0, drop=True) if "time_bin" in found.dims else found

    def target(self) -> "xr.DataArray":
        """What is compared with: the trials of people, or probabilities by the decoder of recorded units."""
        return self.decode(self.trials()) if self.people is None else self.people.load()

    def decode(self, responses: "xr.DataArray") -> "xr.DataArray":
        """Probabilities of each stimulus, by decoders that were not fitted on it.

        Parameters
        ----------
        responses : NeuroidAssembly
            Repetitions are averaged.

        Returns
        -------
        BehavioralAssembly
            ``presentation x choice``, with ``truth``.

        Raises
        ------
        StimulusMismatch
            For responses to other stimuli than those of the set, or if two stimuli under different names are one.
        InvalidParameter
            If a label has fewer stimuli than there are folds.
        """
        from brainscore_core.statistics.averaging import average_repetitions

        stimuli = self.stimulus_set()
        splits = folds_of(stimuli, self.label, self.folds, self.fold_seed)
        return decoded(average_repetitions(responses), stimuli, self.label, splits, self.decoder)

    @property
    def ceiling(self) -> Score | None:
        """Reliability of what is compared with: of people's trials by the metric; of the decoder between halves.

        The decoder is fitted anew on each half of the repetitions; the r between the patterns of two halves is
        corrected by Spearman-Brown to all of them.
        """
        if self.people is not None:
            metric: Any = self.metric.load()
            return metric.ceiling(self.people.load())
        from brainscore_core.statistics.reliability import spearman_brown

        found = np.array([self._agreement(*halves).value for halves in self._halves(self.trials())], float)
        if np.isnan(found).any():
            return Score(None)
        corrected = spearman_brown(found)
        details = {"halvings": len(found), "r_between_halves": float(found.mean())}
        return Score(float(corrected.mean()), float(corrected.std()), details=details)

    def _agreement(self, one: "xr.DataArray", other: "xr.DataArray") -> Score:
        metric: Any = self.metric.load()
        return metric(self.decode(one), self.decode(other))

    def _halves(self, trials: "xr.DataArray") -> "Iterator[tuple[xr.DataArray, xr.DataArray]]":
        """Repetitions in two at random; without them there is nothing to halve."""
        if "repetition" not in trials.coords:
            raise InvalidParameter(
                f"{self.dataset.identifier!r} has no repetitions", expected="the coordinate 'repetition', for a ceiling"
            )
        names = np.unique(trials["repetition"].values)
        rng = np.random.default_rng(self.fold_seed)
        for _ in range(self.halvings):
            first = np.isin(trials["repetition"].values, rng.permutation(names)[: len(names) // 2])
            yield trials.isel(presentation=first), trials.isel(presentation=~first)

    def __call__(self, model: Any) -> Score:
        """Record, decode, compare, relate to the ceiling."""
        self.ask(model)
        target, ceiling = self.target(), self.ceiling
        ours = self.decode(self.record(model))
        metric, by_image = self.metric.load(), IMAGES.load()
        raw = metric(_of(ours, target), target)
        details: dict[str, Any] = {
            "accuracy_of_model": _accuracy(ours),
            "image_level_r": float(by_image(_of(ours, target), target)),
            "folds": self.folds,
            "decoder": f"multinomial logistic regression, C = {self.decoder.C:g}",
            "compared_with": "people" if self.people is not None else f"decoder of recorded {self.region}",
        }
        details |= self._of_recorded(target, metric)
        details |= {f"human_{name}": entry for name, entry in self.human.items()}
        return normalised(raw, ceiling, ROOT, details=details)

    def _of_recorded(self, target: "xr.DataArray", metric: Any) -> dict[str, float]:
        """What the decoder of recorded units does, and, where there are people, how consistent it is with them."""
        if self.people is None:
            return {"accuracy_of_recorded": _accuracy(target)}
        recorded = self.decode(self.trials())
        consistency = float(metric(_of(recorded, target), target))
        return {"accuracy_of_recorded": _accuracy(recorded), "r_of_recorded_with_people": consistency}

    @property
    def info(self) -> BenchmarkInfo:
        """Derived, with how the ceiling is made."""
        found = super().info
        made = (
            "the metric's, of people's trials" if self.people is not None else "halves of the repetitions, each decoded"
        )
        flags = tuple(flag for flag in found.flags if flag != "ceiling-unknown")
        return replace(found, ceiling=made, flags=flags)


def _accuracy(probabilities: "xr.DataArray") -> float:
    chosen = probabilities["choice"].values[probabilities.values.argmax(axis=1)]
    return float(np.mean(chosen == probabilities["truth"].values))


def _of(probabilities: "xr.DataArray", target: "xr.DataArray") -> "xr.DataArray":
    """Of the stimuli that the target has."""
    there = set(target["stimulus_id"].values.astype(str).tolist())
    rows = [name in there for name in probabilities["stimulus_id"].values.astype(str).tolist()]
    return probabilities.isel(presentation=rows)
