"""Scores that can be compared in pairs: the draws they carry, and whether two of them are the same draws.

Experiments resample stimuli with a fixed seed, so that the same stimuli make the same draws for every model. A score
therefore carries its value under each draw (1,000 numbers), and attributes that say which draws they are; nothing about
another model needs to be known when it is scored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..digests import digest_sequence
from ..errors import InvalidParameter
from .bootstrap import FEWEST
from .comparison import Comparison, compare_draws, compare_errors, compare_over_subjects

if TYPE_CHECKING:
    import xarray as xr

    from ..scores import Score

Quantity = Literal["score", "raw"]


def shared_draws(
    draws: np.ndarray,
    stimuli: np.ndarray,
    *,
    seed: int = 0,
    groups: np.ndarray | None = None,
    subjects: np.ndarray | None = None,
) -> "xr.DataArray":
    """What a score carries as `draws`.

    Parameters
    ----------
    draws : array, shape (draw,) or (draw, subject)
        The value under each draw; NaN where it is undefined, so that draws of two models stay beside each other.
    stimuli : array, shape (stimulus,)
        Ids, in the order in which they were drawn.
    seed : int
        Of :func:`~brainscore_core.statistics.bootstrap.counts`.
    groups : array, shape (stimulus,), optional
        Stimuli that were drawn together.
    subjects : array, shape (subject,), optional
        Ids, where there is a value for each.

    Returns
    -------
    xarray.DataArray
        Attributes: ``drawn`` (digest of stimuli and groups), ``seed``, ``levels`` (how many stimuli or groups there
        are) and ``resampled`` (which of the two).
    """
    import xarray as xr

    ids = np.asarray(stimuli).astype(str)
    parts = ids.tolist() if groups is None else [*ids.tolist(), "groups", *np.asarray(groups).astype(str).tolist()]
    attrs = {
        "drawn": digest_sequence(parts),
        "seed": seed,
        "levels": len(ids) if groups is None else len(np.unique(groups)),
        "resampled": "stimuli" if groups is None else "groups of stimuli",
    }
    dims = ["draw"] if subjects is None else ["draw", "subject"]
    coords = {} if subjects is None else {"subject": np.asarray(subjects).astype(str)}
    return xr.DataArray(np.asarray(draws, np.float64), dims=dims, coords=coords, attrs=attrs)


@dataclass(frozen=True)
class ScoreComparison:
    """Scores of several models on one benchmark, compared.

    Parameters
    ----------
    comparison : Comparison
        Models in the order given, those left out missing.
    quantity : {"score", "raw"}
        What was compared: the values before normalisation where fewer than two scores have one.
    pairing : str
        As ``"paired over 640 stimuli"``, or ``"unpaired"``.
    left_out : mapping of name to str
        Models that could not be compared, and why.
    """

    comparison: Comparison
    quantity: Quantity
    pairing: str
    left_out: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self, level: float = 0.05) -> dict[str, Any]:
        """Every pair and every rank interval, as JSON.

        `p_holm` is corrected over the pairs listed here, family-wise; `q` likewise, as a rate of false discoveries.
        """
        found = self.comparison
        ranks = found.rank_intervals(level)
        rows, columns = np.triu_indices(len(found.names), 1)
        return {
            "compared": self.quantity,
            "pairing": self.pairing,
            "level": level,
            "models": [
                {"model": name, "value": float(value), "error": float(error), "rank": [int(low), int(high)]}
                for name, value, error, (low, high) in zip(found.names, found.values, found.errors, ranks, strict=True)
            ],
            "pairs": [
                {
                    "models": [found.names[a], found.names[b]],
                    "difference": float(found.difference[a, b]),
                    "error": float(found.difference_error[a, b]),
                    "p": float(found.p[a, b]),
                    "p_holm": float(found.p_holm[a, b]),
                    "q": float(found.q[a, b]),
                }
                for a, b in zip(rows, columns, strict=True)
            ],
            "left_out": dict(self.left_out),
        }


def compare_scores(scores: "Mapping[str, Score]") -> ScoreComparison:
    """Whether the scores of models on one benchmark differ.

    Paired where all carry the same draws: of the same stimuli in the same order and groups, with one seed. Where they
    also hold three subjects or more, over both. Else unpaired, by each score's own error.

    Parameters
    ----------
    scores : mapping of model to Score
        All of one benchmark, in one version.

    Raises
    ------
    InvalidParameter
        If fewer than two have a value with an error.
    """
    quantity, kept = _quantity(scores)
    left_out = {name: _why(scores[name], quantity) for name in scores if name not in kept}
    if len(kept) < 2:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        raise InvalidParameter(f"{len(kept)} of {len(scores)} scores can be compared", expected=f"2 ({reasons})")
    names, values = list(kept), np.array([float(score) for score in kept.values()])
    draws = [score.draws for score in kept.values()]
    if not _paired(draws):
        errors = np.array([_error(score) for score in kept.values()])
        return ScoreComparison(compare_errors(names, values, errors), quantity, "unpaired", left_out)
    first: Any = draws[0]
    stacked, levels = np.stack([part.values for part in draws]), int(first.attrs["levels"])  # type: ignore[union-attr]
    over = f"paired over {levels} {first.attrs['resampled']}"
    if stacked.ndim == 2:
        return ScoreComparison(compare_draws(names, values, stacked, levels), quantity, over, left_out)
    subjects = stacked.shape[2]
    if subjects < FEWEST:
        fixed = f"{over}, the {subjects} subjects fixed" if subjects > 1 else over
        return ScoreComparison(compare_draws(names, values, stacked.mean(2), levels), quantity, fixed, left_out)
    found = compare_over_subjects(names, values, stacked, levels)
    return ScoreComparison(found, quantity, f"{over} and {subjects} subjects", left_out)


def _quantity(scores: "Mapping[str, Score]") -> "tuple[Quantity, dict[str, Score]]":
    """Scores, or where fewer than two are defined and more raw values are, those."""
    usual = {name: score for name, score in scores.items() if _usable(score)}
    raws = {name: score.raw for name, score in scores.items() if score.raw is not None and _usable(score.raw)}
    return ("score", usual) if len(usual) > 1 or len(raws) <= len(usual) else ("raw", raws)


def _usable(score: "Score") -> bool:
    return score.value is not None and (score.draws is not None or score.error is not None)


def _error(score: "Score") -> float:
    if score.error is not None or score.draws is None:
        return np.nan if score.error is None else score.error
    drawn = score.draws.values.reshape(score.draws.shape[0], -1).mean(1)
    return float(np.nanstd(drawn, ddof=1))


def _why(score: "Score", quantity: Quantity) -> str:
    part = score if quantity == "score" else score.raw
    return f"its {quantity} is null" if part is None or part.value is None else f"its {quantity} has no error"


def _paired(draws: "list[xr.DataArray | None]") -> bool:
    first = draws[0]
    if first is None or int(first.attrs["levels"]) < FEWEST:
        return False
    return all(part is not None and _same_draws(first, part) for part in draws[1:])


def _same_draws(one: "xr.DataArray", other: "xr.DataArray") -> bool:
    same = one.shape == other.shape and one.dims == other.dims
    names = ("drawn", "seed")
    same = same and all(one.attrs.get(name) == other.attrs.get(name) for name in names)
    return same and ("subject" not in one.dims or bool((one["subject"].values == other["subject"].values).all()))
