"""Whether a benchmark hangs below a node of its domain's tree; one that does not is scored, and enters no average."""

from . import registry
from .contracts import Benchmark
from .domains import Domain
from .errors import InvalidParameter, PluginError

_told: set[str] = set()


def misplaced(benchmark: Benchmark) -> InvalidParameter | None:
    """What is wrong with its `parent`, not raised; None where nothing is, or where its domain is not installed.

    Parameters
    ----------
    benchmark : Benchmark
        Its `parent` is to be a node of :attr:`Domain.tree`.
    """
    try:
        domain = registry.resolve("domains", benchmark.domain) if benchmark.domain else None
    except PluginError:  # told where the domain is asked for
        return None
    if not isinstance(domain, Domain) or benchmark.parent in domain.tree:
        return None
    below = f"it hangs below {benchmark.parent!r}, which {domain.identifier} has not"
    return InvalidParameter(
        f"{benchmark.identifier} enters no average: {below}",
        expected=f"parent= one of {', '.join(sorted(domain.tree))}",
    )


def told_once(benchmark: Benchmark) -> str:
    """What :func:`misplaced` finds, for the first who asks in this process; empty for the others."""
    text = str(misplaced(benchmark) or "")
    if text in _told:
        return ""
    _told.add(text)
    return text
