"""What neural experiment types share: stimuli shown at a size, one region recorded."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brainscore_core.contracts import Presentation

from .shown import CEILING_UNKNOWN, ShownExperiment

if TYPE_CHECKING:
    import xarray as xr

    from ..model_interface import TimeBins

__all__ = ["CEILING_UNKNOWN", "RecordingExperiment"]


@dataclass(frozen=True, kw_only=True)
class RecordingExperiment(ShownExperiment):
    """Stimuli are shown, one region is recorded; subclasses compare.

    A model that differs between presentations of a stimulus is averaged over them.

    Parameters
    ----------
    region : str
        As ``"IT"``: of the data, and of the model.
    time_bins : sequence of (start, end), optional
        In ms after stimulus onset.

    Other parameters are those of :class:`~.shown.ShownExperiment`.
    """

    region: str
    time_bins: "TimeBins | None" = None

    def __post_init__(self) -> None:
        from ..model_interface import bins

        super().__post_init__()
        object.__setattr__(self, "time_bins", bins(self.time_bins))

    def presents(self) -> tuple[Presentation, ...]:
        """All stimuli."""
        return (Presentation(self.stimulus_set(), self.visual_degrees, self.region, self.number_of_trials),)

    def ask(self, model: Any, region: str | None = None) -> None:
        """Refuse a model without a map for the region before data are fetched for it.

        Raises
        ------
        UnsupportedRegion
        """
        model.reset()
        model.start_recording(region or self.region, **({"species": self.species} if self.species else {}))

    def record(self, model: Any, time_bins: "TimeBins | None" = None, *, region: str | None = None) -> "xr.DataArray":
        """Show the stimuli and record the region; trials averaged.

        Parameters
        ----------
        model : BrainModel
        time_bins : sequence of (start, end), optional
            In ms after stimulus onset; one bin leaves no time dimension.
        region : str, optional
            Of the model, where it is not the one that was recorded from.
        """
        from brainscore_core.statistics.averaging import average_repetitions

        from .recording import record

        model.reset()
        recording = record(
            model,
            self.stimulus_set,
            visual_degrees=self.visual_degrees,
            region=region or self.region,
            number_of_trials=self.number_of_trials,
            time_bins=time_bins,
            species=self.species or None,
            keep=self.access != "private",
            position=self.geometry.position or (0.0, 0.0),
        )
        averaged = average_repetitions(recording)
        return averaged.isel(time_bin=0, drop=True) if averaged.sizes.get("time_bin") == 1 else averaged
