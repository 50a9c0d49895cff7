"""Words of a machine do not leave it; everything else does."""

import pytest

from bs_app_leaderboard import scrubbing
from bs_app_leaderboard.scrubbing import is_public, published, scrubbed

SAID = [
    ("OSError: [Errno 2] No such file: '/home/jane/lab/my data.nc'", "OSError: [Errno 2] No such file: '[path]'"),
    ("in /home/jane/model.py:12: jane asked", "in [path]:12: [user] asked"),
    ("cannot read /data2/lab one/x/y.nc, sorry", "cannot read [path], sorry"),
    ('"C:\\\\Users\\\\Jane Doe\\\\w.pt" is cut', '"[path]" is cut'),
    (r"C:\Users\jane\w.pt and \\nas7\share\x are gone", "[path] and [path] are gone"),
    ("(~/weights/x.pt)", "([path])"),
    ("path=/x1", "path=[path]"),
    ("file:///scratch/w.pt timed out", "[path] timed out"),
    ("file:/scratch/w.pt timed out", "[path] timed out"),
    ("GET https://mirror.lab.example.edu/t0ken/assy.nc: 404", "GET [address]: 404"),
    ("s3://secret-bucket/a.nc?versionId=1", "[address]"),
    ("tcp://10.0.0.7:8786 closed", "[address] closed"),
    ("no answer from 192.168.17.4:5432 or node17.cluster.internal", "no answer from [host] or [host]"),
    ("ssh jane@node17: refused", "ssh [address]: refused"),
    ("see https://doi.org/10.1000/182 and https://jane:pw@github.com/a/b", None),
]
KEPT = [
    "ValueError: expected V1/V2 and/or IT, got 3.5 / 4 (spikes/s), 10 °/s, a ratio of 1/2 on 2026/11/24",
    "brainscore-vision 3.0.0 has no layer features.3/conv; hmax@1.0.0, weights@v2; sha256:ab12/",
    "TypeError: unsupported operand type(s) for /: 'str' and 'int'",
    "see https://doi.org/10.1000/182 and https://api.github.com/x",
    "</script> <b>bold</b>",
    "",
]


@pytest.mark.parametrize(("text", "expected"), SAID)
def test_errors_lose_paths_addresses_and_names(text, expected):
    if expected is None:
        expected = "see https://doi.org/10.1000/182 and https://github.com/a/b"
    assert scrubbed(text) == expected


@pytest.mark.parametrize("text", KEPT)
def test_errors_keep_the_rest(text):
    assert scrubbed(text) == text


def test_names_of_this_machine_are_replaced_as_words(monkeypatch):
    monkeypatch.setattr(scrubbing, "own_names", lambda: {"janet": "[user]", "box7": "[host]", "root": "[user]"})
    told = scrubbed("janet on box7: janets box77, the root of the tree; box7.janet")
    assert told == "[user] on [host]: janets box77, the root of the tree; [host].janet"


def test_descriptions_keep_addresses_of_the_world_and_lose_those_of_a_machine(monkeypatch):
    monkeypatch.setenv("BRAINSCORE_MIRRORS", "https://mirror.example.org/held")
    told = {
        "bibtex": "@article{x, file = {Full:/home/jane/Zotero/x.pdf:pdf}, url = {https://journal.org/a/b}}",
        "description": ["jane@lab.org, see /net/conv1 in http://localhost:80/x or http://10.0.0.1/x", 1, None],
        "training_data": "from https://mirror.example.org/held/a.tar and file:///data/b",
    }
    assert published(told) == {
        "bibtex": "@article{x, file = {Full:[path]:pdf}, url = {https://journal.org/a/b}}",
        "description": ["jane@lab.org, see [path] in [address] or [address]", 1, None],
        "training_data": "from [address] and [path]",
    }


@pytest.mark.parametrize("address", ["https://example.org/a", "http://8.8.8.8/x"])
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address", ["s3://bucket/a", "ftp://example.org", "https://nas/x", "https://a.lan/x", "http://127.0.0.1/x", "x", ""]
)
def test_addresses_that_are_not_public(address):
    assert not is_public(address)
