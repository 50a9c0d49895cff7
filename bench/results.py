"""What the scripts beside it share: the machine in words, and sections of a file of results."""

import os
import platform
from pathlib import Path

METRICS = Path(__file__).parent / "RESULTS-metrics.md"


def machine() -> str:
    """Processor, cores, memory, versions."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        _, _, rest = information.read_text().partition("model name")
        model = rest.partition("\n")[0].strip("\t :") or model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def keep_section(file: Path, title: str, text: str, *, first: bool = False) -> None:
    """Write a section, in place of one of the same title, else at the end; or as the first."""
    parts = file.read_text().split("\n## ") if file.exists() else ["# Metrics: speed, memory, agreement"]
    sections = {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in parts[1:]}
    sections = {title: "", **sections} if first else sections
    sections[title] = text.strip()
    body = [f"## {name}\n\n{content}\n" for name, content in sections.items()]
    file.write_text("\n".join([parts[0].strip() + "\n", *body]))


def kept_rows(file: Path, columns: int) -> dict[str, str]:
    """Rows of the tables of so many columns, by their first cell."""
    lines = file.read_text().splitlines() if file.exists() else []
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines if line.count("|") == columns + 1}
