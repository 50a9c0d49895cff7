"""Experiment type: corrupted images are named."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.contracts import DataEntry
from brainscore_core.scores import Score
from brainscore_vision.benchmarks.behavior import BehavioralComparison
from brainscore_vision.benchmarks.shown import CEILING_UNKNOWN

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, kw_only=True)
class CorruptedImages(BehavioralComparison):
    """Corrupted images are named: mean accuracy over corruptions and severities.

    Parameters
    ----------
    sampling_factor : int
        Every so many images are shown, the same under each corruption and severity; 10 as in Brain-Score 2, 1 for all.

    Other parameters are those of :class:`~brainscore_vision.benchmarks.behavior.BehavioralComparison`.
    """

    sampling_factor: int = 10

    @property
    def stimulus_entry(self) -> DataEntry:
        """The images, sampled."""
        entry = super().stimulus_entry
        return replace(entry, read=partial(entry.read, sampling_factor=self.sampling_factor))

    def target(self) -> "xr.DataArray":
        """The right answers, which the set says."""
        from brainscore_core.assemblies import BehavioralAssembly

        table = self.stimulus_set().table
        coords = {
            name: ("presentation", table[name].to_numpy(dtype=str))
            for name in ("stimulus_id", "truth", "corruption", "image")
        }
        coords["severity"] = ("presentation", table["severity"].to_numpy())
        return BehavioralAssembly(table["truth"].to_numpy(dtype=str), dims=("presentation",), coords=coords)

    def __call__(self, model: Any) -> Score:
        """Have the images named; the error is over images, of which each is shown under every corruption."""
        self.ask(model)
        target = self.target()
        compared = self.metric.load()(self.answers(model), target)
        order = {name: row for row, name in enumerate(compared.values["stimulus_id"].values.tolist())}
        right = compared.values.values[[order[name] for name in target["stimulus_id"].values.tolist()]]
        cells = cell_means(right, target)
        error = clustered_error(right, target["image"].values)
        details: dict[str, str | int | float] = dict(compared.details) | {
            f"accuracy_{corruption}": float(cells.sel(corruption=corruption).mean())
            for corruption in cells["corruption"].values.tolist()
        }
        details |= self.human_details | {
            "images": len(np.unique(target["image"].values)),
            "error": "spread over images",
        }
        score = Score(float(cells.mean()), error, values=cells, flags=(*self.flags, CEILING_UNKNOWN), details=details)
        return score.with_(raw=score)


def cell_means(right: np.ndarray, target: "xr.DataArray") -> "xr.DataArray":
    """Accuracy by corruption and severity, of answers that are right (1) or not, shape (presentation,)."""
    import xarray as xr

    corruptions, row = np.unique(target["corruption"].values, return_inverse=True)
    severities, column = np.unique(target["severity"].values, return_inverse=True)
    shape = (len(corruptions), len(severities))
    place = row * shape[1] + column
    counts = np.bincount(place, minlength=shape[0] * shape[1])
    means = np.bincount(place, right, minlength=len(counts)) / counts
    return xr.DataArray(
        means.reshape(shape),
        dims=("corruption", "severity"),
        coords={"corruption": corruptions, "severity": severities},
    )


def clustered_error(right: np.ndarray, images: np.ndarray) -> float | None:
    """Standard error of the mean where each image counts once, with all of its corruptions; None for one image."""
    _, place = np.unique(images, return_inverse=True)
    each = np.bincount(place, right) / np.bincount(place)
    return float(each.std(ddof=1) / np.sqrt(len(each))) if len(each) > 1 else None
