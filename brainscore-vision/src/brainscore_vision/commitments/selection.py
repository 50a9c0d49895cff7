"""Nested selection of a layer: what is chosen never saw what it is tested on.

In each outer fold the layer is chosen on the training stimuli alone, by the benchmark's own metric, and tested on the
others. Its score is an analysis: flagged ``selected``, it enters no aggregate. The rule that chooses and tests on the
same stimuli is biased upwards, since the best of many noisy numbers is high by chance.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.contracts import Plan
from brainscore_core.errors import InvalidParameter, StimulusMismatch, UnknownIdentifier
from brainscore_core.scores import Score
from brainscore_core.statistics.crossvalidation import CrossValidation, Fold, given_folds
from brainscore_core.tree import SELECTED

from .layers import LayerCommitment
from .rotation import rotated

if TYPE_CHECKING:
    import xarray as xr

    from .committed_model import CommittedModel

_log = logging.getLogger(__name__)

FOLDS = CrossValidation(splits=5, kfold=True, stratification_coord=None)
"""Five, each stimulus tested once."""

ESTIMATOR = "sd over folds / sqrt(folds), too small since folds share training stimuli"

Inner = Callable[["xr.DataArray", "xr.DataArray"], float]
"""``inner(source, target)``: how well a layer does on stimuli that it may be chosen on."""
Outer = Callable[..., float]
"""``outer(source_train=, source_test=, target_train=, target_test=)``: how well on stimuli that it was not."""


@dataclass(frozen=True)
class LayerSelection:
    """Which layer was chosen, and how well it does where it was not chosen.

    Parameters
    ----------
    score : Score
        Mean over outer folds of the chosen layer's value on the held-out stimuli, not divided by a ceiling; flagged
        ``selected``. `error`: standard deviation over folds / sqrt(folds), too small, as folds share training stimuli:
        the detail ``error_estimator`` says so.
    layer : str
        The best on all stimuli: what is committed. Its own value, `curve[layer]`, is biased upwards.
    curve : mapping of layer to float
        Value of every layer on all stimuli, by the metric's own cross-validation; NaN where it has none.
    chosen : tuple of str
        Layer of each outer fold.
    inner : tuple of mapping of layer to float
        What each choice was made by.
    held_out : tuple of float
        Value of each fold's choice on its held-out stimuli.
    tested : mapping of layer to tuple of float
        Value of every layer on the held-out stimuli of each fold, whether it was chosen there or not.
    tests : tuple of tuple of str
        Ids of the held-out stimuli of each fold; all others are what was chosen on.
    training : tuple of int
        Training stimuli of each fold.
    training_of_all : int, optional
        Training stimuli of a value of `curve`, where the metric fits something: their mean over its own folds.
    """

    score: Score
    layer: str
    curve: Mapping[str, float]
    chosen: tuple[str, ...]
    inner: tuple[Mapping[str, float], ...]
    held_out: tuple[float, ...]
    tested: Mapping[str, tuple[float, ...]]
    tests: tuple[tuple[str, ...], ...]
    training: tuple[int, ...]
    training_of_all: int | None = None

    @property
    def hindsight(self) -> float:
        """The best of the curve: what choosing and testing on the same stimuli would report."""
        return self.curve[self.layer]

    @property
    def best_of_tested(self) -> float:
        """The best layer's mean over the same folds, chosen by what it is said to do there: biased upwards.

        What it exceeds the score by is what choosing in hindsight adds. NaN where no layer has a value.
        """
        return max(_means(self.tested).values(), key=_or_lowest)

    def summary(self) -> str:
        """The nested choice beside the two choices in hindsight, in two lines."""
        from brainscore_core.cli.output import number

        fewest, most = min(self.training), max(self.training)
        trained = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        of_all = "" if self.training_of_all is None else f" ({self.training_of_all} training stimuli)"
        estimated = f"; its error is {ESTIMATOR}" if self.score.error is not None else ""
        return (
            f"nested choice: {number(self.score.value, self.score.error)} held out; best layer in hindsight: "
            f"{number(self.best_of_tested)} on the same folds ({trained} training stimuli), "
            f"{number(self.hindsight)} on all stimuli{of_all}\n"
            f"In the unit of the metric, before any ceiling; enters no aggregate{estimated}"
        )

    def evidence(self) -> dict[str, Any]:
        """As plain values, for the file of a map."""
        curve = {layer: None if np.isnan(value) else value for layer, value in self.curve.items()}
        return {
            "rule": "nested selection",
            "held_out": self.score.value,
            "held_out_error": self.score.error,
            "hindsight": self.hindsight,
            "curve": curve,
            "chosen": list(self.chosen),
            "test_stimuli": [list(test) for test in self.tests],
            "training_stimuli": list(self.training),
            "training_stimuli_of_hindsight": self.training_of_all,
        }


def nested(
    sources: Mapping[str, "xr.DataArray"],
    target: "xr.DataArray",
    folds: Sequence[Fold],
    inner: Inner,
    outer: Outer,
    training_of_all: int | None = None,
) -> LayerSelection:
    """Choose in each fold on its training rows, test on the others.

    Parameters
    ----------
    sources : mapping of layer to assembly
        Rows in the order of `target`.
    target : NeuroidAssembly or DissimilarityAssembly
    folds : sequence of (training rows, test rows)
    inner, outer : callable
    training_of_all : int, optional
        On how many stimuli `inner` fits, given all of them.

    Raises
    ------
    InvalidParameter
        Without a layer, or where no layer has a value to be chosen by.
    """
    if not sources:
        raise InvalidParameter("no layers to choose from", expected="at least one")
    ids = stimulus_ids(target)
    chosen: list[str] = []
    by: list[Mapping[str, float]] = []
    tested: dict[str, tuple[float, ...]] = dict.fromkeys(sources, ())
    for number, (train, test) in enumerate(folds, 1):
        _log.info("choosing on all but fold %d of %d", number, len(folds))
        known, new = rows(target, train), rows(target, test)
        values = {layer: float(inner(rows(source, train), known)) for layer, source in sources.items()}
        chosen.append(_best(values))
        by.append(values)
        for layer, source in sources.items():
            parts = {"source_train": rows(source, train), "source_test": rows(source, test)}
            tested[layer] += (float(outer(**parts, target_train=known, target_test=new)),)
    held = tuple(tested[layer][number] for number, layer in enumerate(chosen))
    _log.info("choosing on all stimuli")
    curve = {layer: float(inner(source, target)) for layer, source in sources.items()}
    tests = tuple(tuple(ids[test].tolist()) for _, test in folds)
    best = _best(curve)
    score = _score(held, tested, curve, chosen, best)
    training = tuple(len(train) for train, _ in folds)
    return LayerSelection(score, best, curve, tuple(chosen), tuple(by), held, tested, tests, training, training_of_all)


def select_layer(
    model: "CommittedModel", benchmark: Any, layers: Sequence[str], folds: CrossValidation | Sequence[Fold] = FOLDS
) -> LayerSelection:
    """Choose one of a model's layers for a benchmark's region.

    Parameters
    ----------
    model : CommittedModel
        Made by :func:`~brainscore_vision.wrap`; its own map is not used.
    benchmark : RecordingExperiment
        One that compares one recording of a region stimulus by stimulus: neural predictivity in given time bins, or
        representational similarity.
    layers : sequence of str
        Candidates. All are recorded in one pass.
    folds : CrossValidation or sequence of (training rows, test rows)
        Outer folds over the stimuli of the target. A metric that keeps groups of stimuli together has them kept
        together here too.

    Raises
    ------
    InvalidParameter
        For a model without layers, a benchmark of another kind or with private data, or no layer.
    UnknownLayer
    """
    require_selectable(model, benchmark)
    candidates = list(dict.fromkeys(layers))
    model._engine.network.check(candidates)
    target = benchmark.target()
    metric, inner, outer = _metrics(benchmark)
    sources = _recorded(model, benchmark, candidates, target, metric)
    return nested(sources, target, _folds(folds, benchmark, target), inner, outer, _fitted_on(metric, target))


def commitment_of(
    selections: Mapping[str, tuple[Any, LayerSelection]], species: Mapping[str, str] | None = None
) -> LayerCommitment:
    """The map that selections lead to, with what it rests on.

    Parameters
    ----------
    selections : mapping of region to (benchmark, LayerSelection)
    species : mapping of region to species, optional
        The map of such a region is for this species only.
    """
    layers: dict[str, str] = {}
    own: dict[str, dict[str, str]] = {}
    for region, (_, selection) in selections.items():
        kind = (species or {}).get(region, "")
        (own.setdefault(kind, {}) if kind else layers)[region] = selection.layer
    names = ", ".join(benchmark.identifier for benchmark, _ in selections.values())
    evidence = {
        region: {
            "benchmark": benchmark.identifier,
            "version": benchmark.version,
            "data": benchmark.dataset.identifier,
            **selection.evidence(),
        }
        for region, (benchmark, selection) in selections.items()
    }
    return LayerCommitment(layers, f"best layer on {names}; nested selection in the evidence", (), own, evidence)


def stimulus_ids(assembly: "xr.DataArray") -> np.ndarray:
    """Ids in order, of responses or of dissimilarities."""
    name = "stimulus_id" if "presentation" in assembly.dims else "stimulus_id_i"
    return assembly[name].values.astype(str)


def rows(assembly: "xr.DataArray", which: np.ndarray) -> "xr.DataArray":
    """Some stimuli of responses, or of dissimilarities on both sides."""
    if "presentation" in assembly.dims:
        return assembly.isel(presentation=which)
    return assembly.isel(stimulus_i=which, stimulus_j=which)


def require_selectable(model: Any, benchmark: Any) -> None:
    """Refuse a model without layers, and a benchmark on which layers cannot be chosen or may not be.

    Raises
    ------
    InvalidParameter
    """
    if not hasattr(model, "committed_to"):
        raise InvalidParameter(
            f"{getattr(model, 'identifier', type(model).__name__)} has no layers to choose from",
            expected="a model made by wrap(...)",
        )
    odd = [name for name in ("bin_width", "latency_coord", "train_where") if getattr(benchmark, name, None) is not None]
    if not (hasattr(benchmark, "record") and hasattr(benchmark, "target") and hasattr(benchmark, "region")) or odd:
        raise InvalidParameter(
            f"layers cannot be chosen on {getattr(benchmark, 'identifier', benchmark)!r}"
            + (f", which has {odd[0]}" if odd else ""),
            expected="neural predictivity in given time bins, or representational similarity",
        )
    if benchmark.access == "private":
        raise InvalidParameter(
            f"layers cannot be chosen on {benchmark.identifier!r}, whose data are private",
            expected="public data: what a choice rests on names its stimuli",
        )


@contextmanager
def one_pass(model: "CommittedModel", benchmark: Any, layers: Sequence[str]) -> Iterator[None]:
    """Within it, the first layer that is recorded for a benchmark has all of them recorded."""
    model.committed_to(LayerCommitment({benchmark.region: layers})).expect(Plan(benchmark.presents()))
    try:
        yield
    finally:
        model.expect(Plan())


def alone(model: "CommittedModel", benchmark: Any, layer: str) -> "CommittedModel":
    """The model with one layer committed to the benchmark's region."""
    return model.committed_to(LayerCommitment({benchmark.region: layer}, chosen=f"{layer}, to see how it does"))


def _recorded(
    model: "CommittedModel", benchmark: Any, layers: Sequence[str], target: "xr.DataArray", metric: Any
) -> dict[str, "xr.DataArray"]:
    """Each layer alone, rows as those of the target; the first pass records all of them."""
    if not layers:
        raise InvalidParameter("no layers to choose from", expected="at least one")
    found = {}
    with one_pass(model, benchmark, layers):
        for number, layer in enumerate(layers, 1):
            _log.info("%s: recording layer %d of %d, %s", benchmark.identifier, number, len(layers), layer)
            source = benchmark.record(alone(model, benchmark, layer), benchmark.time_bins)
            found[layer] = rotated(_in_order(source, target), metric)
    return found


def _in_order(source: "xr.DataArray", target: "xr.DataArray") -> "xr.DataArray":
    """Rows as those of the target; a missing stimulus is an error."""
    place = {name: index for index, name in enumerate(stimulus_ids(source).tolist())}
    missing = [name for name in stimulus_ids(target).tolist() if name not in place]
    if missing:
        raise StimulusMismatch(f"the model was not shown {missing[0]!r}", expected="every stimulus of the target")
    return rows(source, np.array([place[name] for name in stimulus_ids(target).tolist()]))


def _folds(folds: CrossValidation | Sequence[Fold], benchmark: Any, target: "xr.DataArray") -> list[Fold]:
    count = len(stimulus_ids(target))
    if not isinstance(folds, CrossValidation):
        return given_folds(folds, count)
    group = dict(benchmark.metric.parameters.get("crossvalidation_kwargs") or {}).get("group_coord")
    coord = folds.group_coord or group
    groups = target[coord].values if coord else None
    labels = target[folds.stratification_coord].values if folds.stratification_coord else None
    codes = None if groups is None else np.unique(groups, return_inverse=True)[1].ravel()
    return folds.split_rows(count, labels, codes)


def _metrics(benchmark: Any) -> tuple[Any, Inner, Outer]:
    """The benchmark's metric; what it says within the training stimuli, and its split form where it fits something."""
    from brainscore_core.loading import load_metric

    drawn = ("uncertainty", "bootstrap_samples")  # an interval for each of many values that are only compared
    given = {key: value for key, value in benchmark.metric.parameters.items() if key not in drawn}
    metric: Any = load_metric(benchmark.metric.identifier, **given)
    name = benchmark.metric.identifier.removesuffix("_cv") + "_split"
    of_folds = ("crossvalidation_kwargs", "mode", "learning_curve", "random_units", "fitting")
    options = {key: value for key, value in given.items() if key not in of_folds}
    try:
        fitted: Any = load_metric(name, **options)
    except UnknownIdentifier:
        fitted = None

    def inner(source: Any, target: Any) -> float:
        return metric(source, target)

    def outer(*, source_train: Any, source_test: Any, target_train: Any, target_test: Any) -> float:
        if fitted is None:  # nothing is fitted: what it says of the held-out stimuli never saw the others
            return metric(source_test, target_test)
        return fitted(
            source_train=source_train, source_test=source_test, target_train=target_train, target_test=target_test
        )

    return metric, inner, outer


def _fitted_on(metric: Any, target: "xr.DataArray") -> int | None:
    """Training stimuli in the metric's own folds; None where it fits nothing."""
    if not hasattr(metric, "regression"):
        return None
    return round(float(np.mean([len(train) for train, _ in metric.cross_validation.folds(target)])))


def _best(values: Mapping[str, float]) -> str:
    defined = {layer: value for layer, value in values.items() if not np.isnan(value)}
    if not defined:
        raise InvalidParameter("no layer has a value to be chosen by", expected="activations that vary over stimuli")
    return max(defined, key=lambda layer: defined[layer])


def _means(tested: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Mean over the folds in which a layer has a value."""
    defined = {layer: [value for value in values if not np.isnan(value)] for layer, values in tested.items()}
    return {layer: float(np.mean(values)) if values else float("nan") for layer, values in defined.items()}


def _or_lowest(value: float) -> float:
    return float("-inf") if np.isnan(value) else value


def _score(
    held: Sequence[float],
    tested: Mapping[str, Sequence[float]],
    curve: Mapping[str, float],
    chosen: Sequence[str],
    best: str,
) -> Score:
    values = np.array([value for value in held if not np.isnan(value)])
    details: dict[str, str | int | float] = {
        "folds": len(held),
        "layers": len(curve),
        "layer": best,
        "hindsight": curve[best],
        "best_of_tested": max(_means(tested).values(), key=_or_lowest),
        "chosen": ", ".join(f"{layer} ({count})" for layer, count in Counter(chosen).most_common()),
        "unit": "value of the metric, not divided by a ceiling",
    }
    if not len(values):
        return Score(None, flags=(SELECTED,), details=details)
    if len(values) < 2:
        return Score(float(values.mean()), flags=(SELECTED,), details=details)
    details["error_estimator"] = ESTIMATOR
    return Score(
        float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))), flags=(SELECTED,), details=details
    )
