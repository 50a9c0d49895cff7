"""How well subjects agree with each other: a ceiling for what generalises over them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from typing import Any, Literal

import numpy as np
import xarray as xr

from brainscore_core.assemblies import select
from brainscore_core.contracts import MetricSpec
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score


@dataclass(frozen=True)
class BetweenSubjects:
    """Each subject's neuroids predicted from the neuroids of all others, by the metric of the benchmark.

    Parameters
    ----------
    metric : str
        Identifier of a pair metric, as ``"pls"``.
    metric_kwargs : mapping
        Its options. A metric that has a ``mode`` is used in ``honest`` unless they say otherwise: every stimulus is
        tested once, where splits as Brain-Score 2 draws them test some often and some never.
    subject_coord : str
        On ``neuroid``.

    Notes
    -----
    With two subjects no interval over subjects is stated: `error` is None.
    """

    metric: str = "pls"
    metric_kwargs: Mapping[str, Any] = field(default_factory=dict)
    subject_coord: str = "subject"
    inputs: Literal["single"] = field(default="single", init=False)

    def __call__(self, assembly: xr.DataArray) -> Score:
        """The ceiling of ``presentation x neuroid``, one row a stimulus; `values` has the dimension subject."""
        if self.subject_coord not in assembly.coords or assembly[self.subject_coord].dims != ("neuroid",):
            raise InvalidAssembly(
                f"no coordinate {self.subject_coord!r} on 'neuroid'", expected="the subject of each neuroid"
            )
        labels = assembly[self.subject_coord].values.astype(str)
        subjects = np.unique(labels)
        if len(subjects) < 2:
            raise InvalidAssembly(f"one subject ({str(subjects[0])!r})", expected="at least 2 subjects")
        measure = self._measure()
        if measure.inputs != "pair":
            raise InvalidParameter(f"metric {self.metric!r} takes {measure.inputs!r}", expected="a metric of a pair")
        scores = np.array([float(measure(*self._sides(assembly, labels == one))) for one in subjects])
        error = float(scores.std(ddof=1) / np.sqrt(len(scores))) if len(scores) > 2 else None
        values = xr.DataArray(scores, dims=["subject"], coords={"subject": subjects.astype(str)})
        details = {"estimator": f"each subject from the others by {self.metric}", "subjects": len(subjects)}
        details |= {"mode": mode} if (mode := getattr(measure, "mode", None)) else {}
        details["error_estimator"] = "sd over subjects / sqrt(subjects)" if error is not None else "none: two subjects"
        return Score(float(scores.mean()), error, values=values, details=details)

    def _measure(self) -> Any:
        measure: Any = MetricSpec(self.metric, **dict(self.metric_kwargs)).load()
        if "mode" in self.metric_kwargs or not (is_dataclass(measure) and hasattr(measure, "mode")):
            return measure
        return replace(measure, mode="honest")

    def _sides(self, assembly: xr.DataArray, mine: np.ndarray) -> tuple[xr.DataArray, xr.DataArray]:
        """(neuroids of the others, those of one subject)."""
        return select(assembly, **{self.subject_coord: ~mine}), select(assembly, **{self.subject_coord: mine})
