"""The table: models, what they average to at every node of the tree, and between which ranks they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from brainscore_core.digests import digest_json
from brainscore_core.errors import InvalidParameter
from brainscore_core.registry.suggestions import closest
from brainscore_core.tree import Node, Rule, Weighting, aggregate, check_rule, leaf_weights

from .ranking import compared
from .releases import is_prospective
from .standings import Standing, Standings, standings
from .trees import tree_of

UNRANKED = frozenset({"positive-control", "untrained"})
"""Flags of models that are shown and not ranked."""
NO_RANKS = "the smallest values of two models may be of two benchmarks, and nothing says how their difference is spread"
"""Why nothing is ranked under ``min``."""


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
    rule : str
        Its name.
    tree_version : str
        Names tree and places of benchmarks.
    weights : mapping of node to float or None
        Those that somebody chose; None under any other rule.
    weighting : str
        Names the weights; empty where there are none.
    when : str or None
        Which scores alone count, ``prospective`` or ``retrospective``.
    unranked : str
        Why there are no ranks, where there are none.
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
    weights: Mapping[str, float] | None = None
    weighting: str = ""
    when: str | None = None
    unranked: str = ""


def board(
    session: Session,
    *,
    domain: str = "vision",
    node: str = "",
    rule: Rule = "hierarchical",
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
        Only scores of that kind; those of which nobody knows are left out. Under ``strict`` a benchmark on which a
        model could have no score of that kind is no gap of that model.
    ranked : bool
        Whether intervals are computed.
    known : Standings, optional
        Those of `at` and `benchmarks`, where they were read already.

    Raises
    ------
    InvalidParameter
    """
    if when not in (None, "prospective", "retrospective"):
        raise InvalidParameter(
            f"when={when!r}", expected="'prospective', 'retrospective' or None", remedy="leave it out for all scores"
        )
    found = standings(session, at, benchmarks) if known is None else known
    tree = tree_of(session, domain, at)
    parents = {
        name: row.parent for name, row in found.benchmarks.items() if row.parent in tree and row.domain == domain
    }
    node = node or next(name for name, parent in tree.items() if not parent)
    if node not in tree:
        near = closest(node, tree)
        raise InvalidParameter(
            f"node {node!r}", expected=f"one of {list(tree)}",
            remedy=f"did you mean {' or '.join(map(repr, near))}?" if near else "leave it out for the root of the tree",
        )  # fmt: skip
    check_rule(tree, rule, policy)  # also of a table without rows
    rows = [_row(found, model, tree, parents, rule, policy, when) for model in sorted(found.results)]
    ranks = _ranks(session, rows, node, tree, parents, rule, policy) if ranked else {}
    rows = [Row(row.model, row.flags, row.nodes, row.results, ranks.get(row.model)) for row in rows]
    rows.sort(key=lambda row: (-_value(row, node, float("-inf")), row.model))
    version = digest_json([tree, parents])
    own = rule if isinstance(rule, Weighting) else None
    return Board(
        domain,
        node,
        own.name if own else str(rule),
        policy,
        at,
        tree,
        parents,
        version,
        tuple(rows),
        weights=dict(own.weights) if own else None,
        weighting=own.digest if own else "",
        when=when,
        unranked=NO_RANKS if rule == "min" and ranked else "",
    )


def _row(
    found: Standings,
    model: str,
    tree: Mapping[str, str],
    parents: Mapping[str, str],
    rule: Rule,
    policy: str,
    when: str | None,
) -> Row:
    kept = {
        name: entry
        for name, entry in found.results[model].items()
        if when is None or entry.prospective is (when == "prospective")
    }
    if when is not None and policy == "strict":
        frozen = found.models[model].released
        kinds = {name: is_prospective(frozen, found.benchmarks[name].released) for name in parents}
        parents = {name: parent for name, parent in parents.items() if kinds[name] is (when == "prospective")}
    tops = aggregate(tree, parents, {name: entry.result for name, entry in kept.items()}, rule, policy)
    nodes = {node.identifier: node for top in tops for _, node in top.walk()}
    return Row(model, tuple(found.models[model].flags), nodes, kept)


def _ranks(
    session: Session,
    rows: Sequence[Row],
    node: str,
    tree: Mapping[str, str],
    parents: Mapping[str, str],
    rule: Rule,
    policy: str,
) -> dict[str, tuple[int, int]]:
    ranked = [row for row in rows if not UNRANKED & set(row.flags) and node in row.nodes]
    values = {row.model: value for row in ranked if (value := row.nodes[node].value) is not None}
    if rule == "min" or not values:
        return {}
    if len(values) == 1:
        return dict.fromkeys(values, (1, 1))
    weights = {
        row.model: leaf_weights(
            row.nodes[node], {name: entry.result for name, entry in row.results.items()}, rule, policy
        )
        for row in ranked
        if row.model in values
    }
    found = compared(session, list(values), values, weights, {row.model: row.results for row in ranked})
    intervals = found.rank_intervals().tolist()
    return {model: (low, high) for model, (low, high) in zip(values, intervals, strict=True)}


def _value(row: Row, node: str, missing: float) -> float:
    found = row.nodes[node].value if node in row.nodes else None
    return missing if found is None else found
