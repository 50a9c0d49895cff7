# /// script
# dependencies = [
#     "brainscore-core[statistics]>=3,<4",
#     "brainscore-vision>=3,<4",
#     "bs-benchmark-kar2022>=1,<2",
#     "bs-benchmark-tang2018>=1,<2",
#     "bs-model-convrnn>=1,<2",
#     "bs-model-efficientnet-lite>=1,<2",
#     "bs-model-hmax>=1,<2",
#     "bs-model-pixels>=1,<2",
# ]
# ///
"""Occluded objects (Tang et al. 2018) and morphed faces (Kar 2022): models beside people.

``python bench/show_tang_kar.py [--write]``; ``--write`` keeps it as two sections of ``bench/RESULTS-behavior.md``.
"""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from results import keep_section
from shown import machine, pm, settled, table

RESULTS = Path(__file__).parent / "RESULTS-behavior.md"
MODELS = ("efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2", "pixels", "hmax")
IN_TIME = ("convrnn:timedecay-shallow-untrained",)
TANG = {
    "Tang2018-accuracy_visibility": "accuracy by visibility",
    "Tang2018-image_agreement": "agreement over images",
    "Tang2018-mask_onset": "accuracy by mask onset",
}
KAR = {"Kar2022.controls-image_level": "controls", "Kar2022.asd-image_level": "autistic people"}
ONSETS = (25, 50, 75, 100, 150)

Records = Mapping[tuple[str, str], Any]


def tang(records: Records) -> str:
    """Three benchmarks of occluded objects."""
    from brainscore_core import load_benchmark

    people = [[f"{meaning} (`{name}`)", pm(*_ceiling(name))] for name, meaning in TANG.items()]
    details = load_benchmark("Tang2018-image_agreement").ceiling.details
    rows, curves = [], []
    for model in (*MODELS, *IN_TIME):
        rows.append([f"`{model}`", *(_cell(records[model, name]) for name in TANG)])
        for name, conditions in (("Tang2018-accuracy_visibility", range(1, 6)), ("Tang2018-mask_onset", ONSETS)):
            curves += _curve(model, records[model, name], name, conditions)
    shown = next(record.score for record in records.values() if record.benchmark == "Tang2018-accuracy_visibility")
    timed = records[IN_TIME[0], "Tang2018-mask_onset"].score
    curves += [
        ["people, unmasked, fifths of visibility", *(f"{shown.details[f'people_{part}']:.3f}" for part in range(1, 6))],
        ["people, masked, onsets", *(f"{timed.details[f'people_{onset}']:.3f}" for onset in ONSETS)],
    ]
    return "\n".join(
        [
            said(),
            "",
            f"People: ceilings; halves of them agree over images with r = {details['split_half']:.3f} (published .629),"
            f" within categories {details['split_half_within_truth']:.3f}.",
            "",
            table(["", "ceiling"], people),
            "Models: raw ± error over images (score). Decoders are fitted on four fifths of the occluded images and",
            "answer to the fifth; chance is .20. `unsupported`: alike at all times, so no claim about masks.",
            "",
            table(["model", *TANG.values()], rows),
            "Accuracies by fifth of visibility (least to most; images and trials ranked apart), and by mask onset",
            f"({', '.join(map(str, ONSETS))} ms).",
            "",
            table(["", "1", "2", "3", "4", "5"], curves),
        ]
    )


def kar(records: Records) -> str:
    """Image-level agreement with two groups of people."""
    from brainscore_core import load_benchmark

    people, rows = [], []
    for name, group in KAR.items():
        benchmark = load_benchmark(name)
        ceiling, human = benchmark.ceiling, benchmark.human
        people.append(
            [f"{group} (`{name}`)", pm(ceiling.value, ceiling.error), f"{ceiling.details['split_half']:.3f}"]
            + [f"{human[key]:.3f}" for key in ("split_half_published", "one_person", "other_group")]
            + [f"{ceiling.details['ceiling_within_level']:.3f}"]
        )
    for model in MODELS:
        found = [records[model, name] for name in KAR]
        rows.append([f"`{model}`", *(part for record in found for part in _agreement(record))])
    headers = [f"{group}, {what}" for group in KAR.values() for what in ("raw (score)", "95%", "within levels")]
    return "\n".join(
        [
            said(),
            "",
            "People: reliability of their mean, r of halves (and as published), of one person with the others, of the",
            "two groups, and reliability within levels of the morph.",
            "",
            table(["", "ceiling", "halves", "published", "one person", "other group", "within levels"], people),
            "Models: raw r ± error over 4 faces (score). A decoder fitted on pure fear and happiness of three faces",
            "answers to the fourth; 28 images, so intervals are wide.",
            "",
            table(["model", *headers], rows),
        ]
    )


def _ceiling(name: str) -> tuple[float, float | None]:
    from brainscore_core import load_benchmark

    ceiling = load_benchmark(name).ceiling
    return ceiling.value, ceiling.error


def _cell(record: Any) -> str:
    if record.score is None:
        return str(record.status)
    value = "null" if record.score.value is None else f"{record.score.value:.3f}"
    return f"{pm(record.score.raw.value, record.score.raw.error)} ({value})"


def _curve(model: str, record: Any, name: str, conditions: Any) -> list[list[str]]:
    if record.score is None:
        return []
    what = "fifths of visibility" if name.endswith("visibility") else "onsets"
    return [[f"`{model}`, {what}", *(f"{record.score.details[f'model_{entry}']:.3f}" for entry in conditions)]]


def _agreement(record: Any) -> list[str]:
    if record.score is None:
        return [str(record.status), "", ""]
    details = record.score.details
    return [
        _cell(record),
        f"{details['interval_low']:.2f} to {details['interval_high']:.2f}",
        f"{details['within_level']:.3f}",
    ]


def said() -> str:
    """Which run printed it."""
    return f"Printed by `python bench/show_tang_kar.py --write` on {date.today()}: {machine()}."


def main(arguments: list[str]) -> None:
    """Print both parts."""
    from brainscore_core import score_all

    found = [*score_all(MODELS, [*TANG, *KAR]), *score_all(IN_TIME, list(TANG))]
    records = {(record.model, record.benchmark): record for record in found}
    sections = {
        "Tang 2018: occluded objects, models beside people": tang(records),
        "Kar 2022: morphed faces, models beside two groups of people": kar(records),
    }
    for title, text in sections.items():
        sys.stdout.write(f"## {title}\n\n{text}\n")
        if "--write" in arguments:
            if not RESULTS.exists():
                RESULTS.write_text("# Behaviour: speed, agreement, models beside people\n")
            keep_section(RESULTS, title, text)


if __name__ == "__main__":
    with settled():
        main(sys.argv[1:])
