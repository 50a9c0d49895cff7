"""The folder, and its JSON, over HTTP: ``brainscore leaderboard serve``."""

import json
import mimetypes
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from brainscore_core.errors import InvalidParameter

mimetypes.add_type("image/webp", ".webp")  # which not every system knows
KINDS = {"models": "models", "benchmarks": "benchmarks", "draws": "models"}
"""Folders of details, and the list of the core payload that numbers them."""
CORE = "window.BRAINSCORE="


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
        return JSONResponse(_payload(folder / "data.js"))

    async def citations(_request: Request) -> Response:
        return JSONResponse(_payload(folder / "citations.js"))

    async def detail(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        known = _payload(folder / "data.js")[KINDS.get(kind, "models")]
        numbers = {line["id"]: number for number, line in enumerate(known)}
        if kind not in KINDS or name not in numbers:
            raise HTTPException(404, f"no {kind} {name}")
        return JSONResponse(_payload(folder / kind / f"{numbers[name]}.js"))

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


def _payload(path: Path) -> Any:
    """What a script of the folder holds: the core payload, or the last of what it hands over."""
    text = path.read_text(encoding="utf-8").rstrip(";")
    if text.startswith(CORE):
        return json.loads(text.removeprefix(CORE))
    return json.loads(f"[{text.partition('(')[2].removesuffix(')')}]")[-1]
