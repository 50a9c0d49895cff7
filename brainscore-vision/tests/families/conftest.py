"""A family of small networks, and a web server that has their weights."""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import pytest
import torch
from torch import nn

from brainscore_core.testing.fixtures import harmful, home, loopback
from brainscore_vision.families import Family, ImageInput, Row, Weights
from brainscore_vision.families.reading import State, load_state

__all__ = ["harmful", "home"]


@dataclass
class Server:
    """Files by path; headers that go with a path; requests as (method, path)."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)

    def put(self, path: str, content: bytes) -> str:
        """Serve a file; its address."""
        self.files[path] = content
        return f"{self.address}/{path}"


class _Handler(BaseHTTPRequestHandler):
    rules: Server

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        path = self.path.lstrip("/")
        self.rules.log.append((self.command, path))
        content = self.rules.files.get(path)
        headers = self.rules.headers.get(path, {})
        moved = "Location" in headers and not body
        self.send_response(302 if moved else 404 if content is None else 200)
        for name, value in {"Content-Length": str(len(content or b"")), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if body and content is not None:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    """On loopback, with no files yet."""
    rules = Server()
    with loopback(type("Handler", (_Handler,), {"rules": rules})) as rules.address:
        yield rules


def network(width: int) -> nn.Module:
    """Four stages, each of half the resolution."""
    parts: list[nn.Module] = []
    for stage in range(4):
        parts += [nn.Sequential(nn.Conv2d(width if stage else 3, width, 3, 2, 1), nn.BatchNorm2d(width), nn.ReLU())]
    return nn.Sequential(*parts)


def saved(content: object) -> bytes:
    """As PyTorch writes it."""
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def trained(width: int) -> bytes:
    """Weights that differ from those drawn with seed 0."""
    generator = torch.Generator().manual_seed(1)
    state = {name: value.clone() for name, value in network(width).state_dict().items()}
    return saved(
        {
            name: torch.rand(value.shape, generator=generator) if value.is_floating_point() else value
            for name, value in state.items()
        }
    )


def sha256(content: bytes) -> str:
    """Of these bytes."""
    return hashlib.sha256(content).hexdigest()


def row(name: str, width: int, weights: Weights | None = None) -> Row:
    """A row of the family."""
    parameters = sum(part.numel() for part in network(width).parameters())
    stages = tuple(map(str, range(4)))
    text = f"Four convolutions of {width} channels"
    return Row(name, "convolutions", text, ImageInput(32, 32), stages, parameters, weights, settings={"width": width})


class Small(Family):
    """Networks of one, two and three channels; the last one without published weights."""

    def __init__(self, rows: Mapping[str, Row]):
        super().__init__("small")
        self._rows = rows

    def rows(self) -> Mapping[str, Row]:
        """The table."""
        return self._rows

    def network(self, row: Row, state: State | None) -> nn.Module:
        """Convolutions."""
        made = network(row.settings["width"])
        if state is not None:
            load_state(made, state, row.name)
        return made


@pytest.fixture
def family(server: Server) -> Small:
    """Its weights are on the server: of `one` all of the hash is known, of `two` eight digits."""
    one, two = trained(1), trained(2)
    places = server.put("one.pth", one), server.put(f"two-{sha256(two)[:8]}.pth", two)
    rows = (
        row("two", 2, Weights("two.pth", (places[1],), sha256(two)[:8], licence="MIT")),
        row("one", 1, Weights("one.pth", (places[0],), sha256(one), len(one))),
        row("three", 3),
    )
    return Small({entry.name: entry for entry in rows})
