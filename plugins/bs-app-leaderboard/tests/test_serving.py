"""The folder and its JSON over HTTP, and the commands."""

import asyncio
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from brainscore_core.errors import InvalidParameter
from bs_app_campaign.board import board
from bs_app_leaderboard import build
from bs_app_leaderboard.commands import leaderboard
from bs_app_leaderboard.folder import core_payload

from .planted import BENCHMARKS, MODELS, read


@pytest.fixture
def client(filled, tmp_path):
    pytest.importorskip("starlette", reason="serving needs the extra 'serve'")
    import httpx

    from bs_app_leaderboard.serving import app

    build(filled, tmp_path / "board")
    transport = httpx.ASGITransport(app(tmp_path / "board"))

    async def ask(path):
        async with httpx.AsyncClient(transport=transport, base_url="http://board") as asking:
            return await asking.get(path)

    return SimpleNamespace(get=lambda path: asyncio.run(ask(path)))


def test_the_folder_is_served_as_it_is(client, tmp_path):
    assert "<!doctype html>" in client.get("/").text
    assert client.get("/data.js").content == (tmp_path / "board" / "data.js").read_bytes()
    assert client.get("/../scores.db").status_code == 404
    assert client.get("/%2e%2e/scores.db").status_code == 404


def test_json_is_what_the_folder_holds(client, tmp_path):
    for name in MODELS:
        found = client.get("/api/models/" + name.replace("&", "%26"))
        assert found.json()["identifier"] == name and found.headers["content-type"] == "application/json"
        assert isinstance(client.get("/api/draws/" + name.replace("&", "%26")).json(), dict)
    for name in BENCHMARKS:
        assert client.get(f"/api/benchmarks/{name}").json()["identifier"] == name
    assert "@article{family}" in client.get("/api/citations").json()["entries"]
    assert client.get("/api/models/nobody").status_code == client.get("/api/what/late").status_code == 404


def test_the_board_is_served_in_numbers_and_words(client, filled, tmp_path):
    found, stored = client.get("/api/board").json(), read(tmp_path / "board" / "data.js")
    matrix = ("values", "errors", "states")
    assert {name: found[name] for name in found if name not in matrix} == {
        name: stored[name] for name in stored if name not in matrix
    }
    with filled.read() as session:
        rows = {row.model: row.results for row in board(session).rows}
    for at, model in enumerate(found["models"]):
        for column, benchmark in enumerate(found["benchmarks"]):
            entry = rows[model["id"]].get(benchmark["id"])
            value, error, state = (found[name][at][column] for name in matrix)
            assert state == (None if entry is None else entry.result.state)
            assert (value is None) == (entry is None or entry.value is None)
            if value is not None:
                assert (value, error) == pytest.approx((entry.value, entry.error), abs=5.1e-5)


def test_the_payload_is_read_once_until_it_is_replaced(client, filled, tmp_path, store, monkeypatch):
    from bs_app_leaderboard import serving

    read_again = []
    monkeypatch.setattr(serving, "core_payload", lambda folder: read_again.append(folder) or core_payload(folder))
    for _ in range(3):
        assert len(client.get("/api/board").json()["models"]) == len(MODELS)
        assert client.get("/api/models/late").status_code == 200
    assert read_again == []
    store("newcomer", "A2015.V1-one", 0.4)
    build(filled, tmp_path / "board")
    assert client.get("/api/models/newcomer").json()["identifier"] == "newcomer" and len(read_again) == 1


def test_only_a_leaderboard_is_served(tmp_path):
    pytest.importorskip("starlette", reason="serving needs the extra 'serve'")
    from bs_app_leaderboard.serving import app

    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "data.js").write_text("const cities = [];")
    for folder in (tmp_path, tmp_path / "site"):
        with pytest.raises(InvalidParameter, match="holds no leaderboard"):
            app(folder)


def test_build_says_where_to_open_it(filled, tmp_path):
    told = CliRunner().invoke(
        leaderboard, ["build", str(tmp_path / "board"), "--database", filled.url], catch_exceptions=False
    )
    assert told.exit_code == 0 and f"6 models on 7 benchmarks. Open: {tmp_path / 'board' / 'index.html'}" in told.output


def test_serve_builds_a_board_first_where_none_is_given(filled, monkeypatch):
    pytest.importorskip("starlette", reason="serving needs the extra 'serve'")
    served = []
    monkeypatch.setattr(
        "bs_app_leaderboard.serving.serve", lambda folder, *where: served.append(((folder / "data.js").exists(), where))
    )
    told = CliRunner().invoke(
        leaderboard, ["serve", "--port", "8123", "--database", filled.url], catch_exceptions=False
    )
    assert served == [(True, ("127.0.0.1", 8123))] and "http://127.0.0.1:8123/" in told.output
