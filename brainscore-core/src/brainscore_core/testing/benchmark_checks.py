"""Promises of benchmarks."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from ..contracts import Benchmark, DataEntry, MetricSpec, Plan, Presentation
from ..registry import load, locate, resolve
from ..registry.scanning import Entry
from ..run import score
from .failure import NotApplicable, promised, require
from .named import named
from .plugin import Plugin

_DOI = re.compile(r"10\.\d{4,9}/\S+")


def is_described(entry: Entry) -> None:
    """A frozen description whose fields mean something."""
    benchmark = benchmark_of(entry)
    frozen = is_dataclass(benchmark) and type(benchmark).__dataclass_params__.frozen  # type: ignore[attr-defined]
    require(frozen, f"{type(benchmark).__name__} of {entry} is no frozen dataclass", expected="@dataclass(frozen=True)")
    require(benchmark.domain == entry.domain, f"{entry} is of domain {benchmark.domain!r}", expected=repr(entry.domain))
    version = benchmark.version
    require(isinstance(version, int) and version >= 1, f"version of {entry} is {version!r}", expected="1 or more")
    doi = benchmark.info.doi
    require(not doi or _DOI.fullmatch(doi), f"doi of {entry} is {doi!r}", expected="10.prefix/suffix, no address")
    for spec in (benchmark.metric, benchmark.ceiling_metric):
        require(
            spec is None or isinstance(spec, MetricSpec), f"{entry} has the metric {spec!r}", expected="a MetricSpec"
        )


def has_a_place(entry: Entry) -> None:
    """It hangs below a node of its domain's tree."""
    tree = resolve("domains", str(entry.domain)).tree
    parent = benchmark_of(entry).parent
    require(parent in tree, f"{entry} hangs below {parent!r}", expected=f"one of {', '.join(sorted(tree))}")


def has_what_it_needs(plugin: Plugin, entry: Entry) -> None:
    """Metric, ceiling and data can be had from distributions that it declares."""
    benchmark = benchmark_of(entry)
    for kind, identifier in _uses(benchmark):
        with promised(f"{entry} uses {identifier!r} of {kind}"):
            provider = locate(kind, identifier)
        require(
            plugin.may_use(provider.provider),
            f"{entry} uses {identifier!r} of {provider.distribution}, which {plugin.key} does not declare",
            expected=f"a dependency on {provider.distribution}",
        )
    for spec in filter(None, (benchmark.metric, benchmark.ceiling_metric)):
        with promised(f"{entry} makes {spec!r}"):
            inputs = spec.load().inputs
            require(inputs in ("pair", "split", "single"), f"{spec!r} has inputs={inputs!r}")
    require(isinstance(benchmark.dataset, DataEntry), f"data of {entry} are no DataEntry")
    require(benchmark.access in ("public", "private"), f"access of {entry} is {benchmark.access!r}")


def is_one_description(entry: Entry) -> None:
    """It is named by its content: the same at each look, changed by a change, and comparable."""
    benchmark = benchmark_of(entry)
    with promised(f"{entry} described"):
        digest = benchmark.digest()
        require(
            re.fullmatch("[0-9a-f]{64}", digest), f"digest of {entry} is {digest!r}", expected="64 hexadecimal digits"
        )
        require(
            benchmark.with_options().digest() == digest, f"{entry} has two digests", expected="no address in its fields"
        )
        changed = benchmark.with_options(version=benchmark.version + 1)
        require(changed.digest() != digest and changed != benchmark, f"{entry} does not change with its version")


def says_what_it_presents(entry: Entry) -> None:
    """``presents()`` is well-formed; needs its data."""
    from ..stimuli import StimulusSet

    presented = benchmark_of(entry).presents()
    with promised(f"presents() of {entry}", expected="Presentations"):
        for part in Plan(presented):
            require(isinstance(part, Presentation), f"it holds a {type(part).__name__}", expected="a Presentation")
            require(isinstance(part.stimuli, StimulusSet), f"stimuli are a {type(part.stimuli).__name__}")
            stated = part.visual_degrees is not None and part.visual_degrees > 0
            require(
                stated or part.visual_degrees is None, f"visual_degrees={part.visual_degrees!r}", expected="above 0"
            )
            require(part.number_of_trials >= 1, f"number_of_trials={part.number_of_trials!r}", expected="1 or more")


def can_be_scored(entry: Entry) -> None:
    """A model that answers at random gets a score, a number or none with the reason; needs its data.

    It is the domain's, or the one that ``conformance_subject`` of the benchmark names: gradients, for one, not every
    subject has.
    """
    benchmark = benchmark_of(entry)
    place = getattr(benchmark, "conformance_subject", "") or resolve("domains", str(entry.domain)).subject
    if not place:
        raise NotApplicable(f"domain {entry.domain!r} has no subject that answers at random")
    with promised(f"{entry} scored on a subject that answers at random", expected="a Score"):
        found = score(named(place)(benchmark), benchmark)
        told = any((found.value is not None, found.raw is not None, found.flags))
        require(told, f"{entry} gives neither a value nor what stands for it", expected="a raw value or a flag")
        error = found.error
        require(error is None or error >= 0, f"{entry} gives the error {error!r}", expected="0 or more")
        found.to_dict()


def benchmark_of(entry: Entry) -> Benchmark:
    """The description that an entry resolves to."""
    found = load(entry)
    require(isinstance(found, Benchmark), f"{entry} resolves to a {type(found).__name__}", expected="a Benchmark")
    return found  # type: ignore[return-value]


def _uses(benchmark: Benchmark) -> Iterator[tuple[str, str]]:
    """(kind, identifier) of all that it asks the registry for."""
    for spec in filter(None, (benchmark.metric, benchmark.ceiling_metric)):
        yield "metrics", spec.identifier
    if isinstance(benchmark.data, str):
        yield "datasets", benchmark.data
    stimuli: Any = getattr(benchmark, "stimuli", None)
    for identifier in [stimuli] if isinstance(stimuli, str) else _texts(stimuli):
        yield "stimulus_sets", identifier
    for entry in fields(benchmark):
        value = getattr(benchmark, entry.name)
        if isinstance(value, MetricSpec) and entry.name not in ("metric", "ceiling_metric"):
            yield "metrics", value.identifier


def _texts(value: Any) -> list[str]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [item for item in items if isinstance(item, str)]
