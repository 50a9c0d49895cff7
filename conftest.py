"""What holds for every suite: nothing of the user's is read or written, and a suite that only skips is red.

Somebody believes that a suite which only skips tests something.
"""

import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Store in a folder that goes with the run, and take files from beside the checkout where they lie there.

    Subprocesses inherit both.
    """
    folder = tempfile.TemporaryDirectory(prefix="brainscore-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    patch.setenv("BRAINSCORE_HOME", folder.name)
    beside = Path(__file__).resolve().parent.parent / "shared" / "data"
    if "BRAINSCORE_MIRRORS" not in os.environ and (beside / "index.csv").is_file():
        patch.setenv("BRAINSCORE_MIRRORS", str(beside))


_outcomes: dict[str, Counter[str]] = {}


def _suite(nodeid: str) -> str:
    """The tests folder that a test lies in, as ``plugins/bs-metric-rsa/tests``."""
    parts = Path(nodeid.partition("::")[0]).parts
    return "/".join(parts[: parts.index("tests") + 1]) if "tests" in parts else "."


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what became of each test."""
    if report.when == "call" or report.outcome != "passed":
        _outcomes.setdefault(_suite(report.nodeid), Counter())[report.outcome] += 1


def _only_skipped() -> list[str]:
    return [suite for suite, counts in sorted(_outcomes.items()) if set(counts) == {"skipped"}]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail where all tests of a suite were skipped."""
    if exitstatus == pytest.ExitCode.OK and _only_skipped():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name those suites."""
    for suite in _only_skipped():
        terminalreporter.write_line(f"{suite}: every test was skipped, which counts as a failure", red=True)
