# /// script
# dependencies = ["brainscore-core>=3,<4"]
# ///
"""Scores on results that papers state in numbers, as a table: from records of ``brainscore score``.

``brainscore score MODEL ... -b 'Foster1985*' -b ... --json FILE``, as often as there is time for, then
``python bench/show_papers.py FILE ... [--write]``; with ``--write`` the tables are kept in ``bench/RESULTS-papers.md``.
"""

import json
import sys
from pathlib import Path
from typing import Any

from shown import ROOT, machine, pm, table

OWN = "Mine2026"
"""The benchmark of docs/paper-to-benchmark.md."""
NO_UNIT = "no-unit-defined"
TEXT = """# Results that papers state in numbers

Printed by `python bench/show_papers.py FILE ... --write` from records of `brainscore score`: {machine}, shared with
others, so that seconds say little. A comparison with an unknown ceiling stands as `raw`, and enters no average.
"""
PATH = """
## The file of docs/paper-to-benchmark.md, as a new user would

Receptive fields of TE measure 2.8 to 26 degrees (Op de Beeck & Vogels 2000): the share of units within. To write: the
file of the page; nothing is installed, registered or programmed. A misspelt key costs one run of a second: the message
has the line, and the name that was meant.

{own}
"""
ALL = """
## Benchmarks of bs-benchmark-published

{rows}

`measured` is what the model has, in the unit of the published number; where limits are published, the share of units
within. `unsupported`: no map of the region, no label, or answers that do not change with time.
"""


def shown_raw(record: dict[str, Any]) -> str:
    """The comparison, or why there is none."""
    told = pm(record["raw"], record["raw_error"]) if record["status"] == "ok" else record["status"]
    return f"{told} ({NO_UNIT})" if NO_UNIT in record["flags"] else told


def numbers(record: dict[str, Any], word: str) -> str:
    """What the details hold of what was measured or published, by condition."""
    found = {name: value for name, value in record["details"].items() if name.startswith(f"{word} ")}
    return ", ".join(f"{name.removeprefix(word).strip()}: {value:.3g}" for name, value in found.items())


def row(record: dict[str, Any]) -> list[str]:
    """One row of the table."""
    names = [
        record["benchmark"],
        record["model"],
        numbers(record, "published"),
        numbers(record, "measured"),
        shown_raw(record),
    ]
    return [*names, f"{record['seconds']:.0f}"]


def tables(records: list[dict[str, Any]]) -> str:
    """Both tables; of a pair that was scored twice the last record counts."""
    latest = {(record["benchmark"], record["model"]): record for record in records}
    heads = ["benchmark", "model", "published", "measured", "raw", "seconds"]
    rows = [row(latest[key]) for key in sorted(latest)]
    own = [each[1:] for each in rows if each[0].startswith(OWN)]
    return (
        TEXT.format(machine=machine())
        + PATH.format(own=table(heads[1:], own))
        + ALL.format(rows=table(heads, [each for each in rows if not each[0].startswith(OWN)]))
    )


def main(arguments: list[str]) -> None:
    """Read, print, and keep where that is asked for."""
    files = [Path(name) for name in arguments if name != "--write"]
    records = [record for file in files for record in json.loads(file.read_text(encoding="utf-8"))]
    text = tables(records)
    sys.stdout.write(text)
    if "--write" in arguments:
        (ROOT / "bench" / "RESULTS-papers.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
