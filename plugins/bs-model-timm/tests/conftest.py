"""A Hub on loopback, which tells the digest of its files as the Hub does."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import pytest

from brainscore_core.testing.fixtures import harmful, home, loopback

COMMIT = "0123456789abcdef0123456789abcdef01234567"


__all__ = ["harmful", "home"]


@pytest.fixture(autouse=True)
def no_other_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library asks none by itself."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@dataclass
class Hub:
    """Files by repository; ``says`` is what the server says of one where that is not true."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)

    def place(self, repository: str) -> str:
        """The address of the file of a repository."""
        return f"{self.address}/timm/{repository}/resolve/main/model.safetensors"


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        _, owner, repository, resolve, revision, name = self.path.split("/")
        content = self.hub.files.get(repository)
        known = (owner, resolve, name) == ("timm", "resolve", "model.safetensors") and revision in ("main", COMMIT)
        self.send_response(200 if known and content is not None else 404)
        content = content if known and content is not None else b""
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", COMMIT)
        digest = self.hub.says.get(repository, hashlib.sha256(content).hexdigest())
        self.send_header("X-Linked-Etag", f'"{digest}"')
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    """The Hub, without files."""
    made = Hub()
    with loopback(type("Handler", (_Handler,), {"hub": made})) as made.address:
        yield made
