"""Sample stimuli of the benchmarks that are shown: what the licences allow of what lies on this machine."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brainscore_core import registry
from brainscore_core.contracts import Benchmark, DataEntry
from bs_app_campaign.schema import Benchmark as Row

from .licences import Terms
from .offline import without_network
from .scrubbing import published
from .stimuli import NotShown, Why, allowed, here, pictures, write
from .thumbnails import Picture

_log = logging.getLogger(__name__)
_Key = tuple[str, str]


@dataclass
class Samples:
    """What was drawn.

    Parameters
    ----------
    pages : mapping of benchmark to list of mapping
        What the page of each benchmark says of each of its stimulus sets.
    without : Counter
        How many benchmarks show none, by reason.
    bytes : int
        Of the pictures.
    """

    pages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    without: Counter[str] = field(default_factory=Counter)
    bytes: int = 0


def draw_samples(rows: Mapping[str, Row], folder: Path) -> Samples:
    """Write pictures of the stimuli of some benchmarks.

    A benchmark shows samples of all the sets it shows, or none. Nothing is downloaded, and a plugin that fails is
    passed over. Each set is written once.

    Parameters
    ----------
    rows : mapping of identifier to row
        Benchmarks that are shown, which are public.
    folder : Path
        Made where there is a picture.
    """
    found = Samples()
    installed = {entry.identifier for entry in registry.entries("benchmarks")}
    sets = _Sets(folder)
    for name, row in rows.items():
        try:
            if name not in installed:
                raise NotShown(Why.NOT_INSTALLED)
            with without_network():
                entries = _entries(row)
                found.pages[name] = sets.described(entries)
        except NotShown as reason:
            found.without[reason.why.value] += 1
            _log.debug("%s shows no samples: %s", name, reason, exc_info=reason.__cause__)
    found.bytes = sets.bytes
    return found


def _entries(row: Row) -> list[DataEntry]:
    """The stimulus sets of an installed benchmark that is the one in the database, and public here too."""
    with _broken():
        benchmark: Benchmark = registry.resolve("benchmarks", row.identifier, domain=row.domain or None)
        version, access, entries = benchmark.version, benchmark.access, list(benchmark.shows)
    if version != row.version:
        raise NotShown(Why.OTHER_VERSION)
    if access != "public":
        raise NotShown(Why.PRIVATE)
    if not entries:
        raise NotShown(Why.NO_STIMULI)
    return entries


class _Sets:
    """Stimulus sets by what is known of them; a set that several benchmarks show is read and written once."""

    def __init__(self, folder: Path):
        self.folder, self.bytes = folder, 0
        self._read: dict[_Key, tuple[int, list[Picture]] | NotShown] = {}
        self._described: dict[_Key, dict[str, Any]] = {}

    def described(self, entries: Sequence[DataEntry]) -> list[dict[str, Any]]:
        """What a page says of each set. None is written, or even read, before all may be."""
        with _broken():
            keys = [(entry.identifier, repr(entry.info)) for entry in entries]
            terms = [allowed(entry) for entry in entries]
            for entry in entries:
                here(entry)
        read = [self._pictures(key, entry) for key, entry in zip(keys, entries, strict=True)]
        for key, entry, of, (count, drawn) in zip(keys, entries, terms, read, strict=True):
            if key not in self._described:
                files = write(drawn, self.folder, len(self._described))
                self.bytes += sum(len(picture.content) for picture in drawn)
                self._described[key] = _described(entry, of, count, files, drawn)
        return [self._described[key] for key in keys]

    def _pictures(self, key: _Key, entry: DataEntry) -> tuple[int, list[Picture]]:
        if key not in self._read:
            try:
                self._read[key] = pictures(entry)
            except NotShown as reason:
                self._read[key] = reason
        found = self._read[key]
        if isinstance(found, NotShown):
            raise found
        return found


def _described(
    entry: DataEntry, terms: Terms, count: int, files: Sequence[str], drawn: Sequence[Picture]
) -> dict[str, Any]:
    """Every field of a set that reaches the folder; no id of a stimulus does."""
    of_files = [source.citation for source in entry.info.sources]
    alt = f"of {len(drawn)} drawn from the {count:,} of {published(entry.identifier)}"
    return {
        "set": published(entry.identifier),
        "stimuli": count,
        "licence": terms.name,
        "terms": terms.address,
        "doi": published(entry.info.doi),
        "bibtex": [published(text) for text in dict.fromkeys([*of_files, entry.info.bibtex]) if text],
        "pictures": [
            {"file": file, "width": picture.width, "height": picture.height, "alt": f"Stimulus {place} {alt}"}
            for place, (file, picture) in enumerate(zip(files, drawn, strict=True), 1)
        ],
    }


@contextmanager
def _broken() -> Iterator[None]:
    """Whatever a plugin raises is one reason."""
    try:
        yield
    except NotShown:
        raise
    except (Exception, SystemExit) as error:
        raise NotShown(Why.BROKEN) from error
