"""The benchmark tree and its aggregation: from scores of benchmarks to scores of regions and of the whole.

A node averages the non-null values below it and says how many of its benchmarks that covers. Raw values of different
benchmarks are never averaged. What was not attempted, what failed and what is zero stay three things at every level.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .digests import digest_json
from .errors import InvalidParameter
from .scores import Score
from .status import Status

NOT_ATTEMPTED = "not attempted"
NULL = "null"
POLICIES = ("available", "strict", "zero")
RULES = ("hierarchical", "flat", "min")
SELECTED = "selected"
"""Flag of a score whose layers were chosen on the benchmark itself: it enters no aggregate."""


@dataclass(frozen=True)
class Result:
    """One benchmark's outcome, as aggregation sees it."""

    status: Status
    score: Score | None = None

    @property
    def state(self) -> str:
        """``ok``, ``null`` (scored, but nothing honest to say, or `selected`), or the status."""
        if self.status is not Status.OK:
            return str(self.status)
        counts = self.score is not None and self.score.value is not None and SELECTED not in self.score.flags
        return str(Status.OK) if counts else NULL


@dataclass(frozen=True)
class Node:
    """A node of the aggregated tree.

    Parameters
    ----------
    value, error : float or None
        None where nothing below has a value.
    states : mapping of str to int
        How many benchmarks below are ``ok``, ``null``, ``failed``, ``unsupported``, ..., ``not attempted``.
    """

    identifier: str
    value: float | None
    error: float | None
    states: Mapping[str, int]
    children: tuple["Node", ...] = ()
    benchmarks: tuple[str, ...] = field(default=())

    @property
    def covered(self) -> int:
        """Benchmarks below that have a value."""
        return self.states.get(str(Status.OK), 0)

    @property
    def total(self) -> int:
        """Benchmarks below, whatever became of them."""
        return sum(self.states.values())

    def find(self, identifier: str) -> "Node | None":
        """The node of this name, here or below."""
        if self.identifier == identifier:
            return self
        return next((found for child in self.children if (found := child.find(identifier))), None)

    def walk(self, depth: int = 0) -> Iterable[tuple[int, "Node"]]:
        """(depth, node) from the top down."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True)
class Weighting:
    """A rule of one's own: hierarchical, but nodes weigh what is said here among what they are averaged with.

    Parameters
    ----------
    name : str
        That tables show.
    weights : mapping of str to float
        Node to weight, finite and above 0. Nodes that are not named weigh 1, and so does each benchmark.

    Raises
    ------
    InvalidParameter
        If it has the name of another rule, or a weight is none.
    """

    name: str
    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        if not self.name or self.name in RULES:
            raise InvalidParameter(
                f"a weighting named {self.name!r}", expected=f"a name of its own, not {', '.join(RULES)}"
            )
        for node, weight in self.weights.items():
            number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
            if not number or not math.isfinite(weight) or weight <= 0:
                raise InvalidParameter(
                    f"weighting {self.name!r}: node {node!r} weighs {weight!r}", expected="a number above 0",
                    remedy="to leave a node out, choose the benchmarks of the others",
                )  # fmt: skip

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, whatever they are called."""
        return digest_json({node: float(weight) for node, weight in self.weights.items()})


Rule = str | Weighting
Values = Sequence[tuple[float, float | None]]


def mean(values: Values, weights: Sequence[float]) -> tuple[float, float | None]:
    """Mean of independent values; error sqrt(sum (weight sd)^2) / sum of weights, None when one is unknown."""
    total = sum(weights)
    known = [weight * error for (_, error), weight in zip(values, weights, strict=True) if error is not None]
    value = sum(weight * value for (value, _), weight in zip(values, weights, strict=True)) / total
    return value, math.hypot(*known) / total if len(known) == len(values) else None


def minimum(values: Values, _weights: Sequence[float]) -> tuple[float, float | None]:
    """The smallest value with its own error."""
    return min(values, key=lambda entry: entry[0])


def aggregate(
    tree: Mapping[str, str],
    parents: Mapping[str, str],
    results: Mapping[str, Result],
    rule: Rule = "hierarchical",
    policy: str = "available",
) -> tuple[Node, ...]:
    """Aggregate the results of one model.

    Parameters
    ----------
    tree : mapping of str to str
        Node to parent; roots map to ``""`` (:attr:`Domain.tree`).
    parents : mapping of str to str
        Every known benchmark to the node it hangs below; those without a result count as not attempted.
    results : mapping of str to Result
        By benchmark; one that is not among `parents` has no place and enters nothing.
    rule : {'hierarchical', 'flat', 'min'} or Weighting
        Equal weights at each node; every benchmark equal below each node (the rule of Brain-Score 1.0); the smallest
        child; or weights of nodes that somebody chose and named.
    policy : {'available', 'strict', 'zero'}
        What becomes of benchmarks without a value: they do not count; a node above one has no value; they count as 0
        and values are bounded by 0 and 1, which is the rule of Brain-Score 2: a node without any value has none itself,
        and counts as 0 above. What counts as 0 adds nothing to the error.

    Returns
    -------
    tuple of Node
        The roots. Nodes without a benchmark below are left out.

    Raises
    ------
    InvalidParameter
        For an unknown rule or policy, a benchmark below a node that the tree lacks, or a weight of one.
    """
    check_rule(tree, rule, policy)
    below: dict[str, list[str]] = {}
    for benchmark, parent in parents.items():
        if parent not in tree:
            raise InvalidParameter(
                f"benchmark {benchmark!r} hangs below {parent!r}", expected=f"a node of the tree: {sorted(tree)}"
            )
        below.setdefault(parent, []).append(benchmark)
    combine = minimum if rule == "min" else mean

    def build(node: str) -> tuple[Node, list[tuple[float, float | None]]] | None:
        built = [part for child, parent in tree.items() if parent == node and (part := build(child))]
        leaves = sorted(below.get(node, ()))
        if not built and not leaves:
            return None
        flats = [flat for _, flat in built]
        return _combine(node, [part for part, _ in built], flats, leaves, results, rule, combine, policy)

    return tuple(part[0] for root, parent in tree.items() if not parent and (part := build(root)))


def leaf_weights(
    node: Node, results: Mapping[str, Result], rule: Rule = "hierarchical", policy: str = "available"
) -> dict[str, float]:
    """What each benchmark below a node weighs in its value, which is the sum of weighted scores.

    Parameters
    ----------
    node : Node
        Of :func:`aggregate`, with the same `results`, `rule` and `policy`.

    Returns
    -------
    dict of benchmark to float
        Of those that count; none where the node has no value. Under ``zero`` they are weights of scores that are
        bounded by 0 and 1.

    Raises
    ------
    InvalidParameter
        For ``min``: the smallest value is no sum.
    """
    if rule == "min":
        raise InvalidParameter("weights under the rule 'min'", expected="a rule whose values are averages")
    if node.value is None:
        return {}
    flat = rule == "flat"
    leaves = [name for _, below in node.walk() for name in below.benchmarks] if flat else list(node.benchmarks)
    children: Sequence[Node] = () if flat else node.children
    counted = [name for name in leaves if name in results and results[name].state == Status.OK]
    valued = [child for child in children if child.value is not None]
    present = (leaves, children) if policy == "zero" else (counted, valued)
    total = len(present[0]) + sum(_weight(rule, child) for child in present[1])
    weights = {name: 1 / total for name in counted}
    for child in valued:
        share = _weight(rule, child) / total
        weights |= {name: share * part for name, part in leaf_weights(child, results, rule, policy).items()}
    return weights


def check_rule(tree: Mapping[str, str], rule: Rule, policy: str) -> None:
    """Refuse a rule or policy that there is not, and weights of nodes that the tree lacks.

    Raises
    ------
    InvalidParameter
    """
    if policy not in POLICIES:
        raise InvalidParameter(f"no aggregation policy {policy!r}", expected=f"one of {', '.join(POLICIES)}")
    if isinstance(rule, Weighting):
        if unknown := sorted(rule.weights.keys() - {node for node, parent in tree.items() if parent}):
            raise InvalidParameter(
                f"weighting {rule.name!r} weighs {', '.join(map(repr, unknown))}",
                expected=f"nodes below another: {', '.join(node for node, parent in tree.items() if parent)}",
            )
    elif rule not in RULES:
        raise InvalidParameter(f"no aggregation rule {rule!r}", expected=f"one of {', '.join(RULES)}, or a Weighting")


def _weight(rule: Rule, node: Node) -> float:
    return rule.weights.get(node.identifier, 1.0) if isinstance(rule, Weighting) else 1.0


def _combine(
    node: str,
    children: list[Node],
    flats: list[list[tuple[float, float | None]]],
    leaves: list[str],
    results: Mapping[str, Result],
    rule: Rule,
    combine: Callable[[Values, Sequence[float]], tuple[float, float | None]],
    policy: str,
) -> tuple[Node, list[tuple[float, float | None]]]:
    states: Counter[str] = Counter()
    own: list[tuple[float, float | None]] = []
    for leaf in leaves:
        result = results.get(leaf)
        state = result.state if result else NOT_ATTEMPTED
        states[state] += 1
        if state == Status.OK and result and result.score and result.score.value is not None:
            scored = result.score.value
            own.append((min(max(scored, 0.0), 1.0) if policy == "zero" else scored, result.score.error))
        elif policy == "zero":
            own.append((0.0, 0.0))
    for child in children:
        states.update(child.states)
    flat = own + [entry for part in flats for entry in part]
    valued = [child for child in children if child.value is not None or policy == "zero"]
    nodes = [(0.0, 0.0) if child.value is None else (child.value, child.error) for child in valued]
    parts = flat if rule == "flat" else own + nodes
    weights = [1.0] * len(flat) if rule == "flat" else [1.0] * len(own) + [_weight(rule, child) for child in valued]
    covered = states.get(str(Status.OK), 0)
    whole = covered == sum(states.values()) if policy == "strict" else covered > 0
    value: float | None = None
    error: float | None = None
    if parts and whole:
        value, error = combine(parts, weights)
    return Node(node, value, error, dict(states), tuple(children), tuple(leaves)), flat
