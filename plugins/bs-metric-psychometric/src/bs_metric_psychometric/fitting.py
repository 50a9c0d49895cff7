"""How a threshold is found: the options that all metrics of thresholds share."""

from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, Literal


@dataclass(eq=False)
class Fitting:
    """Options, each explained where it is used: :class:`~bs_metric_psychometric.threshold.Threshold`."""

    independent_variable: str
    _: KW_ONLY
    threshold_accuracy: float | Literal["inflection"] = "inflection"
    sigmoid: Literal["gaussian", "logistic", "weibull"] = "gaussian"
    guess: float = 0.5
    lapse_prior: tuple[float, float] = (1.0, 10.0)
    increasing: bool = True
    truth: str | None = None
    method: Literal["map", "incumbent"] = "map"
    n_bootstrap: int = 200
    seed: int = 0

    def fitting(self) -> dict[str, Any]:
        """These options by name, without those that a metric adds."""
        return {entry.name: getattr(self, entry.name) for entry in fields(Fitting)}
