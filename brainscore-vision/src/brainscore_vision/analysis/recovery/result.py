"""What was simulated and what it was taken for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LEGEND = (
    "1, 2, ...: how often the candidate of that number did best (empty: never); own: the true candidate's value;"
    " margin: how far that is above the best other"
)
"""Of the columns of :meth:`Recovery.rows`."""
Z = 1.959964
"""Of 95%."""


def wilson(found: float, count: int) -> tuple[float, float]:
    """95% interval of a proportion (Wilson 1927, J. Am. Stat. Assoc. 22:209): not of length 0 at 0 of n or n of n.

    Parameters
    ----------
    found : float
        Successes; ties count in part.
    count : int
        Independent trials.
    """
    share = found / count
    centre = share + Z**2 / (2 * count)
    reach = Z * float(np.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2)))
    scale = 1 + Z**2 / count
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


@dataclass(frozen=True, eq=False)
class Confusion:
    """Under one readout: which candidate did best on neurons of which.

    Parameters
    ----------
    scores : array, shape (repeat, truth, candidate)
        The benchmark's metric, before any ceiling; NaN: it has no value.
    """

    scores: np.ndarray

    @property
    def chosen(self) -> np.ndarray:
        """Whether each candidate was the best, shape (repeat, truth, candidate); several that tie share the 1.

        Zero for all where the metric has no value for any.
        """
        known = np.where(np.isnan(self.scores), -np.inf, self.scores)
        best = (known == known.max(-1, keepdims=True)) & np.isfinite(known)
        return best / np.maximum(best.sum(-1, keepdims=True), 1)

    @property
    def proportions(self) -> np.ndarray:
        """How often each candidate was the best, shape (truth, candidate); rows sum to 1 where there are values."""
        return self.chosen.mean(0)

    @property
    def margins(self) -> np.ndarray:
        """How far the truth is above the best of the others, shape (repeat, truth), in the metric's unit."""
        count = self.scores.shape[1]
        others = np.where(np.eye(count, dtype=bool) | np.isnan(self.scores), -np.inf, self.scores).max(-1)
        return np.diagonal(self.scores, axis1=1, axis2=2) - np.where(np.isfinite(others), others, np.nan)

    def accuracy(self, labels: Sequence[str] | None = None) -> tuple[float, float | None]:
        """How often the truth was found, and the standard error over repeats (None for one repeat).

        Parameters
        ----------
        labels : sequence of str, optional
            One a candidate: another candidate with the truth's label counts as found. Default: none does.
        """
        same = _same(range(self.scores.shape[1]) if labels is None else labels)
        right = (self.chosen * same).sum(-1).mean(-1)
        error = float(right.std(ddof=1) / np.sqrt(len(right))) if len(right) > 1 else None
        return float(right.mean()), error


@dataclass(frozen=True, eq=False)
class Recovery:
    """The confusion matrices of one benchmark. A finding to publish, no pass mark.

    Parameters
    ----------
    benchmark : str
    version : int
        Of the benchmark's scores.
    metric : str
        Canonical JSON of the metric's description.
    candidates : tuple of (model, layer)
        Rows (truth) and columns (what did best) of every matrix.
    units : tuple of int
        How many units each has.
    confusion : mapping of readout to Confusion
    features : int
        To which every candidate was brought.
    reduction : str
        How.
    neurons, presentations : int
        Size of each simulated recording.
    reliability : float
        Median over the imitated neurons of the share of the trial means' variance that is signal.
    signal : float
        Factor on the signal's variance.
    seed : int
    """

    benchmark: str
    version: int
    metric: str
    candidates: tuple[tuple[str, str], ...]
    units: tuple[int, ...]
    confusion: Mapping[str, Confusion]
    features: int
    reduction: str
    neurons: int
    presentations: int
    reliability: float
    signal: float
    seed: int

    @property
    def models(self) -> tuple[str, ...]:
        """Models among the candidates."""
        return tuple(dict.fromkeys(model for model, _ in self.candidates))

    @property
    def repeats(self) -> int:
        """Simulated recordings of each candidate."""
        return len(next(iter(self.confusion.values())).scores)

    @property
    def chance(self) -> float:
        """Accuracy where nothing can be told apart."""
        return 1 / len(self.candidates)

    @property
    def chance_of_model(self) -> float:
        """The same where another layer of the same model is right too."""
        return float(_same([model for model, _ in self.candidates]).mean())

    def by_model(self, readout: str) -> np.ndarray:
        """Which model did best on neurons of which, whatever the layer; shape (model, model), mean over true layers."""
        member = np.array([[model == own for own, _ in self.candidates] for model in self.models], float)
        return member / member.sum(1, keepdims=True) @ self.confusion[readout].proportions @ member.T

    def by_layer(self, readout: str) -> dict[str, np.ndarray]:
        """Of each model with several layers, which did best where one of them did; rows sum to 1, or are NaN."""
        proportions, found = self.confusion[readout].proportions, {}
        for model in self.models:
            rows = [number for number, (own, _) in enumerate(self.candidates) if own == model]
            if len(rows) > 1:
                part = proportions[np.ix_(rows, rows)]
                total = part.sum(1, keepdims=True)
                found[model] = np.divide(part, total, out=np.full_like(part, np.nan), where=total > 0)
        return found

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "benchmark": self.benchmark,
            "benchmark_version": self.version,
            "metric": self.metric,
            "candidates": [
                {"model": model, "layer": layer, "units": units}
                for (model, layer), units in zip(self.candidates, self.units, strict=True)
            ],
            "features": self.features,
            "reduction": self.reduction,
            "neurons": self.neurons,
            "presentations": self.presentations,
            "reliability": self.reliability,
            "signal": self.signal,
            "repeats": self.repeats,
            "seed": self.seed,
            "chance": self.chance,
            "chance_of_model": self.chance_of_model,
            "readouts": {name: self._of_readout(name) for name in self.confusion},
        }

    def _of_readout(self, name: str) -> dict[str, Any]:
        found = self.confusion[name]
        accuracy, error = found.accuracy()
        of_model, model_error = found.accuracy([model for model, _ in self.candidates])
        return {
            "confusion": found.proportions.tolist(),
            "scores": found.scores.mean(0).tolist(),
            "margin": found.margins.mean(0).tolist(),
            "accuracy": accuracy,
            "accuracy_error": error,
            "accuracy_interval": list(self._interval(accuracy)),
            "model_accuracy": of_model,
            "model_accuracy_error": model_error,
            "model_accuracy_interval": list(self._interval(of_model)),
            "models": list(self.models),
            "model_confusion": self.by_model(name).tolist(),
            "layer_confusion": {model: part.tolist() for model, part in self.by_layer(name).items()},
        }

    def _interval(self, accuracy: float) -> tuple[float, float]:
        count = self.repeats * len(self.candidates)
        return wilson(accuracy * count, count)

    def headers(self) -> list[str]:
        """Of :meth:`rows`: candidates by number."""
        return ["neurons of", *map(str, range(1, len(self.candidates) + 1)), "own", "margin"]

    def rows(self, readout: str) -> list[list[str]]:
        """One row a truth: how often each candidate did best (empty: never), the truth's own mean value, its margin."""
        found = self.confusion[readout]
        shares, own, margins = found.proportions, np.diagonal(found.scores.mean(0)), found.margins.mean(0)
        return [
            [
                f"{number + 1} {model}:{layer}",
                *(f"{share:.2f}" if share else "" for share in shares[number]),
                f"{own[number]:.3f}",
                f"{margins[number]:+.3f}",
            ]
            for number, (model, layer) in enumerate(self.candidates)
        ]

    def summary(self, readout: str) -> str:
        """How often the truth was found, in a sentence."""
        from brainscore_core.cli.output import number

        found, count = self.confusion[readout], self.repeats * len(self.candidates)

        def told(share: float, chance: float) -> str:
            low, high = self._interval(share)
            return f"{share * count:g} of {count} (95%: {low:.2f} to {high:.2f}; chance {number(chance)})"

        layer, _ = found.accuracy()
        model, _ = found.accuracy([name for name, _ in self.candidates])
        return f"layer found {told(layer, self.chance)}, model found {told(model, self.chance_of_model)}"

    def described(self) -> str:
        """What was simulated, in a sentence."""
        recordings = f"{self.repeats} recording{'s' if self.repeats > 1 else ''}"
        return (
            f"{recordings} of each candidate, {self.neurons} neurons, {self.presentations} presentations, "
            f"median reliability {self.reliability:.3f}; {self.features} features of each by {self.reduction}"
        )


def _same(labels: Sequence[Any]) -> np.ndarray:
    return np.array([[one == other for other in labels] for one in labels], float)
