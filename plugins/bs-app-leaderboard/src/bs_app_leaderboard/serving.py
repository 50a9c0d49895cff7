"""The folder, and its JSON, over HTTP: ``brainscore leaderboard serve``."""

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from brainscore_core.errors import InvalidParameter

from .folder import CORE, core_payload
from .packing import unpack
from .payload import STATES

mimetypes.add_type("image/webp", ".webp")  # which not every system knows
KINDS = {"models": "models", "benchmarks": "benchmarks", "draws": "models"}
"""Folders of details, and the list of the core payload that numbers them."""
WORDS = {letter: word for word, letter in STATES.items()}
MATRICES = ("values", "errors")


def app(folder: Path) -> Starlette:
    """An ASGI app that serves a leaderboard.

    ``/api/board`` answers with the matrix in numbers, as :func:`decoded` gives it. ``/api/models/ID``,
    ``/api/benchmarks/ID``, ``/api/draws/MODEL`` (what the page of pairs compares by, as :mod:`.paired` packs it) and
    ``/api/citations`` answer with what the folder holds; everything else is a file of the folder.

    Parameters
    ----------
    folder : Path
        As :func:`bs_app_leaderboard.build` left it.

    Raises
    ------
    InvalidParameter
        If there is no leaderboard in it.
    """
    read = _Core(folder)

    async def board(_request: Request) -> Response:
        return Response(read.board(), media_type="application/json")

    async def citations(_request: Request) -> Response:
        return JSONResponse(_payload(folder / "citations.js"))

    async def detail(request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        number = read.numbers(KINDS[kind]).get(name) if kind in KINDS else None
        if number is None:
            raise HTTPException(404, f"no {kind} {name}")
        return JSONResponse(_payload(folder / kind / f"{number}.js"))

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


def decoded(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The core payload with its matrix in numbers and words.

    Returns
    -------
    mapping
        ``values`` and ``errors``, to four decimals or null, and ``states``, one of ``ok``, ``null`` (scored, without a
        value), ``unsupported``, ``unavailable``, ``failed``, or null (not attempted): a list for each of ``models``, in
        the order of ``benchmarks``. The rest as it is.
    """
    width = len(payload["benchmarks"])
    found = {name: _rows(unpack(payload[name]), width) for name in MATRICES}
    states = _rows([WORDS.get(letter) for letter in payload["states"]], width)
    return dict(payload) | found | {"states": states}


class _Core:
    """The core payload of a folder, read again when a build has replaced it."""

    def __init__(self, folder: Path):
        self.path, self._stamp = folder / CORE, (-1, -1)
        self._read()

    def board(self) -> bytes:
        """As JSON."""
        self._read()
        return self._board

    def numbers(self, kind: str) -> dict[str, int]:
        """Name -> number of its file."""
        self._read()
        return self._numbers[kind]

    def _read(self) -> None:
        stamp = (self.path.stat().st_mtime_ns, self.path.stat().st_ino) if self.path.exists() else (-1, -2)
        if stamp == self._stamp:
            return
        payload = core_payload(self.path.parent)
        if payload is None:
            raise InvalidParameter(
                f"{self.path.parent} holds no leaderboard", expected="a folder that leaderboard build wrote"
            )
        kinds = set(KINDS.values())
        self._numbers = {kind: {line["id"]: at for at, line in enumerate(payload[kind])} for kind in kinds}
        self._board = json.dumps(decoded(payload), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        self._stamp = stamp


def _rows(flat: list[Any], width: int) -> list[list[Any]]:
    return [flat[start : start + width] for start in range(0, len(flat), width or 1)]


def _payload(path: Path) -> Any:
    """What a script of the folder holds: the last of what it hands over."""
    text = path.read_text(encoding="utf-8").rstrip(";")
    return json.loads(f"[{text.partition('(')[2].removesuffix(')')}]")[-1]
