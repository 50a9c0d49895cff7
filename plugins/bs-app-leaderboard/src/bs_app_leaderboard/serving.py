"""The folder, and its JSON, over HTTP: ``brainscore leaderboard serve``."""

import json
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from brainscore_core.errors import InvalidParameter

KINDS = {"models": "models", "benchmarks": "benchmarks", "draws": "models"}
"""Folders of details, and the list of the core payload that numbers them."""


def app(folder: Path) -> Starlette:
    """An ASGI app that serves a leaderboard.

    ``/api/board``, ``/api/models/ID``, ``/api/benchmarks/ID``, ``/api/draws/MODEL`` and ``/api/citations`` answer with
    what the folder holds; everything else is a file of the folder.

    Parameters
    ----------
    folder : Path
        As :func:`bs_app_leaderboard.build` left it.

    Raises
    ------
    InvalidParameter
        If there is no leaderboard in it.
    """
    if not (folder / "data.js").is_file():
        raise InvalidParameter(f"{folder} holds no leaderboard", expected="a folder that leaderboard build wrote")

    async def board(_request: Request) -> Response:
        return _answer(_payload(folder / "data.js", "="))

    async def citations(_request: Request) -> Response:
        return _answer(_payload(folder / "citations.js", '"",'))

    async def detail(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        known = json.loads(_payload(folder / "data.js", "="))[KINDS.get(kind, "models")]
        numbers = {line["id"]: number for number, line in enumerate(known)}
        if kind not in KINDS or name not in numbers:
            raise HTTPException(404, f"no {kind} {name}")
        return _answer(_payload(folder / kind / f"{numbers[name]}.js", f"{_written(name)},"))

    routes: list[Any] = [
        Route("/api/board", board),
        Route("/api/citations", citations),
        Route("/api/{kind}/{name:path}", detail),
        Mount("/", StaticFiles(directory=folder, html=True)),
    ]
    return Starlette(routes=routes)


def serve(folder: Path, host: str, port: int) -> None:
    """Serve until interrupted."""
    import uvicorn

    uvicorn.run(app(folder), host=host, port=port, log_level="warning")


def _payload(path: Path, after: str) -> str:
    """The JSON in a script of the folder: between the first `after` and the last bracket."""
    text = path.read_text(encoding="utf-8")
    return text[text.index(after) + len(after) :].rstrip(";").removesuffix(")")


def _written(name: str) -> str:
    return json.dumps(name, ensure_ascii=False).replace("<", "\\u003c")


def _answer(content: str) -> Response:
    return Response(content, media_type="application/json", headers={"X-Content-Type-Options": "nosniff"})
