"""Scores that can be compared in pairs: the draws they carry, and whether two of them are the same draws.

Experiments resample stimuli with a fixed seed, so that the same stimuli make the same draws for every model. A score
therefore carries its value under each draw (1,000 numbers), and attributes that say which draws they are; nothing about
another model needs to be known when it is scored.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..digests import digest_sequence
from ..errors import InvalidParameter
from .bootstrap import FEWEST
from .comparison import Comparison, compare_draws, compare_over_subjects

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
    comparison : Comparison or None
        Models in the order given, those left out missing; None where fewer than two can be paired.
    quantity : {"score", "raw"}
        What was compared: values before normalisation where scores cannot be.
    pairing : str
        As ``"paired over 640 stimuli"``; ``"not paired"`` where there is no comparison.
    left_out : mapping of name to str
        Models that could not be compared, and why.
    unranked : frozenset of str
        Models that are compared and have no rank.
    """

    comparison: Comparison | None
    quantity: Quantity
    pairing: str
    left_out: Mapping[str, str] = field(default_factory=dict)
    unranked: frozenset[str] = frozenset()

    def ranks(self, level: float = 0.05) -> dict[str, list[int]]:
        """Lowest and highest rank of each model that is ranked, as :meth:`Comparison.rank_intervals`."""
        if self.comparison is None:
            return {}
        names = [name for name in self.comparison.names if name not in self.unranked]
        return dict(zip(names, self.comparison.rank_intervals(level, names).tolist(), strict=True))

    def to_dict(self, level: float = 0.05) -> dict[str, Any]:
        """Every pair and every rank interval, as strict JSON.

        ``p_holm`` is corrected over the pairs listed here, family-wise; ``q`` likewise, as a rate of false discoveries.
        They are null, and ``real`` is ``"unknown"``, where nothing says how sure a difference is. The rank of what is
        not ranked is null.
        """
        found = self.comparison
        return {
            "compared": self.quantity,
            "pairing": self.pairing,
            "level": level,
            "models": [] if found is None else _models(found, self.ranks(level)),
            "pairs": [] if found is None else _pairs(found, level),
            "left_out": dict(self.left_out),
        }


def _models(found: Comparison, ranks: Mapping[str, list[int]]) -> list[dict[str, Any]]:
    rows = zip(found.names, found.values, found.errors, strict=True)
    return [{"model": name, "value": _json(v), "error": _json(e), "rank": ranks.get(name)} for name, v, e in rows]


def _pairs(found: Comparison, level: float) -> list[dict[str, Any]]:
    numbers = {
        "difference": found.difference,
        "error": found.difference_error,
        "p": found.p,
        "p_holm": found.p_holm,
        "q": found.q,
    }
    rows, columns = (index.tolist() for index in np.triu_indices(len(found.names), 1))
    return [
        {"models": [found.names[a], found.names[b]]}
        | {name: _json(values[a, b]) for name, values in numbers.items()}
        | {"real": found.verdict(a, b, level)}
        for a, b in zip(rows, columns, strict=True)
    ]


def _json(number: Any) -> float | None:
    return float(number) if np.isfinite(number) else None


def compare_scores(scores: "Mapping[str, Score]", unranked: Collection[str] = ()) -> ScoreComparison:
    """Whether the scores of models on one benchmark differ.

    Compared are those that carry the same draws: of the same stimuli in the same order and groups, with one seed, and
    of the same subjects. Where there are three subjects or more, they count as a sample too. Scores without shared
    draws are not compared, since the errors of two scores on the same recordings are not independent: the answer says
    so.

    p of predictivity is uniform where models do not differ (simulated: 5.0% below .05). p of representational
    similarity is too large rather than too small (1%): a bootstrap of stimuli counts the noise of a dissimilarity once
    for each of its two.

    Parameters
    ----------
    scores : mapping of model to Score
        All of one benchmark, in one version.
    unranked : collection of str
        Models without a rank, as positive controls: their parameters come from what they are scored on.

    Raises
    ------
    InvalidParameter
        With fewer than two scores, or scores that have no names.
    """
    if not isinstance(scores, Mapping):
        raise InvalidParameter(
            f"scores as a {type(scores).__name__}",
            expected="a mapping of model to score",
            remedy='as compare_scores({"pixels": one, "hmax": other})',
        )
    if len(scores) < 2:
        raise InvalidParameter(f"a comparison of {len(scores)} scores", expected="at least 2")
    usual, raws = _pairable(scores), _pairable({name: score.raw for name, score in scores.items()})
    quantity: Quantity = "raw" if len(usual) < 2 <= len(raws) else "score"
    kept = raws if quantity == "raw" else usual
    compared = {name: score if quantity == "score" else score.raw for name, score in scores.items()}
    if len(kept) < 2:
        left_out = {name: _why(score, quantity) for name, score in compared.items()}
        return ScoreComparison(None, quantity, "not paired", left_out)
    left_out = {name: _why(score, quantity) for name, score in compared.items() if name not in kept}
    comparison, pairing = _compared(kept)
    return ScoreComparison(comparison, quantity, pairing, left_out, frozenset(unranked))


def _compared(scores: "Mapping[str, Score]") -> tuple[Comparison, str]:
    """Scores that all carry the same draws."""
    names, values = list(scores), np.array([float(score) for score in scores.values()])
    parts: list[Any] = [score.draws for score in scores.values()]
    attrs = parts[0].attrs
    draws, levels = np.stack([part.values for part in parts]), int(attrs["levels"])
    over = f"paired over {levels} {attrs['resampled']}"
    if draws.ndim == 2:
        return compare_draws(names, values, draws, levels), over
    subjects = draws.shape[2]
    if subjects < FEWEST:
        fixed = f"{over}, the {subjects} subjects fixed" if subjects > 1 else over
        return compare_draws(names, values, draws.mean(2), levels), fixed
    return compare_over_subjects(names, values, draws, levels), f"{over} and {subjects} subjects"


def _pairable(scores: "Mapping[str, Score | None]") -> "dict[str, Score]":
    """The most scores that carry the same draws."""
    alike: dict[Any, dict[str, Score]] = {}
    for name, score in scores.items():
        if score is not None and score.value is not None and score.draws is not None and _enough(score.draws):
            alike.setdefault(_draw(score.draws), {})[name] = score
    return max(alike.values(), key=len, default={})


def _draw(draws: "xr.DataArray") -> tuple[Any, ...]:
    """Which draws they are: equal for scores that can be paired."""
    subjects = tuple(draws["subject"].values.tolist()) if "subject" in draws.coords else ()
    return draws.dims, draws.shape, draws.attrs.get("drawn"), draws.attrs.get("seed"), subjects


def _enough(draws: "xr.DataArray") -> bool:
    return int(draws.attrs.get("levels", 0)) >= FEWEST and draws.sizes["draw"] > 1


def _why(score: "Score | None", quantity: Quantity) -> str:
    if score is None or score.value is None:
        return f"its {quantity} is null"
    if score.draws is None:
        return f"its {quantity} carries no draws to pair"
    if not _enough(score.draws):
        levels = score.draws.attrs.get("levels", 0)
        return f"its draws are of {levels} {score.draws.attrs.get('resampled', 'stimuli')}, and 3 are the fewest"
    return "its draws are of other stimuli or subjects"
