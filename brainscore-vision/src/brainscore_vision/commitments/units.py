"""Units by name: ``layer.index``."""

from collections.abc import Sequence

import numpy as np

from brainscore_core.errors import InvalidParameter, UnsupportedRegion

from ..activations import Selection


def select_units(layers: Sequence[str], units: Sequence[str]) -> tuple[tuple[Selection, ...], np.ndarray]:
    """Find units in layers.

    Parameters
    ----------
    layers : sequence of str
        Committed layers.
    units : sequence of str
        ``neuroid_id`` of each unit.

    Returns
    -------
    selections : tuple of Selection
        One for each layer that has any of them.
    order : array of int, shape (unit,)
        Brings the concatenation of these selections to the order of `units`.

    Raises
    ------
    UnsupportedRegion
        If a unit belongs to none of the layers.
    InvalidParameter
        If no unit is given, or one twice.
    """
    places: dict[str, list[tuple[int, int]]] = {layer: [] for layer in layers}
    for position, unit in enumerate(units):
        layer, _, number = str(unit).rpartition(".")
        if layer not in places or not (number.isascii() and number.isdecimal()):
            raise UnsupportedRegion(
                f"unit {unit!r} belongs to no committed layer", expected=f"LAYER.INDEX with a layer of {list(layers)}"
            )
        places[layer].append((position, int(number)))
    used = [layer for layer in layers if places[layer]]
    if not used:
        raise InvalidParameter("no units given", expected="at least one neuroid_id, or units=None for all")
    for layer in used:
        numbers = [number for _, number in places[layer]]
        if len(set(numbers)) != len(numbers):
            raise InvalidParameter(f"a unit of layer {layer!r} is asked for twice", expected="distinct neuroid_ids")
    selections = tuple(Selection(layer, np.array([number for _, number in places[layer]])) for layer in used)
    return selections, np.argsort([position for layer in used for position, _ in places[layer]])


def unit_coords(
    region: str, selections: Sequence[Selection], widths: Sequence[int], order: np.ndarray | None
) -> dict[str, tuple[str, np.ndarray]]:
    """Coordinates of the dimension ``neuroid``: ``neuroid_id``, ``region``, ``layer``, ``neuroid_num``.

    Parameters
    ----------
    region : str
    selections : sequence of Selection
    widths : sequence of int
        Number of units of each.
    order : array of int, optional
        Order of the units in the concatenation of the selections.
    """
    chosen = order if order is not None else slice(None)
    pairs = list(zip(selections, widths, strict=True))
    layers = np.concatenate([np.full(width, selection.layer) for selection, width in pairs])[chosen]
    numbers = np.concatenate([np.arange(width) if sel.columns is None else sel.columns for sel, width in pairs])[chosen]
    ids = np.char.add(np.char.add(layers, "."), numbers.astype(str))
    values = {"neuroid_id": ids, "region": np.full(len(ids), region), "layer": layers, "neuroid_num": numbers}
    return {name: ("neuroid", value) for name, value in values.items()}
