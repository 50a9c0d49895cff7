"""Benchmarks in files: a path where an identifier is expected, read by the domain that knows its suffix."""

import pytest

from brainscore_core import load_benchmark
from brainscore_core.description_files import is_read, read_benchmark
from brainscore_core.domains import Domain
from brainscore_core.errors import BrokenPlugin, IdentifierConflict, InvalidIdentifier, UnknownIdentifier

READER = """
from brainscore_core.domains import Domain

domain = Domain("paper", interface="", reads={".paper": "paper_domain:read", ".odd": "paper_domain:nothing"})


def read(path):
    return ("read", path)
"""


@pytest.fixture
def paper(toy, also):
    also("paper-domain", "brainscore.domains", {"paper": "paper_domain:domain"}, READER)


def test_a_path_is_read_by_the_domain_of_its_suffix(paper):
    assert is_read("./some/my.paper")
    assert load_benchmark("./some/my.paper") == ("read", "./some/my.paper")
    assert load_benchmark("my.PAPER") == ("read", "my.PAPER")


def test_other_names_are_identifiers(paper):
    assert not is_read("Toy2020.A-one")
    with pytest.raises(InvalidIdentifier):
        load_benchmark("./some/my.other")
    with pytest.raises(UnknownIdentifier, match="Toy2020"):
        load_benchmark("Toy2020.A-two-three")
    with pytest.raises(UnknownIdentifier, match="no file that an installed domain reads"):
        read_benchmark("my.other")


def test_a_domain_whose_function_is_not_there_is_named(paper):
    with pytest.raises(BrokenPlugin, match="domain 'paper' reads files with 'paper_domain:nothing'"):
        load_benchmark("my.odd")


def test_a_domain_reads_nothing_unless_it_says_so():
    assert Domain("plain", interface="").reads == {}


def test_a_file_that_is_not_there_is_wrong_usage(paper, brainscore):
    answer = brainscore("score", "half", "-b", "./my.odd", "-b", "Toy2020.A-one")
    assert answer.code == 2 and answer.out == ""
    assert "there is no file './my.odd': expected a file, or an identifier of an installed benchmark" in answer.err


def test_a_file_that_cannot_be_read_is_a_failed_pair(paper, brainscore, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.odd").touch()
    answer = brainscore("score", "half", "-b", "./my.odd", "-b", "Toy2020.A-one")
    assert answer.code == 1
    assert "failed: half on ./my.odd" in answer.out
    assert "reads files with 'paper_domain:nothing'" in answer.out


NAMED = """
from pathlib import Path

from brainscore_core.domains import Domain
from toy import benchmark

domain = Domain("paper", interface="", reads={".paper": "paper_domain:read"})


def read(path):
    identifier, parent = Path(path).read_text().split()
    return benchmark(identifier, parent)
"""


@pytest.fixture
def written(toy, also, tmp_path):
    """Write a file that describes a benchmark by its name and parent."""
    also("paper-domain", "brainscore.domains", {"paper": "paper_domain:domain"}, NAMED)

    def write(text: str) -> str:
        (tmp_path / "my.paper").write_text(text)
        return str(tmp_path / "my.paper")

    return write


def test_the_name_of_an_installed_benchmark_is_refused(written):
    file = written("Toy2020.A-one B")
    with pytest.raises(IdentifierConflict) as refused:
        load_benchmark(file)
    assert str(refused.value) == (
        f"{file!r} describes 'Toy2020.A-one', which is the name of a benchmark of bs-toy, and it is not the same: "
        "expected a name of its own. Change the identifier in the file."
    )


def test_the_installed_benchmark_itself_may_be_read_from_its_file(written):
    assert load_benchmark(written("Toy2020.A-one A")) == load_benchmark("Toy2020.A-one")
    assert load_benchmark(written("Mine A")).identifier == "Mine"


def test_a_name_is_taken_by_what_is_broken_or_claimed_twice(written, also):
    also("bs-bad", "brainscore.toy.benchmarks", {"Toy2020.bad": "bs_bad:benchmark"}, "raise ImportError('no')")
    also("bs-more", "brainscore.toy.benchmarks", {"Toy2020.A-one": "toy:a1"}, "")
    for name in ("Toy2020.bad", "Toy2020.A-one"):
        with pytest.raises(IdentifierConflict, match=f"'{name}', which is the name of an installed benchmark"):
            load_benchmark(written(f"{name} A"))


def test_a_taken_name_is_said_where_it_is_scored_and_described(written, brainscore):
    file = written("Toy2020.A-one B")
    answer = brainscore("score", "half", "-b", file, "-b", "Toy2020.A-two")
    assert answer.code == 1 and f"failed: half on {file}" in answer.out and "0.625" in answer.out
    assert "which is the name of a benchmark of bs-toy" in answer.out
    answer = brainscore("info", file)
    assert (answer.code, answer.out) == (2, "") and "which is the name of a benchmark of bs-toy" in answer.err
