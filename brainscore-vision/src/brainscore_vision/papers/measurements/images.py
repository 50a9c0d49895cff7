"""A property of every unit's responses to a set of images: how sparse, how selective, how different two kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.contracts import DataEntry, Presentation
from brainscore_core.errors import InvalidStimulusSet

from .measurement import Measurement, Samples, Stimuli, column, entry_of, load, species_of

if TYPE_CHECKING:
    from brainscore_core.stimuli import StimulusSet

    from ...model_interface import BrainModel, TimeBins

STRONG = 1 / 3
"""A selectivity index from which the response to one kind is twice that to the other (Tsao 2006)."""
ALPHA = 0.05


def share_above_half(responses: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The share of the images that evoke more than half of the unit's largest response."""
    return (responses > responses.max(axis=0) / 2).mean(axis=0)


def sparseness(responses: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Treves-Rolls sparseness: 0 for one answer to all images, 1 for an answer to one image only."""
    from ...benchmarks.tuning.texture import sparseness as of_rows

    return of_rows(responses.T)


def selectivity_index(responses: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """(mean to the chosen kind - mean to the rest) / (their sum)."""
    one, other = responses[chosen].mean(axis=0), responses[~chosen].mean(axis=0)
    total = one + other
    return np.divide(one - other, total, out=np.full(total.shape, np.nan), where=total > 0)


def strongly_selective(responses: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """1 where the amount of :func:`selectivity_index` is at least 1/3, else 0."""
    index = selectivity_index(responses, chosen)
    return np.where(np.isnan(index), np.nan, np.abs(index) >= STRONG)


def prefers_significantly(responses: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """1 where the chosen kind evokes more than the rest, by Welch's t over the images, two-sided p < .05; else 0."""
    from scipy.stats import t as student

    one, other = responses[chosen], responses[~chosen]
    spread = one.var(axis=0, ddof=1) / len(one), other.var(axis=0, ddof=1) / len(other)
    total, difference = spread[0] + spread[1], one.mean(axis=0) - other.mean(axis=0)
    parts = spread[0] ** 2 / (len(one) - 1) + spread[1] ** 2 / (len(other) - 1)
    freedom = np.divide(total**2, parts, out=np.ones_like(total), where=parts > 0)
    # without any spread a difference is certain
    statistic = np.divide(difference, np.sqrt(total), out=np.where(difference > 0, np.inf, 0.0), where=total > 0)
    return ((2 * student.sf(np.abs(statistic), freedom) < ALPHA) & (statistic > 0)).astype(np.float64)


IMAGE_PROPERTIES: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = MappingProxyType(
    {
        function.__name__: function
        for function in (share_above_half, sparseness, selectivity_index, strongly_selective, prefers_significantly)
    }
)
"""Functions of responses above the blank, shape (images, units), and which images are of the chosen kind."""

IMAGE_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "share_above_half": "share",
        "sparseness": "index",
        "selectivity_index": "index",
        "strongly_selective": "0/1",
        "prefers_significantly": "0/1",
    }
)
NEED_A_KIND = ("selectivity_index", "strongly_selective", "prefers_significantly")


@dataclass(frozen=True, kw_only=True)
class ImageProperty(Measurement):
    """One property a unit, of its responses above that to a grey field; below it counts as 0.

    Units that answer no image above grey are left out: they are not visually responsive.

    Parameters
    ----------
    stimuli : str or DataEntry
    property_name : str
        A name of ``IMAGE_PROPERTIES``.
    regions : tuple of str
        The condition is the region.
    visual_degrees : float
        Width of the images.
    column, kind : str
        Which images are of the chosen kind: those with that text in that column.
    localised : float
        Of all units the share that answers the chosen kind most, relative to the rest, on every second image of each
        kind; the property is then measured on the other images. 0: all units, all images.
    number_of_trials : int
    time_bins : sequence of one (start, end), optional
        In ms after stimulus onset.
    """

    stimuli: Stimuli
    property_name: str
    regions: tuple[str, ...]
    visual_degrees: float
    column: str = ""
    kind: str = ""
    localised: float = 0.0
    number_of_trials: int = 1
    time_bins: "TimeBins | None" = None

    @property
    def shows(self) -> tuple[DataEntry, ...]:
        """The images."""
        return (entry_of(self.stimuli),)

    def presents(self) -> tuple[Presentation, ...]:
        """The images, in every region."""
        stimuli = load(self.stimuli)
        return tuple(
            Presentation(stimuli, self.visual_degrees, region, self.number_of_trials) for region in self.regions
        )

    def measure(self, model: "BrainModel", species: str) -> Samples:
        """Samples are units."""
        for region in self.regions:
            model.start_recording(region, **species_of(species))
        stimuli = load(self.stimuli)
        chosen = self._chosen(stimuli)
        values, conditions = [], []
        counts: dict[str, int] = {}
        for region in self.regions:
            responses = self._above_grey(model, region, species, stimuli)
            found = self._of_units(responses, chosen)
            several = f" {region}" if len(self.regions) > 1 else ""
            counts |= {f"units_recorded{several}": responses.shape[1], f"units_measured{several}": len(found)}
            values.append(found)
            conditions.append(np.full(len(found), region))
        return Samples(np.concatenate(values), np.concatenate(conditions), counts)

    def _chosen(self, stimuli: "StimulusSet") -> np.ndarray:
        if not self.column:
            return np.zeros(len(stimuli), dtype=bool)
        found = column(stimuli, self.column) == self.kind
        if not 2 <= found.sum() <= len(found) - 2:
            raise InvalidStimulusSet(
                f"{int(found.sum())} of {len(found)} images of {stimuli.identifier!r} have {self.column} {self.kind!r}",
                expected="at least two that have it, and two that have not",
            )
        return found

    def _of_units(self, responses: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        measure = IMAGE_PROPERTIES[self.property_name]
        responsive = responses.max(axis=0) > 0
        responses = responses[:, responsive]
        if not self.localised:
            return measure(responses, chosen)
        first = _every_second(chosen)
        preference = selectivity_index(responses[first], chosen[first])
        wanted = max(1, round(self.localised * len(preference)))
        order = np.argsort(-np.where(np.isnan(preference), -np.inf, preference), kind="stable")[:wanted]
        return measure(responses[~first][:, order], chosen[~first])

    def _above_grey(self, model: "BrainModel", region: str, species: str, stimuli: "StimulusSet") -> np.ndarray:
        """Responses (images, units), those to grey subtracted, not below 0; float64."""
        shown = [self._record(model, region, species, one) for one in (stimuli, grey(stimuli, self.visual_degrees))]
        return np.maximum(shown[0] - shown[1], 0)

    def _record(self, model: "BrainModel", region: str, species: str, stimuli: "StimulusSet") -> np.ndarray:
        from brainscore_core.statistics.averaging import average_repetitions

        from ...benchmarks.recording import record

        answer = record(
            model,
            stimuli,
            visual_degrees=self.visual_degrees,
            region=region,
            number_of_trials=self.number_of_trials,
            time_bins=self.time_bins,
            species=species or None,
        )
        answer = average_repetitions(answer)
        answer = answer.isel(time_bin=0, drop=True) if "time_bin" in answer.dims else answer
        return answer.transpose("presentation", "neuroid").values.astype(np.float64)


def grey(stimuli: "StimulusSet", degrees: float) -> "StimulusSet":
    """One grey field, uint8 128, of the height and width of the first stimulus."""
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

    table = pd.DataFrame({"stimulus_id": ["grey"], "degrees": [float(degrees)]})
    image = np.full(np.shape(stimuli.open(str(stimuli.ids[0])))[:2], 128, dtype=np.uint8)
    name = f"brainscore-vision/grey:{image.shape[0]}x{image.shape[1]}"
    return StimulusSet(table, identifier="grey", open=lambda _: image, key=lambda _: name)


def _every_second(chosen: np.ndarray) -> np.ndarray:
    """A mask over every second image of each kind, the first included."""
    first = np.zeros(len(chosen), dtype=bool)
    for kind in (True, False):
        first[np.flatnonzero(chosen == kind)[::2]] = True
    return first
