"""The family: rows from the table or from the Hub, networks from transformers."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from brainscore_core.errors import InvalidParameter
from brainscore_vision.families import RULE, UNTRAINED, VISUAL_DEGREES, Family, NetworkInfo, Row
from brainscore_vision.families.family import Tokens
from brainscore_vision.families.video import VideoRow

if TYPE_CHECKING:
    import torch

    from brainscore_vision import BrainModel
    from brainscore_vision.commitments.committed_model import CommittedModel
    from brainscore_vision.families.reading import State

MAIN = "main"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")


class HuggingFace(Family):
    """``hf:ORG/NAME``: networks by the names of their repositories.

    Those of the table are described before anything is fetched. Any other is read from its repository: ``config.json``
    says the architecture, ``preprocessor_config.json`` the input; no code of a repository is ever run.
    """

    def rows(self) -> Mapping[str, Row]:
        """The table, read once."""
        return _table()

    def accepts(self, name: str) -> bool:
        """Whether a name that is not in the table may be one of the Hub's."""
        return _NAME.fullmatch(name) is not None

    def network(self, row: Row, state: "State | None") -> "torch.nn.Module":
        """The network of transformers, with its own initialisation or the parameters of a file."""
        from .network import build

        return build(row, state)

    def committed(self, model: "CommittedModel", row: Row) -> "BrainModel":
        """Video networks with the windows that they are shown."""
        return row.watching(model) if isinstance(row, VideoRow) else model

    def info(self, name: str) -> NetworkInfo:
        """What is known without building: of a network outside the table, where it would come from."""
        if name.removesuffix(UNTRAINED) in self.rows() or not self.accepts(name):
            return super().info(name)
        from .hub import CONFIG, WEIGHTS, place

        repository = name.removesuffix(UNTRAINED)
        untrained = name.endswith(UNTRAINED)
        return NetworkInfo(
            f"Network {repository} of the Hugging Face Hub, described by its config.json when it is built",
            visual_degrees=VISUAL_DEGREES,
            layers_chosen=RULE,
            architecture=repository,
            flags=("untrained",) if untrained else (),
            source={"places": [place(repository, MAIN, CONFIG if untrained else WEIGHTS)]},
        )

    def build(
        self,
        name: str,
        *,
        random_weights: bool = False,
        sha256: str | None = None,
        tokens: Tokens = "all",
        reduction: Any = (),
        revision: str | None = None,
    ) -> "BrainModel":
        """The brain model of a network.

        Parameters
        ----------
        name : str
            ``ORG/NAME``.
        random_weights : bool
            Build the untrained twin, which has another identifier.
        sha256 : str, optional
            What ``model.safetensors`` must be.
        tokens : {"class", "mean", "all"}
            What is recorded of transformers: the class token, which comes first where there is one, the mean over all
            tokens, or all of them.
        reduction
            See :func:`brainscore_vision.wrap`.
        revision : str, optional
            A commit, tag or branch of the repository; default: ``main``, as it is at the first use.

        Raises
        ------
        UnknownIdentifier
            If the name is none that a repository can have.
        DataUnavailable, HashMismatch, InvalidFile
            If a file cannot be had, is another one, or is damaged.
        InvalidParameter
            If transformers does not know the architecture, or finds no layers in it that follow each other.
        """
        if revision is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", revision):
            raise InvalidParameter(f"revision={revision!r}", expected="a commit, tag or branch")
        row, untrained = self._find(name) if revision is None else self._at(name, revision)
        return self._model(row, untrained or random_weights, sha256, tokens=tokens, reduction=reduction)

    def row(self, name: str) -> Row:
        """The row of a name: from the table, else from the repository."""
        if name in self.rows() or not self.accepts(name):
            return super().row(name)
        from .opened import row_of

        return row_of(name, MAIN)

    def _at(self, name: str, revision: str) -> tuple[Row, bool]:
        from .hub import weights
        from .opened import row_of

        repository, untrained = name.removesuffix(UNTRAINED), name.endswith(UNTRAINED)
        if repository not in self.rows():
            if not self.accepts(repository):
                raise self.unknown(repository, self.rows())
            return row_of(repository, revision), untrained
        row = self.rows()[repository]
        return replace(row, weights=weights(repository, revision, row.licence, row.bibtex)), untrained


@cache
def _table() -> Mapping[str, Row]:
    from .table import read

    return read()
