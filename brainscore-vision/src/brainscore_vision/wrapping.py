"""``wrap``: from a network held in memory to a brain model, an equal of any registered one."""

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from .commitments.behavior import Behavior
    from .commitments.committed_model import CommittedModel
    from .commitments.layers import LayerCommitment
    from .commitments.physiology import Physiology
    from .info import VisualModelInfo


def wrap(
    network: Any,
    *,
    preprocessing: Callable[[np.ndarray], Any] | Mapping[str, Any] | None = None,
    layers: "Mapping[str, str | Sequence[str]] | LayerCommitment | str | os.PathLike[str]",
    visual_degrees: float,
    identifier: str | None = None,
    digest: str | None = None,
    info: "VisualModelInfo | None" = None,
    workers: int | None = None,
    physiology: "Physiology | None" = None,
    tokens: Literal["class", "mean", "all"] = "all",
    reduction: Any = (),
    autocast: str | None = None,
    behavior: "Behavior | None" = None,
) -> "CommittedModel":
    """Make a brain model from a network.

    Parameters
    ----------
    network : keras.Model, torch.nn.Module or callable
        A callable takes the stacked inputs and returns an array, one row an input (layer ``output``), or
        ``{layer: array}``; if it also takes ``layers=``, it is told which ones are asked for.
    preprocessing : callable or mapping, optional
        One placed uint8 image, (height, width) or (height, width, 3), to one input; called in worker threads. As data:
        a :class:`~.activations.preprocessing.Preprocessing`; transforms of torchvision, configurations of timm and
        image processors of Hugging Face are read as such (:func:`~.activations.preprocessors.preprocessing_of`).
    layers : mapping of region to layer or layers
        As ``{"V1": "features.2", "IT": ["features.12", "classifier.2"]}``; or a LayerCommitment, which also says how
        the map was chosen; or its file (``.json``), as ``brainscore commit`` writes it. A file that was made for a
        model of another name is used, with a warning.
    visual_degrees : float
        Width of the network's field of view, in degrees of visual angle.
    identifier : str, optional
        Default: the name of the network's class or function.
    digest : str, optional
        Says what a network is that cannot be read (one with closures), and what its preprocessing is where that cannot
        be read; without it activations of such a network are cached in this process only.
    info : VisualModelInfo, optional
        What else is known; visual degrees and layers are filled in.
    workers : int, optional
        Threads for decoding and preprocessing; default: the number of processors.
    physiology : Physiology, optional
        What is committed besides layers: rates in spikes/s, receptive fields and tissue positions, how many units are
        recorded, and in what trials differ.
    tokens : {"class", "mean", "all"}
        What is recorded of layers whose output is (token, embedding).
    reduction : step, list of steps, or mapping of layer to either
        As ``Pool("mean")`` or ``[Channels(range(64)), Projection(2000)]`` of :mod:`~.activations.reduction`: part of
        the key of what is stored, and of what is known of the model.
    autocast : {"bfloat16", "float16"}, optional
        For PyTorch: type in which operations compute that allow it. Part of the key as well.
    behavior : Behavior, optional
        How behaviour is read: the layers of a decoder, the scores of known classes, an open vocabulary. Default: fitted
        decoders and similarities read what is committed to IT.

    Returns
    -------
    BrainModel

    Raises
    ------
    UnknownLayer
        With the closest names, before anything runs.
    InvalidParameter

    Examples
    --------
    >>> model = wrap(network, preprocessing=prepare, layers={"IT": "layer4"}, visual_degrees=8)  # doctest: +SKIP
    >>> score(model, "Kriegeskorte2008.IT-human-rdm")  # doctest: +SKIP
    """
    from brainscore_core.errors import InvalidParameter

    from .activations import Engine, adapt
    from .activations.preprocessors import preprocessing_of
    from .activations.reduction import steps_of
    from .commitments.behavior import Behavior
    from .commitments.committed_model import CommittedModel
    from .commitments.layers import LayerCommitment
    from .info import VisualModelInfo, described

    if isinstance(network, type):
        raise InvalidParameter(
            f"{network.__name__} is a class",
            expected="a network",
            remedy=f"pass an instance: wrap({network.__name__}(), ...)",
        )
    if isinstance(layers, os.PathLike) or (isinstance(layers, str) and layers.endswith(".json")):
        layers = LayerCommitment.from_file(os.fspath(layers))
    commitment = layers if isinstance(layers, LayerCommitment) else LayerCommitment(layers)  # type: ignore[arg-type]
    name = identifier or _name(network)
    if commitment.model not in ("", name):
        warnings.warn(
            f"the layer map was made for {commitment.model!r}, and this model is {name!r}: its layers were chosen on"
            f" another network. If it is the same one, pass identifier={commitment.model!r}.",
            stacklevel=2,
        )
    if isinstance(visual_degrees, (str, bool, NoneType)) or not 0 < float(visual_degrees) < 360:
        raise InvalidParameter(f"visual_degrees={visual_degrees!r}", expected="degrees of visual angle above 0")
    if workers is not None and workers < 1:
        raise InvalidParameter(f"workers={workers!r}", expected="at least 1")
    preprocessing = preprocessing_of(preprocessing)
    if preprocessing is not None and not callable(preprocessing):
        raise InvalidParameter(f"preprocessing={preprocessing!r}", expected="a callable of one image")
    reductions = steps_of(tokens, reduction, list(commitment))
    known = info or VisualModelInfo()
    behavior = behavior or Behavior()
    known = replace(
        known,
        behavior=behavior.described(),
        tasks=known.tasks or behavior.tasks(commitment.layers),
        non_neural_parts=tuple(dict.fromkeys((*known.non_neural_parts, *behavior.non_neural_parts))),
        preprocessing=known.preprocessing or described(preprocessing),
        reduction={layer: [step.to_dict() for step in steps] for layer, steps in reductions.items()},
        autocast=autocast or "",
        visual_degrees=float(visual_degrees),
        layers=commitment.layers,
        layers_chosen=commitment.chosen,
    )
    engine = Engine(adapt(network, autocast), preprocessing, digest, workers, reductions=reductions)
    return CommittedModel(name, engine, commitment, float(visual_degrees), known, physiology, behavior)


def _name(network: Any) -> str:
    """Of its function or class, in the letters that an identifier may have."""
    named = getattr(network, "func", network)  # functools.partial
    name = getattr(named, "__name__", type(named).__name__).strip("<>_")
    return name or "network"
