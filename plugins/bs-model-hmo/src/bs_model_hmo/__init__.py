"""Mixtures of hierarchical modules (Yamins et al. 2014): the family, the procedure that chooses, and a random draw."""

from typing import TYPE_CHECKING, Any

from brainscore_core.contracts import ModelEntry
from brainscore_vision.families import RULE, by_relative_depth
from brainscore_vision.info import VisualModelInfo

from .about import BIBTEX, DEPTHS, DESCRIPTION, PIXELS, SEED, STAGES, VISUAL_DEGREES

if TYPE_CHECKING:
    from pathlib import Path

    from brainscore_core.data import Source
    from brainscore_vision import BrainModel

    from .parameters import MixtureParameters

__all__ = ["hmo", "hmo_random"]

INFO = VisualModelInfo(
    DESCRIPTION,
    licence="MIT",
    doi="10.1073/pnas.1403112111",
    bibtex=BIBTEX,
    flags=("untrained",),
    parameters=16_929_504,
    flops=2_476_830_016,
    training_data="none",
    preprocessing={"pixels": PIXELS, "colour": "luma", "interpolation": "bilinear", "range": [0, 1]},
    visual_degrees=VISUAL_DEGREES,
    layers=by_relative_depth(STAGES),
    layers_chosen=RULE,
)


def build() -> "BrainModel":
    """A mixture drawn at random, the same in every process."""
    from .random_mixture import draw_mixture
    from .space import PINTO2009

    return _model(draw_mixture(PINTO2009, SEED, depths=DEPTHS, pixels=PIXELS), None, hmo_random.identifier, INFO)


def hmo(
    parameters: "MixtureParameters | str | Path",
    *,
    identifier: str,
    weights: "Source | None" = None,
    visual_degrees: float = VISUAL_DEGREES,
    info: VisualModelInfo | None = None,
) -> "BrainModel":
    """The brain model of a mixture: one that was optimised here, or one whose authors publish what it is.

    Parameters
    ----------
    parameters : MixtureParameters, or path of a JSON file of them
    identifier : str
        What the model is called; no default, since it is not *the* HMO model.
    weights : Source, optional
        A file of filters and its hash (:func:`.loading.network`). Without, filters are drawn from the seeds.
    visual_degrees : float
        Width of the field of view.
    info : VisualModelInfo, optional
        What else is known.

    Returns
    -------
    BrainModel
        Regions follow relative depth: V1, V2, V4 and IT are layers 1, 2 and 3 and the top where modules have up to
        three layers.

    Raises
    ------
    InvalidFile, DataUnavailable, HashMismatch, InvalidParameter

    Examples
    --------
    >>> model = hmo("mixture.json", identifier="hmo-mine")  # doctest: +SKIP
    """
    from dataclasses import replace

    from .loading import parameters_of

    mixture = parameters_of(parameters)
    known: dict[str, Any] = {"parameters": mixture.weights}
    if weights is not None:
        known["weights"] = ((weights.filename, weights.sha256 or weights.sha1 or ""),)
    described = replace(info or VisualModelInfo("A mixture of hierarchical modules", bibtex=BIBTEX), **known)
    return _model(mixture, weights, identifier, described, visual_degrees)


def _model(
    parameters: "MixtureParameters",
    weights: "Source | None",
    identifier: str,
    info: VisualModelInfo,
    visual_degrees: float = VISUAL_DEGREES,
) -> "BrainModel":
    from brainscore_vision import wrap
    from brainscore_vision.commitments.layers import LayerCommitment

    from .loading import network
    from .retina import Grey

    return wrap(
        network(parameters, weights),
        preprocessing=Grey(parameters.pixels),
        layers=LayerCommitment.by_relative_depth(parameters.stages),
        visual_degrees=visual_degrees,
        identifier=identifier,
        info=info,
    )


hmo_random = ModelEntry("hmo-random", build, INFO)
