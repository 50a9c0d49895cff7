"""Stimuli in folds, and a decoder that answers to each fold after it was fitted on the others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import InvalidParameter, StimulusMismatch
from brainscore_vision.benchmarks.behavior.experiment import require_disjoint

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.stimuli import StimulusSet
    from brainscore_vision.behavior import LogisticDecoder

Splits = Sequence[tuple[np.ndarray, np.ndarray]]
"""(positions that are fitted on, positions that are tested) of each fold."""


def folds_of(stimuli: "StimulusSet", label: str, folds: int, seed: int) -> Splits:
    """Folds that hold every label alike, drawn at random.

    Raises
    ------
    InvalidParameter
        Without the column, or if a label has fewer stimuli than there are folds.
    StimulusMismatch
        If a stimulus would be fitted on and tested with under two names.
    """
    if label not in stimuli.table.columns:
        raise InvalidParameter(
            f"{stimuli.identifier!r} has the columns {list(stimuli.table.columns)}", expected=f"a column {label!r}"
        )
    labels, rng = stimuli[label].astype(str).to_numpy(), np.random.default_rng(seed)
    fold = np.empty(len(stimuli), int)
    for name in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == name))
        if len(members) < folds:
            raise InvalidParameter(f"{label} {str(name)!r} has {len(members)} stimuli", expected=f"{folds}, one a fold")
        fold[members] = np.arange(len(members)) % folds
    splits = [(np.flatnonzero(fold != number), np.flatnonzero(fold == number)) for number in range(folds)]
    for fitted, tested in splits:
        require_disjoint(stimuli.take(fitted), stimuli.take(tested))
    return splits


def decoded(
    responses: "xr.DataArray", stimuli: "StimulusSet", label: str, splits: Splits, decoder: "LogisticDecoder"
) -> "xr.DataArray":
    """Probabilities (presentation, choice) in the order of the stimuli, each by a decoder that was not fitted on it.

    Parameters
    ----------
    responses : NeuroidAssembly
        One row a stimulus.
    stimuli : StimulusSet
    label : str
        Column of what is decoded; becomes ``truth``.
    splits
        As :func:`folds_of` makes them.
    decoder : LogisticDecoder

    Raises
    ------
    StimulusMismatch
        If a stimulus has no response, or one has none.
    """
    from brainscore_core.assemblies import BehavioralAssembly

    there = {name: row for row, name in enumerate(responses["stimulus_id"].values.astype(str).tolist())}
    if strange := sorted(there.keys() ^ set(stimuli)):
        raise StimulusMismatch(
            f"{len(strange)} stimuli are on one side only, as {strange[0]!r}",
            expected=f"a response to each stimulus of {stimuli.identifier!r}",
        )
    features = responses.transpose("presentation", "neuroid").values[[there[name] for name in stimuli]]
    labels = stimuli[label].astype(str).to_numpy().astype(str)
    choices = np.unique(labels)
    found = np.empty((len(labels), len(choices)))
    for fitted, tested in splits:
        found[tested] = decoder.fit(features[fitted], labels[fitted].tolist()).probabilities(features[tested])
    coords = {"stimulus_id": ("presentation", stimuli.ids), "truth": ("presentation", labels), "choice": choices}
    return BehavioralAssembly(found, dims=("presentation", "choice"), coords=coords)
