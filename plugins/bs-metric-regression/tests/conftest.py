"""Features and responses that tests share."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from brainscore_core.assemblies import NeuroidAssembly


def assembly(values: np.ndarray, prefix: str = "n", ids: list[str] | None = None, **coords: object) -> xr.DataArray:
    """``presentation x neuroid [x time_bin]`` with 6 objects in turn."""
    n, q = values.shape[:2]
    bins = {}
    if values.ndim == 3:
        starts = 70 + 10 * np.arange(values.shape[2])
        bins = {"time_bin_start": ("time_bin", starts), "time_bin_end": ("time_bin", starts + 10)}
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid", "time_bin")[: values.ndim],
        coords={
            "stimulus_id": ("presentation", [f"s{i:04d}" for i in range(n)] if ids is None else ids),
            "object_name": ("presentation", [f"o{i % 6}" for i in range(n)]),
            "neuroid_id": ("neuroid", [f"{prefix}{i:04d}" for i in range(q)]),
            "region": ("neuroid", ["IT"] * q),
            **bins,
            **coords,
        },
    )


def world(n: int = 120, p: int = 40, q: int = 6, seed: int = 0, noise: float = 1.0, bins: int = 0) -> tuple:
    """(features, responses): linear with unit signal."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p) + ((bins,) if bins else ()))
    mixing = rng.normal(size=(p, q)) / np.sqrt(p)
    signal = np.einsum("np...,pq->nq...", x, mixing)
    return x, signal + noise * rng.normal(size=signal.shape)


@pytest.fixture(name="assembly")
def _assembly() -> Callable[..., xr.DataArray]:
    return assembly


@pytest.fixture(name="world")
def _world() -> Callable[..., tuple]:
    return world
