"""How well subjects agree with each other: a ceiling for what generalises over them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import xarray as xr
from brainscore_core.assemblies import select
from brainscore_core.contracts import MetricSpec
from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score


@dataclass(frozen=True)
class BetweenSubjects:
    """Each subject's neuroids predicted from the neuroids of all others, by the metric of the benchmark.

    Parameters
    ----------
    metric : str
        Identifier of a pair metric, as ``"pls"``.
    metric_kwargs : mapping
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
            raise InvalidAssembly(f"no coordinate {self.subject_coord!r} on 'neuroid'", expected="the subject of each neuroid")
        subjects = np.unique(assembly[self.subject_coord].values)
        if len(subjects) < 2:
            raise InvalidAssembly(f"one subject ({subjects[0]!r})", expected="at least 2 subjects")
        measure = MetricSpec(self.metric, **dict(self.metric_kwargs)).load()
        labels = assembly[self.subject_coord].values
        scores = np.array([
            float(measure(select(assembly, **{self.subject_coord: labels != one}), select(assembly, **{self.subject_coord: one})))
            for one in subjects
        ])  # fmt: skip
        error = float(scores.std(ddof=1) / np.sqrt(len(scores))) if len(scores) > 2 else None
        values = xr.DataArray(scores, dims=["subject"], coords={"subject": subjects.astype(str)})
        details = {"estimator": f"each subject from the others by {self.metric}", "subjects": len(subjects)}
        return Score(float(scores.mean()), error, values=values, details=details)
