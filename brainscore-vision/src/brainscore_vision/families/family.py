"""A family of published networks behind one prefix, each with an untrained twin."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from brainscore_core.errors import InvalidParameter, UnknownIdentifier

from .rows import NetworkInfo, Row

if TYPE_CHECKING:
    from ..commitments.committed_model import CommittedModel
    from ..commitments.physiology import Physiology
    from ..model_interface import BrainModel

UNTRAINED = "-untrained"
"""What the identifier of a network with random weights ends in."""

VISUAL_DEGREES = 8.0
"""Width of the field of view of every network that states none."""

Tokens = Literal["class", "mean", "all"]

SEED = 0
"""Of the random weights: the same in every process."""


class Family(ABC):
    """What the entry point of a family resolves to.

    ``NAME`` has the published weights, ``NAME-untrained`` the weights that its library draws before training, always
    the same. Names come in the order of the number of parameters, each twin before its network.

    Networks are PyTorch modules; a family of another framework has its own :meth:`read`, :meth:`ready` and
    :meth:`seeded`.

    Parameters
    ----------
    identifier : str
        The prefix, as ``"torchvision"``.
    """

    def __init__(self, identifier: str):
        self.identifier = identifier

    @abstractmethod
    def rows(self) -> Mapping[str, Row]:
        """The table: name to row."""

    @abstractmethod
    def network(self, row: Row, state: Any) -> Any:
        """The network of a row, with the parameters of a file or, for None, as its library draws them.

        Parameters
        ----------
        row : Row
        state : what :meth:`read` returns, or None

        Raises
        ------
        InvalidFile
            If the file is not of this network.
        """

    def physiology(self, row: Row) -> "Physiology | None":
        """What is committed of a network besides its layers."""
        return None

    def committed(self, model: "CommittedModel", row: Row) -> "BrainModel":
        """The model with whatever else is committed, as its time steps (:mod:`brainscore_vision.commitments.time`)."""
        return model

    def read(self, path: Path) -> Any:
        """The parameters in a file: names to tensors.

        Raises
        ------
        InvalidFile
            If it is damaged, or holds anything else.
        """
        from .reading import read_state

        return read_state(path)

    def ready(self, network: Any) -> Any:
        """The network as it is recorded from: neither trained nor differentiated."""
        return network.eval().requires_grad_(False)

    def seeded(self, seed: int) -> AbstractContextManager[None]:
        """In which its library draws the same numbers every time, and after which no generator has moved."""
        return seeded(seed)

    def list(self) -> Sequence[str]:
        """All names."""
        rows = sorted(self.rows().values(), key=lambda row: (row.parameters, row.name))
        return [name for row in rows for name in _names(row)]

    def info(self, name: str) -> NetworkInfo:
        """What is known of a network without building it."""
        row, untrained = self._find(name)
        return row.info(visual_degrees=VISUAL_DEGREES, untrained=untrained)

    def build(
        self,
        name: str,
        *,
        random_weights: bool = False,
        sha256: str | None = None,
        tokens: Tokens = "all",
        reduction: Any = (),
    ) -> "BrainModel":
        """The brain model of a network.

        Parameters
        ----------
        name : str
            Within the family.
        random_weights : bool
            Build the untrained twin, which has another identifier.
        sha256 : str, optional
            What the file of weights must be, where the table does not say all of it.
        tokens, reduction
            What is recorded of a layer: see :func:`brainscore_vision.wrap`.

        Raises
        ------
        UnknownIdentifier
            With the closest names.
        DataUnavailable, HashMismatch, InvalidFile
            If the weights cannot be had, are others, or are damaged.
        """
        row, untrained = self._find(name)
        return self._model(row, untrained or random_weights, sha256, tokens=tokens, reduction=reduction)

    def row(self, name: str) -> Row:
        """The row of a name, without the suffix of twins.

        Raises
        ------
        UnknownIdentifier
        """
        rows = self.rows()
        if name not in rows:
            raise self.unknown(name, rows)
        return rows[name]

    def unknown(self, name: str, known: Sequence[str] | Mapping[str, Row]) -> UnknownIdentifier:
        """The error for a name that is none, with the closest."""
        from difflib import get_close_matches

        close = get_close_matches(name, list(known), 3, cutoff=0.6)
        return UnknownIdentifier(
            f"there is no {self.identifier}:{name}",
            expected=f"one of the {len(known)} names of the family",
            remedy=f"did you mean {' or '.join(f'{self.identifier}:{match}' for match in close)}?" if close else "",
        )

    def _find(self, name: str) -> tuple[Row, bool]:
        row = self.row(name.removesuffix(UNTRAINED))
        untrained = name.endswith(UNTRAINED)
        if row.weights is None and not untrained:
            raise UnknownIdentifier(
                f"{self.identifier}:{name} has no published weights",
                remedy=f"{self.identifier}:{name}{UNTRAINED} is its architecture with random weights",
            )
        return row, untrained

    def _model(
        self, row: Row, untrained: bool, sha256: str | None, *, tokens: Tokens = "all", reduction: Any = ()
    ) -> "BrainModel":
        from .. import wrap
        from ..commitments.layers import LayerCommitment

        identifier = f"{self.identifier}:{row.name}{UNTRAINED if untrained else ''}"
        if untrained and sha256 is not None:
            raise InvalidParameter(
                f"sha256={sha256!r} for {identifier}", expected="no sha256: random weights come from no file"
            )
        network, digest = self._untrained(row) if untrained else self._trained(row, sha256)
        info = row.info(visual_degrees=VISUAL_DEGREES, untrained=untrained, sha256=digest)
        model = wrap(
            self.ready(network),
            preprocessing=row.input,
            layers=LayerCommitment(row.layers, chosen=info.layers_chosen),
            visual_degrees=VISUAL_DEGREES,
            identifier=identifier,
            info=info,
            physiology=self.physiology(row),
            tokens=tokens,
            reduction=reduction,
            behavior=row.behavior,
        )
        return self.committed(model, row)

    def _untrained(self, row: Row) -> tuple[Any, str]:
        with self.seeded(SEED):
            return self.network(row, None), ""

    def _trained(self, row: Row, sha256: str | None) -> tuple[Any, str]:
        if row.weights is None:
            raise InvalidParameter(f"{self.identifier}:{row.name} has no weights", expected="random_weights=True")
        path, digest = row.weights.fetch(sha256)
        state = self.read(path)
        with self.seeded(SEED):  # nothing that the file gives is drawn, and what is drawn leaves no trace
            return self.network(row, state), digest


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw the same numbers from the generators of Python, numpy and PyTorch; afterwards they are where they were."""
    import random

    import numpy as np
    import torch

    python, arrays = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices=[]):
            random.seed(seed)
            np.random.seed(seed)
            torch.default_generator.manual_seed(seed)
            yield
    finally:
        random.setstate(python)
        np.random.set_state(arrays)


def _names(row: Row) -> Iterator[str]:
    yield f"{row.name}{UNTRAINED}"
    if row.weights is not None:
        yield row.name
