"""From the text of a file to the benchmark that it describes."""

from dataclasses import replace
from typing import Any

from brainscore_core.contracts import Benchmark, DataEntry, DataInfo, MetricSpec

from ..benchmarks.tuning.experiment import TextureProperties, TuningProperties
from ..benchmarks.tuning.properties import UNITS
from .experiment import PublishedResult
from .measurements.dissimilarity import Dissimilarity
from .numbers import entry
from .reading import Table, read_table
from .schema.comparison import read_ceiling, read_comparison
from .schema.header import Header, read_header
from .schema.measurement import DISTRIBUTION, KINDS, is_of_textures, property_of, read_measurement, trials
from .schema.published import read_histogram, read_unit
from .schema.stimuli import Shown, read_stimuli
from .source import PaperSource, read_source

LICENCE = "published numbers, quoted with their source"


def parse(text: str, file: str) -> Benchmark:
    """The benchmark that a file describes.

    Parameters
    ----------
    text : str
        TOML.
    file : str
        Its name, for messages.

    Raises
    ------
    InvalidFile
        Naming file, line and key, what was found and what was expected.
    """
    root = read_table(text, file)
    head = read_header(root)
    tables = {name: root.table(name) for name in ("source", "stimuli", "measurement", "published", "comparison")}
    tables["ceiling"] = root.table("ceiling")
    root.end(("region", "regions"))
    source = read_source(tables["source"])
    kind = tables["measurement"].choice("kind", KINDS)
    shown = read_stimuli(tables["stimuli"], head.identifier)
    build = _distribution if kind == DISTRIBUTION else _result
    benchmark = build(kind, root, head, source, shown, tables)
    for table in tables.values():
        table.end()
    return benchmark


def _distribution(
    kind: str, root: Table, head: Header, source: PaperSource, shown: Shown, tables: dict[str, Table]
) -> Benchmark:
    measurement, published = tables["measurement"], tables["published"]
    if len(head.regions) != 1:
        root.miss("region", "one region, as 'V1'")
    name = property_of(measurement)
    tables["comparison"].choice("kind", ("distribution",))
    metric = MetricSpec("ks_similarity", property_name=name)
    has_ceiling, because = read_ceiling(tables["ceiling"], None)
    data: str | DataEntry
    if "dataset" in published:
        data = published.text("dataset")
    else:
        histogram = read_histogram(published, name, head.regions[0], UNITS[name])
        data = entry(head.identifier, histogram, _info(head, source, because))
    texture = {"texture_degrees": shown.visual_degrees} if is_of_textures(name) else {}
    options: dict[str, Any] = {
        "data": data,
        "metric": metric,
        "ceiling_metric": metric if has_ceiling else None,
        "stimuli": shown.stimuli,
        "region": head.regions[0],
        "visual_degrees": shown.mapping_degrees if texture else shown.visual_degrees,
        "geometry": shown.geometry,
        **shown.sets,
        **trials(measurement),
        **texture,
    }
    return (TextureProperties if texture else TuningProperties)(head.identifier, **_placed(head), **options)


def _result(
    kind: str, root: Table, head: Header, source: PaperSource, shown: Shown, tables: dict[str, Table]
) -> Benchmark:
    described = read_measurement(kind, tables["measurement"], head, shown, root)
    unit = read_unit(tables["published"], described.unit)
    metric, numbers, ids = read_comparison(kind, tables["comparison"], tables["published"], described)
    has_ceiling, because = read_ceiling(tables["ceiling"], numbers)
    measured = described.measurement
    if isinstance(measured, Dissimilarity):
        measured = replace(measured, order=ids)
    return PublishedResult(
        head.identifier,
        **_placed(head),
        data=entry(head.identifier, replace(numbers, unit=unit), _info(head, source, because)),
        metric=metric,
        ceiling_metric=metric if has_ceiling else None,
        measurement=measured,
        source=source,
        no_ceiling_because=because,
    )


def _placed(head: Header) -> dict[str, Any]:
    names = ("parent", "version", "species", "released")
    return {name: getattr(head, name) for name in names}


def _info(head: Header, source: PaperSource, because: str) -> DataInfo:
    key = "".join(letter for letter in head.identifier if letter.isalnum())
    doi = f",\n  doi = {{{source.doi}}}" if source.doi else ""
    return DataInfo(
        f"{source.citation}: {source.quote}",
        licence=LICENCE,
        doi=source.doi,
        bibtex=source.bibtex or f"@misc{{{key},\n  note = {{{source.citation}}}{doi}\n}}",
        species=head.species,
        regions=head.regions,
        released=head.released,
    )
