"""A made-up table with gaps: the same in every database, and the incumbent's rule written down once more."""

import numpy as np

from brainscore_core import registry
from brainscore_core.scores import Score
from brainscore_core.statistics.pairing import shared_draws
from bs_app_campaign import Database
from bs_app_campaign.board import board
from bs_app_campaign.recording import benchmark_row, model_row, record

MODELS = {"complete": 0.0, "one gap": 0.1, "some gaps": 0.3, "many gaps": 0.7, "bad and complete": 0.0}
EACH = 4
"""Benchmarks below each leaf of the tree."""


def fill(database, domain):
    """Store it; what each model lacks, and the numbers that are there."""
    rng = np.random.default_rng(7)
    tree = registry.resolve("domains", domain).tree
    root = next(name for name, parent in tree.items() if not parent)
    below = [name for name in tree if name not in tree.values() and _under(tree, name, root)]
    parents = {f"{name}-{index}": name for name in below for index in range(EACH)}
    gaps, values = {model: [] for model in MODELS}, {model: {} for model in MODELS}
    hard = {name: rng.normal(0, 0.05, 200) for name in parents}
    with database.write() as session:
        for place, (model, share) in enumerate(MODELS.items()):
            for name, parent in parents.items():
                draws = 0.6 - 0.05 * place + hard[name] + rng.normal(0, 0.01, 200)
                missing = rng.uniform() < share or (model == "one gap" and name == f"{below[0]}-0")
                gaps[model] += [name] * missing
                values[model] |= {} if missing else {name: float(draws.mean())}
                score = None if missing else Score(float(draws.mean()), 0.05, draws=shared_draws(draws, np.arange(40)))
                status = {"status": "failed", "reason": "made up"} if missing else {"status": "ok"}
                described = {"identifier": name, "version": 1, "domain": domain, "parent": parent}
                rows = model_row(session, {"identifier": model, "digest": "d"}), benchmark_row(session, described)
                record(session, f"{model} {name}", *rows, status, score)
    return tree, root, parents, gaps, values


def boards(url, domain, policies):
    """Values by policy, with what is needed to check them; ranks too, so that two databases can be compared."""
    database = Database(url)
    try:
        tree, root, parents, gaps, values = fill(database, domain)
        found = {"leaves": list(parents), "gaps": gaps}
        found["by hand"] = {model: _zero(tree, parents, values[model], root) for model in MODELS}
        for policy in policies:
            with database.read() as session:
                seen = board(session, domain=domain, policy=policy)
            found[policy] = {row.model: row.nodes[root].value for row in seen.rows}
            found[f"{policy}, in full"] = [
                [row.model, row.rank, [[name, node.value, node.error] for name, node in row.nodes.items()]]
                for row in seen.rows
            ]
        return found
    finally:
        database.close()


def _zero(tree, parents, values, node):
    """Brain-Score 2's average: the mean over what is below a node, where what is missing is 0."""
    parts = [values.get(name, 0.0) for name, parent in parents.items() if parent == node]
    below = [name for name, parent in tree.items() if parent == node]
    parts += [_zero(tree, parents, values, name) for name in below if _filled(tree, parents, name)]
    return sum(parts) / len(parts)


def _filled(tree, parents, node):
    return node in parents.values() or any(_filled(tree, parents, n) for n, parent in tree.items() if parent == node)


def _under(tree, name, root):
    return name == root or (bool(tree[name]) and _under(tree, tree[name], root))
