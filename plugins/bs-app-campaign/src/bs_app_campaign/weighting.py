"""Weights of nodes from a file: a rule that somebody chose, with a name."""

import tomllib
from pathlib import Path

from brainscore_core.errors import InvalidParameter
from brainscore_core.tree import Weighting

EXAMPLE = 'name = "neural first", and below [weights] neural = 2'


def read_weighting(path: Path) -> Weighting:
    """The weighting that a TOML file describes: ``name``, and a table ``weights`` of node to number.

    Raises
    ------
    InvalidParameter
        If it cannot be read, or holds something else.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidParameter(
            f"the weighting {path} cannot be read ({error})", expected="a TOML file", remedy=f"write {EXAMPLE}"
        ) from error
    name, weights = content.get("name"), content.get("weights")
    if content.keys() != {"name", "weights"} or not isinstance(name, str) or not isinstance(weights, dict):
        raise InvalidParameter(
            f"the weighting {path} holds {', '.join(content) or 'nothing'}",
            expected="a name and a table of weights, and nothing else",
            remedy=f"write {EXAMPLE}",
        )
    return Weighting(name, weights)
