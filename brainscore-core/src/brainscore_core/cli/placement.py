"""Where benchmarks hang: the trees of the domains, and everything installed below them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import click

from .. import registry
from ..contracts import Benchmark
from ..description_files import is_read
from ..errors import BrainScoreError, PluginError
from ..loading import load_benchmark
from ..placing import told_once


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
        benchmark = _benchmark(name, domain)
        if benchmark is None:
            continue
        if benchmark.parent in tree:
            parents[benchmark.identifier] = benchmark.parent
        elif name in asked and (said := told_once(benchmark)):
            click.echo(said, err=True)
    return Placement(domain, tree, parents)


def _benchmark(name: str, domain: str) -> Benchmark | None:
    """The benchmark of this name; None for what is broken or ambiguous, which its own record says."""
    try:
        benchmark = registry.resolve("benchmarks", name, domain=domain)
    except BrainScoreError:
        benchmark = _of_file(name)
    return benchmark if isinstance(benchmark, Benchmark) else None


def _of_file(name: str) -> Benchmark | None:
    try:
        return load_benchmark(name) if is_read(name) else None
    except BrainScoreError:
        return None
