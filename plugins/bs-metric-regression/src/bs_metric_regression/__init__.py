"""Regression metrics by identifier: each function below makes one; heavy libraries are imported when it is called."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cross_validated import CrossRegressedCorrelation
    from .partition import VariancePartition
    from .span_time import SpanTimeCorrelation
    from .train_test import TrainTestSplitCorrelation

__all__ = [
    "linear_predictivity",
    "linear_predictivity_split",
    "neuron_to_neuron",
    "neuron_to_neuron_split",
    "pls",
    "pls_split",
    "reverse_pls",
    "reverse_pls_split",
    "ridge",
    "ridge_banded",
    "ridge_banded_split",
    "ridge_split",
    "ridgecv",
    "ridgecv_split",
    "spantime_pls",
    "spantime_ridge",
    "variance_partition",
]


def pls(*, n_components: int = 25, converged: bool = False, **options: Any) -> "CrossRegressedCorrelation":
    """Cross-validated PLS predictivity (Yamins et al. 2014); options of :class:`CrossRegressedCorrelation`."""
    from .partial_least_squares import PLS

    return _cross(PLS(n_components, converged), options)


def reverse_pls(*, n_components: int = 25, converged: bool = False, **options: Any) -> "CrossRegressedCorrelation":
    """How well the neurons predict the model's units (Muzellec & Kar 2025); not bounded by the units' reliability."""
    from .partial_least_squares import PLS

    return _cross(PLS(n_components, converged), _reversed("reverse_pls", options))


def ridge(*, alpha: float = 1.0, **options: Any) -> "CrossRegressedCorrelation":
    """Cross-validated ridge predictivity."""
    from .ridge_regression import Ridge

    return _cross(Ridge(alpha), options)


def ridgecv(*, alphas: Any = None, per_target: bool = False, **options: Any) -> "CrossRegressedCorrelation":
    """Cross-validated ridge whose penalty is chosen on the training stimuli of each fold; ours, so ``honest``."""
    return _cross(_ridge_cv(alphas, per_target), {"mode": "honest", **options})


def ridge_banded(
    *,
    band_coord: str = "band",
    alphas: Any = None,
    per_target: bool = True,
    candidates: int = 40,
    search_seed: int = 0,
    **options: Any,
) -> "CrossRegressedCorrelation":
    """Cross-validated banded ridge: one penalty per band of features; see :class:`BandedRidge`; ours: ``honest``."""
    return _cross(_banded(band_coord, alphas, per_target, candidates, search_seed), {"mode": "honest", **options})


def linear_predictivity(**options: Any) -> "CrossRegressedCorrelation":
    """Cross-validated predictivity by ordinary least squares."""
    from .linear import Linear

    return _cross(Linear(), options)


def neuron_to_neuron(**options: Any) -> "CrossRegressedCorrelation":
    """Cross-validated predictivity by the single best unit (Arend et al. 2018)."""
    from .linear import SingleUnit

    return _cross(SingleUnit(), options)


def pls_split(*, n_components: int = 25, converged: bool = False, **options: Any) -> "TrainTestSplitCorrelation":
    """PLS predictivity on given training and test stimuli."""
    from .partial_least_squares import PLS

    return _split(PLS(n_components, converged), options)


def reverse_pls_split(
    *, n_components: int = 25, converged: bool = False, **options: Any
) -> "TrainTestSplitCorrelation":
    """Reverse PLS predictivity on given training and test stimuli."""
    from .partial_least_squares import PLS

    return _split(PLS(n_components, converged), _reversed("reverse_pls_split", options))


def ridge_split(*, alpha: float = 1.0, **options: Any) -> "TrainTestSplitCorrelation":
    """Ridge predictivity on given stimuli; dual where there are fewer of them than features (``dual_ridge_split``)."""
    from .ridge_regression import Ridge

    return _split(Ridge(alpha), options)


def ridgecv_split(*, alphas: Any = None, per_target: bool = False, **options: Any) -> "TrainTestSplitCorrelation":
    """Ridge with chosen penalty on given stimuli; also ``dual_ridgecv_split``."""
    return _split(_ridge_cv(alphas, per_target), options)


def ridge_banded_split(
    *,
    band_coord: str = "band",
    alphas: Any = None,
    per_target: bool = True,
    candidates: int = 40,
    search_seed: int = 0,
    **options: Any,
) -> "TrainTestSplitCorrelation":
    """Banded ridge predictivity on given training and test stimuli."""
    return _split(_banded(band_coord, alphas, per_target, candidates, search_seed), options)


def linear_predictivity_split(**options: Any) -> "TrainTestSplitCorrelation":
    """Least-squares predictivity on given training and test stimuli."""
    from .linear import Linear

    return _split(Linear(), options)


def neuron_to_neuron_split(**options: Any) -> "TrainTestSplitCorrelation":
    """Predictivity by the single best unit on given training and test stimuli."""
    from .linear import SingleUnit

    return _split(SingleUnit(), options)


def spantime_pls(*, n_components: int = 25, converged: bool = False, **options: Any) -> "SpanTimeCorrelation":
    """PLS with weights shared by all time bins."""
    from .partial_least_squares import PLS

    return _span(PLS(n_components, converged), options)


def spantime_ridge(*, alpha: float = 1.0, **options: Any) -> "SpanTimeCorrelation":
    """Ridge with weights shared by all time bins."""
    from .ridge_regression import Ridge

    return _span(Ridge(alpha), options)


def variance_partition(*, band_coord: str = "model", **options: Any) -> "VariancePartition":
    """What each of several models explains beyond the others; options of :class:`VariancePartition`."""
    from .partition import VariancePartition

    return _make(VariancePartition, band_coord, options)


def _reversed(name: str, options: dict[str, Any]) -> dict[str, Any]:
    from brainscore_core.errors import InvalidParameter

    if options.get("reverse", True) is not True:
        raise InvalidParameter(
            f"{name}: reverse={options['reverse']!r}",
            expected="True, which is what its name says",
            remedy=f"{name.removeprefix('reverse_')} predicts the neurons from the model's units",
        )
    return {**options, "reverse": True}


def _cross(regression: Any, options: dict[str, Any]) -> "CrossRegressedCorrelation":
    from .cross_validated import CrossRegressedCorrelation

    return _make(CrossRegressedCorrelation, regression, options)


def _split(regression: Any, options: dict[str, Any]) -> "TrainTestSplitCorrelation":
    from .train_test import TrainTestSplitCorrelation

    return _make(TrainTestSplitCorrelation, regression, options)


def _span(regression: Any, options: dict[str, Any]) -> "SpanTimeCorrelation":
    from .span_time import SpanTimeCorrelation

    return _make(SpanTimeCorrelation, regression, options)


def _make(kind: Any, first: Any, options: dict[str, Any]) -> Any:
    from brainscore_core.errors import InvalidParameter

    known = {name for name, entry in kind.__dataclass_fields__.items() if entry.init} - {"regression", "band_coord"}
    if unknown := sorted(set(options) - known):
        raise InvalidParameter(f"no option {unknown[0]!r}", expected=f"one of {sorted(known)}")
    return kind(first, **options)


def _ridge_cv(alphas: Any, per_target: bool) -> Any:
    from .ridge_cv import ALPHAS, RidgeCV

    return RidgeCV(tuple(float(alpha) for alpha in alphas) if alphas is not None else ALPHAS, per_target)


def _banded(band_coord: str, alphas: Any, per_target: bool, candidates: int, search_seed: int) -> Any:
    from .banded import ALPHAS, BandedRidge

    chosen = tuple(float(alpha) for alpha in alphas) if alphas is not None else ALPHAS
    return BandedRidge(band_coord, chosen, per_target, candidates, search_seed)


# --- papers, for `brainscore cite`: of a mapping its own, else that of neural predictivity ----------------------------

_PAPERS = {
    "10.1073/pnas.1403112111": (pls, pls_split),  # Yamins et al. 2014
    "10.1101/2025.08.08.669382": (reverse_pls, reverse_pls_split),  # Muzellec & Kar 2025
    "10.1016/j.neuroimage.2019.04.012": (ridge_banded, ridge_banded_split),  # Nunez-Elizalde, Huth & Gallant 2019
    "10.1523/JNEUROSCI.3267-16.2017": (variance_partition,),  # de Heer et al. 2017
    "10.1016/j.neuron.2020.07.040": (ridge, ridgecv, linear_predictivity, neuron_to_neuron),  # Schrimpf et al. 2020
}
for _doi, _metrics in _PAPERS.items():
    for _metric in _metrics:
        _metric.doi = _doi
