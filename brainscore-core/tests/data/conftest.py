"""A store of its own for each test, and a web server that misbehaves on request."""

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from brainscore_core.data import mirrors, store, transfer
from brainscore_core.data.source import Source


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    for name in ("BRAINSCORE_OFFLINE", "BRAINSCORE_MIRRORS", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(store, "_PAUSE", 0.0)
    monkeypatch.setattr(transfer, "_unreached", {})
    mirrors._url_index.cache_clear()
    mirrors._read_index.cache_clear()
    mirrors._warn.cache_clear()
    return tmp_path / "home"


@pytest.fixture
def content() -> bytes:
    """Three megabytes that no compression and no coincidence makes equal to others."""
    return np.random.default_rng(0).bytes(3_000_001)


@pytest.fixture
def describe() -> Callable[..., Source]:
    """Make the true description of some bytes; keywords replace a field."""

    def make(content: bytes, *places: str, filename: str = "recordings.nc", **fields: Any) -> Source:
        true = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "sha1": hashlib.sha1(content).hexdigest(),
            "size": len(content),
        }
        return Source(filename, places, **{**true, **fields})

    return make


@dataclass
class Server:
    """What the server does with a path; each list is used up from its front, one item a request."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    statuses: dict[str, list[int]] = field(default_factory=dict)
    cuts: dict[str, list[int]] = field(default_factory=dict)  # close the connection after so many bytes of body
    holds: dict[str, int] = field(default_factory=dict)  # wait after so many bytes of body until `go` is set
    go: threading.Event = field(default_factory=threading.Event)
    log: list[tuple[str, int]] = field(default_factory=list)  # (path, first byte asked for)

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    rules: Server

    def do_GET(self) -> None:
        rules, path = self.rules, self.path.lstrip("/")
        start = int(match.group(1)) if (match := re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))) else 0
        rules.log.append((path, start))
        status = rules.statuses[path].pop(0) if rules.statuses.get(path) else 200 if path in rules.files else 404
        body = rules.files.get(path, b"")
        if status == 200 and start and rules.ranges:
            status, body, whole = (206, body[start:], len(body)) if start < len(body) else (416, b"", len(body))
            extra = {"Content-Range": f"bytes {start}-{whole - 1}/{whole}" if status == 206 else f"bytes */{whole}"}
        else:
            extra = {}
        body = body if status in (200, 206) else b"no"
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **extra}.items():
            self.send_header(name, value)
        self.end_headers()
        self._send(path, body)

    def _send(self, path: str, body: bytes) -> None:
        rules = self.rules
        if rules.cuts.get(path):
            self.wfile.write(body[: rules.cuts[path].pop(0)])
            self.wfile.flush()
            self.close_connection = True
            return
        hold = rules.holds.pop(path, len(body))
        try:
            self.wfile.write(body[:hold])
            self.wfile.flush()
            if hold < len(body):
                rules.go.wait(20)
                self.wfile.write(body[hold:])
        except OSError:  # the reader was killed, as it should be
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Keep standard error for what is tested."""


@pytest.fixture
def server() -> Iterator[Server]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    httpd.daemon_threads = True
    rules = Server(f"http://127.0.0.1:{httpd.server_port}")
    httpd.RequestHandlerClass = type("Handler", (_Handler,), {"rules": rules})
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    yield rules
    rules.go.set()
    httpd.shutdown()
    httpd.server_close()
    thread.join()
