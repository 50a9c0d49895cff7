"""Tables that fit, and are never cut."""

import re

import pytest

from brainscore_core.cli.output import number, size, table, to_json

LONG = "Marques2020_Cavanaugh2002-surround_suppression_index"
HEADERS = ["benchmark", "score", "raw", "ceiling", "status", "flags"]
ROWS = [
    [LONG, "0.912 ± 0.013", "0.877 ± 0.012", "0.958 ± 0.004", "ok", "few-units, above-ceiling"],
    ["Kriegeskorte2008.IT-human-rdm", "null", "0.221 ± 0.020", "", "ok", ""],
]


def test_wide_table_is_aligned_and_parseable():
    header, *lines = table(HEADERS, ROWS).splitlines()
    assert re.split(r"\s{2,}", header) == HEADERS
    assert re.split(r"\s{2,}", lines[0]) == ROWS[0]
    assert re.split(r"\s{2,}", lines[1]) == [*ROWS[1][:3], "-", "ok", "-"]
    assert lines[0].index("0.912") == lines[1].index("null") == header.index("score")


@pytest.mark.parametrize("width", [79, 80, 120])
def test_narrow_table_fits_and_names_its_columns(width):
    text = table(HEADERS, [[*row[:5], ""] for row in ROWS], width)
    assert max(map(len, text.splitlines())) <= width
    assert LONG in text
    if width == 79:
        assert f"{LONG}\n    score 0.912 ± 0.013  raw 0.877 ± 0.012  ceiling 0.958 ± 0.004  status ok\n" in text


def test_first_cells_that_need_more_stand_above_their_row():
    rows = [["A", "0.5", "1/2"], [f"    {LONG}", "0.25", "1/1"]]
    assert table(["node", "score", "covered"], rows, 45).splitlines() == [
        f"{'node':29}  score  covered",
        f"{'A':29}  0.5    1/2",
        f"    {LONG}",
        f"{'':29}  0.25   1/1",
    ]


def test_indentation_survives():
    text = table(["node", "score"], [["  IT", "0.5"]], 5)
    assert text == "  IT\n      score 0.5"


def test_empty_table_still_has_its_columns():
    assert table(["a", "b"], []) == "a  b"


@pytest.mark.parametrize(
    "value, error, text",
    [(None, None, ""), (0.0, None, "0.000"), (0.5, 0.0, "0.500 ± 0.000"), (-0.25, 1.0, "-0.250 ± 1.000")],
)
def test_numbers(value, error, text):
    assert number(value, error) == text


@pytest.mark.parametrize(
    "count, text", [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2 * 10**9, "2.0 GB"), (3e15, "3000.0 TB")]
)
def test_bytes(count, text):
    assert size(count) == text


def test_json_has_no_nan():
    assert to_json({"a": [float("nan"), float("inf"), 1.5], "b": ("x",)}).split() == [
        "{", '"a":', "[", "null,", "null,", "1.5", "],", '"b":', "[", '"x"', "]", "}",
    ]  # fmt: skip
