"""All checks of one distribution: as a pytest test, or run by hand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from ..errors import DataUnavailable
from ..registry.identifiers import HOOK_GROUP
from ..registry.scanning import Entry
from . import benchmark_checks, data_checks, entry_checks, model_checks, package_checks
from .examples import Example
from .failure import NotApplicable
from .metric_checks import MetricChecks
from .plugin import Plugin


@dataclass(frozen=True)
class Check:
    """One promise of one plugin.

    Parameters
    ----------
    name : str
        What is promised, as ``"rdm: is deterministic"``.
    run : callable
        Raises :class:`Nonconformity` when it does not hold.
    """

    name: str
    run: Callable[[], None] = field(repr=False)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Outcome:
    """What came of one check; `reason` says why where it is not kept."""

    check: str
    status: Literal["kept", "broken", "not applicable"]
    reason: str = ""


def checks(distribution: str, *, examples: Mapping[str, Example] | None = None) -> list[Check]:
    """Everything that is promised by what a distribution provides.

    Parameters
    ----------
    distribution : str
        Installed, as ``"bs-metric-rsa"``.
    examples : mapping of identifier to Example, optional
        For metrics that the kit cannot call by guessing.
    """
    plugin = Plugin(distribution)
    found = {
        "package: metadata are right": package_checks.metadata_are_right,
        "package: declared dependencies suffice": package_checks.dependencies_suffice,
        "package: dependencies on ours are bounded": package_checks.dependencies_are_bounded,
        "package: README, CHANGELOG and tests": package_checks.documents_are_there,
    }
    made = [Check(name, partial(run, plugin)) for name, run in found.items()]
    for entry in plugin.entries:
        for name, check in _of_entry(plugin, entry, dict(examples or {})):
            made.append(Check(f"{entry.identifier}: {name}", check))
    return made


def check_plugin(distribution: str, *, examples: Mapping[str, Example] | None = None) -> list[Outcome]:
    """Run all checks and say what came of each; raises nothing of theirs."""
    outcomes = []
    for check in checks(distribution, examples=examples):
        try:
            check.run()
        except (NotApplicable, DataUnavailable) as reason:
            outcomes.append(Outcome(check.name, "not applicable", str(reason)))
        except Exception as error:
            outcomes.append(Outcome(check.name, "broken", f"{type(error).__name__}: {error}"))
        else:
            outcomes.append(Outcome(check.name, "kept"))
    return outcomes


def conformance(distribution: str, *, examples: Mapping[str, Example] | None = None) -> Callable[..., None]:
    """A pytest test of all checks, one case each; what needs data that cannot be had here is skipped, saying so.

    Examples
    --------
    >>> test_conformance = conformance("bs-metric-rsa")  # doctest: +SKIP
    """
    import pytest

    @pytest.mark.parametrize("check", checks(distribution, examples=examples), ids=str)
    def test_conformance(check: Check) -> None:
        try:
            check.run()
        except (NotApplicable, DataUnavailable) as reason:
            pytest.skip(str(reason))

    return test_conformance


def _of_entry(plugin: Plugin, entry: Entry, examples: dict[str, Example]) -> Iterator[tuple[str, Callable[[], None]]]:
    yield "loads", partial(entry_checks.loads, plugin, entry)
    yield "is light to load", partial(entry_checks.is_light, plugin, entry)
    if entry.group == HOOK_GROUP or entry.kind == entry.group:
        return
    yield "carries its name", partial(entry_checks.carries_its_name, entry)
    if entry.kind in ("models", "benchmarks", "datasets", "stimulus_sets"):
        yield "info is plain", partial(entry_checks.info_is_plain, entry)
    yield from _of_kind(plugin, entry, examples).items()


def _of_kind(plugin: Plugin, entry: Entry, examples: dict[str, Example]) -> Mapping[str, Callable[[], Any]]:
    match entry.kind:
        case "models":
            return model_checks.model_checks(entry)
        case "model_families":
            return model_checks.family_checks(entry)
        case "metrics":
            return MetricChecks(entry, examples.get(entry.identifier, Example())).checks()
        case "benchmarks":
            return {
                "is described": partial(benchmark_checks.is_described, entry),
                "has a place in the tree": partial(benchmark_checks.has_a_place, entry),
                "has what it needs": partial(benchmark_checks.has_what_it_needs, plugin, entry),
                "is one description": partial(benchmark_checks.is_one_description, entry),
                "says what it presents": partial(benchmark_checks.says_what_it_presents, entry),
                "can be scored": partial(benchmark_checks.can_be_scored, entry),
            }
        case "datasets":
            return {
                "is described": partial(data_checks.is_described, entry),
                "loads valid": partial(data_checks.dataset_is_valid, entry),
                "loads alike each time": partial(data_checks.dataset_is_deterministic, entry),
                "can be stored": partial(data_checks.dataset_is_storable, entry),
            }
        case "stimulus_sets":
            return {
                "is described": partial(data_checks.is_described, entry),
                "stimuli are named by content": partial(data_checks.stimuli_are_named, entry),
                "stimuli open in threads": partial(data_checks.stimuli_open_in_threads, entry),
            }
    return {}
