"""Fewer numbers than a layer has: tokens, pooling, channels, random projection, principal components.

Steps are data: part of the key of a row, printed by ``info``, applied before a row is stored. Whatever a step is not
about, as pooling of a layer without space, it leaves as it is, so that one list serves all layers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Protocol

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

from .form import Form

BLOCK = 2**26
"""Bytes of the rows that are worked on at once while components are fitted."""

Block = tuple[np.ndarray, Form]
"""Rows (stimulus, unit), and the form of one."""


class Step(Protocol):
    """One step of a reduction. Anything with these two is one."""

    def to_dict(self) -> dict[str, Any]:
        """Everything that the result depends on, as JSON holds it."""

    def apply(self, rows: np.ndarray, form: Form) -> Block:
        """Reduced rows and their form."""


@dataclass(frozen=True)
class Tokens:
    """Of a layer whose output is (token, embedding).

    Parameters
    ----------
    which : {"class", "mean", "all"}
        The first token; the mean over all tokens, the class token among them; or every token.
    """

    which: Literal["class", "mean", "all"] = "all"

    def __post_init__(self) -> None:
        if self.which not in ("class", "mean", "all"):
            raise InvalidParameter(f"tokens={self.which!r}", expected="'class', 'mean' or 'all'")

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"step": "tokens-1", "which": self.which}

    def apply(self, rows: np.ndarray, form: Form) -> Block:
        """Rows of (embedding)."""
        if self.which == "all" or form.dims != ("token", "embedding"):
            return rows, form
        shaped = rows.reshape(len(rows), *form.shape)
        values = shaped[:, 0] if self.which == "class" else shaped.mean(axis=1)
        return np.ascontiguousarray(values), Form(form.shape[1:], ("embedding",))


@dataclass(frozen=True)
class Pool:
    """Mean or maximum over space.

    Parameters
    ----------
    how : {"mean", "max"}
    size : int
        Parts that each side is divided into, as adaptive pooling of PyTorch divides it.
    dims : tuple of str, optional
        What the dimensions of a row are, where the framework's usual order is not this network's.
    """

    how: Literal["mean", "max"] = "mean"
    size: int = 1
    dims: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.how not in ("mean", "max") or self.size < 1:
            raise InvalidParameter(f"Pool({self.how!r}, {self.size!r})", expected="'mean' or 'max', and a size from 1")

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"step": "pool-1", "how": self.how, "size": self.size, "dims": list(self.dims) if self.dims else None}

    def apply(self, rows: np.ndarray, form: Form) -> Block:
        """Rows with `size` places along y and x, or fewer where there are fewer."""
        form = form if self.dims is None or len(self.dims) != len(form.shape) else form.named(self.dims)
        if "y" not in form.dims or "x" not in form.dims:
            return rows, form
        values, shape = rows.reshape(len(rows), *form.shape), list(form.shape)
        for name in ("y", "x"):
            axis = form.dims.index(name)
            values = self._along(values, axis + 1)
            shape[axis] = values.shape[axis + 1]
        return values.reshape(len(rows), -1), Form(tuple(shape), form.dims)

    def _along(self, values: np.ndarray, axis: int) -> np.ndarray:
        there, reduce = values.shape[axis], np.mean if self.how == "mean" else np.max
        parts = min(self.size, there)
        bounds = [(part * there // parts, -(-(part + 1) * there // parts)) for part in range(parts)]
        return np.concatenate([reduce(values.take(range(*b), axis), axis=axis, keepdims=True) for b in bounds], axis)


@dataclass(frozen=True)
class Channels:
    """Some channels (or dimensions of an embedding) of a layer, everywhere.

    Parameters
    ----------
    numbers : sequence of int
    dims : tuple of str, optional
        As of :class:`Pool`.
    """

    numbers: tuple[int, ...]
    dims: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        numbers = tuple(int(number) for number in self.numbers)
        if not numbers or min(numbers) < 0 or len(set(numbers)) != len(numbers):
            raise InvalidParameter(f"channels {numbers}", expected="distinct numbers from 0")
        object.__setattr__(self, "numbers", numbers)

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"step": "channels-1", "numbers": list(self.numbers), "dims": list(self.dims) if self.dims else None}

    def apply(self, rows: np.ndarray, form: Form) -> Block:
        """Rows of these channels.

        Raises
        ------
        InvalidParameter
            If there are no channels, or fewer.
        """
        form = form if self.dims is None or len(self.dims) != len(form.shape) else form.named(self.dims)
        axis = next((form.dims.index(name) for name in ("channel", "embedding") if name in form.dims), None)
        if axis is None or max(self.numbers) >= form.shape[axis]:
            raise InvalidParameter(f"channel {max(self.numbers)} of a layer of {form}", expected="channels that it has")
        values = rows.reshape(len(rows), *form.shape).take(self.numbers, axis + 1)
        return values.reshape(len(rows), -1), Form(values.shape[1:], form.dims)


@dataclass(frozen=True)
class Projection:
    """Sparse random projection (:class:`brainscore_core.statistics.projection.SparseRandomProjection`).

    Parameters
    ----------
    n_components : int
        A layer that has no more units is left as it is.
    seed : int
    """

    n_components: int
    seed: int = 0

    def __post_init__(self) -> None:
        if self.n_components < 1:
            raise InvalidParameter(f"n_components={self.n_components}", expected="at least 1")

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"step": "sparse-random-projection-1", "n_components": self.n_components, "seed": self.seed}

    def apply(self, rows: np.ndarray, form: Form) -> Block:
        """Rows of components, in the precision of the input."""
        if form.units <= self.n_components:
            return rows, form
        dtype = np.dtype(np.float32) if rows.dtype == np.float32 else np.dtype(np.float64)
        projected = (_matrix(self.n_components, self.seed, form.units, dtype) @ rows.astype(dtype, copy=False).T).T
        return np.ascontiguousarray(projected), _components(self.n_components)


@dataclass(frozen=True)
class Components:
    """Principal components of a layer's answers to named stimuli (:class:`brainscore_core.statistics.reduction.PCA`).

    They are fitted when the first row is needed, by the engine, and kept. Stimuli that a benchmark tests would make
    the components of these very stimuli: take others.

    Parameters
    ----------
    n_components : int
        At most; a layer with fewer units than that, or no more stimuli than that, has as many as there are.
    stimuli : StimulusSet
        They fill the field of view (:func:`~brainscore_vision.place_on_screen`).
    seed : int
        Of the randomised form for very many stimuli.
    """

    n_components: int
    stimuli: StimulusSet
    seed: int = 0
    _digest: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.n_components < 1:
            raise InvalidParameter(f"n_components={self.n_components}", expected="at least 1")
        if not isinstance(self.stimuli, StimulusSet):
            raise InvalidParameter(
                f"stimuli={self.stimuli!r}", expected="a StimulusSet; load_stimulus_set(...) has some"
            )

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it; the stimuli by identifier and by content."""
        if not self._digest:
            self._digest.append(self.stimuli.digest())
        return {
            "step": "components-1",
            "n_components": self.n_components,
            "stimuli": self.stimuli.identifier,
            "stimuli_digest": self._digest[0],
            "seed": self.seed,
        }

    def fit(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Mean and components of rows (stimulus, unit), as :class:`Fitted` takes them.

        `rows` may be memory-mapped: it is read in blocks.
        """
        from brainscore_core.statistics.reduction import PCA

        count = min(self.n_components, rows.shape[1], len(rows))
        pca = PCA(count, self.seed)
        scores = pca.fit_transform(rows)
        mean = pca.mean_.astype(rows.dtype if rows.dtype == np.float32 else np.float64)
        variance = pca.explained_variance_ * (len(rows) - 1)
        weights = (scores / variance).T
        components = np.empty((len(weights), rows.shape[1]), mean.dtype)
        step = max(1, BLOCK // (8 * len(rows)))
        for start in range(0, rows.shape[1], step):
            units = slice(start, start + step)
            components[:, units] = weights @ (rows[:, units] - mean[units])
        return {"mean": mean, "components": components}

    def apply(self, rows: np.ndarray, form: Form) -> Block:
        """Not by itself: the engine fits it."""
        raise InvalidParameter("components that were not fitted", expected="an engine, which fits them")


@dataclass(frozen=True, eq=False)
class Fitted:
    """Components that were fitted.

    Parameters
    ----------
    step : Components
    mean : array, shape (unit,)
    components : array, shape (component, unit)
    """

    step: Components
    mean: np.ndarray
    components: np.ndarray

    def to_dict(self) -> dict[str, Any]:
        """What it was fitted by."""
        return self.step.to_dict()

    def apply(self, rows: np.ndarray, form: Form) -> Block:
        """Scores of the rows."""
        return (rows - self.mean) @ self.components.T, _components(len(self.components))


Reductions = Mapping[str, tuple[Step, ...]]


def steps_of(tokens: str, reduction: Any, layers: Sequence[str]) -> dict[str, tuple[Step, ...]]:
    """Steps of each layer that has any.

    Parameters
    ----------
    tokens : {"class", "mean", "all"}
        Comes first.
    reduction : step, sequence of steps, or mapping of layer to either
    layers : sequence of str
        All there are.

    Raises
    ------
    InvalidParameter
        For what is no step, and for layers that are not among these.
    """
    first: tuple[Step, ...] = () if tokens == "all" else (Tokens(tokens),)  # type: ignore[arg-type]
    by_layer = reduction if isinstance(reduction, Mapping) else dict.fromkeys(layers, reduction)
    if unknown := sorted(set(by_layer) - set(layers)):
        raise InvalidParameter(f"a reduction of layer {unknown[0]!r}", expected=f"one of the layers {sorted(layers)}")
    found = {layer: (*first, *_steps(by_layer.get(layer, ()))) for layer in layers}
    return {layer: steps for layer, steps in found.items() if steps}


def recipe_of(steps: Sequence[Step]) -> list[dict[str, Any]] | None:
    """What names a reduction in a key; None: there is none."""
    parts = [step.to_dict() for step in steps]
    return [{name: value for name, value in part.items() if name != "stimuli"} for part in parts] or None


def reduced(rows: np.ndarray, form: Form, steps: Sequence[Step], ready: Callable[[int], Step]) -> Block:
    """Apply steps one after the other.

    Parameters
    ----------
    rows : array, shape (stimulus, unit)
    form : Form
    steps : sequence of Step
    ready : callable
        ``ready(number) -> Step``: one that can be applied.
    """
    for number in range(len(steps)):
        rows, form = ready(number).apply(rows, form)
        if rows.shape[1] != form.units:
            raise InvalidParameter(
                f"a step that made {rows.shape[1]} units of the form {form}", expected="equally many"
            )
    return rows, form


def _steps(given: Any) -> tuple[Step, ...]:
    steps = () if given is None else tuple(given) if isinstance(given, (list, tuple)) else (given,)
    for step in steps:
        if not (hasattr(step, "apply") and hasattr(step, "to_dict")):
            raise InvalidParameter(
                f"a reduction by {step!r}", expected="Tokens, Pool, Channels, Projection or Components"
            )
    return steps


def _components(count: int) -> Form:
    return Form((count,), ("component",))


@lru_cache(maxsize=8)
def _matrix(n_components: int, seed: int, features: int, dtype: np.dtype) -> Any:
    from brainscore_core.statistics.projection import SparseRandomProjection

    return SparseRandomProjection(n_components, seed).matrix(features).astype(dtype).T.tocsr()
