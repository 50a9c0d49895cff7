"""list, info, cite, prefer."""

import pytest

from brainscore_core import load_benchmark
from brainscore_core.contracts import DataEntry, DataInfo


def test_list_everything(toy, brainscore):
    answer = brainscore("list")
    assert (answer.code, answer.err) == (0, "")
    rows = [line.split("  ") for line in answer.out.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells[0] == ["kind", "identifier", "distribution", "version"]
    assert ["models", "half", "bs-toy", "1.2.3"] in cells
    assert ["models", "const:* (2)", "bs-toy", "1.2.3"] in cells
    assert ["domains", "toy", "bs-toy", "1.2.3"] in cells
    assert len(cells) == 1 + 3 + 5 + 1 + 1 + 2


@pytest.mark.parametrize("kind", ["benchmarks", "benchmark"])
def test_list_one_kind(toy, brainscore, kind):
    lines = brainscore("list", kind).out.splitlines()
    assert lines[0].split() == ["identifier", "distribution", "version"]
    assert [line.split()[0] for line in lines[1:]] == sorted(line.split()[0] for line in lines[1:])
    assert len(lines) == 6


def test_list_json(toy, brainscore):
    rows = brainscore("list", "models", "--json").json
    assert {
        "kind": "models",
        "identifier": "half",
        "domain": "toy",
        "distribution": "bs-toy",
        "version": "1.2.3",
    } in rows
    assert next(row for row in rows if row["identifier"] == "const:*")["members"] == 2


def test_list_expands_a_family(toy, brainscore):
    rows = brainscore("list", "const:*", "--json").json
    assert [row["identifier"] for row in rows] == ["const:one", "const:two"]


def test_list_pattern_over_all_kinds(toy, brainscore):
    rows = brainscore("list", "Toy2020*", "--json").json
    assert {row["kind"] for row in rows} == {"benchmarks", "datasets"}


def test_list_names_both_who_claim_an_identifier(toy, also, brainscore):
    also("bs-other", "brainscore.toy.models", {"half": "bs_other:half"}, "half = None")
    rows = brainscore("list", "ha*", "--json").json
    assert [row["distribution"] for row in rows] == ["bs-other", "bs-toy"]


def test_list_survives_a_family_that_cannot_be_loaded(toy, also, brainscore):
    also("bs-family", "brainscore.toy.model_families", {"bad": "bs_family:family"}, "raise ImportError('no torch')")
    assert "bad:* (cannot be loaded)" in brainscore("list", "models").out


@pytest.mark.parametrize("arguments", [("modles",), ("models", "x*"), ("const:x*",)])
def test_list_nothing(toy, brainscore, arguments):
    answer = brainscore("list", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert repr(arguments[-1]) in answer.err


def test_info_of_each_kind(toy, brainscore):
    for identifier in ("half", "const", "const:one", "Toy2020.A-one", "difference", "Toy2020", "toy"):
        answer = brainscore("info", identifier)
        assert answer.code == 0, answer.err
        assert f"identifier    {identifier}" in answer.out
        assert "distribution  bs-toy" in answer.out


def test_info_of_a_model_says_how_many_parameters_it_has(toy, brainscore):
    answer = brainscore("info", "half")
    assert answer.code == 0, answer.err
    assert "parameters    61" in answer.out.splitlines()


def test_info_json(toy, brainscore):
    (about,) = brainscore("info", "Toy2020.A-one", "--json").json
    assert about["kind"] == "benchmarks"
    assert (about["parent"], about["scores"], about["data"]) == ("A", "version 2", "Toy2020")
    (about,) = brainscore("info", "difference", "--json").json
    assert about["parameters"] == {"scale": 1.0, "seed": 0}
    (about,) = brainscore("info", "Toy2020", "--json").json
    assert about["sources"][0]["filename"] == "numbers.txt"


DOCUMENTED = """
from dataclasses import dataclass

@dataclass
class Part:
    '''A part.

    Parameters
    ----------
    size : int
        Of the part, as Someone et al. (2001) have it. Any number.
    '''

    size: int = 25

@dataclass
class Whole:
    '''A whole.

    Parameters
    ----------
    part : Part
    mode : {'a', 'b'}
        How it is
        done. At length.
    one, other : int
        Numbers.

    Other text : of no parameter.
    '''

    part: Part
    mode: str = "a"
    one: int | None = None
    other: tuple = ()

def whole(*, size=25, **options):
    "A whole of parts."
    return Whole(Part(size), **options)
"""


def test_info_of_a_metric_names_every_option_with_default_and_meaning(toy, also, brainscore):
    also("bs-whole", "brainscore.metrics", {"whole": "bs_whole:whole"}, DOCUMENTED)
    (about,) = brainscore("info", "whole", "--json").json
    assert about["parameters"] == {"size": 25, "mode": "a", "one": None, "other": []}
    assert about["meanings"] == {
        "size": "Of the part, as Someone et al. (2001) have it.",
        "mode": "How it is done.",
        "one": "Numbers.",
        "other": "Numbers.",
    }
    out = brainscore("info", "whole").out
    assert out[out.index("parameters") :].splitlines() == [
        "parameters",
        "  size   25    Of the part, as Someone et al. (2001) have it.",
        "  mode   'a'   How it is done.",
        "  one    None  Numbers.",
        "  other  []    Numbers.",
    ]


def test_info_of_a_plugin_that_cannot_be_loaded(toy, also, brainscore):
    also("bs-broken", "brainscore.toy.models", {"broken": "bs_broken:model"}, "raise ImportError('no torch here')")
    answer = brainscore("info", "broken")
    assert (answer.code, answer.out) == (1, "")
    assert "bs-broken" in answer.err and "no torch here" in answer.err


def test_cite_benchmark_cites_data_and_metric_once(toy, brainscore):
    answer = brainscore("cite", "Toy2020.A-one", "Toy2020", "half")
    assert answer.code == 0
    assert answer.out.count("@article{Toy2020,") == 1
    assert answer.out.count("@article{Difference2001,") == 1
    assert "% half: https://doi.org/10.1/model" in answer.out


def test_cite_benchmark_cites_its_stimuli(toy, brainscore, monkeypatch):
    shown = DataEntry("shown", lambda: None, DataInfo(bibtex="@article{Shown1999, title = {Stimuli}}"))
    monkeypatch.setattr(type(load_benchmark("Toy2020.A-one")), "shows", (shown,))
    assert "@article{Shown1999," in brainscore("cite", "Toy2020.A-one").out


def test_cite_a_metric_that_a_function_makes(toy, also, brainscore):
    source = "def made():\n    return None\n\nmade.doi = '10.1/metric'"
    also("bs-made", "brainscore.metrics", {"made": "bs_made:made"}, source)
    assert brainscore("cite", "made").out == "% made: https://doi.org/10.1/metric\n"


def test_cite_says_what_states_nothing(toy, brainscore):
    answer = brainscore("cite", "const:one")
    assert (answer.code, answer.out) == (0, "")
    assert "const:one states nothing to cite" in answer.err


def test_prefer_settles_a_conflict(toy, also, brainscore):
    also("bs-other", "brainscore.toy.models", {"half": "bs_other:half"}, "from toy import fifth as half")
    answer = brainscore("info", "half")
    assert answer.code == 2
    assert "bs-other" in answer.err and "brainscore prefer" in answer.err
    assert brainscore("prefer", "bs-toy::half").code == 0
    (about,) = brainscore("info", "half", "--json").json
    assert about["distribution"] == "bs-toy"
    assert brainscore("prefer", "--json").json == {"half": "bs-toy"}
    assert brainscore("prefer", "--forget", "half").code == 0
    assert brainscore("info", "half").code == 2


@pytest.mark.parametrize(
    "arguments", [("half",), ("bs-toy::nothing",), ("bs-else::half",), ("--forget", "half"), ("a::b", "--forget", "a")]
)
def test_prefer_refuses(toy, brainscore, arguments):
    answer = brainscore("prefer", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert brainscore("prefer", "--json").json == {}
