"""What to cite, each entry once: models of a family share theirs."""

from collections.abc import Sequence
from typing import Any

from bs_app_campaign.schema import Benchmark, Model

from .payload import described


def citations(models: Sequence[Model], benchmarks: Sequence[Benchmark]) -> dict[str, Any]:
    """BibTeX of everything that is shown.

    Parameters
    ----------
    models, benchmarks : sequence of rows
        In the order of the board.

    Returns
    -------
    mapping
        ``entries``; of each model and each benchmark the number of its own, null where there is none.
    """
    entries: dict[str, int] = {}

    def number(row: Model | Benchmark) -> int | None:
        text = str(described(row).get("bibtex") or "").strip()
        return entries.setdefault(text, len(entries)) if text else None

    numbers = {"models": [number(row) for row in models], "benchmarks": [number(row) for row in benchmarks]}
    return {"entries": list(entries), **numbers}
