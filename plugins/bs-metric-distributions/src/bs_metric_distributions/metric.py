"""``ks_similarity``: model units against recorded units, by the histogram of one property."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from brainscore_core.assemblies import PropertyAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from brainscore_core.scores import Score

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr


class KSSimilarity:
    """Kolmogorov-Smirnov similarity of two distributions, averaged over samples of model units.

    As many model units as neurons were recorded are drawn with replacement, `n_bootstrap` times; each sample's
    histogram over the recorded bins is compared with the recorded histogram (``ks_similarity_of_histograms``). The
    value is the mean over samples and the error their standard deviation: what a recording of that many neurons would
    get, and how much that varies.

    NaN means that a unit's property is undefined. Undefined units are drawn and then left out of the histogram; a
    sample without any defined unit is undefined, and more than a tenth of such samples give 0, flagged
    ``undefined-samples``. The number drawn counts the recorded neurons whose property is undefined. Values beyond the
    bins belong to the outer bins. Inputs are never changed (the incumbent clips them in place).

    Parameters
    ----------
    property_name : str
        Which entry of ``neuronal_property``; the target must have the attribute ``<property_name>_bins``.
    n_bootstrap : int
        Samples.
    seed : int
        Of the draws.

    References
    ----------
    Marques, Schrimpf & DiCarlo 2021, bioRxiv 2021.03.01.433495, Methods.
    """

    inputs: ClassVar[Literal["pair"]] = "pair"
    doi: ClassVar[str] = "10.1101/2021.03.01.433495"

    def __init__(self, property_name: str, *, n_bootstrap: int = 1000, seed: int = 0):
        self.property_name = property_name
        self.n_bootstrap = n_bootstrap
        self.seed = seed

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source, target : xarray.DataArray
            Property assemblies of the model and of the recording, dims ``neuroid`` and ``neuronal_property``.

        Returns
        -------
        Score
            Value in 0 to 1; ``values`` holds the similarity of each sample (dim ``sample``); details count the units.

        Raises
        ------
        InvalidAssembly
            If one lacks the property, the target its bins, or no recorded unit is defined.
        InvalidParameter
            If ``n_bootstrap`` is not positive.
        """
        import numpy as np
        import xarray as xr

        from .similarity import bootstrap_histograms, histogram_with_undefined, ks_similarity_of_histograms, normalise

        if self.n_bootstrap < 1:
            raise InvalidParameter(f"n_bootstrap is {self.n_bootstrap}", expected="at least 1")
        bins = self._bins(target)
        recorded, units = self._values(target, "target"), self._values(source, "source")
        recorded_counts, counts = histogram_with_undefined(recorded, bins), histogram_with_undefined(units, bins)
        if recorded_counts[:-1].sum() == 0:
            raise InvalidAssembly(f"no recorded unit has a defined {self.property_name!r}", expected="at least one")
        rng = np.random.default_rng(self.seed)
        histograms = bootstrap_histograms(counts, len(recorded), self.n_bootstrap, rng)
        similarities = ks_similarity_of_histograms(histograms, normalise(recorded_counts[:-1]))
        return self._summary(
            xr.DataArray(similarities, dims=["sample"]),
            {
                "units": len(units),
                "units_undefined": int(counts[-1]),
                "neurons": len(recorded),
                "neurons_undefined": int(recorded_counts[-1]),
            },
        )

    def ceiling(self, target: "xr.DataArray") -> Score:
        """The recording against samples of itself: what a model with exactly its distribution would get."""
        return self(target, target)

    def _summary(self, similarities: "xr.DataArray", details: dict[str, Any]) -> Score:
        import numpy as np

        undefined = int(np.isnan(similarities.values).sum())
        details["samples_undefined"] = undefined
        if undefined > self.n_bootstrap / 10:
            return Score(0.0, 0.0, values=similarities, flags=("undefined-samples",), details=details)
        value, error = float(np.nanmean(similarities)), float(np.nanstd(similarities))
        return Score(value, error, values=similarities, details=details)

    def _bins(self, target: "xr.DataArray") -> "np.ndarray":
        import numpy as np

        PropertyAssembly.validate(target)
        name = f"{self.property_name}_bins"
        if name not in target.attrs:
            raise InvalidAssembly(
                f"the target has no attribute {name!r}", expected=f"the bin edges; found {sorted(target.attrs)}"
            )
        bins = np.asarray(target.attrs[name], dtype=np.float64)
        if bins.ndim != 1 or len(bins) < 3 or not (np.diff(bins) > 0).all():
            raise InvalidAssembly(f"attribute {name!r} is {bins.tolist()}", expected="at least 3 increasing edges")
        return bins

    def _values(self, assembly: "xr.DataArray", side: str) -> "np.ndarray":
        """The property of every unit of one side, shape (neuroid,), float64."""
        import numpy as np

        names = [str(name) for name in np.atleast_1d(assembly["neuronal_property"].values)]
        if self.property_name not in names:
            raise InvalidAssembly(f"the {side} has no property {self.property_name!r}", expected=f"one of {names}")
        values = assembly.isel(neuronal_property=names.index(self.property_name)).values.astype(np.float64)
        if not len(values):
            raise InvalidAssembly(f"the {side} has no unit", expected="at least one")
        return values
