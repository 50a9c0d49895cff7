"""Benchmarks in files: a path where an identifier is expected, read by the domain that knows its suffix."""

import pytest

from brainscore_core import load_benchmark
from brainscore_core.description_files import is_read, read_benchmark
from brainscore_core.domains import Domain
from brainscore_core.errors import BrokenPlugin, InvalidIdentifier, UnknownIdentifier

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
