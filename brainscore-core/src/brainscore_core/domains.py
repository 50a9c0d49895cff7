"""A domain: what the models of one field are shown, what they answer, and how its benchmarks are grouped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import InvalidParameter


@dataclass(frozen=True)
class Domain:
    """The description that ``brainscore.domains`` resolves to; inert.

    Parameters
    ----------
    identifier : str
        As ``"vision"``.
    interface : str
        ``"module:Class"`` of what its models implement.
    tree : mapping of str to str
        Node to parent node; roots map to ``""``. Benchmarks hang below by their ``parent``.
    inputs, behaviours, regions : tuple of str
        What models of the domain are shown, do, and are recorded in. Regions are examples: any name may be used.
    first_models : tuple of str
        Identifiers that a newcomer can score at once.
    conformance : str
        ``"module:mapping"`` of what its models promise besides: name to a check that takes the model.
    subject : str
        ``"module:function"`` that takes a benchmark and returns a model that answers it at random: the conformance kit
        scores every benchmark once with it.
    reads : mapping of str to str
        Suffix of a file that describes a benchmark, as ``".toml"``, to ``"module:function"`` that takes its path and
        returns the benchmark.
    """

    identifier: str
    interface: str
    tree: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    behaviours: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    first_models: tuple[str, ...] = ()
    description: str = ""
    conformance: str = ""
    subject: str = ""
    reads: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node, parent in self.tree.items():
            seen = {node}
            while parent:
                if parent in seen or parent not in self.tree:
                    raise InvalidParameter(
                        f"domain {self.identifier!r}: node {node!r} hangs below {parent!r}",
                        expected="a node of the tree, without a circle",
                    )
                seen.add(parent)
                parent = self.tree[parent]

    def to_dict(self) -> dict[str, Any]:
        """Field names to plain values."""
        return {
            "description": self.description,
            "interface": self.interface,
            "inputs": list(self.inputs),
            "behaviours": list(self.behaviours),
            "regions": list(self.regions),
            "first_models": list(self.first_models),
            "tree": dict(self.tree),
        }
