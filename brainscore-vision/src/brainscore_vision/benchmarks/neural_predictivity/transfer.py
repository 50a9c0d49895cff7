"""Fit on some presentations, test on others that differ in kind: another stimulus set, another animal's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brainscore_core.errors import InvalidParameter

from .experiment import evaluated

if TYPE_CHECKING:
    import xarray as xr

    from brainscore_core.statistics.evaluation import Evaluation


def transferred(
    metric: Any,
    identifier: str,
    source: "xr.DataArray",
    target: "xr.DataArray",
    where: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> "Evaluation":
    """What a metric of train and test assemblies says, fitted on the one selection and tested on the other.

    Raises
    ------
    InvalidParameter
        For a metric that makes its own folds, and as :func:`split`.
    """
    if getattr(metric, "inputs", "") != "split":
        raise InvalidParameter(
            f"metric {identifier!r} cannot transfer",
            expected="a metric of train and test assemblies",
            remedy=f"use {identifier + '_split'!r}",
        )
    evaluation: Evaluation = evaluated(metric, identifier, **split(source, target, *where))
    return evaluation


def split(
    source: "xr.DataArray", target: "xr.DataArray", train_where: Mapping[str, Any], test_where: Mapping[str, Any]
) -> dict[str, "xr.DataArray"]:
    """The four assemblies that a metric of ``inputs == "split"`` takes.

    Parameters
    ----------
    source, target : xarray.DataArray
        One row a stimulus; rows are matched by ``stimulus_id``.
    train_where, test_where : mapping
        Coordinate on ``presentation`` of `target` to the value or values that are chosen.

    Raises
    ------
    InvalidParameter
        If a coordinate is not on ``presentation``, nothing matches, or a presentation is on both sides.
    """
    from brainscore_core.assemblies import align, select

    source, target = align(source, target)
    parts: dict[str, xr.DataArray] = {}
    for side, where in (("train", train_where), ("test", test_where)):
        for name in where:
            if name in target.coords and target[name].dims != ("presentation",):
                raise InvalidParameter(f"transfer over {name!r}", expected="a coordinate on 'presentation'")
        chosen = select(target, **dict(where))
        parts[f"target_{side}"] = chosen
        parts[f"source_{side}"] = select(source, stimulus_id=chosen["stimulus_id"].values)
    shared = set(parts["target_train"]["stimulus_id"].values.tolist())
    if both := shared & set(parts["target_test"]["stimulus_id"].values.tolist()):
        raise InvalidParameter(
            f"{len(both)} stimuli are fitted and tested, as {sorted(both)[0]!r}", expected="disjoint selections"
        )
    return parts
