"""The curve of layers: how each would score, were it the one committed to a benchmark's region.

The best of the curve was found in hindsight: it was chosen and tested on the same stimuli, so it is biased upwards and
no score of the model. Beside it stands the nested choice, tested on stimuli that it was not made on; it is flagged
``selected`` and enters no aggregate either. What a model is scored by is the layer that it is committed to.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brainscore_core.errors import InvalidParameter
from brainscore_core.scores import Score
from brainscore_core.statistics.crossvalidation import CrossValidation, Fold

from ..commitments.rotation import Rotated
from ..commitments.selection import FOLDS, LayerSelection, alone, one_pass, require_selectable, select_layer

if TYPE_CHECKING:
    from ..commitments.committed_model import CommittedModel


_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LayerCurve:
    """Every layer's score on one benchmark, and what choosing among them is worth.

    Parameters
    ----------
    model, benchmark : str
    version : int
        Of the benchmark's scores.
    region, species : str
        What was recorded from.
    scores : mapping of layer to Score
        As if the layer alone were committed to the region: value, error, raw and ceiling of each.
    committed : tuple of str
        Layers that the model's own map names for the region; none without a map.
    selection : LayerSelection
        The nested choice among the same layers, in the unit of the metric.
    """

    model: str
    benchmark: str
    version: int
    region: str
    species: str
    scores: Mapping[str, Score]
    committed: tuple[str, ...]
    selection: LayerSelection

    @property
    def normalised(self) -> bool:
        """Whether values are divided by a ceiling; else the raw value is what layers are compared by."""
        return any(score.value is not None for score in self.scores.values())

    @property
    def values(self) -> dict[str, float]:
        """What layers are compared by: the score, or the raw value where nothing is divided by; NaN: none."""
        return {layer: float(self._compared(score)) for layer, score in self.scores.items()}

    @property
    def best_in_hindsight(self) -> str:
        """The layer with the largest value, chosen on the very stimuli that it was scored on: biased upwards.

        Raises
        ------
        InvalidParameter
            Where no layer has a value.
        """
        defined = {layer: value for layer, value in self.values.items() if value == value}
        if not defined:
            raise InvalidParameter(
                f"no layer of {self.model} has a value on {self.benchmark}", expected="activations that vary"
            )
        return max(defined, key=lambda layer: defined[layer])

    def to_dict(self) -> dict[str, Any]:
        """As JSON: one entry a layer, in order, and the choices."""
        return {
            "model": self.model,
            "benchmark": self.benchmark,
            "benchmark_version": self.version,
            "region": self.region,
            "species": self.species,
            "compared": "score" if self.normalised else "raw",
            "layers": [{"layer": layer, **_numbers(score)} for layer, score in self.scores.items()],
            "committed": list(self.committed),
            "best_in_hindsight": self.best_in_hindsight,
            "nested": {
                "layer": self.selection.layer,
                "flags": list(self.selection.score.flags),
                "best_of_tested": self.selection.best_of_tested,
                **self.selection.evidence(),
            },
        }

    def rows(self) -> list[list[str]]:
        """The table under :data:`HEADERS`, one row a layer."""
        from brainscore_core.cli.output import number

        best, folds = self.best_in_hindsight, self.selection.chosen
        rows = []
        for layer, score in self.scores.items():
            raw, ceiling = score.raw or score, score.ceiling
            marks = [
                name for name, is_so in (("committed", layer in self.committed), (HINDSIGHT, layer == best)) if is_so
            ]
            rows.append(
                [
                    layer,
                    number(score.value, score.error),
                    number(raw.value, raw.error),
                    number(ceiling.value, ceiling.error) if ceiling else "",
                    f"{folds.count(layer)} of {len(folds)}" if layer in folds else "",
                    ", ".join(marks),
                ]
            )
        return rows

    def summary(self) -> str:
        """The nested choice beside those in hindsight; see :meth:`LayerSelection.summary`."""
        return self.selection.summary()

    def _compared(self, score: Score) -> Score:
        return score if self.normalised or score.raw is None else score.raw


HINDSIGHT = "best on all stimuli, in hindsight"
HEADERS = ("layer", "score", "raw", "ceiling", "nested choice", "")
"""Of :meth:`LayerCurve.rows`."""


def layer_curve(
    model: Any,
    benchmark: Any,
    layers: Sequence[str] | None = None,
    folds: CrossValidation | Sequence[Fold] = FOLDS,
) -> LayerCurve:
    """Score every layer as if it alone were committed to the benchmark's region, and choose among them by nesting.

    All layers are recorded in one pass, where the model keeps its activations.

    Parameters
    ----------
    model : str or CommittedModel
        An identifier, or a model made by :func:`~brainscore_vision.wrap`.
    benchmark : str or RecordingExperiment
        See :func:`~brainscore_vision.commitments.selection.select_layer`.
    layers : sequence of str, optional
        Default: :func:`candidates` of the model.
    folds : CrossValidation or sequence of (training rows, test rows)
        Outer folds of the nested choice.

    Raises
    ------
    InvalidParameter
        If the model has no layers to choose from, or layers cannot be chosen on this benchmark.
    UnknownLayer

    Examples
    --------
    >>> curve = layer_curve("efficientnet-lite0", "Cowley2023.V4-ridge")  # doctest: +SKIP
    >>> curve.best_in_hindsight, curve.selection.chosen  # doctest: +SKIP
    """
    from brainscore_core.loading import load_benchmark, load_model

    subject: Any = load_model(model) if isinstance(model, str) else model
    task: Any = load_benchmark(benchmark) if isinstance(benchmark, str) else benchmark
    require_selectable(subject, task)
    named = candidates(subject) if layers is None else tuple(dict.fromkeys(layers))
    selection = select_layer(subject, task, named, folds)  # records every layer, so that below all come from the cache
    metric = task.metric.load()
    with one_pass(subject, task, named):
        scores = {}
        for number, layer in enumerate(named, 1):
            _log.info("%s: scoring layer %d of %d, %s", task.identifier, number, len(named), layer)
            scores[layer] = task(Rotated(alone(subject, task, layer), metric))
    return LayerCurve(
        subject.identifier,
        task.identifier,
        task.version,
        task.region,
        task.species,
        scores,
        _committed(subject, task),
        selection,
    )


def candidates(model: "CommittedModel") -> tuple[str, ...]:
    """Layers of the kind that the model is committed to: those whose names differ from a committed one in numbers only.

    With ``_blocks.3`` in its map, all blocks; with ``features.12``, all features. In the order of the network.
    """
    committed = tuple(model.commitment)
    kinds = {_kind(layer) for layer in committed}
    return tuple(layer for layer in model._engine.network.layers() if _kind(layer) in kinds) or committed


def _kind(layer: str) -> str:
    return re.sub(r"\d+", "#", layer)


def _committed(model: "CommittedModel", benchmark: Any) -> tuple[str, ...]:
    from brainscore_core.errors import UnsupportedRegion

    try:
        return model.commitment.of(benchmark.region, benchmark.species or None)
    except UnsupportedRegion:
        return ()


def _numbers(score: Score) -> dict[str, Any]:
    raw, ceiling = score.raw or score, score.ceiling
    return {
        "score": score.value,
        "error": score.error,
        "raw": raw.value,
        "raw_error": raw.error,
        "ceiling": ceiling.value if ceiling else None,
        "normalisation": score.normalisation,
        "flags": list(score.flags),
        "interval": [score.details.get("interval_low"), score.details.get("interval_high")],
    }
