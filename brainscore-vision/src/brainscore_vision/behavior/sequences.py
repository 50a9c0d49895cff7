"""Trials that show several stimuli one after the other, or side by side: which stimulus has which role."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidParameter, StimulusMismatch

if TYPE_CHECKING:
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet


def sequences(
    stimuli: "StimulusSet", trials: "pd.DataFrame | None", roles: Sequence[str], distinct: Sequence[str] = ()
) -> "tuple[np.ndarray, pd.DataFrame]":
    """Where in `stimuli` each role of each trial lies.

    Parameters
    ----------
    stimuli : StimulusSet
        Each image once.
    trials : pandas.DataFrame, optional
        A row a trial, a column of stimulus ids for each role; what other columns it has describes the trials. None:
        consecutive stimuli form a trial, in the order of `roles`.
    roles : sequence of str
    distinct : sequence of str
        Roles whose stimuli must differ within a trial.

    Returns
    -------
    positions : int array, shape (trial, role)
    trials : pandas.DataFrame
        With all roles.

    Raises
    ------
    InvalidParameter, StimulusMismatch
    """
    import pandas as pd

    if trials is None:
        if len(stimuli) % len(roles):
            raise InvalidParameter(
                f"{len(stimuli)} stimuli of {stimuli.identifier!r}",
                expected=f"a multiple of {len(roles)}: {', '.join(roles)} of each trial",
                remedy="pass trials=, a table with these columns, to start_task",
            )
        positions = np.arange(len(stimuli)).reshape(-1, len(roles))
        return positions, pd.DataFrame(stimuli.ids[positions], columns=list(roles))
    require_roles(trials, roles)
    index = pd.Index(stimuli.ids)
    columns = [index.get_indexer(trials[role].astype(str).to_numpy()) for role in roles]
    positions = np.stack(columns, axis=1)
    if len(missing := np.argwhere(positions < 0)):
        row, role = missing[0]
        raise StimulusMismatch(
            f"trial {row} shows {trials[roles[role]].iloc[row]!r} as {roles[role]}",
            expected=f"a stimulus of {stimuli.identifier!r}",
        )
    _require_distinct(positions, list(roles), distinct, stimuli)
    return positions, trials.reset_index(drop=True)


def require_roles(trials: "pd.DataFrame", roles: Sequence[str]) -> None:
    """Refuse a table of trials without a column for each role, or without rows, before anything is shown.

    Raises
    ------
    InvalidParameter
    """
    if missing := [role for role in roles if role not in trials.columns]:
        raise InvalidParameter(
            f"trials have the columns {list(trials.columns)}, {missing[0]!r} is missing", expected=f"{list(roles)}"
        )
    if not len(trials):
        raise InvalidParameter("trials are empty", expected="at least one")


def _require_distinct(positions: np.ndarray, roles: list[str], distinct: Sequence[str], stimuli: "StimulusSet") -> None:
    columns = [roles.index(role) for role in distinct]
    for place, one in enumerate(columns):
        for other in columns[place + 1 :]:
            if len(same := np.flatnonzero(positions[:, one] == positions[:, other])):
                shown = str(stimuli.ids[positions[same[0], one]])
                raise StimulusMismatch(
                    f"trial {same[0]} shows {shown!r} as {roles[one]} and as {roles[other]}"
                    f" ({len(same)} of the trials do so)",
                    expected="different stimuli",
                )
