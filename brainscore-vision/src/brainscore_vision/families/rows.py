"""A row of a family's table, and what it says of itself without being built."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..activations.preprocessing import Preprocessing
from ..commitments.behavior import Behavior
from ..info import VisualModelInfo
from .depth import RULE, by_relative_depth
from .inputs import ImageInput
from .weights import Weights


@dataclass(frozen=True)
class NetworkInfo(VisualModelInfo):
    """What is known of a published network.

    Its ``preprocessing`` is that of its input and, as ``evaluation``, how its library prepares photographs to
    measure accuracy.

    Parameters
    ----------
    architecture : str
        The library's name for it.
    source : mapping
        Where its weights can be had, and how much of their SHA-256 is known.
    """

    architecture: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One published network.

    Parameters
    ----------
    name : str
        Within its family.
    architecture : str
        The library's name for it.
    description : str
        One sentence.
    input : ImageInput or Preprocessing
    stages : tuple of str
        The layer at the end of each stage, from the input on.
    parameters : int
        Trained numbers, buffers not counted, as published or counted once.
    weights : Weights, optional
        None: none are published, so there is only the untrained twin.
    licence, doi, bibtex, training_data, released : str
        Of the weights where there are any. ``""``: not stated.
    evaluation : str
        How its library prepares photographs to measure accuracy; ours shows all of the field of view.
    settings : mapping
        Whatever else its library must be told.
    flops : int, optional
        Floating-point operations for one image (:func:`~brainscore_vision.activations.torch_flops.count_flops`).
    behavior : Behavior
        How behaviour is read.
    """

    name: str
    architecture: str
    description: str
    input: ImageInput | Preprocessing
    stages: tuple[str, ...]
    parameters: int
    weights: Weights | None = None
    licence: str = ""
    doi: str = ""
    bibtex: str = ""
    training_data: str = ""
    released: str = ""
    evaluation: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    flops: int | None = None
    behavior: Behavior = Behavior()

    @property
    def layers(self) -> dict[str, tuple[str, ...]]:
        """Region to layers, by :data:`RULE`."""
        return by_relative_depth(self.stages)

    def info(self, *, visual_degrees: float, untrained: bool = False, sha256: str = "") -> NetworkInfo:
        """Everything but the network.

        Parameters
        ----------
        visual_degrees : float
        untrained : bool
            Whether its random twin is described.
        sha256 : str
            Of the weights, where more of it is known than the table says.
        """
        known = NetworkInfo(
            self.description,
            licence=self.licence,
            doi=self.doi,
            bibtex=self.bibtex,
            parameters=self.parameters,
            flops=self.flops,
            visual_degrees=visual_degrees,
            layers=self.layers,
            layers_chosen=RULE,
            behavior=self.behavior.described(),
            tasks=self.behavior.tasks(self.layers),
            non_neural_parts=self.behavior.non_neural_parts,
            architecture=self.architecture,
            preprocessing=self.input.to_dict() | ({"evaluation": self.evaluation} if self.evaluation else {}),
        )
        if untrained:
            twin = f"{self.description}; random weights, as its library initialises them: a control"
            return replace(known, description=twin, flags=("untrained",))
        weights = self.weights
        return replace(
            known,
            training_data=self.training_data,
            released=self.released,
            weights=((weights.filename, sha256 or weights.stated),) if weights else (),
            source=weights.to_dict() if weights else {},
        )
