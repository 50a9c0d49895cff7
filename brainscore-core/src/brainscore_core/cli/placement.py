"""Where benchmarks hang: the trees of the domains, and everything installed below them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import click

from .. import registry
from ..contracts import Benchmark
from ..description_files import is_read
from ..errors import BrainScoreError, PluginError
from ..loading import load_benchmark


@dataclass(frozen=True)
class Placement:
    """One domain's tree, and the node that each benchmark hangs below."""

    domain: str
    tree: Mapping[str, str]
    parents: Mapping[str, str] = field(default_factory=dict)


def placements(benchmarks: Iterable[str]) -> list[Placement]:
    """The trees that these benchmarks belong to, with all other installed benchmarks of those domains.

    What cannot be placed is said on standard error and left out: it is still shown, but enters no average.
    """
    domains = dict.fromkeys(map(_domain, benchmarks))
    return [placed for domain in domains if domain and (placed := _place(domain, set(benchmarks)))]


def _domain(name: str) -> str | None:
    """The domain of a benchmark; None of a file that describes none, which its own record says."""
    try:
        return registry.locate("benchmarks", name).domain
    except PluginError:
        if not is_read(name):
            raise
    try:
        return load_benchmark(name).domain
    except BrainScoreError:
        return None


def _place(domain: str, asked: set[str]) -> Placement | None:
    try:
        tree = registry.resolve("domains", domain).tree
    except PluginError as error:
        click.echo(f"no averages over {domain}: {error}", err=True)
        return None
    parents = {}
    for name in asked | {entry.identifier for entry in registry.entries("benchmarks", domain=domain)}:
        parent = _parent(name, domain)
        if parent is None:
            continue
        if parent[1] in tree:
            parents[parent[0]] = parent[1]
        elif name in asked:
            click.echo(f"{name} enters no average: it hangs below {parent[1]!r}, which {domain} has not", err=True)
    return Placement(domain, tree, parents)


def _parent(name: str, domain: str) -> tuple[str, str] | None:
    """(identifier, parent) of a benchmark; None for what is broken or ambiguous, which its own record says."""
    try:
        benchmark = registry.resolve("benchmarks", name, domain=domain)
    except BrainScoreError:
        benchmark = _of_file(name)
    return (benchmark.identifier, benchmark.parent) if isinstance(benchmark, Benchmark) else None


def _of_file(name: str) -> Benchmark | None:
    try:
        return load_benchmark(name) if is_read(name) else None
    except BrainScoreError:
        return None
