"""What a model consists of, seen by showing it a grey image: its layers with their shapes, and how much it computes."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from brainscore_core.errors import InvalidModelOutput, InvalidParameter

if TYPE_CHECKING:
    import xarray as xr

    from .activations import Engine
    from .activations.form import Form


@dataclass(frozen=True)
class LayerShape:
    """One layer of a model.

    Parameters
    ----------
    name : str
    form : Form, optional
        Of its output for one image; None: it takes no part in a forward pass, or returns no numbers.
    regions : tuple of str
        That it is committed to.
    recorded : Form, optional
        What is recorded of it, where that is reduced.
    """

    name: str
    form: "Form | None"
    regions: tuple[str, ...] = ()
    recorded: "Form | None" = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        content: dict[str, Any] = {"layer": self.name, "regions": list(self.regions)}
        if self.form is not None:
            content |= {"shape": list(self.form.shape), "dims": list(self.form.dims), "units": self.form.units}
        if self.recorded is not None:
            content |= {"recorded": list(self.recorded.shape), "recorded_units": self.recorded.units}
        return content


def layer_shapes(model: Any) -> list[LayerShape]:
    """All layers of a model in the order of the network; committed parts of outputs (``layer:part``) follow.

    Parameters
    ----------
    model : BrainModel
        One that :func:`brainscore_vision.wrap` made.

    Raises
    ------
    InvalidParameter
        If it does not show its layers.
    """
    engine, regions = engine_of(model), _regions(model.commitment.layers)
    names = list(dict.fromkeys((*engine.network.layers(), *regions)))
    forms = _forms(engine, names)
    return [
        LayerShape(
            name,
            forms.get(name),
            tuple(regions.get(name, ())),
            engine.form(name) if name in forms and name in engine.reductions else None,
        )
        for name in names
    ]


def flops(model: Any) -> int | None:
    """Floating-point operations for one image (:func:`~.activations.torch_flops.count_flops`).

    None where the network is no PyTorch module.
    """
    return engine_of(model).flops()


def with_positions(model: Any, recorded: "xr.DataArray") -> "xr.DataArray":
    """A recording with where each unit lies in the output of its layer.

    Made only when asked for: of a layer of 800,000 units they are more than what is recorded of one image.

    Parameters
    ----------
    model : BrainModel
        That it was recorded from.
    recorded : DataArray
        With ``layer`` and ``neuroid_num`` along ``neuroid``.

    Returns
    -------
    DataArray
        With the names of the layers' dimensions as coordinates on ``neuroid``: ``channel``, ``y``, ``x`` (and ``z``);
        ``token``, ``embedding``; ``component``. -1 where a layer has no such dimension.
    """
    engine, layers = engine_of(model), recorded["layer"].values
    numbers = recorded["neuroid_num"].values
    found: dict[str, np.ndarray] = {}
    for layer in np.unique(layers):
        units = np.flatnonzero(layers == layer)
        for dim, places in engine.form(str(layer)).positions(numbers[units]).items():
            found.setdefault(dim, np.full(len(layers), -1))[units] = places
    return recorded.assign_coords({dim: ("neuroid", places) for dim, places in found.items()})


def engine_of(model: Any) -> "Engine":
    """What records the layers of a model.

    Raises
    ------
    InvalidParameter
        If it has no such thing.
    """
    engine = getattr(model, "engine", None)
    if engine is None or not hasattr(model, "commitment"):
        raise InvalidParameter(
            f"{getattr(model, 'identifier', model)} does not show its layers",
            expected="a model made by brainscore_vision.wrap",
        )
    return engine


def _regions(layers: Mapping[str, Sequence[str] | str]) -> dict[str, list[str]]:
    """Layer to the regions that it is committed to."""
    found: dict[str, list[str]] = {}
    for region, names in layers.items():
        for name in (names,) if isinstance(names, str) else names:
            found.setdefault(name, []).append(region)
    return found


def _forms(engine: "Engine", names: Sequence[str]) -> dict[str, "Form"]:
    """Forms of the layers that have one; one by one where some have none."""
    try:
        return engine.probe(names)
    except InvalidModelOutput:
        found: dict[str, Form] = {}
        for name in names:
            with suppress(InvalidModelOutput):
                found |= engine.probe([name])
        return found
