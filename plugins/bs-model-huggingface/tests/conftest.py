"""A Hub on loopback, with repositories that are made here."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch
from safetensors.torch import save

import bs_model_huggingface.hub as hub

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
    """Files by ``ORG/NAME/FILE``; requests as (method, path)."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)

    def put(self, repository: str, network: torch.nn.Module, **described: object) -> bytes:
        """Publish a network as its library saves it; its file of weights."""
        state = {name: value.clone().contiguous() for name, value in network.state_dict().items()}
        content = save(state)
        self.files[f"{repository}/model.safetensors"] = content
        for name, value in described.items():
            self.files[f"{repository}/{name}.json"] = json.dumps(value).encode()
        return content


class _Handler(BaseHTTPRequestHandler):
    rules: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        self.rules.log.append((self.command, self.path))
        found = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", self.path)
        content = self.rules.files.get(f"{found[1]}/{found[3]}") if found and found[2] in ("main", COMMIT) else None
        self.send_response(404 if content is None else 200)
        content = content or b""
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", COMMIT)
        if self.path.endswith(".safetensors"):
            self.send_header("X-Linked-Etag", f'"{hashlib.sha256(content).hexdigest()}"')
        else:
            self.send_header("ETag", f'"{hashlib.sha1(b"blob %d" % len(content) + bytes(1) + content).hexdigest()}"')
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The Hub that the package asks."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    rules = Hub(f"http://127.0.0.1:{httpd.server_port}")
    httpd.RequestHandlerClass = type("Handler", (_Handler,), {"rules": rules})
    monkeypatch.setattr(
        hub,
        "place",
        lambda repository, revision, filename: f"{rules.address}/{repository}/resolve/{revision}/{filename}",
    )
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield rules
    httpd.shutdown()
    thread.join()
    httpd.server_close()
