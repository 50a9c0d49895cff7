"""Pytest fixtures for packages that download: an empty home, files, a web server, a pickle that would run code.

Imported by name into a ``conftest.py``: ``from brainscore_core.testing.fixtures import harmful, home, served``.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

_UNSET = ("BRAINSCORE_OFFLINE", "BRAINSCORE_MIRRORS", "http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ``BRAINSCORE_HOME``, without mirrors and proxies: for every test where it is imported."""
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    for name in _UNSET:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path / "home"


@pytest.fixture
def published_files(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``shared/data`` beside the repository of the test, whence alone published files come; skips where it is not."""
    repository = next((above for above in request.path.parents if (above / "noxfile.py").is_file()), request.path)
    folder = repository.parent / "shared" / "data"
    if not (folder / "index.csv").is_file():
        pytest.skip("the published files are not in ../shared/data beside this repository")
    monkeypatch.setenv("BRAINSCORE_MIRRORS", str(folder))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def loopback(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """A web server that answers with `handler` while the block runs; its address, without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address under which it is served."""
    folder = tmp_path / "served"
    folder.mkdir()
    with loopback(partial(_Quiet, directory=str(folder))) as address:
        yield folder, address


class Harmful:
    """Runs code where it is unpickled; `ran` says whether it did."""

    ran = False

    def __reduce__(self) -> tuple[object, ...]:
        return _harm, ()


def _harm() -> None:
    Harmful.ran = True


@pytest.fixture
def harmful(monkeypatch: pytest.MonkeyPatch) -> Harmful:
    """To be saved where only numbers belong."""
    monkeypatch.setattr(Harmful, "ran", False)
    return Harmful()
