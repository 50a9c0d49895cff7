"""Reading one variable of a MATLAB file; scipy is imported when that happens."""

from typing import Any

from brainscore_core.data import Source, fetch


def read_variable(source: Source, name: str) -> Any:
    """A variable as scipy gives it: struct arrays with named fields, cells as object arrays."""
    from scipy.io import loadmat

    return loadmat(fetch(source), variable_names=[name])[name]


def text(field: Any) -> str:
    """A MATLAB char field."""
    return str(field.item())
