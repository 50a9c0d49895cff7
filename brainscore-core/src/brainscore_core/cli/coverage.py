"""Whether the averages of several models are over the same benchmarks."""

from collections.abc import Mapping, Sequence

from ..run import Record
from ..status import Status
from ..tree import Result
from .placement import Placement

MOST = 3
"""Names of benchmarks that are spelt out for a model; more are counted."""


def uneven(runs: Mapping[str, Sequence[Record]], placement: Placement) -> str:
    """What stands below a table of averages that are not over the same benchmarks; empty where they are.

    Compared below each root, among the models that have an average there: one that has none is seen to have none.
    """
    missing: dict[str, set[str]] = {}
    for root in (node for node, parent in placement.tree.items() if not parent):
        covered = {name: _covered(records, placement, root) for name, records in runs.items()}
        somewhere = set().union(*covered.values())
        for name, own in covered.items():
            if own and somewhere - own:
                missing.setdefault(name, set()).update(somewhere - own)
    if not missing:
        return ""
    without = "; ".join(f"{name} without {_said(sorted(benchmarks))}" for name, benchmarks in missing.items())
    return (
        f"averages cover different benchmarks: {without}. --policy strict averages only what is whole, "
        "--policy zero counts what has no value as 0"
    )


def _covered(records: Sequence[Record], placement: Placement, root: str) -> set[str]:
    """The benchmarks below a root that enter its average."""
    return {
        record.benchmark
        for record in records
        if Result(record.status, record.score).state == Status.OK
        and _root(placement, placement.parents.get(record.benchmark, "")) == root
    }


def _root(placement: Placement, node: str) -> str:
    while parent := placement.tree.get(node):
        node = parent
    return node


def _said(benchmarks: Sequence[str]) -> str:
    return ", ".join(benchmarks) if len(benchmarks) <= MOST else f"{len(benchmarks)} benchmarks"
