"""``brainscore cite``: BibTeX of models, data and metrics."""

import re
from collections.abc import Iterator
from typing import Any

import click

from ... import registry
from ..describing import found_kinds


@click.command(name="cite")
@click.argument("identifiers", nargs=-1, required=True, metavar="IDENTIFIER...")
def command(identifiers: tuple[str, ...]) -> None:
    """Print the BibTeX of models, data and metrics.

    Of a benchmark: its own, its data's, its stimuli's and its metric's. What states a DOI but no BibTeX is a comment
    line; what states neither is named on standard error.
    """
    entries: dict[str, str] = {}
    for name, source in (found for identifier in identifiers for found in _sources(identifier)):
        bibtex, doi = _stated(source)
        if bibtex:
            entries.setdefault(_key(bibtex), bibtex.strip())
        elif doi:
            entries.setdefault(f"doi:{doi}", f"% {name}: https://doi.org/{doi}")
        else:
            click.echo(f"{name} states nothing to cite", err=True)
    if entries:
        click.echo("\n\n".join(entries.values()))


def _sources(identifier: str) -> Iterator[tuple[str, Any]]:
    """(name, thing) of everything that stands behind an identifier."""
    for kind in found_kinds(identifier):
        thing = registry.resolve(kind, identifier)
        if kind not in ("domains", "model_families"):
            yield identifier, thing
        if kind == "benchmarks":
            for entry in (thing.dataset, *thing.shows):
                yield entry.identifier, entry
            specs = filter(None, (thing.metric, thing.ceiling_metric))
            for metric in dict.fromkeys(spec.identifier for spec in specs):
                yield metric, registry.resolve("metrics", metric)


def _stated(source: Any) -> tuple[str, str]:
    """(BibTeX, DOI) that a thing states: in its ``info``, or on itself as metrics do."""
    about = getattr(source, "info", source)
    return getattr(about, "bibtex", "") or "", getattr(about, "doi", "") or ""


def _key(bibtex: str) -> str:
    """The key of a BibTeX entry, so that what two things share is printed once."""
    found = re.match(r"\s*@\w+\s*\{\s*([^,\s]+)", bibtex)
    return found.group(1) if found else bibtex
