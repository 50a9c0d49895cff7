"""The folder and its JSON over HTTP, and the commands."""

import asyncio
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from brainscore_core.errors import InvalidParameter
from bs_app_leaderboard import build
from bs_app_leaderboard.commands import leaderboard

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
    assert client.get("/api/board").json() == read(tmp_path / "board" / "data.js")
    for name in MODELS:
        found = client.get("/api/models/" + name.replace("&", "%26"))
        assert found.json()["identifier"] == name and found.headers["content-type"] == "application/json"
        assert isinstance(client.get("/api/draws/" + name.replace("&", "%26")).json(), dict)
    for name in BENCHMARKS:
        assert client.get(f"/api/benchmarks/{name}").json()["identifier"] == name
    assert "@article{family}" in client.get("/api/citations").json()["entries"]
    assert client.get("/api/models/nobody").status_code == client.get("/api/what/late").status_code == 404


def test_only_a_leaderboard_is_served(tmp_path):
    pytest.importorskip("starlette", reason="serving needs the extra 'serve'")
    from bs_app_leaderboard.serving import app

    with pytest.raises(InvalidParameter, match="holds no leaderboard"):
        app(tmp_path)


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
