"""Wrong input gets a typed error that says what to do, the same the second time, and leaves nothing half-written."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("bad_input_cases", Path(__file__).with_name("cases.py"))
cases = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = cases
SPEC.loader.exec_module(cases)

KEPT = {"a corrupt archive": 2, "a truncated archive": 2, "an archive that writes outside its folder": 2}
"""Files that rightly stay: the archive, whose bytes are those that were named, and the note that they were verified."""


@pytest.mark.parametrize("title", cases.CASES)
def test_twice(title, tmp_path):
    with cases.home(tmp_path / "home") as store:
        first, second = cases.provoke(title, tmp_path / "place")
        assert type(first) is type(second) is not cases.BrainScoreError and str(first) == str(second)
        assert first.expected or first.remedy
        assert len(cases.left(store)) == KEPT.get(title, 0)
        assert not [path for path in tmp_path.rglob("*") if path.name.endswith((".part", ".tmp"))]
    assert not list(tmp_path.rglob("outside.txt"))


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("repetitions missing for a stimulus", [2, 3, 2]),
        ("the same, in halves", [2, 3, 2]),
        ("a neuroid that never varies", [1]),
    ],
)
def test_what_is_counted(title, numbers):
    assert list(cases.counted(title).values()) == numbers and len(cases.REPORTED) == 3


def test_what_the_document_says_is_what_is_said():
    assert (ROOT / "docs" / "bad-input.md").read_text(encoding="utf-8") == cases.as_markdown()
