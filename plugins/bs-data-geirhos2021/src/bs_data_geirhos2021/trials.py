"""People's trials, from the csv files of their authors or from the netCDF files of Brain-Score 2."""

from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.data import fetch
from brainscore_core.errors import InvalidFile, InvalidParameter

from .experiments import EXPERIMENTS
from .naming import named, stimulus_id
from .sources import recorded_source, trial_sources

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

COLUMNS = ("subj", "session", "trial", "rt", "object_response", "category", "condition", "imagename")
"""Of the csv files; some write Session."""


def read_trials(experiment: str, *, conditions: str = "published", files: str = "csv") -> "xr.DataArray":
    """What people answered, one row a trial.

    Parameters
    ----------
    experiment : str
        The authors' name, as ``"cue-conflict"``.
    conditions : "published" or "all"
        Whether to leave out the conditions that the paper leaves out.
    files : "csv" or "netcdf"
        The authors' files, or those of Brain-Score 2.

    Returns
    -------
    xarray.DataArray
        BehavioralAssembly on ``presentation``; values are the answers, one of 16 categories or ``"na"`` (no answer in
        time, which is an answer: it is wrong). Coordinates ``stimulus_id``, ``truth``, ``condition``, ``subject``,
        ``session``, ``trial`` and ``reaction_time`` in ms, NaN where nothing was answered; for ``cue-conflict`` also
        ``texture``, while ``truth`` is the shape.

    Raises
    ------
    DataUnavailable
        If the files cannot be had.
    InvalidFile
        If a file is not what it was.
    """
    from brainscore_core.assemblies import BehavioralAssembly

    left_out = EXPERIMENTS[experiment].left_out(conditions)
    if files not in ("csv", "netcdf"):
        raise InvalidParameter(f"files={files!r} of Geirhos2021_{experiment}", expected="'csv' or 'netcdf'")
    table = _from_csv(experiment) if files == "csv" else _from_netcdf(experiment)
    kept = table[~table["condition"].isin(left_out)]
    answers = kept.pop("answer").to_numpy(dtype=str)
    coords = {name: ("presentation", _values(kept[name])) for name in kept.columns}
    return BehavioralAssembly(answers, dims=("presentation",), coords=coords)


def _from_csv(experiment: str) -> "pd.DataFrame":
    import pandas as pd

    rows = pd.concat([_one_csv(fetch(source)) for source in trial_sources(experiment)], ignore_index=True)
    ids = [stimulus_id(experiment, name) for name in rows["imagename"]]
    table = _table(experiment, ids, rows["object_response"].to_numpy())
    for column, said in (("category", "truth"), ("condition", "condition")):
        if (rows[column].to_numpy() != table[said].to_numpy()).any():
            raise InvalidFile(f"{column} of Geirhos2021_{experiment} is not what the names of the images say")
    return table.assign(
        subject=rows["subj"].to_numpy(),
        session=rows["session"].astype(int).to_numpy(),
        trial=rows["trial"].astype(int).to_numpy(),
        reaction_time=rows["rt"].astype(float).to_numpy() * 1000,
    )


def _one_csv(path: object) -> "pd.DataFrame":
    import pandas as pd

    # as text: pandas would read an answer 'na' as missing if somebody taught it to, and 0.10 as .1
    table = pd.read_csv(path, dtype=str, keep_default_na=False)  # type: ignore[call-overload]
    table.columns = table.columns.str.lower()
    if missing := sorted(set(COLUMNS) - set(table.columns)):
        raise InvalidFile(f"{path} lacks the columns {', '.join(missing)}", remedy="fetch it again")
    return table


def _from_netcdf(experiment: str) -> "pd.DataFrame":
    """Conditions and right answers are read off the names: the file has numbers or nothing in their place."""
    from brainscore_core.data import open_assembly

    with open_assembly(fetch(recorded_source(experiment))) as opened:
        stored = opened.load()
    table = _table(experiment, stored["stimulus_id"].values.astype(str).tolist(), stored.values.astype(str))
    return table.assign(
        subject=stored["subject"].values.astype(str),
        session=stored["session"].values.astype(int),
        trial=stored["trial"].values.astype(int),
        reaction_time=stored["response_time"].values.astype(float) * 1000,
    )


def _table(experiment: str, ids: list[str], answers: np.ndarray) -> "pd.DataFrame":
    import pandas as pd

    said = [named(experiment, name) for name in ids]
    table = pd.DataFrame(
        {
            "answer": answers,
            "stimulus_id": ids,
            "truth": [one.truth for one in said],
            "condition": [one.condition for one in said],
        }
    )
    return table.assign(texture=[one.texture for one in said]) if experiment == "cue-conflict" else table


def _values(column: "pd.Series") -> np.ndarray:
    return column.to_numpy() if column.dtype.kind in "if" else column.to_numpy(dtype=str)
