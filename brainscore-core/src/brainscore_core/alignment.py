"""Choosing entries of an assembly, and bringing two assemblies into one order."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from .errors import InvalidAssembly, InvalidParameter, StimulusMismatch

WITHIN = ("subject", "condition", "repetition")


def select(assembly: xr.DataArray, **conditions: Any) -> xr.DataArray:
    """The entries whose coordinates match, every dimension kept.

    ``.sel(region="V4")`` on a plain coordinate drops the dimension when one unit matches; this never does.

    Parameters
    ----------
    **conditions
        Coordinate name to a value, a list of values, or a boolean mask along the coordinate's dimension.

    Raises
    ------
    InvalidParameter
        If there is no such coordinate, or nothing matches.
    """
    for name, wanted in conditions.items():
        if name not in assembly.coords or assembly.coords[name].ndim != 1:
            raise InvalidParameter(
                f"no coordinate {name!r} to select by", expected=f"one of {sorted(map(str, assembly.coords))}"
            )
        coord = assembly.coords[name]
        wanted = np.asarray(list(wanted) if isinstance(wanted, (set, frozenset)) else wanted)
        if wanted.dtype == bool and coord.dtype != bool:
            if wanted.shape != coord.shape:
                raise InvalidParameter(f"mask for {name!r} has shape {wanted.shape}", expected=f"{coord.shape}")
            mask = wanted
        else:
            mask = np.isin(coord.values, np.atleast_1d(wanted))
        if not mask.any():
            raise InvalidParameter(
                f"nothing has {name} = {_few(wanted.ravel().tolist())}",
                expected=f"one of {_few(coord.values.tolist())}",
            )
        assembly = assembly.isel({coord.dims[0]: np.flatnonzero(mask)})
    return assembly


def _few(items: Iterable[Any]) -> str:
    """Some distinct items, as text."""
    texts = list(dict.fromkeys(map(repr, items)))
    return ", ".join(texts[:8]) + (", ..." if len(texts) > 8 else "")


def require_labelled(name: str, assembly: Any) -> None:
    """Refuse an array without labels, with what to make of it.

    Raises
    ------
    InvalidAssembly
    """
    if not isinstance(assembly, xr.DataArray):
        raise InvalidAssembly(
            f"{name} is a {type(assembly).__name__}",
            expected="an xarray.DataArray whose dimensions are named",
            remedy="make it a NeuroidAssembly(values, dims=('presentation', 'neuroid'), coords=...)",
        )


def align(
    source: xr.DataArray, target: xr.DataArray, within: Iterable[str] = WITHIN, dim: str = "presentation"
) -> tuple[xr.DataArray, xr.DataArray]:
    """Bring `source` into the order of `target`, stimulus by stimulus.

    On plain coordinates xarray subtracts by position; do no arithmetic on two assemblies that did not pass here.

    Parameters
    ----------
    source, target : xarray.DataArray
        Both with dimension `dim` and coordinate ``stimulus_id`` on it. Ids compare as text.
    within : iterable of str
        Coordinates that, where both assemblies have them, tell presentations of one stimulus apart.

    Returns
    -------
    source, target : xarray.DataArray
        `source` reordered (the very object where it is in order), `target` as it came.

    Raises
    ------
    StimulusMismatch
        If a stimulus stands twice within those coordinates, or one side lacks some; names a few.
    """
    for label, assembly in (("source", source), ("target", target)):
        require_labelled(label, assembly)
        if not _on(assembly, "stimulus_id", dim):
            raise InvalidAssembly(f"{label} has no coordinate 'stimulus_id' on {dim!r}", expected=f"one on {dim!r}")
    within = (within,) if isinstance(within, str) else within
    shared = [name for name in within if _on(source, name, dim) and _on(target, name, dim)]
    source_keys, target_keys = _keys(source, shared), _keys(target, shared)
    for label, keys in (("source", source_keys), ("target", target_keys)):
        _refuse_duplicates(label, keys, shared)
    positions = {key: index for index, key in enumerate(source_keys)}
    missing = [key for key in target_keys if key not in positions]
    extra = set(source_keys) - set(target_keys)
    if missing or extra:
        lacks = f"source lacks {_some(missing)}" if missing else f"target lacks {_some(sorted(extra))}"
        raise StimulusMismatch(
            f"source has {len(source_keys)} and target {len(target_keys)} presentations, and {lacks}",
            expected="the same stimulus ids on both sides",
            remedy="select the common stimuli on purpose, or present the whole stimulus set",
        )
    if source_keys == target_keys:
        return source, target
    return source.isel({dim: [positions[key] for key in target_keys]}), target


def _on(assembly: xr.DataArray, name: str, dim: str) -> bool:
    return name in assembly.coords and assembly.coords[name].dims == (dim,)


def _keys(assembly: xr.DataArray, names: Sequence[str]) -> list[tuple[str, ...]]:
    columns = [_text(assembly.coords[name].values).tolist() for name in ("stimulus_id", *names)]
    return list(zip(*columns, strict=True))


def _text(values: np.ndarray) -> np.ndarray:
    """As text; repetition 1.0, as files that once had gaps give it, is repetition 1."""
    if values.dtype.kind == "f" and np.isfinite(values).all() and (values == np.rint(values)).all():
        values = values.astype(np.int64)
    return values.astype(str)


def _refuse_duplicates(label: str, keys: Sequence[tuple[str, ...]], names: Sequence[str]) -> None:
    if len(set(keys)) == len(keys):
        return
    seen: set[tuple[str, ...]] = set()
    twice = sorted({key for key in keys if key in seen or seen.add(key)})  # type: ignore[func-returns-value]
    scope = f" within one {' x '.join(names)}" if names else ""
    raise StimulusMismatch(
        f"{label} shows {_some(twice)} more than once{scope}",
        expected="each stimulus once",
        remedy="average repetitions first, or give both sides a coordinate that tells them apart",
    )


def _some(keys: Sequence[tuple[str, ...]]) -> str:
    text = ", ".join("/".join(key) for key in keys[:3])
    return f"{text} and {len(keys) - 3} more" if len(keys) > 3 else text
