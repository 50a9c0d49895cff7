"""Sample stimuli: what the licences allow of what is on this machine, and nothing else."""

import hashlib
import os
import socket
from io import BytesIO

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.data import Source
from brainscore_core.errors import DataUnavailable, InvalidStimulusSet
from bs_app_leaderboard import build
from bs_app_leaderboard.commands import leaderboard
from bs_app_leaderboard.licences import shareable
from bs_app_leaderboard.offline import without_network
from bs_app_leaderboard.stimuli import LARGEST, drawn
from bs_app_leaderboard.thumbnails import LONGEST, thumbnail

from .installing import fill_mirror, installed
from .planted import benchmark, read

REASONS = {
    "not installed here": 2,
    "licence does not allow it": 4,
    "private in part": 3,
    "stimuli cannot be read as pictures": 2,
    "files are not on this machine": 3,
    "cannot be loaded": 2,
    "installed in another version": 1,
    "show no stimulus set": 1,
}


@pytest.fixture
def showing(tmp_path, monkeypatch):
    with installed(tmp_path, monkeypatch) as plugin:
        yield plugin


@pytest.fixture
def board(showing, store, database, tmp_path):
    """A board of all its benchmarks but one, and of two that are not installed; what was told, and the folder."""
    for name in showing.BENCHMARKS:
        private = {"access": "private"} if name == "not-shown" else {}
        store("late", benchmark(name, **private), 0.4)
    for name in ("broken", "D2018.IT-one", "E2019.IT-two"):
        store("late", name, 0.4)
    return build(database, tmp_path / "board"), tmp_path / "board"


def pages(folder):
    found = [read(path) for path in (folder / "benchmarks").iterdir()]
    return {page["identifier"]: page["samples"] for page in found}


def test_benchmarks_show_what_may_be_shown_and_the_others_are_counted(board):
    told, folder = board
    shown = {name: [entry["set"] for entry in sets] for name, sets in pages(folder).items() if sets}
    assert shown == {
        "A2015.V1-one": ["shared"],
        "B2016.V1-two": ["shared", "movies"],
        "C2017.V4-one": ["generated"],
    }
    assert told["without"] == REASONS and told["samples"] == 3
    assert told["benchmarks"] == 3 + sum(REASONS.values())


def test_nothing_that_may_not_be_shown_is_in_the_folder_or_was_opened(board, showing):
    told, folder = board
    content = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    samples = {path: found for path, found in content.items() if path.parent.name == "samples"}
    assert showing.SECRET.encode() not in b"".join(content.values()), "no id, and no metadata of a file"
    assert sum(map(len, samples.values())) == told["sample_bytes"] < 20_000
    assert {path for path in content if path.suffix not in (".js", ".html", ".css")} == set(samples)
    referred = {shown["file"] for sets in pages(folder).values() for entry in sets for shown in entry["pictures"]}
    assert referred == {f"samples/{path.name}" for path in samples} and len(referred) == 6 + 3 + 3
    for found in samples.values():
        image = Image.open(BytesIO(found))
        assert (
            image.format == "WEBP" and max(image.size) <= LONGEST and not image.getexif() and not image.info.get("xmp")
        )
        pixels = np.asarray(image.convert("RGB")).reshape(-1, 3).mean(0)
        assert pixels[0] < 60, "what may not be shown is red"
    assert {"private", "nd", "unstated", "lent", "inside", "missing", "half", "elsewhere"}.isdisjoint(showing.OPENED)
    assert showing.OPENED.count("shared") == 1, "read once for the benchmarks that show it"


def test_a_page_has_size_words_terms_and_credit(board):
    _, folder = board
    (entry,), (generated,) = (pages(folder)[name] for name in ("A2015.V1-one", "C2017.V4-one"))
    assert entry["licence"] == "CC BY 4.0" and entry["terms"] == "https://creativecommons.org/licenses/by/4.0/"
    assert entry["doi"] == "10.1000/shared" and "Maker" in entry["bibtex"][0] and "/home" not in entry["bibtex"][0]
    first = entry["pictures"][0]
    assert (first["width"], first["height"]) == (128, 85)
    assert first["alt"] == "Stimulus 1 of 6 drawn from the 12 of shared"
    assert [(one["width"], one["height"]) for one in generated["pictures"]] == [(43, 128)] * 3


def test_a_second_build_shows_the_same(board, database):
    told, folder = board
    before = {path.name: path.read_bytes() for path in (folder / "samples").iterdir()}
    assert build(database, folder) == told
    assert {path.name: path.read_bytes() for path in (folder / "samples").iterdir()} == before


def test_a_served_picture_is_said_to_be_one(board):
    pytest.importorskip("starlette", reason="serving needs the extra 'serve'")
    import mimetypes

    from bs_app_leaderboard import serving

    assert serving.app(board[1]) is not None and mimetypes.guess_type("samples/0-0.webp")[0] == "image/webp"


def test_a_build_leaves_the_network_alone_and_restores_it(board, monkeypatch):
    assert "BRAINSCORE_OFFLINE" not in os.environ
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = listening.getsockname()
        monkeypatch.setenv("BRAINSCORE_OFFLINE", "0")
        with without_network():
            assert os.environ["BRAINSCORE_OFFLINE"] == "1"
            with pytest.raises(DataUnavailable, match="without the network"):
                socket.create_connection(address, timeout=5)
            with pytest.raises(DataUnavailable, match="without the network"):
                socket.getaddrinfo("localhost", 80)
        assert os.environ["BRAINSCORE_OFFLINE"] == "0"
        socket.create_connection(address, timeout=5).close()


def test_a_large_archive_is_not_unpacked_for_this(showing, store, database, tmp_path, monkeypatch):
    mirror = tmp_path / "archives"
    fill_mirror(mirror, {"images.zip": b"PK"})
    with (mirror / "images.zip").open("r+b") as file:
        file.truncate(LARGEST + 1)
    source = Source("images.zip", (), sha256=hashlib.sha256(b"PK").hexdigest(), licence="CC0")
    entry = DataEntry("large", lambda: pytest.fail("was loaded"), DataInfo("large", licence="CC0", sources=(source,)))
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(mirror))
    monkeypatch.setattr(showing, "of_0", showing.benchmark("A2015.V1-one", entry))
    store("late", "A2015.V1-one", 0.4)
    told = build(database, tmp_path / "board")
    assert (
        told["without"] == {"archive is not unpacked, and large": 1} and not (tmp_path / "board" / "samples").exists()
    )


def test_the_command_says_how_many_and_why(showing, store, database, tmp_path):
    for name in ("A2015.V1-one", "nd", "D2018.IT-one", "E2019.IT-two"):
        store("late", name, 0.4)
    command = ["build", str(tmp_path / "board"), "--database", f"sqlite:///{tmp_path / 'scores.db'}"]
    told = CliRunner().invoke(leaderboard, command, catch_exceptions=False).output.splitlines()[-1]
    assert told.startswith("Sample stimuli of 1 of 4 benchmarks, ")
    assert told.endswith(" kB; 2 not installed here; 1 licence does not allow it.")
    told = CliRunner().invoke(leaderboard, [*command, "--no-samples"], catch_exceptions=False).output
    assert "Sample stimuli" not in told and not (tmp_path / "board" / "samples").exists()
    assert all(sets == [] for sets in pages(tmp_path / "board").values())


@pytest.mark.parametrize(
    "licence",
    ["CC0", "CC0 1.0", "cc-by-4.0", "CC BY 3.0 Unported", "CC BY-SA 4.0", "CC-BY-SA-2.0", "MIT", "Public domain"]
    + ["MIT (generated by this package)", "MIT (generated by brainscore-vision)"],
)
def test_licences_that_let_everybody_hand_out_altered_copies(licence):
    assert shareable(licence) is not None and shareable(licence).name == licence


@pytest.mark.parametrize(
    "licence",
    [
        "",
        "not stated",
        "unknown",
        "CC BY-NC 4.0",
        "CC BY-ND 4.0",
        "CC BY-NC-SA 4.0",
        "CC BY-NC-ND 4.0",
        "CC BY",
        "GPL-3.0",
    ]
    + ["GPL-3.0 (of the repository)", "MIT (of the repository)", "MIT (of ImageNet-Sketch)", "MIT, research only"]
    + ["CC BY 4.0 (Zenodo 2235448); the images under the terms of ImageNet", "not CC0", "CC BY 4.0 or so"]
    + ["terms of ImageNet: research, no redistribution", "published numbers, quoted with their source", "permit"],
)
def test_all_other_licences_let_nothing_be_shown(licence):
    assert shareable(licence) is None


def test_a_draw_depends_on_ids_and_not_on_their_order():
    ids = [f"{name}{number:02}" for name in ("ape", "bee", "cat", "dog", "elk", "fox") for number in range(20)]
    found = drawn(ids, "set")
    assert found == drawn(reversed(ids), "set") != drawn(ids, "other set")
    assert [name[:3] for name in found] == ["ape", "bee", "cat", "dog", "elk", "fox"], "spread over the set"
    assert drawn(["b", "a"], "set") == ["a", "b"] and drawn([], "set") == []


@pytest.mark.parametrize(
    "stimulus", ["text", np.zeros((4, 4)), np.zeros((4, 4, 4), np.uint8), np.zeros((0, 4), np.uint8), None]
)
def test_what_is_no_picture_is_refused(stimulus):
    with pytest.raises(InvalidStimulusSet, match="uint8 pixels"):
        thumbnail(stimulus)


def test_a_thumbnail_shows_the_stimulus():
    ramp = np.tile(np.linspace(0, 255, 256).astype(np.uint8), (64, 1))
    small = thumbnail(ramp)
    shown = np.asarray(Image.open(BytesIO(small.content)).convert("L")).astype(float)
    assert shown.shape == (small.height, small.width) == (32, 128)
    assert np.abs(shown.mean(0) - np.linspace(0, 255, 128)).max() < 4
