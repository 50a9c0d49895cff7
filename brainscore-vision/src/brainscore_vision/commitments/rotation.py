"""Many features turned into as many as there are stimuli, for metrics to which that makes no difference."""

from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidParameter

if TYPE_CHECKING:
    import xarray as xr


def rotated(source: "xr.DataArray", metric: Any) -> "xr.DataArray":
    """The same stimuli in coordinates along which they differ, where the metric does not care.

    Ridge and partial least squares see features only through products between stimuli, which a rotation keeps; what no
    stimulus extends into is zero after it. So nothing is lost, the stimuli that are tested later included, and nothing
    about them is learnt. 200,000 features of 640 stimuli become 639, once instead of in each of some 12 fits.

    Parameters
    ----------
    source : NeuroidAssembly
        ``presentation x neuroid``.
    metric : Metric
        One that does not care says so: ``rotation_invariant``.

    Returns
    -------
    NeuroidAssembly
        ``presentation x neuroid`` in float64, centred over the stimuli; `source` itself where there are no more
        features than stimuli, or the metric cares. Its neuroids are no units of the model, whatever their coordinates
        say.
    """
    if source.dims != ("presentation", "neuroid") or source.sizes["neuroid"] <= source.sizes["presentation"]:
        return source
    if not getattr(metric, "rotation_invariant", False):
        return source
    from brainscore_core.statistics.reduction import PCA

    try:
        scores = PCA(source.sizes["presentation"] - 1).fit_transform(np.asarray(source.values, np.float64))
    except InvalidParameter:  # nothing varies, which the metric has its own word for
        return source
    return source.isel(neuroid=slice(0, scores.shape[1])).copy(data=scores)


class Rotated:
    """A model whose recordings are :func:`rotated`, for a benchmark whose metric does not care; else as it is.

    Parameters
    ----------
    model : BrainModel
    metric : Metric
    """

    def __init__(self, model: Any, metric: Any):
        self._model, self._metric = model, metric

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def look_at(self, stimuli: Any, number_of_trials: int = 1) -> Any:
        """What the model answers, rotated."""
        answer = self._model.look_at(stimuli, number_of_trials)
        return answer if answer is None else rotated(answer, self._metric)
