"""The table: models, what they average to at every node of the tree, and between which ranks they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from brainscore_core.digests import digest_json
from brainscore_core.errors import InvalidParameter
from brainscore_core.tree import Node, aggregate

from .ranking import compared
from .standings import Standing, Standings, standings
from .trees import tree_of

UNRANKED = frozenset({"positive-control", "untrained"})
"""Flags of models that are shown and not ranked."""


@dataclass(frozen=True)
class Row:
    """One model.

    Parameters
    ----------
    nodes : mapping of node to Node
    results : mapping of benchmark to Standing
    rank : (int, int) or None
        Lowest and highest that it may have; None: it is not ranked.
    """

    model: str
    flags: tuple[str, ...]
    nodes: Mapping[str, Node]
    results: Mapping[str, Standing]
    rank: tuple[int, int] | None = None


@dataclass(frozen=True)
class Board:
    """Models in the order of the value of the node that ranks them.

    Parameters
    ----------
    node : str
        That ranks.
    tree : mapping of node to parent
    parents : mapping of benchmark to node
    tree_version : str
        Names tree and places of benchmarks.
    """

    domain: str
    node: str
    rule: str
    policy: str
    at: str | None
    tree: Mapping[str, str]
    parents: Mapping[str, str]
    tree_version: str
    rows: tuple[Row, ...] = field(default=())


def board(
    session: Session,
    *,
    domain: str = "vision",
    node: str = "",
    rule: str = "hierarchical",
    policy: str = "available",
    at: str | None = None,
    benchmarks: Sequence[str] | None = None,
    when: str | None = None,
    ranked: bool = True,
    known: Standings | None = None,
) -> Board:
    """Aggregate what counts, and rank.

    Parameters
    ----------
    session : Session
    domain : str
    node : str
        That ranks; default: the first root of the tree.
    rule, policy : str
        As for :func:`brainscore_core.tree.aggregate`.
    at : str, optional
        A past day or moment.
    benchmarks : sequence of str, optional
        Only these.
    when : {'prospective', 'retrospective'}, optional
        Only scores of that kind; those of which nobody knows are left out.
    ranked : bool
        Whether intervals are computed.
    known : Standings, optional
        Those of `at` and `benchmarks`, where they were read already.

    Raises
    ------
    InvalidParameter
    """
    if when not in (None, "prospective", "retrospective"):
        raise InvalidParameter(f"when={when!r}", expected="'prospective', 'retrospective' or None")
    found = standings(session, at, benchmarks) if known is None else known
    tree = tree_of(session, domain, at)
    parents = {
        name: row.parent for name, row in found.benchmarks.items() if row.parent in tree and row.domain == domain
    }
    node = node or next(name for name, parent in tree.items() if not parent)
    if node not in tree:
        raise InvalidParameter(f"node {node!r}", expected=f"one of {list(tree)}")
    rows = [_row(found, model, tree, parents, rule, policy, when) for model in sorted(found.results)]
    ranks = _ranks(session, rows, node, tree, parents, rule, policy) if ranked else {}
    rows = [Row(row.model, row.flags, row.nodes, row.results, ranks.get(row.model)) for row in rows]
    rows.sort(key=lambda row: (-_value(row, node, float("-inf")), row.model))
    version = digest_json([tree, parents])
    return Board(domain, node, rule, policy, at, tree, parents, version, tuple(rows))


def leaf_weights(results: Mapping[str, Any], node: Node, rule: str, policy: str) -> dict[str, float]:
    """What each benchmark below a node weighs in its value; the value is the sum of weighted scores."""
    if rule == "flat":
        leaves = [name for _, below in node.walk() for name in below.benchmarks]
        counted = [name for name in leaves if _counts(results, name)]
        total = len(leaves) if policy == "zero" else len(counted)
        return dict.fromkeys(counted, 1 / total) if counted else {}
    children = [child for child in node.children if child.value is not None]
    leaves = [name for name in node.benchmarks if _counts(results, name)]
    total = len(node.children) + len(node.benchmarks) if policy == "zero" else len(children) + len(leaves)
    weights = dict.fromkeys(leaves, 1 / total) if leaves else {}
    for child in children:
        weights |= {name: share / total for name, share in leaf_weights(results, child, rule, policy).items()}
    return weights


def _counts(results: Mapping[str, Any], name: str) -> bool:
    return name in results and results[name].result.state == "ok"


def _row(
    found: Standings,
    model: str,
    tree: Mapping[str, str],
    parents: Mapping[str, str],
    rule: str,
    policy: str,
    when: str | None,
) -> Row:
    kept = {
        name: entry
        for name, entry in found.results[model].items()
        if when is None or entry.prospective is (when == "prospective")
    }
    tops = aggregate(tree, parents, {name: entry.result for name, entry in kept.items()}, rule, policy)
    nodes = {node.identifier: node for top in tops for _, node in top.walk()}
    return Row(model, tuple(found.models[model].flags), nodes, kept)


def _ranks(
    session: Session,
    rows: Sequence[Row],
    node: str,
    tree: Mapping[str, str],
    parents: Mapping[str, str],
    rule: str,
    policy: str,
) -> dict[str, tuple[int, int]]:
    ranked = [row for row in rows if not UNRANKED & set(row.flags) and node in row.nodes]
    values = {row.model: value for row in ranked if (value := row.nodes[node].value) is not None}
    if rule == "min" or not values:
        return {}
    if len(values) == 1:
        return dict.fromkeys(values, (1, 1))
    weights = {
        row.model: leaf_weights(row.results, row.nodes[node], rule, policy) for row in ranked if row.model in values
    }
    found = compared(session, list(values), values, weights, {row.model: row.results for row in ranked})
    intervals = found.rank_intervals().tolist()
    return {model: (low, high) for model, (low, high) in zip(values, intervals, strict=True)}


def _value(row: Row, node: str, missing: float) -> float:
    found = row.nodes[node].value if node in row.nodes else None
    return missing if found is None else found
