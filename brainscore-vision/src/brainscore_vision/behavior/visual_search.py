"""``visual_search``: where to look in an array, fixation by fixation, until the target is found."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from brainscore_core.assemblies import BehavioralAssembly
from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

from .activity import Activity, Features, Request, columns_of
from .search_path import fixations_to, search_paths
from .sequences import require_roles, sequences
from .similarity import similarities

if TYPE_CHECKING:
    import pandas as pd

    from ..commitments.behavior import Behavior

TARGET = "target"
WHICH = "target_item"
ITEM = "item_"


class VisualSearch(Activity):
    """Zero-shot search of an array for a target (Zhang et al. 2018, doi 10.1038/s41467-018-06217-x).

    Each item of the array is as attractive as it is similar to the target, over the features of the committed readout;
    the eyes go to the most attractive one (winner take all), and never back (inhibition of return). Whether a fixated
    item is the target is known: that is the oracle recognition of the paper.

    Trials are a table with a row an array:

    - ``target``: stimulus id of the target as it was shown before.
    - ``item_1``, ``item_2`` ...: stimulus ids of what is seen of each item of the array
      (:func:`brainscore_vision.behavior.search_arrays.search_arrays` makes them), at least two.
    - ``target_item``: the number of the item that is the target, from 1 on.
    - other columns, as ``array``, become coordinates.

    The answer is the number of fixations until the target, the last one included. Coordinates: ``scanpath`` (numbers of
    the fixated items up to the target, joined by ``|``), ``items`` (how many there are), ``target``, ``target_item``,
    and ``stimulus_id`` (target and items joined by ``|``). Of equally attractive items the first is fixated first.
    """

    takes = frozenset({"trials"})

    def __init__(self, request: Request, behavior: "Behavior", features: Features, who: str):
        if request.trials is None:
            raise InvalidParameter(
                "the task 'visual_search' without trials", expected=f"a table with {TARGET}, {ITEM}1 ... and {WHICH}"
            )
        self._roles = (TARGET, *item_columns(request.trials))
        require_roles(request.trials, (*self._roles, WHICH))
        self._which = _target_items(request.trials, len(self._roles) - 1)
        super().__init__(request, behavior, features, who)

    def answer(self, features: np.ndarray, stimuli: StimulusSet) -> xr.DataArray:
        """Fixations until the target, one an array."""
        positions, trials = sequences(stimuli, self.request.trials, self._roles)
        pairs = [(0, item) for item in range(1, len(self._roles))]
        paths = search_paths(similarities(features, positions, pairs, self.behavior.similarity))
        taken = fixations_to(paths, self._which)
        shown = [stimuli.ids[positions[:, role]] for role in range(len(self._roles))]
        coords = columns_of(trials) | {
            "stimulus_id": np.array(["|".join(ids) for ids in zip(*shown, strict=True)]),
            "scanpath": np.array(
                ["|".join(map(str, path[:count] + 1)) for path, count in zip(paths, taken, strict=True)]
            ),
            "items": np.full(len(positions), len(pairs)),
        }
        return BehavioralAssembly(
            taken, dims=["presentation"], coords={name: ("presentation", found) for name, found in coords.items()}
        )


def item_columns(trials: "pd.DataFrame") -> tuple[str, ...]:
    """Columns ``item_1`` ... of a table of arrays, in order.

    Raises
    ------
    InvalidParameter
        If there are fewer than two, or numbers are left out.
    """
    numbers = sorted(
        int(name.removeprefix(ITEM))
        for name in trials.columns
        if isinstance(name, str) and name.startswith(ITEM) and name.removeprefix(ITEM).isdigit()
    )
    if len(numbers) < 2 or numbers != list(range(1, len(numbers) + 1)):
        raise InvalidParameter(
            f"trials with the items {numbers}", expected=f"columns {ITEM}1, {ITEM}2 and so on, at least two"
        )
    return tuple(f"{ITEM}{number}" for number in numbers)


def _target_items(trials: "pd.DataFrame", items: int) -> np.ndarray:
    """Which item is the target, from 0 on, shape (trial,)."""
    which = trials[WHICH].to_numpy()
    if which.dtype.kind not in "iu" or not ((which >= 1) & (which <= items)).all():
        raise InvalidParameter(f"{WHICH}: {which[:3].tolist()}", expected=f"whole numbers from 1 to {items}")
    return which - 1
