"""A benchmark whose recording is replaced by one of a candidate's neurons."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidParameter

from ...benchmarks.neural_predictivity import NeuralPredictivity
from .candidates import Candidate
from .seeds import Seed, generator
from .simulation import READOUTS, RecordedNoise, columns, simulate, standardised

if TYPE_CHECKING:
    import xarray as xr

NO_INTERVAL = ("uncertainty", "learning_curve", "random_units")
"""Options of a metric that do not change its value."""


@dataclass(frozen=True, eq=False)
class Imitation:
    """What is kept of a benchmark when its neurons become a model's.

    Parameters
    ----------
    benchmark : NeuralPredictivity
    metric : Metric
        The benchmark's, without an interval.
    trials : xarray.DataArray
        Recordings that are imitated, in the windows that are compared.
    noise : RecordedNoise
        Of `trials`.
    ids : tuple of str
        Stimuli that are compared.
    windows : sequence of (start, end), optional
        When models are recorded, in ms.
    signal : float
        Factor on the variance of every neuron's signal.
    """

    benchmark: NeuralPredictivity
    metric: Any
    trials: "xr.DataArray"
    noise: RecordedNoise
    ids: tuple[str, ...]
    windows: Any
    signal: float

    @classmethod
    def of(cls, benchmark: Any, neurons: int | None, signal: float, seed: int) -> "Imitation":
        """Read the recording, of all neurons that have repetitions or of a sample of them.

        Raises
        ------
        InvalidParameter
            For a benchmark of another kind, one without repetitions, or with fewer neurons than asked for.
        """
        from brainscore_core.assemblies import select

        if not isinstance(benchmark, NeuralPredictivity):
            raise InvalidParameter(
                f"{getattr(benchmark, 'identifier', benchmark)!r} has no neurons to imitate",
                expected="a benchmark of neural predictivity",
            )
        recorded = benchmark._recorded()
        trials = benchmark._in_windows(recorded).transpose("presentation", "neuroid", ...)
        target = benchmark._means(trials)["stimulus_id"].values
        trials = select(trials, stimulus_id=target)
        usable = RecordedNoise.of(trials).usable.reshape(trials.sizes["neuroid"], -1).all(1)
        trials = trials.isel(neuroid=_sampled(np.flatnonzero(usable), neurons, seed))
        ids = tuple(dict.fromkeys(target.astype(str).tolist()))
        windows = benchmark._after_latency(benchmark._windows(recorded), recorded)
        return cls(benchmark, _metric(benchmark), trials, RecordedNoise.of(trials), ids, windows, signal)

    @property
    def reliability(self) -> float:
        """Median over neurons of the share of the trial means' variance that is signal."""
        spread = np.nanvar(columns(self.benchmark._means(self.trials)), axis=0, ddof=1)
        return float(np.median(self.noise.signal / spread))

    def as_of(self, truth: Candidate, readout: str, seed: Seed) -> "xr.DataArray":
        """Mean responses of neurons that read a candidate, as the benchmark takes them from the trials."""
        drawn = generator(seed, readout, truth.name)
        tuned = READOUTS[readout](truth.answer.values, truth.units, self.trials.sizes["neuroid"], drawn)
        tuning = np.sqrt(self.signal) * standardised(tuned.reshape(len(tuned), -1))
        return self.benchmark._means(simulate(self.trials, self.noise, dict(zip(self.ids, tuning, strict=True)), drawn))

    def score(self, source: "xr.DataArray", target: "xr.DataArray") -> float:
        """The benchmark's metric on its own split; NaN: it has no value.

        It is not divided by a ceiling, which belongs to the neurons and is the same for all candidates.
        """
        if self.benchmark.train_where is None:
            return float(self.metric(source, target))
        from ...benchmarks.neural_predictivity.transfer import split

        return float(self.metric(**split(source, target, self.benchmark.train_where, self.benchmark.test_where)))


def _metric(benchmark: NeuralPredictivity) -> Any:
    from brainscore_core.contracts import MetricSpec

    spec = benchmark.metric
    kept = {name: value for name, value in spec.parameters.items() if name not in NO_INTERVAL}
    return MetricSpec(spec.identifier, **kept).load()


def _sampled(usable: np.ndarray, count: int | None, seed: int) -> np.ndarray:
    if count is None:
        return usable
    if not 1 <= count <= len(usable):
        raise InvalidParameter(f"neurons={count}", expected=f"1 to {len(usable)}, those that have repetitions")
    return np.sort(generator((seed, 0), "neurons").choice(usable, count, replace=False))
