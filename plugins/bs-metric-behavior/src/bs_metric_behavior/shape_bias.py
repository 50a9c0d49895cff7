"""``shape_bias``: whether an observer goes by shape or by texture where the two say different things."""

from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.scores import Score

from .answers import check_samples, column, labels
from .resampling import drawn, spread

if TYPE_CHECKING:
    import xarray as xr

NEITHER = "neither-shape-nor-texture"
"""Flag: no answer names the shape or the texture; the score is null."""


class ShapeBias:
    """Answers by shape / (answers by shape + answers by texture), of one observer or of several pooled.

    Geirhos et al. 2019, ICLR (arXiv 1811.12231). Stimuli whose shape and texture are of one category do not count.

    Parameters
    ----------
    shape_coord, texture_coord : str
        Coordinates of the answers that name the category of the shape, and of the texture.
    bootstrap_samples : int
        Draws of the stimuli; 0: no error.
    seed : int
        Of these draws.

    Raises
    ------
    InvalidParameter
        For a single draw.
    """

    inputs: Literal["single"] = "single"
    doi = "10.48550/arXiv.1811.12231"

    def __init__(
        self,
        shape_coord: str = "truth",
        texture_coord: str = "texture",
        bootstrap_samples: int = 1000,
        seed: int = 0,
    ):
        check_samples("shape_bias", bootstrap_samples)
        self.shape_coord, self.texture_coord = shape_coord, texture_coord
        self.bootstrap_samples, self.seed = bootstrap_samples, seed

    def __call__(self, assembly: "xr.DataArray") -> Score:
        """Of answers.

        Parameters
        ----------
        assembly : xarray.DataArray
            BehavioralAssembly of answers, ``presentation`` (or probabilities, ``presentation x choice``), with
            ``stimulus_id`` and both coordinates. A stimulus may stand in many trials: the bias is that of all of them
            pooled, and the error draws stimuli with all their trials.

        Returns
        -------
        Score
            `values`: the bias for each category of shape, NaN where no answer counts; `draws`. `details`:
            ``shape_answers``, ``texture_answers``, ``other_answers``, ``same_category`` (answers that do not count).

        Raises
        ------
        InvalidAssembly
            Without the coordinates, or with missing answers.
        """
        import xarray as xr

        answered = labels(assembly, "the assembly")
        shape, texture, ids = (
            column(assembly, name, "the assembly") for name in (self.shape_coord, self.texture_coord, "stimulus_id")
        )
        conflict = shape != texture
        by_shape, by_texture = conflict & (answered == shape), conflict & (answered == texture)
        details: dict[str, str | int | float] = {
            "shape_answers": int(by_shape.sum()),
            "texture_answers": int(by_texture.sum()),
            "other_answers": int((conflict & ~by_shape & ~by_texture).sum()),
            "same_category": int((~conflict).sum()),
        }
        categories, code = np.unique(shape, return_inverse=True)
        each = _share(*(np.bincount(code, side, len(categories)) for side in (by_shape, by_texture)))
        values = xr.DataArray(each, dims=("category",), coords={"category": categories})
        if not (by_shape | by_texture).any():
            return Score(None, flags=(NEITHER,), values=values, details=details)
        value = by_shape.sum() / (by_shape | by_texture).sum()
        score = Score(float(value), values=values, details=details)
        return self._with_error(score, ids[conflict], by_shape[conflict], by_texture[conflict])

    def _with_error(self, score: Score, ids: np.ndarray, by_shape: np.ndarray, by_texture: np.ndarray) -> Score:
        from brainscore_core.statistics.pairing import shared_draws

        stimuli, code = np.unique(ids, return_inverse=True)
        if not self.bootstrap_samples or len(stimuli) < 2:
            return score
        shapes, textures = (np.bincount(code, side, len(stimuli)) for side in (by_shape, by_texture))
        draws = drawn(
            len(stimuli), self.bootstrap_samples, self.seed, lambda counts: _share(counts @ shapes, counts @ textures)
        )
        error, said = spread(draws, self.bootstrap_samples)
        shared = shared_draws(draws, stimuli, seed=self.seed)
        return score.with_(error=error, draws=shared, details={**score.details, **said})


def _share(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """One / (one + other); NaN where both are 0."""
    total = one + other
    return np.divide(one, total, out=np.full(np.shape(total), np.nan), where=total > 0)
