"""What the comparisons share: samples of a model are summarised and held against published numbers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

from .summary import groups, summarise

if TYPE_CHECKING:
    import xarray as xr

FEW = 20
"""Up to so many conditions are told one by one in the details."""


class Comparison(ABC):
    """A model's samples against published numbers.

    The value is the similarity of the summary over all samples; its error the standard deviation of that over samples
    drawn with replacement, within conditions; None where no condition has two. NaN means that a sample is undefined: it
    is left out and counted.

    Parameters
    ----------
    statistic : str
        How samples become one number: mean, median, geometric mean.
    contrast : str
        ratio, octaves or difference of the two conditions in `of`; empty: none.
    of : sequence of str
        The conditions of the model that are contrasted, the first over the second.
    n_bootstrap, seed : int
        Of the draws.
    """

    inputs: ClassVar[Literal["pair"]] = "pair"
    quantities: ClassVar[tuple[str, ...]] = ("value",)

    def __init__(
        self,
        *,
        statistic: str = "mean",
        contrast: str = "",
        of: Sequence[str] = (),
        n_bootstrap: int = 200,
        seed: int = 0,
    ):
        self.statistic = statistic
        self.contrast = contrast
        self.of = tuple(of)
        self.n_bootstrap = n_bootstrap
        self.seed = seed
        if contrast and len(self.of) != 2:
            raise InvalidParameter(f"a contrast of {list(self.of)}", expected="of= with two conditions")

    @abstractmethod
    def similarity(self, measured: np.ndarray, published: Mapping[str, np.ndarray]) -> np.ndarray:
        """From summaries (..., conditions) to similarities (...,), 1 for equal; `published` by quantity."""

    def transform(self, samples: np.ndarray, condition: int, published: Mapping[str, np.ndarray]) -> np.ndarray:
        """What is summarised of the samples of a condition; by default they themselves."""
        return samples

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray
            The model's samples: dims ``sample``, coordinate ``condition``.
        target : xarray.DataArray
            Published: dims ``condition`` and ``quantity``.

        Returns
        -------
        Score
            Details hold what was measured and published, and the number of samples.

        Raises
        ------
        InvalidAssembly
            If a condition was not measured, or a quantity is not published.
        """
        published, conditions = self.published(target), target["condition"].values.astype(str).tolist()
        asked = list(self.of) if self.contrast else conditions
        found = groups(source, asked)
        samples = [self.transform(group, index, published) for index, group in enumerate(found)]
        varies = max(map(len, samples)) > 1
        value, draws = summarise(samples, self.statistic, self.contrast, self.n_bootstrap if varies else 0, self.seed)
        similar = float(self.similarity(value, published))
        drawn = self.similarity(draws, published) if varies else np.empty(0)
        error = float(np.std(drawn[np.isfinite(drawn)])) if np.isfinite(drawn).any() else None
        details: dict[str, str | int | float] = {
            "samples": sum(map(len, found)),
            "samples_undefined": int(np.isnan(source.values.astype(np.float64)).sum()),
        }
        if len(conditions) <= FEW:
            for condition, one in zip(conditions, np.ravel(value).tolist(), strict=True):
                details[f"measured {condition}"] = one
            for name, values in published.items():
                details |= {
                    f"published {name} {condition}": one
                    for condition, one in zip(conditions, values.tolist(), strict=True)
                    if np.isfinite(one)
                }
        return Score(similar, error, details=details)

    def published(self, target: "xr.DataArray") -> dict[str, np.ndarray]:
        """By quantity, one number a condition."""
        names = target["quantity"].values.astype(str).tolist()
        if missing := [name for name in self.quantities if name not in names]:
            raise InvalidAssembly(f"no {missing[0]!r} is published", expected=f"{self.quantities}; found {names}")
        values = target.transpose("condition", "quantity").values.astype(np.float64)
        return {name: values[:, index] for index, name in enumerate(names)}
