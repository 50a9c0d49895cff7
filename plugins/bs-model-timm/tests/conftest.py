"""A Hub on loopback, which tells the digest of its files as the Hub does."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ``BRAINSCORE_HOME``; no mirrors, no proxies, no other hub."""
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for name in ("BRAINSCORE_OFFLINE", "BRAINSCORE_MIRRORS", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path / "home"


@dataclass
class Hub:
    """Files by repository; ``says`` is what the server says of one where that is not true."""

    address: str
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
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    made = Hub(f"http://127.0.0.1:{httpd.server_port}")
    httpd.RequestHandlerClass = type("Handler", (_Handler,), {"hub": made})
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    httpd.shutdown()
    thread.join()
    httpd.server_close()
