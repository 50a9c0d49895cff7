"""``[measurement]``: what is measured, as one of seven kinds."""

from dataclasses import dataclass
from typing import Any

from ...benchmarks.tuning.properties import GRATING_PROPERTIES, PROPERTIES, TEXTURE_PROPERTIES, UNITS
from ...benchmarks.tuning.receptive_field import REACH
from ..comparisons.summary import CONTRASTS, STATISTICS
from ..measurements.dissimilarity import Dissimilarity
from ..measurements.field_size import FieldSize
from ..measurements.gratings import CURVES, GratingProperty, TuningCurve
from ..measurements.images import IMAGE_PROPERTIES, IMAGE_UNITS, NEED_A_KIND, ImageProperty
from ..measurements.labels import Labels
from ..measurements.measurement import Measurement, load
from ..measurements.solution_time import SolutionTime
from ..reading import Table
from .header import Header
from .stimuli import Shown

DISTRIBUTION, SUMMARY, CONTRAST = "property distribution", "summary statistic", "contrast of conditions"
CURVE, CONFUSIONS, DISSIMILARITIES = "tuning curve", "confusion matrix", "dissimilarity matrix"
ACCURACY = "accuracy per condition"
KINDS = (DISTRIBUTION, SUMMARY, CONTRAST, CURVE, CONFUSIONS, DISSIMILARITIES, ACCURACY)
FIELD, TIME = "field_diameter", "solution_time"
SUMMARISED = {**{name: UNITS[name] for name in GRATING_PROPERTIES}, **IMAGE_UNITS, FIELD: "deg", TIME: "ms"}
"""Properties of which a number can be stated, to their unit."""


@dataclass(frozen=True)
class Described:
    """A measurement, and what its numbers are called."""

    measurement: Measurement
    unit: str
    conditions: tuple[str, ...] = ()
    metric: tuple[tuple[str, Any], ...] = ()
    labels: tuple[str, ...] = ()


def trials(table: Table) -> dict[str, Any]:
    """How gratings are shown and recorded."""
    bins = table.rows("time_bins_ms", ((70.0, 170.0),), width=2)
    if len(bins) != 1 or not bins[0][0] < bins[0][1]:
        table.refuse("time_bins_ms", expected="one [start, end], as [[70, 170]]")
    return {
        "number_of_trials": table.integer("number_of_trials", 1, low=1),
        "mapping_trials": table.integer("mapping_trials", 1, low=1),
        "time_bins": ((float(bins[0][0]), float(bins[0][1])),),
        "reach": table.number("reach_deg", REACH, low=0),
    }


def property_of(table: Table) -> str:
    """``property`` of a distribution: of gratings or textures."""
    return table.choice("property", PROPERTIES)


def is_of_textures(name: str) -> bool:
    """Whether a property is measured on textures."""
    return name in TEXTURE_PROPERTIES


def read_measurement(kind: str, table: Table, head: Header, shown: Shown, root: Table) -> Described:
    """All kinds but the distribution.

    Raises
    ------
    InvalidFile
    """
    if kind in (CONFUSIONS, ACCURACY):
        return _labels(kind, table, shown)
    if not head.regions:
        root.miss("region", "the region that is recorded, as 'V1'")
    if kind == DISSIMILARITIES:
        _one_region(root, head)
        measured = Dissimilarity(
            stimuli=shown.stimuli,
            regions=head.regions,
            visual_degrees=shown.visual_degrees,
            order=(),
            number_of_trials=table.integer("number_of_trials", 1, low=1),
        )
        return Described(measured, "1 - r")
    if kind == CURVE:
        _one_region(root, head)
        parameter = table.choice("parameter", CURVES)
        curve = TuningCurve(parameter=parameter, regions=head.regions, **_gratings(shown), **trials(table))
        return Described(curve, "share of the largest", _values_shown(curve, parameter))
    return _property(kind, table, head, shown, root)


def _property(kind: str, table: Table, head: Header, shown: Shown, root: Table) -> Described:
    name = table.choice("property", SUMMARISED)
    metric = (("statistic", table.choice("statistic", STATISTICS, "mean")),)
    if name in IMAGE_PROPERTIES:
        described = Described(_images(name, table, head, shown), SUMMARISED[name], head.regions, metric)
    elif name == FIELD:
        bins = trials(table)
        size = FieldSize(
            stimuli=shown.stimuli,
            regions=head.regions,
            visual_degrees=shown.visual_degrees,
            number_of_trials=bins["number_of_trials"],
            time_bins=bins["time_bins"],
        )
        described = Described(size, SUMMARISED[name], head.regions, metric)
    elif name == TIME:
        _one_region(root, head)
        described = _time(table, head, shown, metric)
    else:
        by = table.choice("by", ("contrast",), "")
        paired = table.texts("within_unit", ())
        if paired and (len(paired) != 2 or not by):
            table.refuse("within_unit", expected='two of the conditions of \'by\', as ["0.1", "1"]')
        options: dict[str, Any] = {"property_name": name, "by": by, "paired": paired}
        gratings = GratingProperty(regions=head.regions, **options, **_gratings(shown), **trials(table))
        conditions, unit = (("ratio",), "ratio") if paired else (head.regions if not by else (), SUMMARISED[name])
        described = Described(gratings, unit, conditions, metric)
    return _contrasted(table, described) if kind == CONTRAST else described


def _contrasted(table: Table, described: Described) -> Described:
    """The two conditions, and how they are contrasted; a contrast within units is there already."""
    if described.conditions == ("ratio",):
        return described
    of = table.texts("of", described.conditions)
    if len(of) != 2:
        table.refuse("of", expected='two conditions, as ["V1", "V2"]')
    contrast = table.choice("contrast", CONTRASTS)
    unit = described.unit if contrast == "difference" else contrast
    metric = (*described.metric, ("contrast", contrast), ("of", list(of)))
    return Described(described.measurement, unit, ("contrast",), metric)


def _images(name: str, table: Table, head: Header, shown: Shown) -> ImageProperty:
    column, kind = table.text("column", ""), table.text("kind_of_interest", "")
    if name in NEED_A_KIND and not (column and kind):
        table.miss("column", f"column and kind_of_interest: {name} is of one kind of images against the rest")
    bins = table.rows("time_bins_ms", (), width=2)
    return ImageProperty(
        stimuli=shown.stimuli,
        property_name=name,
        regions=head.regions,
        visual_degrees=shown.visual_degrees,
        column=column,
        kind=kind,
        localised=table.number("localised_share", 0.0, low=0, high=1),
        number_of_trials=table.integer("number_of_trials", 1, low=1),
        time_bins=tuple((float(start), float(end)) for start, end in bins) or None,
    )


def _time(table: Table, head: Header, shown: Shown, metric: tuple[tuple[str, Any], ...]) -> Described:
    labels, by = table.texts("labels"), table.text("by_column", "")
    measured = SolutionTime(
        stimuli=shown.stimuli,
        regions=head.regions,
        visual_degrees=shown.visual_degrees,
        labels=labels,
        by=by,
        step_ms=table.number("step_ms", 10.0, low=0.1),
        last_ms=table.number("last_ms", 300.0, low=1),
    )
    return Described(measured, "ms", () if by else labels, metric)


def _labels(kind: str, table: Table, shown: Shown) -> Described:
    labels = table.texts("labels")
    by = table.text("by_column") if kind == ACCURACY else ""
    measured = Labels(
        stimuli=shown.stimuli,
        visual_degrees=shown.visual_degrees,
        labels=labels,
        truth=table.text("truth_column"),
        by=by,
        number_of_trials=table.integer("number_of_trials", 1, low=1),
    )
    return Described(measured, "share", labels=labels)


def _gratings(shown: Shown) -> dict[str, Any]:
    return {
        "stimuli": shown.stimuli,
        "visual_degrees": shown.mapping_degrees,
        "stimuli_degrees": shown.visual_degrees,
        **shown.sets,
    }


def _values_shown(curve: TuningCurve, parameter: str) -> tuple[str, ...]:
    """The values of a parameter that generated stimuli have; unknown of a registered set until it is loaded."""
    if isinstance(curve.stimuli, str):
        return ()
    column, factor = ("radius", 2) if parameter == "diameter" else (parameter, 1)
    return tuple(f"{factor * value:g}" for value in sorted(set(load(curve.stimuli).table[column])))


def _one_region(root: Table, head: Header) -> None:
    if len(head.regions) != 1:
        root.refuse("regions", expected="one region")
