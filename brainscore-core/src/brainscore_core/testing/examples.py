"""Small generated inputs for metrics."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Example:
    """How the kit calls one metric.

    Parameters
    ----------
    parameters : mapping
        Constructor arguments.
    inputs : callable, optional
        ``inputs() -> (source, target)``, or ``(assembly,)`` for a metric of one; new objects at each call. By default
        the kit tries generated recordings, behaviour, properties and dissimilarities.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: "Callable[[], tuple[xr.DataArray, ...]] | None" = None

    def candidates(self) -> "Iterator[Callable[[], tuple[xr.DataArray, ...]]]":
        """What may be tried, most likely first."""
        if self.inputs is not None:
            yield self.inputs
        else:
            yield from (recordings, trials, over_time, trials_over_time, behaviours, properties, dissimilarities)


def recordings() -> "tuple[xr.DataArray, xr.DataArray]":
    """Responses of a model (60 stimuli x 48 units), and of 45 neurons of 3 subjects that share signals with it."""
    import numpy as np

    from ..assemblies import NeuroidAssembly

    rng = np.random.default_rng(0)
    signal = rng.normal(size=(60, 48))
    neurons = signal[:, :45] + 0.5 * rng.normal(size=(60, 45))
    made = []
    for name, values in (("unit", signal), ("neuron", neurons)):
        units = range(values.shape[1])
        coords = {
            "stimulus_id": ("presentation", [f"stimulus-{index:02d}" for index in range(60)]),
            "object_name": ("presentation", [f"object-{index % 3}" for index in range(60)]),
            "neuroid_id": ("neuroid", [f"{name}.{index}" for index in units]),
            "region": ("neuroid", ["IT" for _ in units]),
            "subject": ("neuroid", [f"subject-{index % 3}" for index in units]),
        }
        made.append(NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords))
    return made[0], made[1]


def trials() -> "tuple[xr.DataArray, xr.DataArray]":
    """The same, each stimulus shown to the neurons six times."""
    source, target = recordings()
    return source, _repeated(target)


def over_time() -> "tuple[xr.DataArray, xr.DataArray]":
    """Recordings in two bins of 50 ms."""
    source, target = recordings()
    return _in_time(source), _in_time(target)


def trials_over_time() -> "tuple[xr.DataArray, xr.DataArray]":
    """The same, each stimulus shown to the neurons six times."""
    source, target = over_time()
    return source, _repeated(target)


def _repeated(assembly: "xr.DataArray") -> "xr.DataArray":
    import numpy as np
    import xarray as xr

    rng = np.random.default_rng(4)
    count = assembly.sizes["presentation"]
    shown = [assembly + rng.normal(size=assembly.shape) for _ in range(6)]
    numbered = [part.assign_coords(repetition=("presentation", [index] * count)) for index, part in enumerate(shown)]
    return xr.concat(numbered, "presentation")


def _in_time(assembly: "xr.DataArray") -> "xr.DataArray":
    import numpy as np
    import xarray as xr

    rng = np.random.default_rng(5)
    bins = [assembly + 0.2 * rng.normal(size=assembly.shape) for _ in range(2)]
    bounds = {"time_bin_start": ("time_bin", [70.0, 120.0]), "time_bin_end": ("time_bin", [120.0, 170.0])}
    stacked = xr.concat(bins, "time_bin").transpose("presentation", "neuroid", "time_bin")
    return stacked.assign_coords(bounds)


def behaviours() -> "tuple[xr.DataArray, xr.DataArray]":
    """Probabilities of 3 choices for 24 stimuli, twice."""
    import numpy as np

    from ..assemblies import BehavioralAssembly

    rng = np.random.default_rng(1)
    labels = [f"object-{index % 3}" for index in range(24)]
    coords = {
        "stimulus_id": ("presentation", [f"stimulus-{index:02d}" for index in range(24)]),
        "truth": ("presentation", labels),
        "image_label": ("presentation", labels),
        "choice": [f"object-{index}" for index in range(3)],
    }
    made = [BehavioralAssembly(rng.dirichlet([1] * 3, 24), dims=("presentation", "choice"), coords=coords)]
    made.append(BehavioralAssembly(rng.dirichlet([1] * 3, 24), dims=("presentation", "choice"), coords=coords))
    return made[0], made[1]


def properties() -> "tuple[xr.DataArray, xr.DataArray]":
    """One property of 40 model units and of 30 neurons."""
    import numpy as np

    from ..assemblies import PropertyAssembly

    rng = np.random.default_rng(2)
    made = []
    for count in (40, 30):
        coords = {"region": ("neuroid", ["V1"] * count), "neuronal_property": ["example"]}
        attrs = {"example_bins": np.linspace(-3, 3, 7), "number_of_trials": 10}
        dims = ("neuroid", "neuronal_property")
        made.append(PropertyAssembly(rng.normal(size=(count, 1)), dims=dims, coords=coords, attrs=attrs))
    return made[0], made[1]


def dissimilarities() -> "tuple[xr.DataArray, xr.DataArray]":
    """Dissimilarities of 12 stimuli in one subject and in 3."""
    import numpy as np

    from ..assemblies import DissimilarityAssembly

    rng = np.random.default_rng(3)
    ids = [f"stimulus-{index:02d}" for index in range(12)]
    shared = rng.normal(size=(12, 10))
    made = []
    for count in (1, 3):
        values = np.stack([1 - np.corrcoef(shared + rng.normal(size=shared.shape)) for _ in range(count)])
        coords = {
            "stimulus_id_i": ("stimulus_i", ids),
            "stimulus_id_j": ("stimulus_j", ids),
            "subject_id": ("subject", [f"subject-{index}" for index in range(count)]),
            "region": ("subject", ["IT"] * count),
        }
        dims = ("subject", "stimulus_i", "stimulus_j")
        made.append(DissimilarityAssembly((values + values.transpose(0, 2, 1)) / 2, dims=dims, coords=coords))
    return made[0], made[1]
