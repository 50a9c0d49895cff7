"""The folder: whole, or what was there before; and nothing in it asks for anything elsewhere."""

import re

import pytest

from brainscore_core.errors import InvalidParameter
from bs_app_campaign.board import board
from bs_app_leaderboard import build

from .planted import MODELS, read


def test_a_new_board_replaces_the_old_one_and_leaves_nothing_else(filled, tmp_path):
    folder = tmp_path / "deep" / "board"
    build(filled, folder)
    (folder / "models" / "99.js").write_text("of yesterday")
    build(filled, folder)
    assert len(list((folder / "models").iterdir())) == len(MODELS)
    assert [path.name for path in folder.parent.iterdir()] == ["board"]


def test_a_folder_of_something_else_stays_as_it_was(filled, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years")
    with pytest.raises(InvalidParameter, match="holds something else"):
        build(filled, tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.tex").read_text() == "years"


def test_a_build_that_fails_leaves_the_old_board(filled, tmp_path, monkeypatch):
    build(filled, tmp_path / "board")
    before = (tmp_path / "board" / "data.js").read_bytes()
    monkeypatch.setattr("bs_app_leaderboard.building.separations", lambda _board: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build(filled, tmp_path / "board")
    assert (tmp_path / "board" / "data.js").read_bytes() == before
    assert not list(tmp_path.glob(".board*"))


def test_the_folder_needs_no_network(filled, tmp_path):
    build(filled, tmp_path / "board")
    allowed = {"https://doi.org/", "http://www.w3.org/2000/svg"}
    for path in (tmp_path / "board").glob("*.*"):
        found = re.findall(r"https?://[\w./-]*", path.read_text(encoding="utf-8"))
        assert set(found) <= allowed, (path.name, found)
    index = (tmp_path / "board" / "index.html").read_text()
    assert 'type="module"' not in index and "fetch(" not in index
    for name in re.findall(r'(?:src|href)="([\w.]+)"', index):
        assert (tmp_path / "board" / name).is_file(), name


def test_an_empty_database_is_an_empty_board(database, tmp_path):
    assert build(database, tmp_path / "board")["models"] == 0


def test_a_page_has_the_rank_interval_of_each_benchmark(filled, tmp_path):
    build(filled, tmp_path / "board")
    ranks = {}
    for number, line in enumerate(read(tmp_path / "board" / "data.js")["models"]):
        page = read(tmp_path / "board" / "models" / f"{number}.js")
        ranks[line["id"]] = page["scores"]["A2015.V1-one"].get("rank")
    assert ranks.pop("control") is None
    with filled.read() as session:
        rows = board(session, benchmarks=["A2015.V1-one"]).rows
    assert ranks == {row.model: list(row.rank) for row in rows if row.model in ranks}
