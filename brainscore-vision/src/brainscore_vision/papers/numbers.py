"""The published numbers, as the assembly that a model is compared with; or those of a user's file."""

import csv
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.digests import digest_json
from brainscore_core.errors import DataUnavailable, InvalidFile

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.contracts import Benchmark

NUMBERS = "BRAINSCORE_NUMBERS"
"""Environment variable: a folder with files ``BENCHMARK.csv`` of numbers that were not published."""


@dataclass(frozen=True)
class Published:
    """Numbers, by condition and quantity.

    Parameters
    ----------
    conditions : tuple of str
    quantities : mapping of str to tuple of float
        As ``{"value": (2.3,)}``; one number a condition, NaN where there is none.
    unit : str
    """

    conditions: tuple[str, ...]
    quantities: Mapping[str, tuple[float, ...]]
    unit: str

    @property
    def content(self) -> dict[str, Any]:
        """As JSON."""
        quantities = {name: [str(float(value)) for value in values] for name, values in self.quantities.items()}
        return {"conditions": list(self.conditions), "quantities": quantities, "unit": self.unit}

    def assembly(self) -> "xr.DataArray":
        """Dims ``condition`` and ``quantity``."""
        import numpy as np

        from brainscore_core.assemblies import DataAssembly

        values = np.array([self.quantities[name] for name in self.quantities], dtype=np.float64).T
        coords = {"condition": list(self.conditions), "quantity": list(self.quantities)}
        return DataAssembly(values, dims=("condition", "quantity"), coords=coords, attrs={"unit": self.unit})


@dataclass(frozen=True)
class Histogram:
    """The distribution of one property over neurons; without counts it was not published.

    Parameters
    ----------
    property_name, region, unit : str
    bins : tuple of float
        Edges, increasing.
    counts : tuple of int
        Neurons in each bin; empty: not published.
    neurons : int
        All that were recorded; those in no bin have an undefined property.
    unavailable : str
        Why there are no counts.
    """

    property_name: str
    region: str
    unit: str
    bins: tuple[float, ...]
    counts: tuple[int, ...] = ()
    neurons: int = 0
    unavailable: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """As JSON."""
        return {"bins": list(self.bins), "counts": list(self.counts), "neurons": self.neurons, "unit": self.unit}

    def assembly(self) -> "xr.DataArray":
        """One neuron at the centre of its bin, NaN where the property is undefined; counting gives the counts again."""
        import numpy as np

        edges = np.asarray(self.bins, dtype=np.float64)
        centres = (edges[:-1] + edges[1:]) / 2
        undefined = np.full(self.neurons - sum(self.counts), math.nan)
        return self.of_neurons(np.concatenate([undefined, np.repeat(centres, self.counts)]))

    def of_neurons(self, values: Any) -> "xr.DataArray":
        """PropertyAssembly of one value a neuron."""
        import numpy as np

        from brainscore_core.assemblies import PropertyAssembly

        count = len(values)
        coords = {
            "neuroid_id": ("neuroid", [f"published.{index}" for index in range(count)]),
            "region": ("neuroid", [self.region] * count),
            "neuronal_property": [self.property_name],
        }
        name = self.property_name
        attrs = {f"{name}_bins": np.asarray(self.bins, dtype=np.float64), f"{name}_unit": self.unit}
        dims = ("neuroid", "neuronal_property")
        return PropertyAssembly(np.asarray(values, dtype=np.float64)[:, None], dims=dims, coords=coords, attrs=attrs)


def entry(benchmark: str, numbers: Published | Histogram, info: DataInfo) -> DataEntry:
    """The description of published numbers; it is named by them, so that other numbers are other data."""
    name = f"{benchmark}@{digest_json(numbers.content)[:12]}"
    if isinstance(numbers, Histogram) and not numbers.counts:
        until = f"{numbers.unavailable}; until {benchmark}.csv lies in a folder that {NUMBERS} names"
        return DataEntry(name, partial(_of_user, benchmark, numbers), replace(info, unavailable=until))
    return DataEntry(name, numbers.assembly, info)


def with_numbers(benchmark: "Benchmark", path: str | os.PathLike[str]) -> "Benchmark":
    """A benchmark whose histogram was not published, with the numbers of a file.

    Parameters
    ----------
    benchmark : Benchmark
        As ``load_benchmark("Marques2020_Ringach2002-circular_variance")``.
    path : path
        A table (CSV) with a column ``value``, one row a neuron (empty: undefined), or with columns ``low``,
        ``high`` and ``count``, one row a bin of the benchmark.

    Raises
    ------
    InvalidFile
        If it is neither, or its bins are not those of the benchmark: with the line.
    """
    from brainscore_core import registry

    reader = benchmark.dataset.read
    histogram = reader.args[1] if isinstance(reader, partial) and reader.func is _of_user else None
    if histogram is None:
        raise InvalidFile(f"{benchmark.identifier} has published numbers", expected="a benchmark that has none")
    values = read_neurons(Path(path), histogram)
    content = digest_json([str(value) for value in values])[:12]
    info = replace(benchmark.dataset.info, unavailable="")
    data = DataEntry(f"{benchmark.identifier}@{content}", partial(_neurons, histogram, tuple(values)), info)
    changed = benchmark.with_options(data=data)
    registry.remember(changed, registry.origin(benchmark))
    return changed


def read_neurons(path: Path, histogram: Histogram) -> list[float]:
    """One value a neuron, from a user's file.

    Raises
    ------
    InvalidFile
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise InvalidFile(f"{path.name} cannot be read: {error.strerror}", expected="a table (CSV)") from error
    columns = set(rows[0]) if rows else set()
    if "value" in columns:
        return [_number(row["value"], path.name, line, "value") for line, row in enumerate(rows, 2)]
    if {"low", "high", "count"} <= columns:
        return _of_counts(rows, path.name, histogram)
    raise InvalidFile(
        f"{path.name}, line 1: columns are {sorted(map(str, columns))}",
        expected="'value', one row a neuron; or 'low', 'high', 'count', one row a bin",
    )


def _of_counts(rows: Sequence[Mapping[str, str]], name: str, histogram: Histogram) -> list[float]:
    values: list[float] = []
    bins = list(zip(histogram.bins[:-1], histogram.bins[1:], strict=True))
    if len(rows) != len(bins):
        raise InvalidFile(f"{name} has {len(rows)} rows", expected=f"{len(bins)}, one a bin of the benchmark")
    for line, (row, (low, high)) in enumerate(zip(rows, bins, strict=True), 2):
        found = [_number(row[key], name, line, key) for key in ("low", "high", "count")]
        if not (math.isclose(found[0], low, abs_tol=1e-6) and math.isclose(found[1], high, abs_tol=1e-6)):
            what = f"{name}, line {line}: the bin is {found[0]:g} to {found[1]:g}"
            raise InvalidFile(what, expected=f"{low} to {high}")
        if not found[2] >= 0 or found[2] != int(found[2]):
            what = f"{name}, line {line}: count is {row['count']!r}"
            raise InvalidFile(what, expected="a whole number, at least 0")
        values += [(low + high) / 2] * int(found[2])
    return values


def _number(text: str | None, name: str, line: int, key: str) -> float:
    if key == "value" and not (text or "").strip():
        return math.nan
    try:
        return float(text or "")
    except ValueError as error:
        raise InvalidFile(f"{name}, line {line}: {key} is {text!r}", expected="a number") from error


def _neurons(histogram: Histogram, values: tuple[float, ...]) -> "xr.DataArray":
    return histogram.of_neurons(values)


def _of_user(benchmark: str, histogram: Histogram) -> "xr.DataArray":
    """The numbers of the user's folder.

    Raises
    ------
    DataUnavailable
        If there is no file for this benchmark.
    """
    folder = os.environ.get(NUMBERS)
    path = Path(folder, f"{benchmark}.csv") if folder else None
    if path is not None and path.is_file():
        return histogram.of_neurons(read_neurons(path, histogram))
    missing = f" and {NUMBERS} has no {benchmark}.csv" if folder else ""
    raise DataUnavailable(
        f"the numbers of {benchmark} are not published: {histogram.unavailable}{missing}",
        expected="a table of one value a neuron, or of counts a bin",
        remedy=f"name a folder that holds {benchmark}.csv in {NUMBERS}, or use brainscore_vision.papers.with_numbers",
    )
