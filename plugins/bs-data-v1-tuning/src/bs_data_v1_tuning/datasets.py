"""The four sets of histograms as property assemblies."""

from typing import TYPE_CHECKING

from .histograms import published, unit_groups, unit_values

if TYPE_CHECKING:
    import xarray as xr


def read_histograms(identifier: str) -> "xr.DataArray":
    """One published set, one row a recorded unit.

    The sources publish each property's histogram by itself. Which value of one property goes with which of another is
    not known: rows are filled per property in ascending order, and correlations between columns mean nothing.

    Parameters
    ----------
    identifier : str
        As ``"Cavanaugh2002a"``.

    Returns
    -------
    xarray.DataArray
        PropertyAssembly, dims ``neuroid`` and ``neuronal_property``; NaN where a unit's property is undefined (without
        surround suppression, for instance, there is no surround diameter). Coordinates ``neuroid_id``, ``region`` and,
        where one property was published by cell class, ``cell_group``. Attributes ``number_of_trials``,
        ``<property>_bins`` and ``<property>_unit``.
    """
    import numpy as np

    from brainscore_core.assemblies import PropertyAssembly

    content = published()[identifier]
    count, properties = content["n_neurons"], content["properties"]
    coords = {
        "neuroid_id": ("neuroid", [f"{identifier}.{unit}" for unit in range(count)]),
        "region": ("neuroid", [content["region"]] * count),
        "neuronal_property": list(properties),
    }
    for histogram in properties.values():
        if (groups := unit_groups(histogram, count)) is not None:
            coords["cell_group"] = ("neuroid", groups)
    attrs = {"number_of_trials": content["number_of_trials"]}
    for name, histogram in properties.items():
        attrs[f"{name}_bins"] = np.asarray(histogram["bins"], dtype=np.float64)
        attrs[f"{name}_unit"] = histogram["unit"]
    values = np.stack([unit_values(histogram, count) for histogram in properties.values()], axis=1)
    return PropertyAssembly(values, dims=("neuroid", "neuronal_property"), coords=coords, attrs=attrs, name=identifier)
