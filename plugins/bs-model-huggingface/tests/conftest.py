"""A Hub on loopback, with repositories that are made here."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import pytest
import torch
from safetensors.torch import save

import bs_model_huggingface.hub as hub
from brainscore_core.testing.fixtures import harmful, home, loopback

COMMIT = "0123456789abcdef0123456789abcdef01234567"


__all__ = ["harmful", "home"]


@pytest.fixture(autouse=True)
def no_other_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library asks none by itself."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@dataclass
class Hub:
    """Files by ``ORG/NAME/FILE``; requests as (method, path)."""

    address: str = ""
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
    rules = Hub()
    monkeypatch.setattr(
        hub,
        "place",
        lambda repository, revision, filename: f"{rules.address}/{repository}/resolve/{revision}/{filename}",
    )
    with loopback(type("Handler", (_Handler,), {"rules": rules})) as rules.address:
        yield rules
