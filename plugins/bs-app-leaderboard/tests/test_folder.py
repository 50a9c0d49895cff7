"""What a build replaces, what it leaves alone, and what is there after one that was killed."""

import json
import os
import shutil

import pytest

from brainscore_core.errors import InvalidParameter, StorageError
from bs_app_leaderboard import build
from bs_app_leaderboard.folder import core_payload

FOREIGN = {
    "a site with a data.js of its own": {"data.js": "const cities = [1, 2];", "index.html": "<h1>Cities</h1>"},
    "half a payload": {"data.js": 'window.BRAINSCORE={"mod'},
    "no payload of a board": {"data.js": "window.BRAINSCORE=[];"},
    "a file without a board": {"notes.txt": "years of work"},
}


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("files", FOREIGN.values(), ids=FOREIGN)
def test_what_no_build_left_is_left_alone(filled, tmp_path, files):
    (tmp_path / "site").mkdir()
    for name, text in files.items():
        (tmp_path / "site" / name).write_text(text)
    before = contents(tmp_path / "site")
    with pytest.raises(InvalidParameter, match="holds something else and no leaderboard"):
        build(filled, tmp_path / "site")
    assert contents(tmp_path / "site") == before and [path.name for path in tmp_path.glob("*site*")] == ["site"]


@pytest.mark.parametrize("name", [".git/HEAD", "CNAME", "notes/draft.txt"])
def test_what_lies_beside_a_board_is_not_deleted(filled, tmp_path, name):
    build(filled, tmp_path / "board")
    (tmp_path / "board" / name).parent.mkdir(exist_ok=True)
    (tmp_path / "board" / name).write_text("of somebody")
    before = contents(tmp_path / "board")
    with pytest.raises(InvalidParameter, match=f"beside its leaderboard: {name.partition('/')[0]}"):
        build(filled, tmp_path / "board")
    assert contents(tmp_path / "board") == before


def test_a_board_of_another_version_is_replaced(filled, tmp_path):
    build(filled, tmp_path / "board")
    payload = core_payload(tmp_path / "board") | {"files": ["old.js", "models"]}
    (tmp_path / "board" / "data.js").write_text(f"window.BRAINSCORE={json.dumps(payload)};")
    (tmp_path / "board" / "old.js").write_text("was part of the site once")
    build(filled, tmp_path / "board")
    assert not (tmp_path / "board" / "old.js").exists()
    written = {path.name for path in (tmp_path / "board").iterdir()}
    assert written <= set(core_payload(tmp_path / "board")["files"])


def test_an_empty_board_does_not_replace_one_with_models(filled, tmp_path):
    build(filled, tmp_path / "board")
    before = contents(tmp_path / "board")
    with pytest.raises(InvalidParameter, match="nothing to show, and .* shows 6 models"):
        build(filled, tmp_path / "board", at="2000-01-01")
    assert contents(tmp_path / "board") == before and not list(tmp_path.glob(".board*"))
    shutil.rmtree(tmp_path / "board")
    for _ in range(2):
        assert build(filled, tmp_path / "board", at="2000-01-01")["models"] == 0


def test_a_file_is_no_folder(filled, tmp_path):
    (tmp_path / "board").write_text("a file")
    with pytest.raises(InvalidParameter, match="is a file"):
        build(filled, tmp_path / "board")
    with pytest.raises(StorageError, match="cannot write"):
        build(filled, tmp_path / "board" / "below")
    assert (tmp_path / "board").read_text() == "a file"


def test_a_link_to_a_folder_stays_a_link(filled, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "board").symlink_to(tmp_path / "real", target_is_directory=True)
    build(filled, tmp_path / "board")
    assert (tmp_path / "board").is_symlink() and (tmp_path / "real" / "data.js").is_file()
    assert not list(tmp_path.glob(".*"))


def test_a_board_that_a_killed_build_set_aside_comes_back(filled, tmp_path, monkeypatch):
    build(filled, tmp_path / "board")
    before = contents(tmp_path / "board")
    (tmp_path / "board").rename(tmp_path / ".board.0123456789ab.old")  # killed between its two renames
    monkeypatch.setattr("bs_app_leaderboard.building.separations", lambda _board: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build(filled, tmp_path / "board")
    assert contents(tmp_path / "board") == before
    assert [path.name for path in tmp_path.glob("*board*")] == ["board"]


def test_what_a_killed_build_had_replaced_goes(filled, tmp_path):
    build(filled, tmp_path / "board")
    shutil.copytree(tmp_path / "board", tmp_path / ".board.0123456789ab.old")
    build(filled, tmp_path / "board")
    assert not list(tmp_path.glob(".board*"))


def test_of_two_boards_set_aside_the_later_comes_back(filled, tmp_path):
    for number, name in enumerate(("aaaaaaaaaaaa", "bbbbbbbbbbbb")):
        build(filled, tmp_path / "made")
        old = (tmp_path / "made").rename(tmp_path / f".board.{name}.old")
        (old / "models" / "0.js").write_text(name)
        os.utime(old, (1000 - number, 1000 - number))
    from bs_app_leaderboard.folder import recover

    recover(tmp_path / "board")
    assert (tmp_path / "board" / "models" / "0.js").read_text() == "aaaaaaaaaaaa" and not list(tmp_path.glob(".board*"))


def test_a_name_that_cannot_be_given_leaves_the_old_board(filled, tmp_path, monkeypatch):
    build(filled, tmp_path / "board")
    before = contents(tmp_path / "board")
    rename = type(tmp_path).rename

    def refuses(path, target):
        if path.name.endswith(".tmp"):
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(type(tmp_path), "rename", refuses)
    with pytest.raises(StorageError):
        build(filled, tmp_path / "board")
    assert contents(tmp_path / "board") == before and not list(tmp_path.glob(".board*"))
