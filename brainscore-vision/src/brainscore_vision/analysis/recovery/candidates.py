"""Who may be behind the neurons: layers of models, all brought to the same number of features."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidParameter

from .seeds import Seed, generator
from .simulation import varying

if TYPE_CHECKING:
    import xarray as xr

REDUCTIONS = ("projection", "subset")
"""Sparse random projection, or a random sample of units."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A layer's answers to the stimuli of a recording.

    Parameters
    ----------
    model, layer : str
    answer : xarray.DataArray
        ``presentation x neuroid [x time_bin]``, stimuli in the order of the recording's.
    units : array of int
        Numbers of the units that vary over the stimuli: those that neurons may read.
    """

    model: str
    layer: str
    answer: "xr.DataArray"
    units: np.ndarray

    @property
    def name(self) -> str:
        """As it is typed."""
        return f"{self.model}:{self.layer}"

    def reduced(self, count: int, reduction: str, seed: Seed) -> "xr.DataArray":
        """With so many features; a projection is the same for candidates with equally many units."""
        from brainscore_core.assemblies import NeuroidAssembly

        values = self.answer.values
        if reduction == "subset":
            drawn = generator(seed, "subset", self.name).choice(values.shape[1], count, replace=False)
            values = values[:, np.sort(drawn)]
        else:
            values = _projected(values, count, generator(seed, "projection"))
        kept = {str(name): (c.dims, c.values) for name, c in self.answer.coords.items() if "neuroid" not in c.dims}
        own = {
            "neuroid_id": ("neuroid", [f"{self.layer}~{number}" for number in range(count)]),
            "region": ("neuroid", np.full(count, str(self.answer["region"].values[0]))),
        }
        return NeuroidAssembly(values, dims=[str(dim) for dim in self.answer.dims], coords=kept | own)


def named(models: Sequence[Any]) -> list[tuple[Any, tuple[str, ...]]]:
    """Models, loaded, each with its layers: checked before anything is recorded.

    Parameters
    ----------
    models : sequence of str, model, or (str or model, layers)
        Without layers, or with None: all of the model's map.

    Raises
    ------
    InvalidParameter
        For a model without layers, a candidate named twice, or fewer than two.
    UnknownLayer, UnknownIdentifier
    """
    from brainscore_core.loading import load_model

    found: list[tuple[Any, tuple[str, ...]]] = []
    for entry in models:
        given, layers = entry if isinstance(entry, tuple) else (entry, None)
        model: Any = load_model(given) if isinstance(given, str) else given
        if not hasattr(model, "committed_to"):
            raise InvalidParameter(
                f"{getattr(model, 'identifier', model)} has no layers to record", expected="a model made by wrap(...)"
            )
        chosen = tuple(model.commitment) if layers is None else tuple(layers)
        model._engine.network.check(list(chosen))
        found.append((model, chosen))
    names = [f"{model.identifier}:{layer}" for model, layers in found for layer in layers]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InvalidParameter(f"candidate {twice!r} is named twice", expected="distinct models and layers")
    if len(names) < 2:
        raise InvalidParameter(
            f"{names[0] if names else 'nothing'} is the only candidate",
            expected="at least two layers or models",
            remedy="name another model, or layers of one as MODEL:LAYER,LAYER (`brainscore layers MODEL` lists them)",
        )
    return found


def recorded(benchmark: Any, model: Any, layers: Sequence[str], ids: Sequence[str], windows: Any) -> list[Candidate]:
    """Each layer's answers to the benchmark's stimuli, from one pass.

    Parameters
    ----------
    benchmark : NeuralPredictivity
    model : CommittedModel
    layers : sequence of str
    ids : sequence of str
        Stimuli, in the order of the rows.
    windows : sequence of (start, end), optional
        In ms.

    Raises
    ------
    InvalidParameter
        If a layer does not vary over the stimuli.
    """
    from ...commitments.selection import alone, one_pass

    found = []
    with one_pass(model, benchmark, layers):
        for layer in layers:
            answer = benchmark.record(alone(model, benchmark, layer), windows)
            row = {name: number for number, name in enumerate(answer["stimulus_id"].values.astype(str).tolist())}
            answer = answer.isel(presentation=[row[name] for name in ids])
            units = varying(answer.values)
            if not len(units):
                raise InvalidParameter(
                    f"no unit of {model.identifier}:{layer} varies over the stimuli of {benchmark.identifier}",
                    expected="a layer that sees them",
                )
            found.append(Candidate(model.identifier, layer, answer, units))
    return found


def equal_features(asked: int | None, candidates: Sequence[Candidate], stimuli: int) -> int:
    """The number of features that all are brought to.

    Raises
    ------
    InvalidParameter
        If a candidate has fewer units than were asked for.
    """
    smallest = min(candidates, key=lambda candidate: candidate.answer.shape[1])
    most = smallest.answer.shape[1]
    count = min(most, max(1, stimuli // 2)) if asked is None else asked
    if not 1 <= count <= most:
        raise InvalidParameter(
            f"{count} features of every candidate, and {smallest.name} has {most} units", expected=f"1 to {most}"
        )
    return count


def _projected(values: np.ndarray, count: int, drawn: np.random.Generator) -> np.ndarray:
    from brainscore_core.statistics.projection import SparseRandomProjection

    projection = SparseRandomProjection(count, int(drawn.integers(2**31)))
    if values.ndim == 2:
        return projection.transform(values)
    return np.stack([projection.transform(values[..., number]) for number in range(values.shape[2])], axis=-1)
