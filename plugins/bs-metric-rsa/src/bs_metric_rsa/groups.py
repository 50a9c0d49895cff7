"""Stimuli that are drawn together, since they are not independent: images of one object, frames of one movie."""

from typing import TYPE_CHECKING

import numpy as np

from brainscore_core.errors import StimulusMismatch, TooFewStimuli

from .dissimilarities import FEWEST_STIMULI, is_dissimilarity

if TYPE_CHECKING:
    import xarray as xr


def groups_of(assembly: "xr.DataArray", group_coord: str | None, stimulus_ids: np.ndarray) -> np.ndarray | None:
    """Labels of the groups of these stimuli, shape (stimulus,); None without a coordinate.

    Parameters
    ----------
    assembly : xarray.DataArray
        With the coordinate on ``presentation``; of dissimilarities, with it and ``_i`` behind it on ``stimulus_i``.
    group_coord : str, optional
    stimulus_ids : array of text, shape (stimulus,)

    Raises
    ------
    InvalidAssembly
        Without the coordinate; names those there are.
    StimulusMismatch
        If a stimulus stands in two groups.
    TooFewStimuli
        Below three groups.
    """
    if group_coord is None:
        return None
    from brainscore_core.statistics.crossvalidation import coordinate

    suffix, dim = ("_i", "stimulus_i") if is_dissimilarity(assembly) else ("", "presentation")
    labels = coordinate(assembly, f"{group_coord}{suffix}", dim, "pass group_coord= with one of them, or none")
    label_of: dict[str, str] = {}
    for stimulus, label in zip(assembly[f"stimulus_id{suffix}"].values.astype(str), labels.astype(str), strict=True):
        if label_of.setdefault(stimulus, label) != label:
            raise StimulusMismatch(f"stimulus {str(stimulus)!r} stands in two groups", expected="one group a stimulus")
    found = np.array([label_of[stimulus] for stimulus in stimulus_ids.tolist()])
    if (levels := len(np.unique(found))) < FEWEST_STIMULI:
        raise TooFewStimuli(
            f"{levels} groups of stimuli by {group_coord!r}", expected=f"at least {FEWEST_STIMULI} to draw from"
        )
    return found


def pair_counts(counts: np.ndarray, rows: np.ndarray, columns: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
    """How often each pair of stimuli stands in one draw, shape (pair,).

    Of a stimulus drawn twice the pair with itself is left out, and likewise, of a group drawn twice, the pairs between
    its copies: those within a group stand once a copy.

    Parameters
    ----------
    counts : array, shape (stimulus,)
    rows, columns : array of int, shape (pair,)
        Both stimuli.
    groups : array, shape (stimulus,), optional
    """
    times = counts[rows] * counts[columns]
    return times if groups is None else np.where(groups[rows] == groups[columns], counts[rows], times)
